"""Calls that are safe to repeat are repeated; a create is, only on proof that nothing was made."""

from __future__ import annotations

import socket

import pytest

from tests.end_to_end.accounts import by_name, calls, in_account, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Workplace

PLAIN = (1000, 100, "Enable")
PATIENT = HEAD.replace("retry_for: 0s", "retry_for: 20s")
PASSING = [
    "http-status:status=503,first=2",
    "http-status:status=429,first=2",
    "html:status=502,first=2",
    "hang-up:first=2",
    "commit-hang-up:first=2",
    "general-error:first=2",
    "truncated:short=true,first=2",
]


@pytest.mark.parametrize("fault", PASSING)
def test_a_listing_that_fails_is_tried_again_and_that_is_said_once(work: Workplace, serve: Serve, fault: str) -> None:
    sandbox = serve(f"listSmtp:{fault}", users=(user("smtp1"),))
    work.users("a: {smtp_user_name: smtp1}", PATIENT)

    done = work.run("plan", "--format", "json")

    assert (done.code, done.json["summary"]["adopt"]) == (0, 1), done.said
    assert calls(sandbox, "listSmtp") == 3
    assert done.err.count("trying again for up to 20 s") == 1


@pytest.mark.parametrize("fault", PASSING)
def test_an_edit_that_fails_is_tried_again(work: Workplace, serve: Serve, fault: str) -> None:
    sandbox = serve(f"editSmtp:{fault}", users=(user("smtp1"),))
    work.users("a: {smtp_user_name: smtp1, hourly_limit: 7}", PATIENT)

    done = work.apply("--format", "json")

    assert (done.code, done.json["verified"]) == (0, True), done.said
    assert (calls(sandbox, "editSmtp"), by_name(work, sandbox)) == (3, {"a": (1000, 7, "Enable")})


@pytest.mark.parametrize("fault", PASSING)
def test_a_create_that_fails_is_not_tried_again(work: Workplace, serve: Serve, fault: str) -> None:
    sandbox = serve(f"addSmtp:{fault.replace('first=2', 'first=1')}")
    work.users("a: {}", PATIENT)

    done = work.apply()

    assert calls(sandbox, "addSmtp") == 1
    assert done.code == (0 if sandbox.account.users() else 5), done.said


def test_without_patience_nothing_is_tried_again(work: Workplace, serve: Serve) -> None:
    sandbox = serve("listSmtp:http-status:status=503,first=1")
    work.users("a: {}")

    assert work.run("plan").code == 1
    assert calls(sandbox, "listSmtp") == 1


@pytest.mark.parametrize(
    "fault", ["html:status=200", "http-status:status=404", "auth-error", "echo-secrets:name=ValidationError"]
)
def test_what_a_wrong_setting_would_cause_is_told_at_once(work: Workplace, serve: Serve, fault: str) -> None:
    sandbox = serve(f"listSmtp:{fault}")
    work.users("a: {}", PATIENT)

    done = work.run("plan")

    assert (done.code, calls(sandbox, "listSmtp")) == (1, 1), done.said
    assert "trying again" not in done.said


def test_a_provider_that_is_not_there_is_told_at_once(work: Workplace) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        work.environment["SARV_ENDPOINT"] = f"http://127.0.0.1:{nobody.getsockname()[1]}/v1.0"
        work.users("a: {}", PATIENT)
        done = work.run("plan")

    assert done.code == 1
    assert "the connection was refused" in done.said
    assert "trying again" not in done.said


def test_a_provider_that_limits_the_rate_is_asked_more_slowly_until_all_is_done(
    work: Workplace, serve: Serve
) -> None:
    users = tuple(user(f"smtp{number}") for number in range(60))
    sandbox = serve("editSmtp:rate-limit:per_second=20", users=users)
    work.users(
        "\n".join(f"u{number}: {{smtp_user_name: smtp{number}, hourly_limit: 7}}" for number in range(60)), PATIENT
    )

    done = work.apply("--format", "json")

    assert (done.code, done.json["verified"]) == (0, True), done.said
    assert in_account(sandbox) == [(1000, 7, "Enable")] * 60
    # Twenty at once pass; then it slows down instead of hammering.
    assert calls(sandbox, "editSmtp") < 120


def test_a_provider_that_goes_down_in_the_middle_ends_the_run_and_not_every_call(
    work: Workplace, serve: Serve
) -> None:
    users = tuple(user(f"smtp{number}") for number in range(300))
    sandbox = serve("editSmtp:http-status:status=502", users=users)
    entries = "\n".join(f"u{number}: {{smtp_user_name: smtp{number}, hourly_limit: 7}}" for number in range(300))
    work.users(entries, HEAD.replace("retry_for: 0s", "retry_for: 1s"))

    done = work.apply("--format", "json")

    assert done.code == 5, done.said
    assert len(done.json["not_attempted"]) > 250
    assert "tried" in done.json["unknown"][0]["message"]
    sandbox.set_faults()
    assert (work.apply().code, in_account(sandbox)) == (0, [(1000, 7, "Enable")] * 300)


def test_verbose_says_what_is_tried_again(work: Workplace, serve: Serve) -> None:
    serve("editSmtp:http-status:status=502,first=1", users=(user("smtp1"),))
    work.users("a: {smtp_user_name: smtp1, hourly_limit: 7}", PATIENT)

    done = work.apply("-v")

    assert done.code == 0, done.said
    assert "editSmtp: HTTP 502" in done.err
    assert "trying again in" in done.err

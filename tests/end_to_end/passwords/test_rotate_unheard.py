"""A change of a password whose answer is lost: nobody changes it twice, and what came of it is delivered."""

from __future__ import annotations

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import calls
from tests.end_to_end.passwords.logins import (
    WITH_SINK,
    accepted,
    applied,
    delivered,
    held,
    names,
    passwords,
    planned,
)
from tests.end_to_end.workplace import Workplace

VERSION = "a: {password_version: 2}\nb: {password_version: 2}"

DONE = (
    "commit-hang-up", "truncated", "html:commit=true", "http-status:status=502,commit=true", "truncated:short=true",
)  # fmt: skip
NOT_DONE = ("hang-up", "html", "http-status:status=502", "http-status:status=403", "general-error")
REFUSED = ("validation-error", "auth-error")


@pytest.fixture
def settled(work: Workplace, sandbox: Sandbox) -> Sandbox:
    """`a` and `b`, whose passwords were delivered, and whose files want other ones."""
    work.users("a: {}\nb: {}", WITH_SINK)
    applied(work)
    work.users(VERSION, WITH_SINK)
    return sandbox


def assert_right(work: Workplace, sandbox: Sandbox) -> None:
    """Assert that nothing is left to do, and that what was delivered is let in."""
    assert planned(work) == set()
    assert delivered(work) == passwords(work, sandbox)
    assert accepted(sandbox) == {held(work, "a"), held(work, "b")}


def option(fault: str, more: str) -> str:
    """Return the rule for the first change of a password."""
    return f"resetSmtpPassword:{fault}{',' if ':' in fault else ':'}{more}"


@pytest.mark.parametrize("fault", DONE)
def test_a_change_that_took_place_is_found_in_the_listing_and_delivered(
    work: Workplace, settled: Sandbox, fault: str
) -> None:
    before = passwords(work, settled)
    settled.set_faults(option(fault, "first=1"))
    done = work.apply("--format", "json", "--parallelism", "1")
    after = passwords(work, settled)
    assert [name for name in before if before[name] == after[name]] == []
    assert done.code == 0, done.said
    assert (names(done.json["delivered"]), done.json["verified"]) == (["a", "b"], True)
    assert calls(settled, "resetSmtpPassword") == 2
    assert_right(work, settled)


@pytest.mark.parametrize("fault", NOT_DONE)
def test_a_change_that_may_still_take_place_is_unknown_and_made_by_the_next_run(
    work: Workplace, settled: Sandbox, fault: str
) -> None:
    before = passwords(work, settled)
    settled.set_faults(option(fault, "first=1"))
    done = work.apply("--format", "json", "--parallelism", "1")
    assert done.code == 5, done.said
    assert (names(done.json["unknown"]), names(done.json["delivered"])) == (["a"], ["b"])
    assert passwords(work, settled)["a"] == before["a"]
    assert held(work, "a")[1] == before["a"], "what works stays"
    applied(work)
    assert passwords(work, settled)["a"] != before["a"]
    assert_right(work, settled)


@pytest.mark.parametrize("fault", REFUSED)
def test_a_change_that_the_provider_refuses_failed_and_is_made_by_the_next_run(
    work: Workplace, settled: Sandbox, fault: str
) -> None:
    before = passwords(work, settled)
    settled.set_faults(option(fault, "nth=1"))
    done = work.apply("--format", "json", "--parallelism", "1")
    assert done.code == 5, done.said
    assert "a" in names(done.json["failed"])
    assert held(work, "a")[1] == before["a"] == passwords(work, settled)["a"]
    applied(work)
    assert_right(work, settled)


def test_a_change_that_takes_place_after_the_run_is_seen_and_delivered_by_the_next(
    work: Workplace, settled: Sandbox
) -> None:
    before = passwords(work, settled)
    settled.set_faults("resetSmtpPassword:late-commit:calls=30,first=1")
    done = work.apply("--format", "json", "--parallelism", "1")
    assert (done.code, names(done.json["unknown"])) == (5, ["a"]), done.said
    while passwords(work, settled)["a"] == before["a"]:
        assert work.run("drift").code in {0, 2}
    assert planned(work) >= {("a", "deliver")}
    applied(work)
    assert calls(settled, "resetSmtpPassword") <= 3
    assert_right(work, settled)


def test_an_answer_that_takes_its_time_is_waited_for(work: Workplace, settled: Sandbox) -> None:
    settled.set_faults("resetSmtpPassword:late:seconds=0.3")
    applied(work)
    assert calls(settled, "resetSmtpPassword") == 2
    assert_right(work, settled)


def test_the_answer_counts_where_the_listing_lags(work: Workplace, settled: Sandbox) -> None:
    settled.set_faults("listSmtp:list-lag:seconds=0.3")
    while planned(work) != {(name, action) for name in ("a", "b") for action in ("rotate", "deliver")}:
        pass
    done = work.apply("--format", "json")
    assert done.code in {0, 5}, done.said
    assert delivered(work) == passwords(work, settled)
    settled.set_faults()
    assert_right(work, settled)


def test_a_killed_rotation_is_seen_through_by_the_next_run(work: Workplace, settled: Sandbox) -> None:
    before = passwords(work, settled)
    settled.set_faults("resetSmtpPassword:late:seconds=60")
    with work.start("rotate", "a", "--auto-approve") as running:
        while passwords(work, settled)["a"] == before["a"]:
            assert running.poll() is None, running.communicate()
        running.kill()
    settled.set_faults()
    assert held(work, "a")[1] == before["a"]
    changed = passwords(work, settled)
    assert "changing" in work.run("state", "list").flat
    assert work.run("state", "unlock", work.state()["lock"]["id"]).code == 0
    work.users("a: {}\nb: {}", WITH_SINK)
    assert planned(work) == {("a", "deliver")}
    applied(work)
    assert passwords(work, settled) == changed
    assert_right(work, settled)

"""What cannot be delivered: nothing is made for it that need not be, and what was made waits for the next run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import calls
from tests.end_to_end.conftest import Serve
from tests.end_to_end.leaks import CanaryAccount, assert_no_leak
from tests.end_to_end.passwords.logins import (
    SINK,
    WITH_SINK,
    applied,
    bound,
    delivered,
    drift,
    names,
    passwords,
    planned,
)
from tests.end_to_end.workplace import HEAD, TOKEN, Ended, Workplace

USERS = "a: {}\nb: {}"
Break = Callable[[Path], None]


def folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir(parents=True)


def link(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to("/dev/null")


def file_of_their_own(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("DATABASE=theirs\n")


def repair(path: Path) -> None:
    """Take away what was put in the way."""
    if path.is_dir():
        path.rmdir()
    else:
        path.unlink()


@pytest.fixture
def settled(work: Workplace, serve: Serve) -> Sandbox:
    """`a` and `b`, whose passwords were delivered."""
    sandbox = serve(account=CanaryAccount())
    work.users(USERS, WITH_SINK)
    applied(work)
    return sandbox


def program(work: Workplace, text: str, name: str = "deliver.sh") -> None:
    """Write a program for the `command` sink."""
    work.write(f"#!/bin/sh\n{text}\n", name).chmod(0o755)


@pytest.mark.parametrize("in_the_way", [folder, link])
def test_where_one_target_fails_the_others_get_theirs_and_the_next_run_goes_on(
    work: Workplace, settled: Sandbox, in_the_way: Break
) -> None:
    for name in ("a", "b"):
        settled.account.reset(bound(work)[name])
    in_the_way(work.path / "secrets/a.env")
    done = work.apply("--format", "json")
    assert (done.code, names(done.json["delivered"])) == (5, ["b"]), done.said
    [failed] = done.json["undelivered"]
    assert (failed["name"], failed["action"], failed["smtp_user_name"]) == ("a", "deliver", bound(work)["a"])
    assert "secrets/a.env" in failed["message"]
    assert {("a", "undelivered")} <= drift(work) <= {("a", "undelivered"), ("a", "password_changed")}
    assert "password" in work.run("state", "list").out.lower()
    repair(work.path / "secrets/a.env")
    assert names(applied(work).json["delivered"]) == ["a"]
    assert delivered(work) == passwords(work, settled)


def test_what_a_program_says_when_it_fails_is_shown_without_the_password(work: Workplace, serve: Serve) -> None:
    account = CanaryAccount()
    serve(account=account)
    head = HEAD + SINK.replace("]", ", {sink: command, command: [./deliver.sh]}]")
    work.users(USERS, head)
    program(
        work,
        'input=$(cat)\ncase "$input" in *\'"deliver"\'*\'"name": "a"\'*) printf "full: %s" "$input"; exit 1;; esac',
    )
    done = work.apply("--format", "json")
    assert (done.code, names(done.json["delivered"]), names(done.json["undelivered"])) == (5, ["b"], ["a"]), done.said
    assert "failed with code 1" in done.json["undelivered"][0]["message"]
    assert (work.run("plan", "--detailed-exitcode").code, planned(work)) == (2, {("a", "deliver")})
    program(work, "cat > /dev/null")
    assert names(applied(work).json["delivered"]) == ["a"]
    assert_no_leak(work, [TOKEN, *account.given], except_for=["secrets/*"])


def assert_refused(refused: Ended, what: str) -> None:
    """Assert that an apply was refused, and said which sink, of which line, is the reason."""
    assert refused.code == 4, refused.said
    assert what in refused.flat
    assert "sarv-sync.yaml:4:" in refused.flat
    assert "nothing was done" in refused.flat


@pytest.mark.parametrize("in_the_way", [folder, link, file_of_their_own])
def test_nothing_is_created_while_a_password_could_not_be_delivered(
    work: Workplace, sandbox: Sandbox, in_the_way: Break
) -> None:
    work.users(USERS, WITH_SINK)
    in_the_way(work.path / "secrets/a.env")
    assert_refused(work.apply(), "secrets/a.env")
    assert calls(sandbox, "addSmtp") == 0
    refused = work.apply("--format", "json")
    [error] = refused.json["errors"]
    assert (refused.code, error["line"], error["file"].endswith("sarv-sync.yaml")) == (4, 4, True)
    repair(work.path / "secrets/a.env")
    applied(work)
    assert delivered(work) == passwords(work, sandbox)


def test_a_program_that_says_it_could_not_deliver_keeps_users_from_being_made(
    work: Workplace, sandbox: Sandbox
) -> None:
    work.users(USERS, HEAD + "credentials: [{sink: command, command: [./deliver.sh]}]\n")
    assert_refused(work.apply(), "deliver.sh")
    program(work, 'cat > /dev/null; echo "no vault here" >&2; exit 3')
    assert_refused(work.apply(), "no vault here")
    assert (calls(sandbox, "addSmtp"), sandbox.account.users()) == (0, ())


def test_no_password_is_changed_while_the_new_one_could_not_be_delivered(work: Workplace, settled: Sandbox) -> None:
    before = passwords(work, settled)
    folder(work.path / "secrets/a.env")
    work.users(USERS.replace("a: {}", "a: {password_version: 2}"), WITH_SINK)
    assert_refused(work.apply(), "secrets/a.env")
    assert_refused(work.run("rotate", "a", "--auto-approve"), "secrets/a.env")
    assert (passwords(work, settled), calls(settled, "resetSmtpPassword")) == (before, 0)


def test_a_sink_that_this_run_does_not_use_keeps_nothing_from_being_done(work: Workplace, settled: Sandbox) -> None:
    folder(work.path / "secrets/b.env")
    done = work.run("rotate", "a", "--auto-approve")
    assert done.code == 0, done.said
    assert delivered(work)["a"] == passwords(work, settled)["a"]


def test_a_plan_reads_what_it_can_runs_no_program_and_writes_nothing(work: Workplace, settled: Sandbox) -> None:
    head = HEAD + SINK.replace("]", ", {sink: command, command: [./deliver.sh]}]")
    program(work, "cat > /dev/null; touch trace")
    work.users(USERS + "\nc: {}", head)
    before = work.files()
    for command in ("plan", "drift"):
        for format_ in ("text", "json", "markdown"):
            assert work.run(command, "--format", format_).code in {0, 2}
    assert planned(work) == {("a", "deliver"), ("b", "deliver"), ("c", "create"), ("c", "deliver")}
    assert work.run("doctor").code == 0
    assert (work.files(), len(settled.account.users())) == (before, 2)
    applied(work)
    assert "trace" in work.files()


def test_doctor_names_the_sinks_and_what_keeps_them_from_being_used(work: Workplace, settled: Sandbox) -> None:
    assert "1 sink: dotenv" in work.run("doctor").flat
    work.users(USERS, HEAD + SINK.replace("]", ", {sink: command, command: [./nowhere.sh]}]"))
    found = work.run("doctor")
    assert found.code != 0
    assert "1 of 2 sinks cannot be used" in found.flat
    assert "nowhere.sh" in found.flat
    assert calls(settled, "addSmtp") == 2


def test_a_user_whose_create_is_killed_before_its_delivery_gets_it_from_the_next_run(
    work: Workplace, serve: Serve
) -> None:
    sandbox = serve("editSmtp:late:seconds=60")
    work.users("a: {}", WITH_SINK)
    with work.start("apply", "--auto-approve") as running:
        while not sandbox.account.users():
            assert running.poll() is None, running.communicate()
        running.kill()
    assert delivered(work) == {}
    sandbox.set_faults()
    work.run("state", "unlock", work.state()["lock"]["id"])
    applied(work)
    assert delivered(work) == passwords(work, sandbox)
    assert calls(sandbox, "resetSmtpPassword") == 0

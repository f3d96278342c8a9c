"""`rotate` changes the passwords that it is asked to change, delivers them, and leaves everything else."""

from __future__ import annotations

import re

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import by_name, calls
from tests.end_to_end.conftest import Serve
from tests.end_to_end.leaks import CanaryAccount, assert_no_leak, secrets_of
from tests.end_to_end.passwords.logins import SINK, delivered, passwords
from tests.end_to_end.workplace import HEAD, Workplace

USERS = """\
a: {labels: {team: finance}}
b: {labels: {team: shop}}
c: {labels: {team: finance, stage: live}}"""


@pytest.fixture
def applied(work: Workplace, sandbox: Sandbox) -> Sandbox:
    """Three users, whose passwords were delivered."""
    work.users(USERS, HEAD + SINK)
    done = work.apply()
    assert done.code == 0, done.said
    return sandbox


CHOICES = [
    (["a"], "a"),
    (["c", "a", "c"], "ac"),
    (["--all"], "abc"),
    (["--label", "team=finance"], "ac"),
    (["--label", "team=finance", "--label", "stage=live"], "c"),
    (["a", "b", "--label", "team=finance"], "a"),
    (["--older-than", "0s"], "abc"),
    (["b", "c", "--older-than", "0s", "--label", "team=shop"], "b"),
]


@pytest.mark.parametrize(("choice", "chosen"), CHOICES, ids=[" ".join(choice) for choice, _ in CHOICES])
def test_who_is_chosen_gets_a_new_password_which_is_delivered(
    work: Workplace, applied: Sandbox, choice: list[str], chosen: str
) -> None:
    before = passwords(work, applied)
    done = work.run("rotate", "--auto-approve", *choice, "--format", "json")
    assert done.code == 0, done.said
    after = passwords(work, applied)
    assert {name for name in before if after[name] != before[name]} == {*chosen}
    assert delivered(work) == after
    assert [entry["name"] for entry in done.json["delivered"]] == sorted(chosen)
    assert (done.json["verified"], calls(applied, "resetSmtpPassword")) == (True, len(chosen))
    assert work.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize("choice", [["--due"], ["--older-than", "90d"], ["b", "--label", "team=finance"]])
def test_where_nobody_is_chosen_nothing_is_done_and_that_is_no_failure(
    work: Workplace, applied: Sandbox, choice: list[str]
) -> None:
    made, state = len(applied.calls), work.files()
    done = work.run("rotate", *choice)
    assert done.code == 0, done.said
    assert [call.call for call in applied.calls[made:]] == ["listSmtp"]
    assert work.files() == state
    assert "No password to change: none " in done.flat
    assert "No password was changed." in done.flat


def test_what_the_files_say_is_due_is_chosen_by_due(work: Workplace, applied: Sandbox) -> None:
    before = passwords(work, applied)
    work.users(USERS.replace("b: {", "b: {password_version: 2, "), HEAD + SINK)
    done = work.run("rotate", "--due", "--auto-approve")
    assert done.code == 0, done.said
    after = passwords(work, applied)
    assert {name for name in before if after[name] != before[name]} == {"b"}
    assert delivered(work) == after


def test_everything_else_that_is_pending_waits_for_apply(work: Workplace, applied: Sandbox) -> None:
    work.users(USERS.replace("a: {", "a: {hourly_limit: 7, ") + "\nd: {}", HEAD + SINK)
    done = work.run("rotate", "a", "--auto-approve")
    assert done.code == 0, done.said
    assert by_name(work, applied)["a"] == (1000, 100, "Enable")
    assert set(work.state()["bindings"]) == {"a", "b", "c"}
    plan = work.run("plan", "--format", "json").json
    assert {(change["name"], change["action"]) for change in plan["changes"]} == {
        ("a", "update"), ("d", "create"), ("d", "deliver"),
    }  # fmt: skip


def test_without_a_terminal_the_plan_is_shown_and_its_digest_lets_it_be_done(
    work: Workplace, applied: Sandbox
) -> None:
    before = passwords(work, applied)
    shown = work.run("rotate", "--label", "team=finance")
    assert shown.code == 4
    assert "no terminal" in shown.flat
    assert "--expect-digest" in shown.flat
    assert "--approved" not in shown.flat
    assert "2 to rotate" in shown.flat
    digest = re.findall(r"sha256:[0-9a-f]{64}", shown.out)[-1]
    assert passwords(work, applied) == before
    arguments = ("--auto-approve", "--expect-digest", digest)
    assert work.run("rotate", "--all", *arguments).code == 4
    assert work.run("rotate", "--label", "team=finance", *arguments).code == 0
    assert {name for name in before if passwords(work, applied)[name] != before[name]} == {"a", "c"}


def test_a_guard_bounds_how_much_one_run_may_change(work: Workplace, applied: Sandbox) -> None:
    before = passwords(work, applied)
    work.users(USERS, HEAD + SINK + "guards: {max_rotations: 2}\n")
    refused = work.run("rotate", "--all", "--auto-approve")
    assert (refused.code, "max_rotations" in refused.flat) == (4, True), refused.said
    assert passwords(work, applied) == before
    assert work.run("rotate", "--all", "--auto-approve", "--allow", "max_rotations=3").code == 0
    assert delivered(work) == passwords(work, applied)


def test_a_name_that_is_not_in_the_files_is_wrong_input(work: Workplace, applied: Sandbox) -> None:
    done = work.run("rotate", "a", "nobody", "--auto-approve")
    assert (done.code, "nobody" in done.err) == (3, True), done.said
    assert calls(applied, "resetSmtpPassword") == 0


def test_a_place_that_cannot_be_written_keeps_every_password_as_it_is(work: Workplace, applied: Sandbox) -> None:
    before = passwords(work, applied)
    (work.path / "secrets" / "b.env").unlink()
    (work.path / "secrets" / "b.env").mkdir()
    refused = work.run("rotate", "--all", "--auto-approve")
    assert (refused.code, "b.env" in refused.flat) == (4, True), refused.said
    assert passwords(work, applied) == before
    assert calls(applied, "resetSmtpPassword") == 0


def test_whoever_waits_for_the_lock_reads_that_a_rotation_has_it(work: Workplace, serve: Serve) -> None:
    applied = serve(latency=0.2)
    work.users(USERS, HEAD + SINK)
    assert work.apply().code == 0
    with work.start("rotate", "--all", "--auto-approve") as running:
        while not work.state().get("lock"):
            assert running.poll() is None, running.communicate()
        assert work.state()["lock"]["command"] == "sarv-sync rotate"
        running.communicate()
    assert running.returncode == 0
    assert delivered(work) == passwords(work, applied)


def test_no_password_is_shown_old_or_new(work: Workplace, serve: Serve) -> None:
    account = CanaryAccount()
    serve(account=account)
    work.users(USERS, HEAD + SINK)
    assert work.apply("-vv").code == 0
    secrets = secrets_of(account)
    for format_ in ("text", "json"):
        assert work.run("-vv", "rotate", "--all", "--auto-approve", "--format", format_).code == 0
        secrets += secrets_of(account)
    for path in (work.path / "secrets").iterdir():
        path.unlink()
    assert_no_leak(work, secrets)

"""A state that is damaged, foreign or not the newest: refused with a way out, and nothing is changed anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import by_user, calls
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import Workplace

STATE = "sarv-sync.state.json"
LOCK = f"{STATE}.lock"
LOOKING = (("plan",), ("drift",), ("apply", "--auto-approve"))


def two_applies(work: Workplace) -> bytes:
    """Apply twice, and return the state as it was after the first time."""
    work.users("a: {}\nb: {}")
    assert work.apply().code == 0
    old = (work.path / STATE).read_bytes()
    work.users("a: {hourly_limit: 5}\nb: {}\nc: {}")
    assert work.apply().code == 0
    return old


def changed(**parts: Any) -> Callable[[bytes, bytes], bytes]:
    return lambda new, _: json.dumps({**json.loads(new), **parts}).encode()


def other_account(new: bytes, _: bytes) -> bytes:
    return new.replace(b'"owner_id": "10042"', b'"owner_id": "10043"')


DAMAGED: dict[str, tuple[Callable[[bytes, bytes], bytes], int, str, str]] = {
    "truncated": (lambda new, _: new[: len(new) // 2], 1, "is not JSON", "restore the last good copy"),
    "one byte short": (lambda new, _: new[:-2], 1, "is not JSON", "restore the last good copy"),
    "garbled": (lambda new, _: new.replace(b'"serial"', b'"ser\xffal"'), 1, "is not JSON", "last good copy"),
    "zeros": (lambda new, _: bytes(len(new)), 1, "is not JSON", "restore the last good copy"),
    "emptied": (lambda *_: b"", 1, "it is empty, cut off or damaged", "restore the last good copy"),
    "a newer version": (changed(format="sarv-sync-state/2"), 1, "sarv-sync-state/2", "use the one that wrote it"),
    "a newer part": (changed(notes=[]), 1, "'notes'", "use the version of sarv-sync that wrote it"),
    "another account": (other_account, 4, "belongs to account 10043", "a place of its own under `state:`"),
    "rolled back": (lambda _, old: old, 4, "is older than what was written here", "`sarv-sync state push --force"),
    "another state": (changed(lineage="c0ffee"), 4, "its lineage is c0ffee", "`sarv-sync state push --force"),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_state_that_cannot_be_relied_on_is_refused_and_nothing_changes(
    work: Workplace, serve: Serve, case: str
) -> None:
    sandbox = serve()
    damage, code, message, hint = DAMAGED[case]
    old = two_applies(work)
    (work.path / STATE).write_bytes(damage((work.path / STATE).read_bytes(), old))
    files, users, made = work.files(), by_user(sandbox), calls(sandbox, "addSmtp") + calls(sandbox, "editSmtp")

    for command in LOOKING:
        done = work.run(*command)
        assert (done.code, done.out, message in done.flat, hint in done.flat) == (code, "", True, True), done.said
    as_json = work.run("plan", "--format", "json").json
    assert (as_json["exit_code"], message in as_json["errors"][0]["message"]) == (code, True)
    assert (work.files(), by_user(sandbox)) == (files, users)
    assert calls(sandbox, "addSmtp") + calls(sandbox, "editSmtp") == made


def test_what_is_not_the_newest_can_still_be_looked_at(work: Workplace, sandbox: Sandbox) -> None:
    old = two_applies(work)
    (work.path / STATE).write_bytes(old)
    for arguments in (("state", "list"), ("state", "show", "a"), ("show",), ("state", "pull")):
        assert work.run(*arguments).code == 0
    assert work.run("state", "pull").raw_out == old
    assert (work.run("state", "rm", "a").code, work.run("state", "mv", "a", "z").code) == (4, 4)
    (work.path / STATE).unlink()
    for arguments in (("state", "list"), ("show",), ("state", "pull")):
        done = work.run(*arguments)
        assert (done.code, "is gone" in done.flat) == (4, True)


def test_the_newest_copy_put_back_is_as_if_nothing_had_been(work: Workplace, sandbox: Sandbox) -> None:
    old = two_applies(work)
    newest = (work.path / STATE).read_bytes()
    (work.path / STATE).write_bytes(old)
    assert work.run("plan").code == 4
    (work.path / STATE).write_bytes(newest)
    assert (work.run("plan", "--detailed-exitcode").code, work.apply().code) == (0, 0)


def test_an_old_copy_is_gone_on_with_by_the_command_that_the_hint_names(work: Workplace, sandbox: Sandbox) -> None:
    old = two_applies(work)
    (work.path / STATE).write_bytes(old)
    serial = json.loads(work.run("plan", "--format", "json").json["errors"][0]["message"].rpartition(" ")[2])

    pushed = work.run("state", "push", "--force", STATE)

    assert pushed.code == 0, pushed.said
    assert work.state() == {**json.loads(old), "serial": serial + 1}
    plan = work.run("plan", "--format", "json")
    assert (plan.code, [change["name"] for change in plan.json["changes"]]) == (0, ["c"])
    assert [entry["total_limit"] for entry in plan.json["unmanaged"]] == [1000], "the user that it knew nothing of"


def test_a_state_that_is_gone_is_put_back_by_the_command_that_the_hint_names(
    work: Workplace, sandbox: Sandbox
) -> None:
    two_applies(work)
    (work.path / STATE).rename(work.path / "copy.json")
    assert work.apply().code == 4
    assert work.run("state", "push", "copy.json").code == 0
    assert (work.run("plan", "--detailed-exitcode").code, work.apply().code) == (0, 0)


def test_without_the_state_that_was_here_no_user_is_made_and_nothing_is_called_clean(
    work: Workplace, sandbox: Sandbox
) -> None:
    two_applies(work)
    (work.path / STATE).unlink()
    files, made = work.files(), calls(sandbox, "addSmtp")

    plan, apply, drift = work.run("plan"), work.apply(), work.run("drift")

    assert (plan.code, apply.code, drift.code) == (0, 4, 4)
    for done in (plan, apply, drift):
        assert "the state is gone (serial" in done.flat
        assert "`sarv-sync state push FILE`" in done.flat
    assert [entry["reason"] for entry in work.run("plan", "--format", "json").json["refused"]] == ["state"]
    assert (work.files(), calls(sandbox, "addSmtp")) == (files, made)


def test_to_adopt_some_of_the_users_does_not_make_the_others_new(work: Workplace, sandbox: Sandbox) -> None:
    two_applies(work)
    user, made = work.state()["bindings"]["a"]["smtp_user_name"], calls(sandbox, "addSmtp")
    (work.path / STATE).unlink()
    work.users(f"a: {{smtp_user_name: {user}}}\nb: {{}}\nc: {{}}")

    assert work.apply("--target", "a").code == 0
    refused = work.apply()

    assert (refused.code, "the state is gone" in refused.flat) == (4, True), refused.said
    assert calls(sandbox, "addSmtp") == made


def test_who_means_it_begins_anew(work: Workplace, sandbox: Sandbox) -> None:
    two_applies(work)
    lineage = work.state()["lineage"]
    user = work.state()["bindings"]["a"]["smtp_user_name"]
    (work.path / STATE).unlink()
    assert work.apply().code == 4
    (work.path / LOCK).unlink()
    work.users(f"a: {{smtp_user_name: {user}, hourly_limit: 5}}")
    assert work.apply().code == 0
    assert (work.state()["lineage"] == lineage, calls(sandbox, "addSmtp")) == (False, 3)


def test_what_version_control_brings_from_elsewhere_is_fine(
    work: Workplace, sandbox: Sandbox, tmp_path: Path
) -> None:
    two_applies(work)
    elsewhere = Workplace(tmp_path / "clone", dict(work.environment))
    elsewhere.path.mkdir()
    for name in ("sarv-sync.yaml", STATE):
        (elsewhere.path / name).write_bytes((work.path / name).read_bytes())
    elsewhere.users("a: {hourly_limit: 7}\nb: {}\nc: {}")
    assert elsewhere.apply().code == 0
    for name in ("sarv-sync.yaml", STATE):
        (work.path / name).write_bytes((elsewhere.path / name).read_bytes())
    work.users("a: {hourly_limit: 8}\nb: {}\nc: {}")
    assert (work.run("plan").code, work.apply().code, work.run("drift").code) == (0, 0, 0)

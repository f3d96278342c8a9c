"""What `doctor` finds in the account's listing and in the state."""

from __future__ import annotations

import signal
import subprocess
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.model.state import Birthmark, Intent, Retired
from sarv_sync.state.document import decode, encode
from tests.end_to_end.accounts import bind, user
from tests.end_to_end.checklists import doctor, findings, said_by
from tests.end_to_end.workplace import HEAD, Workplace
from tests.privileges import without_privileges

if TYPE_CHECKING:
    from sarv_sync.sandbox.server import Sandbox
    from tests.end_to_end.conftest import Serve

STATE = "sarv-sync.state.json"


ROWS = [
    ("listSmtp:wrong-types:field=status,to=integer,row=2", "warning", "smtp2: status is a number"),
    ("listSmtp:wrong-types:field=hourly_limit,to=missing", "warning", "smtp3: hourly_limit is missing"),
    ("listSmtp:duplicate-row:row=2", "failed", "smtp2 is listed more than once"),
    ("listSmtp:wrong-types:field=smtp_user_name,to=null,row=3", "failed", "row 3 of the listing has no legible"),
    ("listSmtp:empty-list", "failed", "the account lists no users at all"),
]


@pytest.mark.parametrize(("fault", "verdict", "said"), ROWS)
def test_every_odd_row_is_named(work: Workplace, serve: Serve, fault: str, verdict: str, said: str) -> None:
    sandbox = serve(fault, users=(user("smtp1"), user("smtp2"), user("smtp3")))
    work.users("a: {}")
    bind(work, sandbox, a="smtp1")
    done = doctor(work)
    listing = findings(done)["listing"]
    assert (listing["verdict"], said in said_by(listing)) == (verdict, True), done.said
    assert listing["remedy"]
    text = work.run("doctor")
    assert (text.code, said in text.flat) == (done.code, True)


def test_limits_that_differ_from_what_was_applied_are_named(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"), user("smtp2")))
    work.users("a: {}\nb: {}")
    bind(work, sandbox, a="smtp1", b="smtp2")
    sandbox.account.edit("smtp1", total_limit=500)
    found = findings(doctor(work), "warning")
    assert set(found) == {"limits"}
    assert "1 of 2 bound users listed exactly" in found["limits"]["message"]
    assert "a (smtp1): total_limit is 500, applied was 1,000" in said_by(found["limits"])
    assert "sarv-sync drift" in found["limits"]["remedy"]


def test_an_account_that_changes_limits_is_told_as_one_that_needs_a_person(work: Workplace, serve: Serve) -> None:
    serve("any:cap:total=1")
    work.users("a: {}")
    assert work.apply().code == 5
    limits = findings(doctor(work))["limits"]
    assert limits["verdict"] == "warning"
    assert limits["message"].startswith("the account lists other limits than it was given")
    assert "sarv-sync state resolve NAME" in limits["remedy"]


def hanging(work: Workplace, serve: Serve) -> tuple[Sandbox, subprocess.Popen[bytes]]:
    """Start an apply that hangs in its first create, and wait until the user is made."""
    sandbox = serve("addSmtp:late:seconds=600,first=1")
    work.users("a: {}")
    run = work.start("apply", "--auto-approve")
    while not sandbox.account.users():
        assert run.poll() is None
        time.sleep(0.002)
    return sandbox, run


def test_a_run_that_is_at_work_is_named_and_left_alone(work: Workplace, serve: Serve) -> None:
    _, run = hanging(work, serve)
    done = doctor(work)
    found = findings(done, "warning")
    assert (set(found), done.code) == ({"lock"}, 0), done.said
    assert f"(process {run.pid}): sarv-sync apply, since " in found["lock"]["message"]
    assert f"`sarv-sync state unlock {work.state()['lock']['id']}`" in found["lock"]["remedy"]
    assert "1 create under way" in findings(done)["creates"]["message"]
    run.send_signal(signal.SIGKILL)
    run.communicate()


def test_what_a_killed_run_left_behind_is_named_and_apply_ends_it(work: Workplace, serve: Serve) -> None:
    sandbox, run = hanging(work, serve)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    done = doctor(work)
    found = findings(done, "warning")
    assert (set(found), done.code) == ({"lock", "creates"}, 0), done.said
    assert f"(process {run.pid})" in found["lock"]["message"]
    (made,) = sandbox.account.users()
    assert f"a: its create had no answer, and made {made.smtp_user_name}" in said_by(found["creates"])
    for name in ("lock", "creates"):
        assert "`sarv-sync apply`" in found[name]["remedy"]
    assert work.apply().code == 0
    assert findings(doctor(work), "warning", "failed") == {}


def test_a_create_that_needs_a_person_fails_and_names_the_commands(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"), user("smtp2")))
    work.users("a: {}\nb: {}")
    bind(work, sandbox, a="smtp1")
    intents = {"i": Intent("i", "b", Birthmark(77, 7), "l")}
    leave(work, intents=intents, listings={"l": ()}, echoes_limits=False)
    done = doctor(work)
    creates = findings(done, "failed")["creates"]
    assert "if any: smtp2" in said_by(creates)
    for command in ("`sarv-sync state resolve b --adopt USER`", "`sarv-sync state resolve b --abandon`"):
        assert command in said_by(creates)
        assert command in work.run("doctor").out, "a command stays on its line"


def test_a_spare_is_named(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"), user("smtp2", 77, 7)))
    work.users("a: {}")
    bind(work, sandbox, a="smtp1")
    leave(work, retired=(Retired("b", Birthmark(77, 7), "l"),), listings={"l": ()})
    assert "smtp2 is a spare: a create of b" in said_by(findings(doctor(work), "warning")["creates"])


def leave(work: Workplace, **parts: Any) -> None:
    """Leave `parts` in the state."""
    path = work.path / STATE
    path.write_bytes(encode(replace(decode(path.read_bytes(), STATE), **parts)))


@pytest.mark.parametrize("text", ["", "{", '{"format": "sarv-sync-state/2"}'])
def test_a_damaged_state_fails_and_the_account_is_looked_at_all_the_same(
    work: Workplace, sandbox: Sandbox, text: str
) -> None:
    work.users("a: {}")
    work.write(text, STATE)
    done = doctor(work)
    assert set(findings(done, "failed")) == {"state"}
    assert set(findings(done, "skipped")) == {"creates", "limits"}
    assert findings(done)["listing"]["verdict"] == "ok"


def test_another_accounts_state_fails(work: Workplace, serve: Serve) -> None:
    bind(work, serve(users=(user("smtp1"),)), a="smtp1")
    serve()
    work.users("a: {}")
    done = doctor(work)
    assert set(findings(done, "failed")) == {"state"}
    assert "belongs to account 10042 at " in findings(done)["state"]["message"]


def test_a_state_that_was_put_back_from_an_old_copy_fails(work: Workplace, serve: Serve) -> None:
    serve()
    work.users("a: {}")
    assert work.apply().code == 0
    old = (work.path / STATE).read_bytes()
    work.users("a: {}\nb: {}")
    assert work.apply().code == 0
    (work.path / STATE).write_bytes(old)
    assert set(findings(doctor(work), "failed")) == {"state"}


def test_a_folder_for_the_state_that_is_not_there_fails(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}", HEAD + "state: {backend: local, path: nowhere/state.json}\n")
    done = doctor(work)
    assert set(findings(done, "failed")) == {"folder"}
    assert "nowhere cannot be written: No such file or directory" in findings(done)["folder"]["message"]


def test_a_folder_that_may_not_be_written_fails(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    work.path.chmod(0o500)
    done = doctor(work, before=without_privileges())
    work.path.chmod(0o700)
    assert set(findings(done, "failed")) == {"folder"}
    assert "cannot be written: Permission denied" in findings(done)["folder"]["message"]

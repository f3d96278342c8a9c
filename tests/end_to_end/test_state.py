from __future__ import annotations

import json
import signal
import stat
import subprocess
import time

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, calls, in_account, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import Workplace
from tests.privileges import without_privileges

PLAIN = (1000, 100, "Enable")
STATE = "sarv-sync.state.json"


def bound(work: Workplace, serve: Serve) -> Sandbox:
    sandbox = serve(users=(user("smtp1"), user("smtp2")))
    bind(work, sandbox, a="smtp1", b="smtp2")
    work.users("a: {}\nb: {}")
    return sandbox


def test_the_state_is_the_contracts_document(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    assert work.apply().code == 0
    state = work.state()
    assert list(state)[:5] == ["format", "lineage", "serial", "account", "lock"]
    assert (state["format"], state["lock"], state["intents"]) == ("sarv-sync-state/1", None, {})
    assert state["account"] == {"endpoint": sandbox.url, "owner_id": "10042"}
    assert state["bindings"]["a"]["smtp_user_name"] == sandbox.account.users()[0].smtp_user_name
    assert stat.S_IMODE((work.path / STATE).stat().st_mode) == 0o600


def test_the_serial_grows_and_the_lineage_stays(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    assert work.apply().code == 0
    first = work.state()
    work.users("a: {hourly_limit: 5}")
    assert work.apply().code == 0
    assert work.state()["lineage"] == first["lineage"]
    assert work.state()["serial"] > first["serial"]


def test_list_and_show_need_no_network_and_no_token(work: Workplace, serve: Serve) -> None:
    sandbox = bound(work, serve)
    for arguments in (("state", "list"), ("state", "show", "a"), ("show",)):
        done = work.run(*arguments, SARV_TOKEN=None, SARV_ENDPOINT=None)
        assert (done.code, "smtp1" in done.out) == (0, True), done.said
        as_json = work.run(*arguments, "--format", "json", SARV_TOKEN=None, SARV_ENDPOINT=None)
        assert (as_json.code, "smtp1" in json.dumps(as_json.json)) == (0, True)
    assert list(work.run("state", "list", "--format", "json").json) == ["bindings", "removed", "intents"]
    assert sandbox.calls == ()


def test_mv_lets_a_user_go_by_another_name(work: Workplace, serve: Serve) -> None:
    sandbox = bound(work, serve)
    assert work.run("state", "mv", "a", "c").code == 0
    work.users("c: {}\nb: {}")
    assert (work.run("plan", "--detailed-exitcode").code, work.state()["lock"]) == (0, None)
    assert work.state()["bindings"]["c"]["smtp_user_name"] == "smtp1"
    assert calls(sandbox, "editSmtp") == 0


def test_rm_forgets_a_user_and_leaves_it_alone(work: Workplace, serve: Serve) -> None:
    sandbox = bound(work, serve)
    assert work.run("state", "rm", "a").code == 0
    assert list(work.state()["bindings"]) == ["b"]
    work.users("b: {}")
    plan = work.run("plan", "--detailed-exitcode", "--format", "json")
    assert (plan.code, [entry["smtp_user_name"] for entry in plan.json["unmanaged"]]) == (0, ["smtp1"])
    assert in_account(sandbox) == [PLAIN, PLAIN]


@pytest.mark.parametrize(
    "arguments",
    [("mv", "nobody", "c"), ("mv", "a", "b"), ("mv", "a", "Not A Name"), ("rm", "nobody"), ("show", "no")],
)
def test_what_the_state_does_not_hold_is_wrong_input(
    work: Workplace, serve: Serve, arguments: tuple[str, ...]
) -> None:
    bound(work, serve)
    before = work.state()["bindings"]
    assert (work.run("state", *arguments).code, work.state()["bindings"]) == (3, before)


DAMAGE = [
    "",
    "{",
    "[]",
    "null",
    '{"format": "sarv-sync-state/2"}',
    '{"format": "sarv-sync-state/1"}',
    "\xff",
    "PK\x03",
]


@pytest.mark.parametrize(
    ("command", "text"),
    [
        *((("apply", "--auto-approve"), text) for text in DAMAGE),
        (("plan",), "{"), (("show",), "{"), (("state", "rm", "a"), "{"),
    ],
)  # fmt: skip
def test_a_damaged_state_is_an_error_and_is_not_touched(
    work: Workplace, serve: Serve, command: tuple[str, ...], text: str
) -> None:
    sandbox = bound(work, serve)
    work.write(text, STATE)
    done = work.run(*command)
    assert (done.code, (work.path / STATE).read_text(encoding="utf-8")) == (1, text), done.said
    assert ("hint:" in done.err, "Traceback" in done.err, "bug" in done.err) == (True, False, False)
    assert in_account(sandbox) == [PLAIN, PLAIN]


def test_a_folder_that_cannot_be_written_is_an_error_before_any_call(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    work.path.chmod(0o500)
    done = work.run("apply", "--auto-approve", before=without_privileges())
    work.path.chmod(0o700)
    assert (done.code, "Permission denied" in done.err, in_account(sandbox)) == (1, True, []), done.said


def test_a_state_path_that_is_a_folder_is_an_error_before_any_create(work: Workplace, sandbox: Sandbox) -> None:
    (work.path / STATE).mkdir()
    work.users("a: {}")
    assert (work.apply().code, in_account(sandbox)) == (1, [])


def busy(work: Workplace, sandbox: Sandbox) -> subprocess.Popen[bytes]:
    """Start an apply that hangs in its first create, and wait until it is there."""
    run = work.start("apply", "--auto-approve")
    while not sandbox.account.users():
        assert run.poll() is None
        time.sleep(0.002)
    return run


def test_a_second_apply_is_refused_and_names_the_holder(work: Workplace, serve: Serve) -> None:
    sandbox = serve("addSmtp:late:seconds=600,first=1")
    work.users("a: {}\nb: {}")
    first = busy(work, sandbox)
    for arguments in (("apply", "--auto-approve"), ("state", "rm", "a"), ("state", "mv", "a", "c")):
        second = work.run(*arguments)
        assert second.code == 4, second.said
        assert f"process {first.pid}" in second.flat
        assert "sarv-sync apply" in second.err
        assert "hint:" in second.err
    assert work.run("plan").code == 0, "looking needs no lock"
    first.send_signal(signal.SIGKILL)
    first.communicate()

    third = work.apply()
    assert (third.code, f"process {first.pid}" in third.err) == (0, True), third.said
    assert in_account(sandbox) == [PLAIN, PLAIN]
    assert work.apply().err == "", "there is no lock left to take over"


def test_of_two_applies_at_once_nobody_makes_a_user_twice(work: Workplace, serve: Serve) -> None:
    sandbox = serve(latency=0.02)
    work.users("\n".join(f"u{number}: {{}}" for number in range(20)))
    runs = [work.start("apply", "--auto-approve") for _ in range(3)]
    for run in runs:
        run.communicate(timeout=60)
    assert {run.returncode for run in runs} <= {0, 4}
    assert 0 in {run.returncode for run in runs}
    assert in_account(sandbox) == [PLAIN] * 20
    assert work.run("plan", "--detailed-exitcode").code == 0

"""No password and no token is printed, logged or written, whatever happens."""

from __future__ import annotations

import base64
import json
import logging
from urllib.parse import quote

import pytest

from sarv_sync.cli.main import run
from sarv_sync.provider.client import Client
from tests.end_to_end.accounts import in_account
from tests.end_to_end.conftest import Serve
from tests.end_to_end.leaks import CanaryAccount, assert_no_leak, forms, found, secrets_of
from tests.end_to_end.workplace import HEAD, TOKEN, Ended, Workplace
from tests.unit.provider.stage import Reply, Stage, reply

FORMATS = ("text", "json", "markdown")


@pytest.mark.parametrize("form", sorted(set(forms(TOKEN))))
def test_the_search_itself_finds_every_form(form: bytes) -> None:
    assert found([TOKEN], [b"before", b"x" + form + b"y"])


def everything(work: Workplace) -> list[Ended]:
    """Run every command in every format, from an empty account to changes, drift and removal."""
    ended = [work.run(command, "--format", format_) for command in ("plan", "drift") for format_ in FORMATS]
    ended += [work.run("export", "-vv")]
    ended += [work.run("-vv", "plan", "--out", "plan.json"), work.run("apply", "plan.json", "-vv")]
    work.users("b: {hourly_limit: 3}\nnew: {renamed_from: a}\nd: {}")
    ended += [work.run("plan", "-vv", "--format", format_) for format_ in FORMATS]
    ended += [work.run("apply"), work.apply("-vv", "--format", "json"), work.run("drift", "-vv")]
    ended += [work.run("show", "-vv", *rest) for rest in (("plan.json",), (), ("--format", "json"))]
    ended += [work.run("export", "--update", "-vv")]
    ended += [work.run("state", *rest) for rest in (("list",), ("show", "b"), ("mv", "b", "e"), ("rm", "e"))]
    return ended


def test_every_command_in_every_format_keeps_them(work: Workplace, serve: Serve) -> None:
    account = CanaryAccount()
    stranger = account.add(7, 7)
    serve(account=account)
    work.users("a: {}\nb: {}\nc: {status: Disable}")
    ended = everything(work)
    assert {done.code for done in ended} == {0, 4}
    assert "listSmtp: HTTP 200" in "".join(done.err for done in ended), "the log was on"
    assert len(in_account(serve(account=account))) == 5
    assert stranger.smtp_user_name in ended[0].out
    assert_no_leak(work, secrets_of(account))


FAULTS = [
    "any:echo-secrets",
    "any:echo-secrets:name=AuthenticationError",
    "any:echo-secrets:name=ValidationError",
    "addSmtp:echo-secrets",
    "editSmtp:echo-secrets",
    "addSmtp:truncated",
    "addSmtp:truncated:short=true",
    "addSmtp:wrong-types:field=smtp_password,to=list",
    "addSmtp:no-name",
    "addSmtp:commit-hang-up",
    "listSmtp:truncated",
    "listSmtp:truncated:short=true",
    "listSmtp:html",
    "listSmtp:duplicate-row",
    "listSmtp:wrong-types:field=password,to=list",
    "listSmtp:wrong-types:field=status,to=integer",
    "listSmtp:wrong-types:field=smtp_user_name,to=null",
    "editSmtp:general-error:commit=true",
]


@pytest.mark.parametrize("fault", FAULTS)
def test_every_way_to_fail_keeps_them(work: Workplace, serve: Serve, fault: str) -> None:
    account = CanaryAccount()
    account.add(50, 5)
    account.add(60, 6)
    adopted = account.users()[0].smtp_user_name
    sandbox = serve(fault, account=account)
    work.users(f"a: {{smtp_user_name: {adopted}, total_limit: 50, hourly_limit: 4}}\nb: {{}}")
    for arguments in (("plan", "--out", "plan.json"), ("apply", "--auto-approve")):
        work.run("-vv", *arguments)
    assert {call.outcome for call in sandbox.calls} != {"success"}, "the fault was met"
    assert_no_leak(work, secrets_of(account))


PASSWORD = 'echo-ä"q\\b/s+p%c&a<l'
ROW = {"smtp_user_name": "smtp1", "password": PASSWORD, "status": "Enable", "total_limit": 1000, "hourly_limit": 100}
LISTING = reply({"status": "success", "smtp_list": [ROW]})
SPELLINGS = [
    PASSWORD,
    PASSWORD[::-1],
    base64.b64encode(PASSWORD.encode()).decode(),
    base64.urlsafe_b64encode(f"user:{PASSWORD}".encode()).decode(),
    quote(PASSWORD, safe=""),
    json.dumps(PASSWORD),
    f"{'x' * 280}{PASSWORD}",
    f"Bearer {TOKEN}, {TOKEN[::-1]}",
]


@pytest.mark.parametrize(
    ("key", "spelling"), [("name", PASSWORD), ("code", PASSWORD), *(("message", spelling) for spelling in SPELLINGS)]
)
def test_a_provider_that_repeats_them_in_an_error_is_not_quoted(
    work: Workplace, stage: Stage, spelling: str, key: str
) -> None:
    refusal = reply({"status": "error", "name": "ValidationError", "message": "no", "code": -1, key: spelling})
    stage.play(LISTING, LISTING, refusal, LISTING)
    work.users("a: {smtp_user_name: smtp1, hourly_limit: 5}", HEAD.replace("400ms", "1ms"))
    done = work.apply("-vv", "--format", "json")
    assert (done.code, len(stage.calls("editSmtp"))) == (5, 1), done.said
    assert_no_leak(work, [TOKEN, PASSWORD])


@pytest.mark.parametrize(
    "answer",
    [
        reply(f"<html>{PASSWORD} {TOKEN}".encode(), 500),
        reply({}, 302, headers=(f"Location: https://u:{TOKEN}@x.example/?t={TOKEN}",)),
        Reply(f"{PASSWORD} {TOKEN}\r\n\r\n".encode(), "close"),
        Reply(f"HTTP/1.1 200 OK\r\n{TOKEN}\r\n\r\n".encode(), "close"),
        Reply(f"HTTP/1.1 200 {TOKEN}\r\nContent-Length: x{TOKEN}\r\n\r\n{TOKEN}".encode(), "close"),
        Reply(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + TOKEN.encode(), "close"),
    ],
)
def test_an_answer_that_is_none_is_not_quoted(work: Workplace, stage: Stage, answer: Reply) -> None:
    stage.play(LISTING, answer)
    work.users("a: {}")
    assert work.run("plan", "-vv").code == 0
    assert work.run("plan", "-vv").code == 1
    assert_no_leak(work, [TOKEN, PASSWORD])


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9/v1.0", "{https}", "https://no-such-host.invalid/v1.0"])
def test_an_unreachable_provider_is_an_error_without_them(work: Workplace, stage: Stage, endpoint: str) -> None:
    stage.play(LISTING)
    work.users("a: {}")
    work.environment["SARV_ENDPOINT"] = endpoint.replace("{https}", stage.url.replace("http:", "https:"))
    for done in (work.run("-vv", "plan"), work.apply("-vv", "--format", "json")):
        assert (done.code, "bug" in done.flat) == (1, False), done.said
    assert_no_leak(work, [TOKEN, PASSWORD])


@pytest.mark.parametrize("format_", ["text", "json"])
@pytest.mark.parametrize("where", ["list_users", "add_user", "edit_user"])
def test_a_bug_is_told_without_them(
    work: Workplace, serve: Serve, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str],
    format_: str, *, where: str,
) -> None:  # fmt: skip
    account = CanaryAccount()
    account.add(50, 5)
    serve(account=account)
    secrets = secrets_of(account)

    def broken(*_: object) -> None:
        raise RuntimeError(*secrets)

    work.users(f"a: {{smtp_user_name: {account.users()[0].smtp_user_name}}}\nb: {{}}")
    monkeypatch.chdir(work.path)
    for name, value in work.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(Client, where, broken)
    code = run(["-vv", "apply", "--auto-approve", "--format", format_])
    logging.getLogger("sarv_sync").handlers.clear()
    out, err = capfd.readouterr()
    work.heard += [out.encode(), err.encode()]
    assert (code, "RuntimeError" in out + err, "Traceback" in out + err) == (1, True, False)
    if format_ == "json":
        assert json.loads(out)["exit_code"] == 1
    assert_no_leak(work, secrets)


@pytest.mark.parametrize("text", ["", "{", '{"format": "sarv-sync-state/1"}'])
def test_a_damaged_state_is_an_error_without_them(work: Workplace, serve: Serve, text: str) -> None:
    account = CanaryAccount()
    account.add(50, 5)
    serve(account=account)
    work.users("a: {}")
    work.write(text, "sarv-sync.state.json")
    assert work.apply("-vv").code == 1
    assert_no_leak(work, secrets_of(account))


def test_a_token_with_a_stray_line_end_is_not_repeated(work: Workplace, serve: Serve) -> None:
    serve()
    work.users("a: {}")
    assert work.run("plan", "-vv", SARV_TOKEN=TOKEN + "\n").code == 3
    work.write(TOKEN, "folder/token")
    assert work.run("plan", "-vv", SARV_TOKEN=None, SARV_TOKEN_FILE="folder").code == 3
    (work.path / "folder" / "token").unlink()
    assert_no_leak(work, [TOKEN])

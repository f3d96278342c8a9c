"""`doctor`: a checklist of everything a run depends on. It changes nothing, whatever it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.accounts import bind, in_account, user
from tests.end_to_end.checklists import doctor, findings, said_by
from tests.end_to_end.leaks import CanaryAccount, assert_no_leak, secrets_of
from tests.end_to_end.test_documents import validator
from tests.end_to_end.workplace import HEAD, TOKEN, Workplace
from tests.unit.provider.stage import Stage, error

if TYPE_CHECKING:
    from sarv_sync.sandbox.server import Sandbox
    from tests.end_to_end.conftest import Serve


def test_where_nothing_is_wrong_everything_is_ok(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"), user("smtp2")))
    work.users("a: {}\nb: {}")
    bind(work, sandbox, a="smtp1", b="smtp2")
    found = findings(doctor(work))
    assert {each["verdict"] for each in found.values()} == {"ok"}
    assert "2 users in 1 file" in found["configuration"]["message"]
    assert "2 users bound" in found["state"]["message"]
    assert "2 of 2 bound users listed exactly as last applied" in found["limits"]["message"]
    assert [call.call for call in sandbox.calls] == ["listSmtp"]


def test_before_the_first_apply_nothing_is_wrong_and_nothing_is_left_behind(
    work: Workplace, sandbox: Sandbox
) -> None:
    work.users("a: {}")
    found = findings(doctor(work))
    assert "there is none yet" in found["state"]["message"]
    assert "the first create finds out" in found["limits"]["message"]
    assert (set(work.files()), in_account(sandbox)) == ({"sarv-sync.yaml"}, [])


def test_after_an_apply_it_is_known_whether_limits_are_echoed(work: Workplace, serve: Serve) -> None:
    serve()
    work.users("a: {}")
    assert work.apply().code == 0
    found = findings(doctor(work))
    assert {each["verdict"] for each in found.values()} == {"ok"}
    assert found["limits"]["message"].startswith("the account lists limits as they were given")


def test_the_checklist_is_readable_and_ends_with_a_sum(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    done = work.run("doctor")
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("\nHealthy: 19 ok.\n")
    assert all(len(line) <= 80 for line in done.out.splitlines())
    assert [line for line in done.out.splitlines() if line and line[0] != " "][:-1] == [
        "Settings", "Connection", "State", "Account",
    ]  # fmt: skip
    sick = work.run("doctor", SARV_TOKEN=None)
    assert (sick.code, sick.err) == (1, "")
    assert "\n  failed   token          no token is configured\n           hint: set SARV_TOKEN" in sick.out


def test_every_setting_says_where_it_comes_from(work: Workplace, sandbox: Sandbox) -> None:
    work.write(HEAD.replace("{owner", '{endpoint: "https://file.example", owner'), "deep/other.yaml")
    (work.path / "token").write_text(TOKEN)
    found = findings(
        doctor(
            work, "-c", "deep/other.yaml", "--endpoint", sandbox.url,
            SARV_SYNC_CONFIG="nowhere.yaml", SARV_OWNER_ID="10042", SARV_TOKEN=None, SARV_TOKEN_FILE="token",
        )
    )  # fmt: skip
    assert found["configuration"]["message"].startswith("deep/other.yaml (--config, which beats SARV_SYNC_CONFIG)")
    beaten = "which beats SARV_ENDPOINT and deep/other.yaml:2"
    assert found["endpoint"]["message"] == f"{sandbox.url} (--endpoint, {beaten})"
    assert found["owner_id"]["message"] == "10042 (SARV_OWNER_ID, which beats deep/other.yaml)"
    assert found["token"]["message"] == "set (SARV_TOKEN_FILE)"
    assert {each["verdict"] for each in found.values()} == {"ok"}


def test_a_broken_file_is_a_finding_and_not_the_end(work: Workplace, sandbox: Sandbox) -> None:
    work.write("version: 1\nusers:\n  a: {totl_limit: 5}\n  b: {total_limit: 0, hourly_limit: 1}\n")
    found = findings(doctor(work, SARV_OWNER_ID="10042"))
    assert found["configuration"]["verdict"] == "failed"
    for error_ in ("sarv-sync.yaml:3 unknown key `totl_limit`", "sarv-sync.yaml:4 `total_limit` must be"):
        assert error_ in said_by(found["configuration"])
    assert all(found[name]["verdict"] == "ok" for name in ("endpoint", "connection", "credentials", "listing"))
    assert all(found[name]["verdict"] == "skipped" for name in ("state", "lock", "folder", "creates", "limits"))


def test_without_any_setting_every_check_still_speaks(work: Workplace) -> None:
    done = doctor(work, SARV_TOKEN=None)
    assert set(findings(done, "failed")) == {"configuration", "token"}
    assert "sarv-sync init" in said_by(findings(done)["configuration"])
    assert done.json["account"] == {"endpoint": None, "owner_id": None}
    checks = work.run("schema", "doctor").json["$defs"]["finding"]["properties"]["name"]["enum"]
    assert list(findings(done)) == checks


WRONG_SETTINGS = [
    ({"SARV_ENDPOINT": ""}, "endpoint", "SARV_ENDPOINT is set, but empty"),
    ({"SARV_ENDPOINT": "https://user:pw-canary@api.example.net"}, "endpoint", "holds a user name or password"),
    ({"SARV_ENDPOINT": "http://api.example.net"}, "endpoint", "in the clear"),
    ({"SARV_TOKEN": "two\nlines"}, "token", "SARV_TOKEN"),
    ({"SARV_TOKEN": None, "SARV_TOKEN_FILE": "nowhere"}, "token", "nowhere: No such file"),
    ({"SARV_CA_BUNDLE": "sarv-sync.yaml"}, "ca_bundle", "no certificate can be read"),
]


@pytest.mark.parametrize(("environment", "name", "said"), WRONG_SETTINGS)
def test_a_wrong_setting_fails_and_no_call_is_made(
    work: Workplace, sandbox: Sandbox, environment: dict[str, str | None], name: str, said: str
) -> None:
    work.users("a: {}")
    done = doctor(work, **environment)
    found = findings(done, "failed")
    assert (set(found), said in said_by(found[name]), sandbox.calls) == ({name}, True, ()), done.said
    assert name in findings(done)["call"]["message"]
    assert ("pw-canary" in done.said, work.run("plan", **environment).code) == (False, 3)


def test_a_sink_that_cannot_be_used_is_told_with_its_place(work: Workplace, sandbox: Sandbox) -> None:
    sinks = '[{sink: dotenv, path: "secrets/{name}.env"}, {sink: vault, path: "smtp/{name}"}]'
    work.users("a: {}", HEAD + f"credentials: {sinks}\n")
    ended = doctor(work)
    assert set(findings(ended, "failed")) == {"sinks"}
    assert "there is nothing to log in to Vault with" in ended.flat
    assert list(work.files()) == ["sarv-sync.yaml"]


def test_the_account_is_as_it_was(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"), user("smtp2", 5, 5, "Disable")))
    work.users("a: {}\nb: {}\nc: {}")
    bind(work, sandbox, a="smtp1", b="smtp2")
    before = in_account(sandbox)
    for arguments in ((), ("--format", "json"), ("-vv",), ("-q",)):
        assert work.run("doctor", *arguments).code == 0
    assert (in_account(sandbox), {call.call for call in sandbox.calls}) == (before, {"listSmtp"})


def test_a_document_follows_its_schema_whatever_was_found(work: Workplace, serve: Serve) -> None:
    schema = validator(work, "doctor")
    schema.validate(work.run("doctor", "--format", "json", SARV_TOKEN=None).json)
    sandbox = serve("listSmtp:duplicate-row", users=(user("smtp1"),))
    work.users("a: {}")
    bind(work, sandbox, a="smtp1")
    schema.validate(doctor(work).json)
    work.write("version: 2\n")
    schema.validate(doctor(work, SARV_TOKEN="wrong").json)


@pytest.mark.parametrize(
    "fault",
    [
        "listSmtp:echo-secrets",
        "listSmtp:echo-secrets:name=AuthenticationError",
        "listSmtp:truncated",
        "listSmtp:duplicate-row",
        "listSmtp:wrong-types:field=password,to=list",
        "listSmtp:wrong-types:field=smtp_user_name,to=null",
    ],
)
def test_no_secret_is_shown(work: Workplace, serve: Serve, fault: str) -> None:
    account = CanaryAccount()
    account.add(50, 5)
    sandbox = serve(fault, account=account)
    work.users("a: {}")
    bind(work, sandbox, a=account.users()[0].smtp_user_name)
    for format_ in ("text", "json"):
        work.run("doctor", "-vv", "--format", format_)
        work.run("doctor", "-vv", "--format", format_, SARV_TOKEN=TOKEN + "\n")
    assert len(sandbox.calls) == 2
    assert_no_leak(work, secrets_of(account))


def test_an_answer_that_repeats_the_token_is_not_quoted(work: Workplace, stage: Stage) -> None:
    stage.play(error("AuthenticationError", message=f"no such token: {TOKEN}"))
    work.users("a: {}")
    assert "[redacted]" in findings(doctor(work))["credentials"]["message"]
    assert_no_leak(work, [TOKEN])


@pytest.mark.parametrize("bundle", [None, "sarv-sync.yaml"])
def test_a_token_in_the_wrong_variable_is_not_shown(work: Workplace, sandbox: Sandbox, bundle: str | None) -> None:
    work.users("a: {}")
    for format_ in ("text", "json"):
        done = work.run("doctor", "--format", format_, SARV_OWNER_ID=TOKEN, SARV_CA_BUNDLE=bundle)
        assert (done.code, "[redacted] (SARV_OWNER_ID" in done.out) == (1, True), done.said
    assert_no_leak(work, [TOKEN])

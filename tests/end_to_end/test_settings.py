"""Flags beat the environment, the environment beats the file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.end_to_end.workplace import HEAD, TOKEN, Workplace
from tests.unit.provider.stage import Stage, reply

if TYPE_CHECKING:
    from sarv_sync.sandbox.server import Sandbox
    from tests.end_to_end.conftest import Serve

NOWHERE = "http://127.0.0.1:9/v1.0"


def with_endpoint(endpoint: str) -> str:
    return HEAD.replace("{owner_id", f'{{endpoint: "{endpoint}", owner_id')


def test_the_environments_endpoint_beats_the_files(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}", with_endpoint(NOWHERE))
    assert work.run("plan").code == 0
    assert work.run("plan", SARV_ENDPOINT=None).code == 1
    assert work.run("plan", SARV_ENDPOINT="").code == 3, "a workflow that fails to set it must not fall back"


def test_the_files_endpoint_is_used_where_nothing_else_is_set(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}", with_endpoint(sandbox.url + "/"))
    plan = work.run("plan", "--format", "json", SARV_ENDPOINT=None)
    assert (plan.code, plan.json["account"]["endpoint"]) == (0, sandbox.url)


@pytest.mark.parametrize("place", ["before", "after"])
def test_the_flag_beats_the_environment(work: Workplace, sandbox: Sandbox, place: str) -> None:
    work.users("a: {}")
    flag = ("--endpoint", sandbox.url)
    arguments = (*flag, "plan") if place == "before" else ("plan", *flag)
    assert work.run(*arguments, SARV_ENDPOINT=NOWHERE).code == 0


def test_the_token_goes_only_where_the_environment_says(work: Workplace, stage: Stage, serve: Serve) -> None:
    thief = stage.url
    stage.play(reply({"status": "success", "smtp_list": []}))
    serve()
    work.users("a: {}", with_endpoint(thief))
    assert work.run("plan").code == 0
    assert (stage.connections, stage.requests) == (0, [])


def test_owner_ids_follow_the_same_rule(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}", HEAD.replace("10042", "10043"))
    assert work.run("plan").code == 1
    plan = work.run("plan", "--format", "json", SARV_OWNER_ID="10042")
    assert (plan.code, plan.json["account"]["owner_id"]) == (0, "10042")


def test_the_main_file_is_found_by_flag_then_environment_then_name(work: Workplace) -> None:
    for name, users in (("sarv-sync.yaml", 1), ("two/env.yaml", 2), ("three/flag.yaml", 3)):
        entries = "".join(f"  u{number}: {{}}\n" for number in range(users))
        work.write(HEAD + "users:\n" + entries, name)

    def count(*arguments: str, **environment: str) -> int:
        return int(work.run("validate", "--format", "json", *arguments, **environment).json["users"])

    assert count() == 1
    assert count(SARV_SYNC_CONFIG="two/env.yaml") == 2
    assert count("-c", "three/flag.yaml", SARV_SYNC_CONFIG="two/env.yaml") == 3
    assert count("--config=three/flag.yaml") == 3
    done = work.run("-c", "three/flag.yaml", "validate", "--format", "json")
    assert (done.code, done.json["users"]) == (0, 3)


def test_the_state_lies_beside_the_main_file(work: Workplace, sandbox: Sandbox) -> None:
    work.write(HEAD + "state: {backend: local, path: my.state.json}\nusers: {a: {}}\n", "deep/other.yaml")
    assert work.apply("-c", "deep/other.yaml").code == 0
    assert {"deep/my.state.json", "deep/other.yaml"} <= set(work.files())
    elsewhere = work.path / "elsewhere"
    elsewhere.mkdir()
    assert work.run("plan", "--detailed-exitcode", "-c", "../deep/other.yaml", cwd=elsewhere).code == 0
    assert not any(path.startswith("elsewhere/") for path in work.files())


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_a_token_file_is_read(work: Workplace, sandbox: Sandbox, ending: str) -> None:
    work.users("a: {}")
    (work.path / "token").write_bytes((TOKEN + ending).encode())
    assert work.run("plan", SARV_TOKEN=None, SARV_TOKEN_FILE="token").code == 0
    assert work.run("plan", SARV_TOKEN=None, SARV_TOKEN_FILE=str(work.path / "token")).code == 0


@pytest.mark.parametrize("arguments", [("plan",), ("drift",), ("apply", "--auto-approve"), ("doctor",)])
def test_a_token_can_come_through_a_pipe_which_is_read_once(
    work: Workplace, sandbox: Sandbox, arguments: tuple[str, ...]
) -> None:
    work.users("a: {}")
    piped = work.run(*arguments, stdin=TOKEN.encode(), SARV_TOKEN=None, SARV_TOKEN_FILE="/dev/stdin")
    assert piped.code == 0, piped.said


@pytest.mark.parametrize(
    "environment",
    [
        {"SARV_TOKEN": None},
        {"SARV_TOKEN": ""},
        {"SARV_TOKEN": "two\nlines"},
        {"SARV_TOKEN": None, "SARV_TOKEN_FILE": "not-there"},
        {"SARV_TOKEN": None, "SARV_TOKEN_FILE": "."},
        {"SARV_TOKEN": None, "SARV_TOKEN_FILE": "empty"},
        {"SARV_CA_BUNDLE": "not-there.pem"},
    ],
)
def test_a_missing_or_broken_setting_is_wrong_input(
    work: Workplace, sandbox: Sandbox, environment: dict[str, str | None]
) -> None:
    work.users("a: {}")
    work.write("", "empty")
    done = work.run("plan", **environment)
    assert (done.code, sandbox.calls) == (3, ()), done.said
    assert "hint:" in done.err
    as_json = work.run("apply", "--auto-approve", "--format", "json", **environment)
    assert (as_json.code, as_json.json["exit_code"]) == (3, 3)


def test_no_endpoint_or_owner_is_wrong_input(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    assert "SARV_ENDPOINT" in work.run("plan", SARV_ENDPOINT=None).err
    assert work.run("plan", SARV_ENDPOINT=None).code == 3
    work.users("a: {}", HEAD.replace('owner_id: "10042", ', ""))
    assert (work.run("plan").code, "SARV_OWNER_ID" in work.run("plan").err) == (3, True)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://api.example.net/v1.0",
        "http://192.0.2.1/v1.0",
        "http://0.0.0.0:80/v1.0",
        "http://127.0.0.1.example.net/v1.0",
        "http://localhost.example.net/v1.0",
        "ftp://127.0.0.1/v1.0",
        "//127.0.0.1/v1.0",
        "127.0.0.1:80/v1.0",
        "https://user:pw-canary@api.example.net/v1.0",
        "https://api.example.net/v1.0?token=pw-canary",
        "https://api.example.net/v1.0#x",
        "https://",
    ],
)
def test_an_endpoint_that_could_leak_the_token_is_wrong_input(work: Workplace, endpoint: str) -> None:
    work.users("a: {}")
    done = work.run("plan", SARV_ENDPOINT=endpoint)
    assert (done.code, "hint:" in done.err, "pw-canary" in done.said) == (3, True, False), done.said


@pytest.mark.parametrize("endpoint", ["http://api.example.net/v1.0", "https://user:pw-canary@api.example.net/v1.0"])
def test_such_an_endpoint_is_wrong_wherever_it_stands(work: Workplace, endpoint: str) -> None:
    work.users("a: {}")
    by_flag = work.run("plan", "--endpoint", endpoint)
    work.users("a: {}", with_endpoint(endpoint))
    for done in (by_flag, work.run("plan")):
        assert (done.code, "hint:" in done.err, "pw-canary" in done.said) == (3, True, False), done.said


def test_http_to_a_loopback_address_is_fine(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    for host in ("127.0.0.1", "localhost", "127.0.0.1."):
        endpoint = sandbox.url.replace("127.0.0.1", host)
        assert work.run("plan", "--endpoint", endpoint).code == (3 if host.endswith(".") else 0)


def test_netrc_and_proxies_for_loopback_are_not_used(work: Workplace, stage: Stage) -> None:
    stage.play(reply({"status": "success", "smtp_list": []}))
    netrc = work.write("machine 127.0.0.1 login thief password thief\n", ".netrc")
    netrc.chmod(0o600)
    work.users("a: {}")
    assert work.run("plan", http_proxy=NOWHERE, NETRC=str(netrc)).code == 0
    assert "authorization" not in stage.requests[0].headers


def test_a_redirect_is_not_followed(work: Workplace, stage: Stage, serve: Serve) -> None:
    address = stage.url
    target = serve()
    stage.play(reply(b"", 307, headers=(f"Location: {target.url}/settings/listSmtp",)))
    work.users("a: {}")
    done = work.run("plan", SARV_ENDPOINT=address)
    assert (done.code, target.calls) == (1, ())


def test_every_call_is_a_post_with_a_json_body(work: Workplace, stage: Stage) -> None:
    stage.play(reply({"status": "success", "smtp_list": []}))
    work.users("a: {}")
    assert work.run("plan").code == 0
    (request,) = stage.requests
    assert request.path == "/v1.0/settings/listSmtp"
    assert request.headers["content-type"].startswith("application/json")
    assert request.body == {"owner_id": "10042", "token": TOKEN}
    assert TOKEN not in json.dumps(request.headers)

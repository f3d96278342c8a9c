"""A password is delivered whenever the account's is not the one that was, and to nowhere but a sink."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import calls, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.leaks import CanaryAccount, assert_no_leak
from tests.end_to_end.passwords.logins import (
    SINK,
    WITH_SINK,
    accepted,
    applied,
    bound,
    changes,
    delivered,
    drift,
    held,
    names,
    passwords,
    planned,
)
from tests.end_to_end.workplace import HEAD, TOKEN, Workplace

TWO_SINKS = (
    HEAD
    + """\
credentials:
  - {sink: dotenv, path: "secrets/{name}.env"}
  - {sink: dotenv, path: "finance/{name}.env", only: {labels: {team: finance}}}
"""
)


def deliveries(work: Workplace, *arguments: str) -> list[dict[str, Any]]:
    """Return the deliveries of a plan."""
    plan = work.run("plan", "--format", "json", *arguments).json
    return [change for change in plan["changes"] if change["action"] == "deliver"]


@pytest.fixture
def settled(work: Workplace, serve: Serve) -> Sandbox:
    """`a` and `b`, whose passwords were delivered."""
    sandbox = serve(account=CanaryAccount())
    work.users("a: {}\nb: {}", WITH_SINK)
    applied(work)
    return sandbox


def test_a_new_user_is_planned_with_its_delivery_and_its_password_arrives(work: Workplace, serve: Serve) -> None:
    sandbox = serve(account=CanaryAccount())
    work.users("a: {}", WITH_SINK)
    plan = work.run("plan", "--format", "json").json
    assert (plan["summary"]["create"], plan["summary"]["deliver"]) == (1, 1)
    create, deliver = plan["changes"]
    assert (create["action"], create["cause"]) == ("create", "config")
    assert (deliver["action"], deliver["cause"], deliver["smtp_user_name"]) == ("deliver", "config", None)
    assert deliver["sinks"] == ["dotenv secrets/a.env"]
    done = applied(work)
    [entry] = done.json["delivered"]
    assert entry == {"name": "a", "action": "deliver", "smtp_user_name": bound(work)["a"]}
    assert (done.json["undelivered"], done.json["verified"], done.json["warnings"]) == ([], True, [])
    assert accepted(sandbox) == {held(work, "a")}


def test_no_password_is_anywhere_but_in_the_sink(work: Workplace, serve: Serve) -> None:
    account = CanaryAccount()
    sandbox = serve(account=account)
    work.users("a: {}\nb: {}", WITH_SINK)
    commands = (
        ["plan"], ["plan", "--format", "json"], ["plan", "--format", "markdown"], ["-vv", "apply", "--auto-approve"],
        ["drift"], ["drift", "--format", "json"], ["-vv", "apply", "--auto-approve", "--format", "json"],
        ["state", "list"], ["state", "show", "a"], ["show"], ["show", "--format", "json"], ["export"], ["doctor"],
    )  # fmt: skip
    for command in commands:
        work.run(*command)
        if command == ["drift"]:
            sandbox.account.reset(bound(work)["b"])
    assert delivered(work) == passwords(work, sandbox)
    assert_no_leak(work, [TOKEN, *account.given], except_for=["secrets/*"])


def test_without_a_sink_users_are_made_all_the_same_and_how_to_deliver_later_is_said(
    work: Workplace, sandbox: Sandbox
) -> None:
    work.users("a: {}\nb: {}")
    done = work.apply("--format", "json")
    assert (done.code, len(sandbox.account.users())) == (0, 2)
    [warning] = done.json["warnings"]
    assert "the passwords of 2 new users were delivered nowhere" in warning["message"]
    assert "once a sink is configured, apply delivers" in warning["hint"]
    assert drift(work) == set()

    work.users("a: {}\nb: {}", WITH_SINK)
    assert [(entry["name"], entry["cause"]) for entry in deliveries(work)] == [("a", "config"), ("b", "config")]
    assert drift(work) == set()
    assert names(applied(work).json["delivered"]) == ["a", "b"]
    assert delivered(work) == passwords(work, sandbox)


def test_a_password_that_somebody_else_changed_is_drift_and_delivered(work: Workplace, settled: Sandbox) -> None:
    settled.account.reset(bound(work)["b"])
    found = work.run("drift", "--format", "json")
    assert (found.code, found.json["clean"]) == (2, False)
    assert [(entry["name"], entry["kind"], entry["fields"]) for entry in found.json["drift"]] == [
        ("b", "password_changed", [])
    ]
    [deliver] = deliveries(work)
    assert (deliver["name"], deliver["cause"], deliver["reversible"]) == ("b", "drift", True)
    applied(work)
    assert delivered(work) == passwords(work, settled)
    assert drift(work) == set()
    assert calls(settled, "resetSmtpPassword") == 0
    assert isinstance(settled.account, CanaryAccount)
    assert_no_leak(work, [TOKEN, *settled.account.given], except_for=["secrets/*"])


def gone(work: Workplace) -> None:
    (work.path / "secrets/a.env").unlink()


def overwritten(work: Workplace) -> None:
    path = work.path / "secrets/a.env"
    path.write_text(path.read_text().replace("SMTP_PASSWORD=", "SMTP_PASSWORD=not-"))


@pytest.mark.parametrize("lose", [gone, overwritten])
def test_a_target_that_lost_the_password_is_drift_and_gets_it_again(
    work: Workplace, settled: Sandbox, lose: Any
) -> None:
    lose(work)
    assert drift(work) == {("a", "undelivered")}
    assert [(entry["name"], entry["cause"]) for entry in deliveries(work)] == [("a", "drift")]
    applied(work)
    assert delivered(work) == passwords(work, settled)
    assert drift(work) == set()


def test_a_sink_may_be_for_some_users_alone(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {labels: {team: finance}}\nb: {labels: {team: shop}}\nc: {}", TWO_SINKS)
    assert {entry["name"]: entry["sinks"] for entry in deliveries(work)} == {
        "a": ["dotenv finance/a.env", "dotenv secrets/a.env"],
        "b": ["dotenv secrets/b.env"],
        "c": ["dotenv secrets/c.env"],
    }
    applied(work)
    expected = passwords(work, sandbox)
    assert delivered(work) == expected
    assert delivered(work, "finance") == {"a": expected["a"]}
    work.users("a: {labels: {team: finance}}\nb: {labels: {team: finance}}\nc: {}", TWO_SINKS)
    assert [(entry["name"], entry["sinks"]) for entry in deliveries(work)] == [("b", ["dotenv finance/b.env"])]


def test_a_sink_that_left_the_file_is_no_change_and_forgotten(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {labels: {team: finance}}", TWO_SINKS)
    applied(work)
    work.users("a: {labels: {team: finance}}", WITH_SINK)
    assert (planned(work), drift(work)) == (set(), set())
    applied(work)
    assert addresses(work, "a") == ["dotenv secrets/a.env"]
    assert delivered(work, "finance") == passwords(work, sandbox), "what was delivered is left where it is"
    work.users("a: {labels: {team: finance}}")
    applied(work)
    assert addresses(work, "a") == []


def addresses(work: Workplace, name: str) -> list[str]:
    """Return where the state says that a password was, or is to be, delivered."""
    record = work.state()["bindings"][name].get("password", {})
    return sorted(record.get("deliveries", {}))


SERVED = HEAD.replace("settle: 400ms", "settle: 400ms, smtp: {host: smtp.example.net, port: 587}")
RELAYED = HEAD.replace("settle: 400ms", "settle: 400ms, smtp: {host: relay.example.net, port: 587}")
KEYS = (
    'credentials: [{sink: dotenv, path: "secrets/{name}.env", keys: {MAIL: "smtp://{username_url}@{host}:{port}"}}]\n'
)


@pytest.mark.parametrize(
    ("head", "holds"), [(SERVED + KEYS, "smtp.example.net:587"), (RELAYED + SINK, "relay.example.net")]
)
def test_what_would_be_laid_out_in_another_way_is_delivered_again(
    work: Workplace, sandbox: Sandbox, head: str, holds: str
) -> None:
    work.users("a: {}", SERVED + SINK)
    applied(work)
    assert calls(sandbox, "addSmtp") == 1
    work.users("a: {}", head)
    [deliver] = deliveries(work)
    assert deliver["cause"] == "config"
    assert drift(work) == set()
    applied(work)
    assert holds in (work.path / "secrets/a.env").read_text()
    assert calls(sandbox, "resetSmtpPassword") == 0


def test_a_rename_delivers_to_the_new_place(work: Workplace, settled: Sandbox) -> None:
    work.users("c: {renamed_from: a}\nb: {}", WITH_SINK)
    assert planned(work) == {("c", "rename"), ("c", "deliver")}
    applied(work)
    assert delivered(work)["c"] == passwords(work, settled)["c"]
    assert addresses(work, "c") == ["dotenv secrets/c.env"]


def test_to_a_user_that_left_the_files_nothing_is_delivered(work: Workplace, settled: Sandbox) -> None:
    work.users("b: {}", WITH_SINK)
    gone(work)
    settled.account.reset(bound(work)["a"])
    assert planned(work) == {("a", "disable")}
    applied(work)
    assert list(delivered(work)) == ["b"]
    work.users("a: {}\nb: {}", WITH_SINK)
    applied(work)
    assert delivered(work) == passwords(work, settled), "when it comes back it is"


def test_a_user_that_is_adopted_gets_its_password_delivered(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp7"),))
    work.users("legacy: {smtp_user_name: smtp7}", WITH_SINK)
    assert planned(work) == {("legacy", "adopt"), ("legacy", "deliver")}
    applied(work)
    assert accepted(sandbox) == {held(work, "legacy")}


def test_a_target_limits_deliveries_too(work: Workplace, settled: Sandbox) -> None:
    for name in ("a", "b"):
        settled.account.reset(bound(work)[name])
    before = delivered(work)
    assert planned(work, "--target", "b") == {("b", "deliver")}
    done = work.apply("--target", "b", "--format", "json")
    assert (done.code, names(done.json["delivered"])) == (0, ["b"])
    assert delivered(work) == {"a": before["a"], "b": passwords(work, settled)["b"]}


def test_two_users_with_one_target_are_refused(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}\nb: {}", HEAD + 'credentials: [{sink: dotenv, path: "secrets/all.env"}]\n')
    refused = work.apply()
    assert refused.code in {3, 4}
    assert "secrets/all.env" in refused.flat or "{name}" in refused.flat
    assert calls(sandbox, "addSmtp") == 0
    work.users("a: {labels: {t: x}}\nb: {labels: {t: x}}", HEAD + SINK.replace("{name}", "{labels.t}"))
    refused = work.apply()
    assert refused.code in {3, 4}
    assert calls(sandbox, "addSmtp") == 0


def test_hundreds_of_passwords_arrive(work: Workplace, sandbox: Sandbox) -> None:
    entries = "\n".join(f"u{number}: {{}}" for number in range(300))
    work.users(entries, WITH_SINK + "guards: {max_creates: 300}\n")
    done = applied(work, "--parallelism", "16")
    assert len(done.json["delivered"]) == 300
    assert delivered(work) == passwords(work, sandbox)
    text = json.dumps(work.state())
    assert not any(password in text for password in passwords(work, sandbox).values())


def test_a_plan_of_a_snapshot_shows_deliveries_and_claims_nothing_of_passwords(
    work: Workplace, settled: Sandbox
) -> None:
    settled.account.reset(bound(work)["a"])
    gone(work)
    assert work.run("snapshot", "--out", "account.json").code == 0
    work.users("a: {}\nb: {}\nc: {}", WITH_SINK)
    plan = work.run("plan", "--snapshot", "account.json", "--format", "json", SARV_TOKEN=None)
    assert {("c", "create"), ("c", "deliver")} <= changes(plan)
    kinds = {(entry["name"], entry["kind"]) for entry in plan.json["drift"]}
    assert ("a", "password_changed") not in kinds

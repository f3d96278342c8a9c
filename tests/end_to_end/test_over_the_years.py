"""What becomes of users: retired, brought back, used again; and who turns up in the account meanwhile."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import by_name, by_user, calls, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Workplace

RECYCLING = HEAD + 'recycle: {after: 30d}\ncredentials: [{sink: dotenv, path: "secrets/{name}.env"}]\n'


def age(work: Workplace, days: int) -> None:
    """Let every retired user have been that for so many days."""
    document = work.state()
    then = datetime.now(timezone.utc) - timedelta(days=days)
    for binding in document["removed"].values():
        binding["removed_at"] = then.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    (work.path / "sarv-sync.state.json").write_text(json.dumps(document), encoding="utf-8")


def test_a_name_that_comes_back_gets_its_own_user(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}\nb: {}")
    work.apply()
    before = {name: one["smtp_user_name"] for name, one in work.state()["bindings"].items()}
    work.users("b: {}")
    assert "disable" in work.run("plan").out.lower()
    work.apply()
    assert by_user(sandbox)[before["a"]][2] == "Disable"
    work.users("a: {}\nb: {}")
    assert "returns to the user it had" in work.run("plan").flat
    assert work.apply().code == 0
    assert {name: one["smtp_user_name"] for name, one in work.state()["bindings"].items()} == before
    assert (calls(sandbox, "addSmtp"), work.run("plan", "--detailed-exitcode").code) == (2, 0)


def test_a_new_entry_takes_a_user_that_was_retired_long_enough_ago(work: Workplace, sandbox: Sandbox) -> None:
    work.users("old-shop: {}", RECYCLING)
    work.apply()
    old = (work.path / "secrets/old-shop.env").read_text(encoding="utf-8")
    smtp_user_name = work.state()["bindings"]["old-shop"]["smtp_user_name"]
    work.users("", RECYCLING)
    work.apply()
    work.users("new-shop: {total_limit: 900}", RECYCLING)
    assert work.run("plan", "--format", "json").json["summary"]["create"] == 1, "retired for a moment only"
    age(work, 31)
    planned = work.run("plan")
    assert "used again: retired as old-shop; gets a new password, which cannot be undone" in planned.flat
    work.run("plan", "--out", "plan.json")
    done = work.apply("--approved", "plan.json")
    assert done.code == 0, done.said
    assert by_name(work, sandbox) == {"new-shop": (900, 100, "Enable")}
    assert work.state()["bindings"]["new-shop"]["smtp_user_name"] == smtp_user_name
    new = (work.path / "secrets/new-shop.env").read_text(encoding="utf-8")
    assert smtp_user_name in new
    assert not set(new.splitlines()) & {line for line in old.splitlines() if "PASS" in line}
    assert (calls(sandbox, "addSmtp"), calls(sandbox, "resetSmtpPassword")) == (1, 1)
    assert work.run("plan", "--detailed-exitcode").code == 0


def test_a_plan_that_was_reviewed_before_a_user_came_of_age_still_makes_one(
    work: Workplace, sandbox: Sandbox
) -> None:
    work.users("old: {}", RECYCLING)
    work.apply()
    work.users("", RECYCLING)
    work.apply()
    work.users("new: {}", RECYCLING)
    work.run("plan", "--out", "plan.json")
    age(work, 31)
    assert work.apply("--approved", "plan.json").code == 0
    assert calls(sandbox, "addSmtp") == 2
    assert work.state()["removed"].keys() == {"old"}


def test_with_no_sink_whose_user_it_was_and_where_its_password_is_are_told(work: Workplace, sandbox: Sandbox) -> None:
    head = HEAD + "recycle: {after: 30d}\n"
    work.users("old: {}", head)
    work.apply()
    work.users("", head)
    work.apply()
    age(work, 31)
    work.users("new: {}", head)
    assert "delivered nowhere" in work.apply().flat
    assert by_name(work, sandbox) == {"new": (1000, 100, "Enable")}


def test_a_user_that_turns_up_is_new_once_and_drift_until_it_is_settled(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"),))
    work.users("a: {}")
    work.apply()
    assert (work.run("drift").code, "new" in work.run("plan").out) == (0, False)
    made = sandbox.account.add(7, 7).smtp_user_name
    planned = work.run("plan", "--format", "json").json["unmanaged"]
    assert [one["smtp_user_name"] for one in planned if one.get("new")] == [made]
    assert work.run("drift").code == 2
    assert work.apply().code == 0
    assert not any(one.get("new") for one in work.run("plan", "--format", "json").json["unmanaged"])
    drift = work.run("drift", "--format", "json")
    assert (drift.code, drift.json["clean"]) == (2, False)
    assert [one["smtp_user_name"] for one in drift.json["unmanaged"] if one.get("new")] == [made]
    work.users("a: {}", HEAD + f"unmanaged: {{policy: report, except: [{made}]}}\n")
    assert work.run("drift").code == 0
    work.users(f"a: {{}}\nb: {{smtp_user_name: {made}, total_limit: 7, hourly_limit: 7}}")
    work.apply()
    assert work.run("drift").code == 0
    work.users("a: {}", HEAD + "removed: {b: forget}\n")
    work.apply()
    assert work.run("drift").code == 0, "whom an entry has let go of is known"


@pytest.mark.parametrize("command", [("state", "rm", "a")])
def test_a_user_that_a_person_lets_go_of_is_no_stranger(
    work: Workplace, sandbox: Sandbox, command: tuple[str, ...]
) -> None:
    work.users("a: {}\nb: {}")
    work.apply()
    assert work.run(*command).code == 0
    work.users("b: {}")
    assert work.run("drift").code == 0


def test_an_apply_is_in_the_history_with_what_it_did(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    work.apply()
    work.users("a: {total_limit: 900}")
    work.apply()
    first, second = work.state()["history"]
    assert (first["finished"], [one["action"] for one in first["changes"]]) == (True, ["create"])
    [change] = second["changes"]
    assert change["fields"] == {"total_limit": {"before": 1000, "after": 900}}
    assert (change["end"], change["smtp_user_name"]) == ("applied", by_user(sandbox).popitem()[0])

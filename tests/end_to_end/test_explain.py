"""`sarv-sync explain`, as it is run."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, calls, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.test_documents import validator
from tests.end_to_end.workplace import HEAD, TOKEN, Workplace

WITH_SINK = (
    HEAD + 'profiles: {bulk: {hourly_limit: 700}}\ncredentials: [{sink: dotenv, path: "secrets/{name}.env"}]\n'
)


def explain(work: Workplace, name: str) -> dict[str, Any]:
    """Return the explanation as a document, which follows its schema."""
    done = work.run("explain", name, "--format", "json")
    assert (done.code, done.err) == (0, ""), done.said
    validator(work, "explain").validate(done.json)
    return done.json


def test_a_user_is_explained_from_before_it_is_made_until_after_it_is_gone(work: Workplace, sandbox: Sandbox) -> None:
    work.users("billing: {profile: bulk, total_limit: 5000, labels: {team: finance}}", WITH_SINK)
    before = work.run("explain", "billing")
    assert (before.code, "billing has no user yet." in before.out) == (0, True), before.said
    assert "from its profile bulk, sarv-sync.yaml:4" in before.out
    assert before.out.index("+ create billing") < before.out.index("> deliver the password of billing")
    assert explain(work, "billing")["standing"] == "new"

    assert work.apply().code == 0
    [made] = sandbox.account.users()
    sandbox.account.edit(made.smtp_user_name, hourly_limit=9)
    sandbox.account.reset(made.smtp_user_name)
    for asked in ("billing", made.smtp_user_name):
        drifted = explain(work, asked)
        [told] = drifted["users"]
        total, hourly, status = told["fields"]
        assert (drifted["name"], drifted["standing"], told["smtp_user_name"]) == (
            "billing", "managed", made.smtp_user_name,
        )  # fmt: skip
        assert (hourly["file"], hourly["applied"], hourly["account"], hourly["planned"]) == (700, 700, 9, 700)
        assert (hourly["where"], hourly["drifted"], total["where"], status["where"]) == (
            "profile", True, "entry", "built-in",
        )  # fmt: skip
        assert told["deliveries"] == [{"address": "dotenv secrets/billing.env", "holding": "changed"}]
        assert [change["action"] for change in drifted["history"]] == ["create", "deliver"]
        assert [change["action"] for change in drifted["plan"]["changes"]] == ["update", "deliver"]

    assert work.apply().code == 0
    assert "it is as the files say." in work.run("explain", "billing").out
    work.users("", WITH_SINK)
    assert explain(work, "billing")["standing"] == "gone"
    assert work.apply().code == 0
    retired = explain(work, "billing")
    assert (retired["standing"], retired["plan"]["changes"]) == ("retired", [])
    assert retired["users"][0]["binding"]["removed_at"] is not None


def test_what_keeps_an_apply_from_it_is_told(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"), user("smtp2"), user("smtp3")))
    bind(work, sandbox, a="smtp1", shop="smtp2", orders="smtp3")
    state = work.state()
    state["bindings"]["a"]["smtp_user_name"] = "smtp7"
    work.write(json.dumps(state), "sarv-sync.state.json")
    work.users("a: {}\norders: {renamed_from: shop}")
    missing = work.run("explain", "a")
    assert "a is smtp7, which the account does not list." in missing.flat
    assert "`recreate: true` on the entry makes a new user" in missing.flat
    assert explain(work, "a")["users"][0]["listed"] == "missing"
    assert [entry["reason"] for entry in explain(work, "orders")["plan"]["blocked"]] == ["conflict"]


def test_a_user_of_nobody_is_explained_by_its_own_name(work: Workplace, serve: Serve) -> None:
    serve(users=(user("smtp1"), user("smtp2")))
    work.users("a: {smtp_user_name: smtp1}")
    assert (work.apply().code, explain(work, "smtp2")["unowned"]["new"]) == (0, False)
    done = work.run("explain", "smtp2")
    assert "smtp2 is a user of the account that no entry owns." in done.out
    assert "`sarv-sync adopt NAME smtp2` lets an entry have it" in done.flat


def test_a_user_that_has_appeared_is_new(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"),))
    work.users("a: {smtp_user_name: smtp1}")
    assert work.apply().code == 0
    added = sandbox.account.add(5, 5)
    told = explain(work, added.smtp_user_name)["unowned"]
    assert (told["new"], told["unsettled"]) == (True, True)
    assert "it is new since the last apply" in work.run("explain", added.smtp_user_name).flat


@pytest.mark.parametrize(("name", "hint"), [("bill", "did you mean billing?"), ("smtp0", "did you mean smtp1?")])
def test_a_name_that_nobody_bears_is_wrong_input(work: Workplace, serve: Serve, name: str, hint: str) -> None:
    sandbox = serve(users=(user("smtp1"),))
    bind(work, sandbox, billing="smtp1")
    work.users("billing: {}")
    done = work.run("explain", name)
    assert (done.code, done.out) == (3, "")
    assert hint in done.err
    assert work.run("explain", name, "--format", "json").json["errors"][0]["hint"] == hint


def test_explaining_writes_nothing_lists_once_and_shows_no_secret(work: Workplace, sandbox: Sandbox) -> None:
    work.users("billing: {}\nold: {}", WITH_SINK)
    assert work.apply().code == 0
    work.users("billing: {hourly_limit: 5}", WITH_SINK)
    secrets = [TOKEN, *(each.password.reveal() for each in sandbox.account.users())]
    before, listed, writes = work.files(), calls(sandbox, "listSmtp"), calls(sandbox, "editSmtp")
    for name in ("billing", "old"):
        for arguments in ((), ("--format", "json"), ("-vv",)):
            done = work.run("explain", name, *arguments)
            assert done.code == 0, done.said
            assert [secret for secret in secrets if secret in done.said] == []
    assert work.files() == before
    assert (calls(sandbox, "listSmtp") - listed, calls(sandbox, "editSmtp") - writes) == (6, 0)

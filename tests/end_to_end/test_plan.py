from __future__ import annotations

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, calls, in_account, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Workplace

FORMATS = ("text", "json", "markdown")


def pending(work: Workplace, serve: Serve) -> Sandbox:
    """One user to update, one to create, one to disable, one that drifted, one nobody owns."""
    users = (user("smtp1"), user("smtp2"), user("smtp3"), user("smtp9", 1, 1))
    sandbox = serve(users=users)
    bind(work, sandbox, billing="smtp1", gone="smtp2", orders="smtp3")
    sandbox.account.edit("smtp3", status="Disable")
    work.users("billing: {hourly_limit: 10}\norders: {}\nzeta: {}")
    return sandbox


@pytest.mark.parametrize("format_", FORMATS)
def test_a_plan_writes_nothing_anywhere(work: Workplace, serve: Serve, format_: str) -> None:
    sandbox = pending(work, serve)
    files, account = work.files(), sandbox.account.users()
    assert work.run("plan", "--format", format_).code == 0
    assert (work.files(), sandbox.account.users()) == (files, account)
    assert {call.call for call in sandbox.calls} == {"listSmtp"}


def test_a_first_plan_leaves_not_even_an_empty_state(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    assert work.run("plan", "--detailed-exitcode").code == 2
    assert list(work.files()) == ["sarv-sync.yaml"]


@pytest.mark.parametrize("format_", FORMATS)
def test_the_same_inputs_give_the_same_bytes(work: Workplace, serve: Serve, format_: str) -> None:
    pending(work, serve)
    first, second = (work.run("plan", "--format", format_) for _ in range(2))
    assert first.raw_out == second.raw_out
    assert first.raw_err == b""


def test_the_order_of_the_account_and_of_the_file_changes_no_byte(work: Workplace, serve: Serve) -> None:
    documents = []
    for order in (1, -1):
        serve(users=(user("smtp1"), user("smtp2", 5, 5))[::order])
        work.users("b: {hourly_limit: 3}\na: {}")
        document = work.run("plan", "--format", "json").json
        del document["account"]["endpoint"], document["digest"]
        documents.append(document)
    assert documents[0] == documents[1]


def test_the_document_is_the_contracts(work: Workplace, serve: Serve) -> None:
    sandbox = pending(work, serve)
    plan = work.run("plan", "--format", "json").json
    assert plan["format"] == "sarv-sync-plan/1"
    assert plan["account"] == {"endpoint": sandbox.url, "owner_id": "10042"}
    assert plan["digest"].startswith("sha256:")
    assert plan["summary"] == {
        "create": 1, "update": 2, "disable": 1, "adopt": 0, "rename": 0, "forget": 0, "rotate": 0,
        "deliver": 0, "unchanged": 0, "blocked": 0, "drift": 1, "unmanaged": 1,
    }  # fmt: skip
    assert [
        (change["name"], change["action"], change["cause"], change["reversible"]) for change in plan["changes"]
    ] == [
        ("billing", "update", "config", True),
        ("gone", "disable", "config", True),
        ("orders", "update", "drift", True),
        ("zeta", "create", "config", False),
    ]
    assert plan["changes"][0] == {
        "name": "billing", "action": "update", "smtp_user_name": "smtp1", "cause": "config", "reversible": True,
        "fields": [{"field": "hourly_limit", "before": 100, "after": 10}],
        "source": {"file": "sarv-sync.yaml", "line": 5},
    }  # fmt: skip
    assert plan["drift"] == [
        {
            "name": "orders", "smtp_user_name": "smtp3", "kind": "changed",
            "fields": [{"field": "status", "before": "Enable", "after": "Disable"}],
        }
    ]  # fmt: skip
    assert plan["unmanaged"] == [{"smtp_user_name": "smtp9", "total_limit": 1, "hourly_limit": 1, "status": "Enable"}]
    assert (plan["blocked"], plan["warnings"]) == ([], [])


def test_the_digest_is_of_the_canonical_account_and_changes(work: Workplace, serve: Serve) -> None:
    import hashlib

    import rfc8785

    pending(work, serve)
    plan = work.run("plan", "--format", "json").json
    source_free = [{key: value for key, value in change.items() if key != "source"} for change in plan["changes"]]
    hashed = {
        hashlib.sha256(rfc8785.dumps({"account": plan["account"], "changes": changes})).hexdigest()
        for changes in (plan["changes"], source_free)
    }
    assert plan["digest"].removeprefix("sha256:") in hashed


def test_the_text_ends_with_the_summary_and_the_digest(work: Workplace, serve: Serve) -> None:
    pending(work, serve)
    text = work.run("plan").out.splitlines()
    digest = work.run("plan", "--format", "json").json["digest"]
    assert text[-2].startswith("Plan: 1 to create, 2 to update, 1 to disable;")
    assert text[-1] == f"digest {digest}"


@pytest.mark.parametrize("format_", FORMATS)
def test_detailed_exit_codes_tell_pending_from_none(work: Workplace, serve: Serve, format_: str) -> None:
    sandbox = serve(users=(user("smtp1"),))
    bind(work, sandbox, a="smtp1")
    work.users("a: {}")
    assert work.run("plan", "--format", format_, "--detailed-exitcode").code == 0
    work.users("a: {hourly_limit: 1}")
    assert work.run("plan", "--format", format_, "--detailed-exitcode").code == 2
    assert work.run("plan", "--format", format_).code == 0


def test_targets_limit_the_plan_and_the_apply(work: Workplace, serve: Serve) -> None:
    sandbox = pending(work, serve)
    plan = work.run("plan", "--target", "zeta", "--target", "billing", "--format", "json").json
    assert [change["name"] for change in plan["changes"]] == ["billing", "zeta"]
    assert work.apply("--target", "billing").code == 0
    assert calls(sandbox, "addSmtp") == 0
    assert in_account(sandbox) == [
        (1, 1, "Enable"),
        (1000, 10, "Enable"),
        (1000, 100, "Disable"),
        (1000, 100, "Enable"),
    ]
    assert work.run("plan", "--detailed-exitcode", "--target", "billing").code == 0
    assert work.run("plan", "--detailed-exitcode").code == 2


def test_an_unknown_target_is_wrong_input(work: Workplace, serve: Serve) -> None:
    pending(work, serve)
    done = work.run("plan", "--target", "biling")
    assert (done.code, "billing" in done.err) == (3, True)


def test_warnings_are_part_of_the_document(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {total_limit: 5, hourly_limit: 6}")
    plan = work.run("plan", "--format", "json").json
    assert [(entry["file"], entry["line"], "hourly_limit" in entry["message"]) for entry in plan["warnings"]] == [
        ("sarv-sync.yaml", 5, True)
    ]
    assert work.run("validate").code == 0


@pytest.mark.parametrize(
    ("policy", "code", "listed"), [("ignore", 0, False), ("report", 0, True), ("forbid", 4, True)]
)
def test_users_nobody_owns_are_treated_as_the_file_says(
    work: Workplace, serve: Serve, policy: str, code: int, listed: bool
) -> None:
    sandbox = serve(users=(user("smtp9", 9, 9),))
    work.users("a: {}", HEAD + f"unmanaged: {policy}\n")
    plan = work.run("plan", "--format", "json").json
    assert bool(plan["unmanaged"]) is listed
    done = work.apply()
    assert (done.code, len(in_account(sandbox))) == (code, 1 if code else 2), done.said
    assert ("smtp9" in done.err) is (policy == "forbid")
    if policy == "forbid":
        assert work.run("plan", "--detailed-exitcode").code == 2
        assert work.run("drift").code == 2

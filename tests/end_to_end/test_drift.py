from __future__ import annotations

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Workplace


def bound(work: Workplace, serve: Serve, *faults: str) -> Sandbox:
    sandbox = serve(*faults, users=(user("smtp1"), user("smtp2")))
    bind(work, sandbox, a="smtp1", b="smtp2")
    work.users("a: {}\nb: {}")
    return sandbox


@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_drift_exits_with_0_when_clean_and_2_when_not(work: Workplace, serve: Serve, format_: str) -> None:
    sandbox = bound(work, serve)
    assert work.run("drift", "--format", format_).code == 0
    sandbox.account.edit("smtp2", hourly_limit=7)
    done = work.run("drift", "--format", format_)
    assert (done.code, "hourly" in done.out) == (2, True)


def test_the_document_goes_from_last_applied_to_observed(work: Workplace, serve: Serve) -> None:
    sandbox = bound(work, serve)
    assert work.run("drift", "--format", "json").json["clean"] is True
    sandbox.account.edit("smtp2", total_limit=5, status="Disable")
    document = work.run("drift", "--format", "json").json
    assert (document["format"], document["clean"]) == ("sarv-sync-drift/1", False)
    assert document["drift"] == [
        {
            "name": "b", "smtp_user_name": "smtp2", "kind": "changed",
            "fields": [
                {"field": "total_limit", "before": 1000, "after": 5},
                {"field": "status", "before": "Enable", "after": "Disable"},
            ],
        }
    ]  # fmt: skip
    assert (document["unmanaged"], document["blocked"]) == ([], [])


def test_a_change_in_the_files_alone_is_no_drift(work: Workplace, serve: Serve) -> None:
    bound(work, serve)
    work.users("a: {hourly_limit: 5}\nb: {}\nc: {}")
    assert work.run("drift").code == 0
    plan = work.run("plan", "--format", "json").json
    assert ([change["cause"] for change in plan["changes"]], plan["drift"]) == (["config", "config"], [])


def test_a_field_can_be_pending_and_drifted_at_once(work: Workplace, serve: Serve) -> None:
    sandbox = bound(work, serve)
    sandbox.account.edit("smtp1", hourly_limit=7)
    work.users("a: {hourly_limit: 5}\nb: {}")
    plan = work.run("plan", "--format", "json").json
    assert [(change["cause"], change["fields"]) for change in plan["changes"]] == [
        ("both", [{"field": "hourly_limit", "before": 7, "after": 5}])
    ]
    assert plan["drift"][0]["fields"] == [{"field": "hourly_limit", "before": 100, "after": 7}]


def test_drift_writes_nothing(work: Workplace, serve: Serve) -> None:
    sandbox = bound(work, serve)
    sandbox.account.edit("smtp1", hourly_limit=7)
    files, account = work.files(), sandbox.account.users()
    assert work.run("drift").code == 2
    assert (work.files(), sandbox.account.users()) == (files, account)


@pytest.mark.parametrize(
    ("fault", "code"), [("listSmtp:empty-list", 2), ("listSmtp:null-list", 1), ("listSmtp:html", 1)]
)
def test_a_check_that_cannot_be_made_is_never_a_pass(work: Workplace, serve: Serve, fault: str, code: int) -> None:
    bound(work, serve, fault)
    done = work.run("drift")
    assert done.code == code, done.said
    document = work.run("drift", "--format", "json").json
    assert document.get("clean", False) is False


def test_an_apply_puts_back_what_drifted(work: Workplace, serve: Serve) -> None:
    sandbox = bound(work, serve)
    sandbox.account.edit("smtp1", hourly_limit=7, status="Disable")
    assert (work.apply().code, work.run("drift").code) == (0, 0)
    assert sandbox.account.users()[0].settings == sandbox.account.users()[1].settings


def test_unmanaged_users_are_shown_and_are_no_drift(work: Workplace, serve: Serve) -> None:
    sandbox = bound(work, serve)
    added = sandbox.account.add(9, 9)
    done = work.run("drift", "--format", "json")
    assert (done.code, [entry["smtp_user_name"] for entry in done.json["unmanaged"]]) == (0, [added.smtp_user_name])
    work.users("a: {}\nb: {}", HEAD + "unmanaged: ignore\n")
    assert work.run("drift", "--format", "json").json["unmanaged"] == []

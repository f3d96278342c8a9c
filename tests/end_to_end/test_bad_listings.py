"""Missing is not create: what a listing that cannot be relied on leads to."""

from __future__ import annotations

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, by_name, calls, in_account, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Workplace
from tests.unit.provider.stage import Reply, Stage, error, reply

PLAIN = (1000, 100, "Enable")


def wrote(sandbox: Sandbox) -> int:
    return calls(sandbox, "addSmtp") + calls(sandbox, "editSmtp")


def bound(work: Workplace, serve: Serve) -> Sandbox:
    """Start with `a` and `b` applied, and pending changes: `b` another limit, `c` new."""
    sandbox = serve(users=(user("smtp1"), user("smtp2")))
    bind(work, sandbox, a="smtp1", b="smtp2")
    work.users("a: {}\nb: {hourly_limit: 5}\nc: {}")
    return sandbox


NO_LISTING = [
    ("listSmtp:null-list", "smtp_list"),
    ("listSmtp:wrong-types:field=smtp_list,to=missing", "smtp_list"),
    ("listSmtp:wrong-types:field=smtp_list,to=string", "smtp_list"),
    ("listSmtp:wrong-types:field=status,to=null", "listSmtp"),
    ("listSmtp:html", "HTML"),
    ("listSmtp:html:status=502", "502"),
    ("listSmtp:http-status:status=429", "429"),
    ("listSmtp:http-status:status=301", "301"),
    ("listSmtp:truncated", "listSmtp"),
    ("listSmtp:truncated:short=true", "listSmtp"),
    ("listSmtp:hang-up", "listSmtp"),
    ("listSmtp:general-error", "GeneralError"),
    ("listSmtp:validation-error", "ValidationError"),
    ("listSmtp:auth-error", "SARV_TOKEN"),
    ("listSmtp:echo-secrets", "listSmtp"),
]


@pytest.mark.parametrize(("fault", "words"), NO_LISTING)
def test_without_a_listing_nothing_is_done_and_the_exit_code_is_1(
    work: Workplace, serve: Serve, fault: str, words: str
) -> None:
    sandbox = bound(work, serve)
    before, state = in_account(sandbox), work.state()
    sandbox.set_faults(fault)
    done = work.apply("--format", "json")
    assert (done.code, in_account(sandbox), work.state()) == (1, before, state), done.said
    assert (done.json["format"], done.json["exit_code"]) == ("sarv-sync-error/1", 1)
    (error,) = done.json["errors"]
    assert words in f"{error['message']} {error['hint']}"


def test_an_account_that_was_never_managed_may_be_empty_but_not_null(work: Workplace, serve: Serve) -> None:
    sandbox = serve("listSmtp:null-list")
    work.users("a: {}")
    done = work.apply()
    assert (done.code, in_account(sandbox)) == (1, [])
    assert not (work.path / "sarv-sync.state.json").exists()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("listSmtp:empty-list", "no users at all"),
        ("listSmtp:duplicate-row", "more than once"),
        ("listSmtp:wrong-types:field=smtp_user_name,to=missing,row=1", "no user name"),
        ("listSmtp:wrong-types:field=smtp_user_name,to=null", "no"),
    ],
)
def test_a_listing_that_contradicts_the_state_refuses_everything(
    work: Workplace, serve: Serve, fault: str, words: str
) -> None:
    sandbox = bound(work, serve)
    before, state, made = in_account(sandbox), work.state(), wrote(sandbox)
    sandbox.set_faults(fault)
    done = work.apply()
    assert (done.code, in_account(sandbox), work.state(), wrote(sandbox)) == (4, before, state, made), done.said
    assert words in done.flat
    plan = work.run("plan", "--detailed-exitcode", "--format", "json")
    assert (plan.code, plan.json["changes"]) == (2, [])
    assert {"b", "c"} <= {entry["name"] for entry in plan.json["blocked"]}


def test_a_bound_user_that_is_missing_is_blocked_and_the_rest_is_done(work: Workplace, serve: Serve) -> None:
    both = bound(work, serve)
    sandbox = serve(users=(user("smtp2"),))
    state = (work.path / "sarv-sync.state.json").read_text(encoding="utf-8")
    work.write(state.replace(both.url, sandbox.url), "sarv-sync.state.json")

    plan = work.run("plan", "--format", "json", "--detailed-exitcode")
    assert plan.code == 2
    assert [(entry["name"], entry["reason"]) for entry in plan.json["blocked"]] == [("a", "missing")]
    assert [entry["kind"] for entry in plan.json["drift"]] == ["missing"]
    assert work.run("drift").code == 2

    done = work.apply("--format", "json")
    assert (done.code, [entry["name"] for entry in done.json["applied"]]) == (4, ["b", "c"]), done.said
    assert in_account(sandbox) == [(1000, 5, "Enable"), PLAIN]
    assert work.run("plan", "--detailed-exitcode").code == 2, "what is blocked still counts as a change"
    assert work.apply().code == 4

    work.users("a: {recreate: true}\nb: {hourly_limit: 5}\nc: {}")
    again = work.apply()
    assert again.code == 0, again.said
    assert by_name(work, sandbox) == {"a": PLAIN, "b": (1000, 5, "Enable"), "c": PLAIN}
    assert work.run("plan", "--detailed-exitcode").code == 0
    assert calls(sandbox, "addSmtp") == 2


@pytest.mark.parametrize(
    "fault",
    [
        "listSmtp:wrong-types:field=status,to=integer,row=1",
        "listSmtp:wrong-types:field=total_limit,to=float,row=1",
        "listSmtp:wrong-types:field=hourly_limit,to=null,row=1",
        "listSmtp:wrong-types:field=password,to=integer,row=1",
    ],
)
def test_a_row_that_cannot_be_read_holds_its_user_back_and_no_other(
    work: Workplace, serve: Serve, fault: str
) -> None:
    sandbox = serve(fault, users=(user("smtp1"),))
    bind(work, sandbox, a="smtp1")
    work.users("a: {hourly_limit: 5}\nb: {}")
    done = work.apply("--format", "json")
    assert done.code == 4, done.said
    assert [(entry["name"], entry["reason"]) for entry in done.json["blocked"]] == [("a", "unreadable")]
    assert [entry["name"] for entry in done.json["applied"]] == ["b"]
    assert in_account(sandbox) == [PLAIN, PLAIN]


@pytest.mark.parametrize(
    ("key", "status", "limit"),
    [("password", "Enable", 1000), ("smtp_password", "enable", "1000"), ("password", "ENABLE", "1000")],
)
def test_every_documented_spelling_of_a_row_is_understood(
    work: Workplace, stage: Stage, key: str, status: str, limit: object
) -> None:
    row = {"smtp_user_name": "smtp1", key: "pw", "status": status, "total_limit": limit, "hourly_limit": 100}
    stage.play(reply({"status": "success", "smtp_list": [{**row, "extra": {"deep": [1]}}], "more": True}))
    work.users("a: {smtp_user_name: smtp1}")
    plan = work.run("plan", "--format", "json")
    assert plan.json["warnings"] == []
    assert [(change["action"], change["fields"]) for change in plan.json["changes"]] == [("adopt", [])]


def test_two_passwords_that_differ_make_the_row_unreadable(work: Workplace, stage: Stage) -> None:
    row = {"smtp_user_name": "smtp1", "password": "one-pw", "smtp_password": "two-pw", "status": "Enable"}
    stage.play(reply({"status": "success", "smtp_list": [{**row, "total_limit": 1000, "hourly_limit": 100}]}))
    work.users("a: {smtp_user_name: smtp1}")
    plan = work.run("plan", "--format", "json", "--detailed-exitcode")
    assert (plan.code, plan.json["changes"]) == (2, [])
    assert [entry["reason"] for entry in plan.json["blocked"]] == ["unreadable"]
    assert "one-pw" not in plan.said
    assert "two-pw" not in plan.said


@pytest.mark.parametrize(
    "answer",
    [
        error("AuthenticationError"),
        error("AuthenticationError", 401),
        error("Invalid_Key", 500),
        reply({"status": "error", "code": -1, "type": "AuthenticationError", "message": "Token MissMatch"}),
    ],
)
def test_refused_credentials_are_an_error_that_says_what_to_check(
    work: Workplace, stage: Stage, answer: Reply
) -> None:
    stage.play(answer)
    work.users("a: {}")
    done = work.apply()
    assert done.code == 1
    assert "SARV_TOKEN" in done.err
    assert len(stage.requests) == 1, "nothing else would work either, so nothing else is tried"


def test_a_wrong_token_is_an_error(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    done = work.run("plan", SARV_TOKEN="not-the-token")
    assert (done.code, "AuthenticationError" in done.err) == (1, True)


def test_a_cap_is_found_out_and_said(work: Workplace, serve: Serve) -> None:
    sandbox = serve("any:cap:total=500")
    work.users("a: {}\nb: {total_limit: 400}", HEAD)
    done = work.apply("--format", "json")
    assert done.code == 5, done.said
    assert done.json["verified"] is False
    assert [entry["name"] for entry in done.json["applied"]] == ["b"]
    message = done.json["failed"][0]["message"]
    assert "total_limit is 500 where 1000 was set" in message
    assert len(in_account(sandbox)) == 2
    text = work.apply()
    assert (text.code, len(in_account(sandbox))) == (5, 2)
    assert "500" in text.flat

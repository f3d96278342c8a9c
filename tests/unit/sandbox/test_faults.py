"""What a client gets from every fault, and what was done meanwhile."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.sandbox.asking import TOKEN

if TYPE_CHECKING:
    from sarv_sync.sandbox.server import Sandbox
    from tests.unit.sandbox.asking import Caller, Got
    from tests.unit.sandbox.conftest import Start


def add(caller: Caller, **fields: Any) -> Got:
    return caller.ask("addSmtp", **{"total_limit": 100, "hourly_limit": 10, **fields})


def made(sandbox: Sandbox) -> int:
    return len(sandbox.account.users())


@pytest.mark.parametrize(("what", "commits"), [("hang-up", 0), ("commit-hang-up", 1)])
def test_a_dropped_connection_gives_no_answer(what: str, commits: int, start: Start) -> None:
    sandbox, caller = start(f"addSmtp:{what}:first=1")
    with pytest.raises(http.client.RemoteDisconnected):
        add(caller)
    assert made(sandbox) == commits
    assert add(caller).json["status"] == "success"
    assert sandbox.calls == (("addSmtp", what), ("addSmtp", "success"))


@pytest.mark.parametrize(
    ("what", "status", "kind", "word", "commits"),
    [
        ("html", 200, "text/html; charset=utf-8", "html", 0),
        ("html:status=503,commit=true", 503, "text/html; charset=utf-8", "html", 1),
        ("http-status", 502, "text/plain; charset=utf-8", "http-status", 0),
        ("http-status:status=599,commit=true", 599, "text/plain; charset=utf-8", "http-status", 1),
        ("general-error", 200, "application/json", "GeneralError", 0),
        ("general-error:commit=true", 200, "application/json", "GeneralError", 1),
        ("validation-error", 200, "application/json", "ValidationError", 0),
        ("auth-error", 200, "application/json", "AuthenticationError", 0),
        ("echo-secrets", 200, "application/json", "GeneralError", 0),
        ("truncated", 200, "application/json", "truncated", 1),
        ("no-name", 200, "application/json", "no-name", 1),
        ("late:seconds=0", 200, "application/json", "success", 1),
    ],
)
def test_a_bad_answer_is_what_it_says(
    *, what: str, status: int, kind: str, word: str, commits: int, start: Start
) -> None:
    sandbox, caller = start(f"addSmtp:{what}")
    got = add(caller)
    assert (got.status, got.headers["Content-Type"]) == (status, kind)
    assert sandbox.calls == (("addSmtp", word),)
    assert made(sandbox) == commits
    if word.endswith("Error"):
        assert got.json["name"] == word


def test_no_name_is_a_success_without_a_name(start: Start) -> None:
    _, caller = start("any:no-name")
    assert set(add(caller).json) == {"status", "message", "smtp_password"}


def test_a_truncated_answer_is_no_json(start: Start) -> None:
    _, caller = start("listSmtp:truncated")
    with pytest.raises(json.JSONDecodeError):
        _ = caller.ask("listSmtp").json
    assert caller.ask("listSmtp").status == 200


def test_a_short_answer_ends_before_its_length(start: Start) -> None:
    sandbox, caller = start("addSmtp:truncated:short=true")
    with pytest.raises(http.client.IncompleteRead):
        add(caller)
    assert made(sandbox) == 1


@pytest.mark.parametrize("inner", ["hang-up", "html", "general-error"])
@pytest.mark.parametrize("outer", ["truncated", "no-name", "late:seconds=0"])
def test_what_changes_an_answer_leaves_alone_what_is_none(outer: str, inner: str, start: Start) -> None:
    sandbox, caller = start(f"addSmtp:{outer}", f"addSmtp:{inner}")
    try:
        add(caller)
    except http.client.RemoteDisconnected:
        assert inner == "hang-up"
    assert made(sandbox) == 0
    assert sandbox.calls[0].outcome in {inner, "GeneralError", "truncated"}


def test_echo_secrets_repeats_the_token(start: Start) -> None:
    _, caller = start("any:echo-secrets:name=ValidationError")
    got = add(caller).json
    assert got["name"] == "ValidationError"
    assert got["message"].count(TOKEN) == 2
    assert "with token None" in caller.post("addSmtp", b"\xff").json["message"]


def test_caps_lower_what_is_asked_for_and_nothing_else(start: Start) -> None:
    sandbox, caller = start("any:cap:total=50,hourly=20")
    name = add(caller).json["smtp_user_name"]
    assert sandbox.account.users()[0].settings.total_limit == 50
    assert sandbox.account.users()[0].settings.hourly_limit == 10
    caller.ask("editSmtp", smtp_user_name=name, hourly_limit=30)
    assert sandbox.account.users()[0].settings.hourly_limit == 20
    assert add(caller, total_limit="100").json["name"] == "ValidationError"
    assert caller.post("addSmtp", "[]").json["message"] == "the body is not a JSON object"


def test_a_cap_on_one_limit_leaves_the_other(start: Start) -> None:
    sandbox, caller = start("addSmtp:cap:hourly=1")
    add(caller)
    assert sandbox.account.users()[0].settings.total_limit == 100


def test_beyond_the_rate_nothing_is_done(start: Start) -> None:
    sandbox, caller = start("addSmtp:rate-limit:per_second=0.001")
    add(caller)
    got = add(caller)
    assert (got.status, got.json if got.headers["Content-Type"] == "application/json" else None) == (429, None)
    assert 990 <= int(got.headers["Retry-After"]) <= 1000
    assert made(sandbox) == 1
    assert caller.ask("listSmtp").status == 200


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", {"total_limit": "100"}),
        ("to=null", {"total_limit": None}),
        ("to=float", {"total_limit": 100.0}),
        ("to=list", {"total_limit": [100]}),
        ("to=missing", {"total_limit": ...}),
        ("field=status,to=integer", {"status": 1}),
        ("field=smtp_user_name,to=integer", {"smtp_user_name": 0}),
        ("field=password,to=missing", {"password": ...}),
        ("field=message,to=null", {}),
    ],
)
def test_wrong_types_spoil_every_row(options: str, expected: dict[str, Any], start: Start) -> None:
    sandbox, caller = start(f"listSmtp:wrong-types:{options}")
    users = [sandbox.account.add(100, 10) for _ in range(2)]
    good = [
        {
            "smtp_user_name": user.smtp_user_name,
            "password": user.password.reveal(),
            "status": "Enable",
            "total_limit": 100,
            "hourly_limit": 10,
        }
        for user in users
    ]
    spoilt = [{key: value for key, value in {**row, **expected}.items() if value is not ...} for row in good]
    got = caller.ask("listSmtp").json["smtp_list"]
    assert got == spoilt
    assert [[*map(type, row.values())] for row in got].count([*map(type, got[0].values())]) == 2


@pytest.mark.parametrize(
    ("options", "key", "value"),
    [("field=smtp_list,to=null", "smtp_list", None), ("field=smtp_list,to=integer", "smtp_list", 0)],
)
def test_wrong_types_spoil_the_list_itself(options: str, key: str, value: Any, start: Start) -> None:
    _, caller = start(f"listSmtp:wrong-types:{options}")
    assert caller.ask("listSmtp").json[key] == value


def test_wrong_types_may_spoil_one_row_and_several_fields(start: Start) -> None:
    sandbox, caller = start("listSmtp:wrong-types:row=2", "listSmtp:wrong-types:row=2,field=status,to=integer")
    sandbox.account.add(1, 1)
    sandbox.account.add(2, 2, "Disable")
    first, second = caller.ask("listSmtp").json["smtp_list"]
    assert (first["total_limit"], first["status"]) == (1, "Enable")
    assert (second["total_limit"], second["status"]) == ("2", 0)


@pytest.mark.parametrize(("what", "rows"), [("null-list", None), ("empty-list", [])])
def test_a_list_may_be_gone(what: str, rows: object, start: Start) -> None:
    sandbox, caller = start(f"any:{what}")
    sandbox.account.add(1, 1)
    assert caller.ask("listSmtp").json == {"status": "success", "smtp_list": rows}
    assert add(caller).json["status"] == "success"


@pytest.mark.parametrize(("options", "order"), [("", [0, 1, 0]), (":row=2", [0, 1, 1]), (":row=9", [0, 1])])
def test_a_row_may_come_twice(options: str, order: list[int], start: Start) -> None:
    sandbox, caller = start(f"listSmtp:duplicate-row{options}")
    names = [sandbox.account.add(1, 1).smtp_user_name for _ in range(2)]
    assert caller.names() == [names[index] for index in order]


def test_a_listing_may_lag_by_changes(start: Start) -> None:
    sandbox, caller = start("listSmtp:list-lag:calls=2")
    name = sandbox.account.add(1, 1).smtp_user_name
    for size in (0, 0, 1, 2):
        assert len(caller.names()) == size
        add(caller)
    sandbox.account.edit(name, total_limit=7)
    assert caller.ask("listSmtp").json["smtp_list"][0]["total_limit"] == 1
    assert sandbox.calls[0] == ("listSmtp", "list-lag")


def test_a_listing_may_lag_by_time(start: Start) -> None:
    sandbox, caller = start("listSmtp:list-lag:seconds=3600")
    sandbox.account.add(1, 1)
    assert caller.names() == []
    assert caller.ask("listSmtp", token="wrong").json["name"] == "AuthenticationError"

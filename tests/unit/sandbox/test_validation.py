from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.sandbox.asking import JSON, OWNER, TOKEN, Caller

if TYPE_CHECKING:
    from sarv_sync.sandbox.server import Sandbox

GOOD: dict[str, Any] = {"owner_id": OWNER, "token": TOKEN, "total_limit": 100, "hourly_limit": 10}
LIMITS: list[Any] = ["100", 0, -1, 1.0, True, None, [1], 2**31]
STATUSES: list[Any] = ["enable", "", 1, None, []]

WRONG: list[tuple[str, dict[str, Any], str]] = [
    *[("addSmtp", {"total_limit": value}, "total_limit must be a positive integer") for value in LIMITS],
    *[("editSmtp", {"hourly_limit": value}, "hourly_limit must be a positive integer") for value in LIMITS],
    *[("editSmtp", {"status": value}, "status must be Enable or Disable") for value in STATUSES],
    ("addSmtp", {"owner_id": 10042}, "owner_id must be a string"),
    ("listSmtp", {"token": None}, "token must be a string"),
    ("resetSmtpPassword", {"smtp_user_name": ""}, "smtp_user_name must be a string"),
    ("editSmtp", {"smtp_user_name": "smtp1"}, "smtp_user_name is not a user of this account"),
    ("resetSmtpPassword", {"smtp_user_name": "smtp1"}, "smtp_user_name is not a user of this account"),
]


@pytest.mark.parametrize(("call", "wrong", "message"), WRONG)
def test_an_invalid_parameter_is_refused_and_nothing_is_done(
    call: str, wrong: dict[str, Any], message: str, sandbox: Sandbox, caller: Caller
) -> None:
    user = sandbox.account.add(50, 5)
    got = caller.ask(call, **{**GOOD, "smtp_user_name": user.smtp_user_name, **wrong})
    assert got.status == 200
    assert got.json == {"status": "error", "code": -1, "name": "ValidationError", "message": message}
    assert sandbox.account.users() == (user,)


@pytest.mark.parametrize(
    ("call", "missing"),
    [
        ("listSmtp", "owner_id"),
        ("listSmtp", "token"),
        ("addSmtp", "total_limit"),
        ("addSmtp", "hourly_limit"),
        ("editSmtp", "smtp_user_name"),
        ("resetSmtpPassword", "smtp_user_name"),
    ],
)
def test_a_missing_parameter_is_refused(call: str, missing: str, caller: Caller) -> None:
    sent = {key: value for key, value in GOOD.items() if key != missing}
    got = caller.post(call, json.dumps(sent)).json
    assert (got["name"], got["message"]) == ("ValidationError", f"{missing} is required")


@pytest.mark.parametrize(
    ("body", "headers", "message"),
    [
        (b"", JSON, "the body is not JSON"),
        (b"{", JSON, "the body is not JSON"),
        (b"\xff\xfe\xff", JSON, "the body is not JSON"),
        (b"[" * 60_000, JSON, "the body is not JSON"),
        (b"1" * 5_000, JSON, "the body is not JSON"),
        (b"[]", JSON, "the body is not a JSON object"),
        (b"null", JSON, "the body is not a JSON object"),
        (json.dumps(GOOD).encode(), {}, "the Content-Type must be application/json"),
        (json.dumps(GOOD).encode(), {"Content-Type": "text/plain"}, "the Content-Type must be application/json"),
    ],
)
def test_a_body_that_is_not_a_json_object_is_refused(
    body: bytes, headers: dict[str, str], message: str, caller: Caller
) -> None:
    got = caller.post("addSmtp", body, headers).json
    assert (got["name"], got["message"]) == ("ValidationError", message)


def test_the_content_type_may_be_written_in_any_way_http_allows(caller: Caller) -> None:
    got = caller.post("addSmtp", json.dumps(GOOD), {"content-TYPE": "Application/JSON ; charset=utf-8"})
    assert got.json["status"] == "success"


def test_unknown_parameters_are_ignored(caller: Caller) -> None:
    assert caller.ask("addSmtp", total_limit=1, hourly_limit=1, colour="red").json["status"] == "success"


def test_hourly_may_exceed_total(caller: Caller) -> None:
    assert caller.ask("addSmtp", total_limit=1, hourly_limit=2**31 - 1).json["status"] == "success"

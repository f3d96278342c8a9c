"""The forms of the published page, request and response."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.sandbox.asking import OWNER, TOKEN, Caller

if TYPE_CHECKING:
    from sarv_sync.sandbox.server import Sandbox

ADD: dict[str, Any] = {"total_limit": 100, "hourly_limit": 10}
EDIT: dict[str, Any] = {"total_limit": 80, "hourly_limit": 15, "status": "Disable"}
WITH_PASSWORD = {"smtp_user_name": "smtp12345", "smtp_password": "asfsf4w343"}

PUBLISHED: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("addSmtp", ADD, {"status": "success", "message": "SMTP User Created", **WITH_PASSWORD}),
    ("editSmtp", EDIT, {"status": "success", "message": "SMTP User Updated"}),
    ("resetSmtpPassword", {}, {"status": "success", "message": "password reseted", **WITH_PASSWORD}),
]
ROW = {
    "smtp_user_name": "smtps456546",
    "password": "cgvddgrsd",
    "status": "Enable",
    "total_limit": 200,
    "hourly_limit": 20,
}


def shape(document: dict[str, Any]) -> list[tuple[str, type]]:
    return [(key, type(value)) for key, value in document.items()]


@pytest.mark.parametrize(("call", "fields", "published"), PUBLISHED)
def test_every_published_request_gets_the_published_response(
    call: str, fields: dict[str, Any], published: dict[str, Any], sandbox: Sandbox, caller: Caller
) -> None:
    if call != "addSmtp":
        fields = {"smtp_user_name": sandbox.account.add(1, 1).smtp_user_name, **fields}
    got = caller.ask(call, **fields)
    assert got.status == 200
    assert got.headers["Content-Type"] == "application/json"
    assert shape(got.json) == shape(published)
    assert got.json["message"] == published["message"]


def test_the_listing_has_the_published_form(sandbox: Sandbox, caller: Caller) -> None:
    sandbox.account.add(200, 20)
    sandbox.account.add(100, 30, "Disable")
    got = caller.ask("listSmtp").json
    assert shape(got) == [("status", str), ("smtp_list", list)]
    assert [shape(row) for row in got["smtp_list"]] == [shape(ROW)] * 2
    assert [row["status"] for row in got["smtp_list"]] == ["Enable", "Disable"]


@pytest.mark.parametrize("call", ["addSmtp", "editSmtp", "resetSmtpPassword", "listSmtp"])
@pytest.mark.parametrize(("owner", "token"), [("10043", TOKEN), (OWNER, "wrong"), (OWNER, "\ud800"), ("é", TOKEN)])
def test_wrong_credentials_get_the_published_error(call: str, owner: str, token: str, caller: Caller) -> None:
    got = caller.ask(call, owner_id=owner, token=token)
    published = {"status": "error", "code": -1, "name": "AuthenticationError", "message": "Token MissMatch"}
    assert (got.status, got.json) == (200, published)


def test_a_new_user_is_listed_as_it_was_answered(caller: Caller) -> None:
    made = caller.ask("addSmtp", **ADD).json
    assert caller.ask("listSmtp").json["smtp_list"] == [
        {
            "smtp_user_name": made["smtp_user_name"],
            "password": made["smtp_password"],
            "status": "Enable",
            "total_limit": 100,
            "hourly_limit": 10,
        }
    ]


def test_an_edit_sets_what_it_names_and_nothing_else(sandbox: Sandbox, caller: Caller) -> None:
    user = sandbox.account.add(100, 10)
    steps: list[tuple[dict[str, Any], tuple[int, int, str]]] = [
        ({"total_limit": 7}, (7, 10, "Enable")),
        ({"status": "Disable"}, (7, 10, "Disable")),
        ({"hourly_limit": 3}, (7, 3, "Disable")),
        ({}, (7, 3, "Disable")),
        ({"status": "Enable"}, (7, 3, "Enable")),
    ]
    for sent, expected in steps:
        caller.ask("editSmtp", smtp_user_name=user.smtp_user_name, **sent)
        settings = sandbox.account.users()[0].settings
        assert (settings.total_limit, settings.hourly_limit, settings.status) == expected


def test_a_reset_gives_a_new_password_and_shows_it(sandbox: Sandbox, caller: Caller) -> None:
    user = sandbox.account.add(100, 10)
    shown = caller.ask("resetSmtpPassword", smtp_user_name=user.smtp_user_name).json["smtp_password"]
    assert shown == sandbox.account.users()[0].password.reveal() != user.password.reveal()

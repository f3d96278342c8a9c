"""Reading listSmtp: the first table of the provider's notes, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.errors import AnswerUnusable
from sarv_sync.model.secret import Secret
from sarv_sync.model.users import Listing, ObservedUser, RowFault, Settings
from tests.unit.provider.stage import Stage, reply

if TYPE_CHECKING:
    from sarv_sync.model.scrub import Scrubber
    from sarv_sync.provider.client import Client

ROW = {"smtp_user_name": "smtp1", "password": "pa55word", "status": "Enable", "total_limit": 200, "hourly_limit": 20}


def _but(**changes: object) -> dict[str, object]:
    return {**ROW, **changes}


def _without(*fields: str) -> dict[str, object]:
    return {key: value for key, value in ROW.items() if key not in fields}


def _listed(stage: Stage, client: Client, *rows: object) -> Listing:
    stage.play(reply({"status": "success", "smtp_list": rows}))
    return client.list_users()


def test_the_published_example_is_read(stage: Stage, client: Client) -> None:
    other = {**ROW, "smtp_user_name": "smtp2", "status": "Disable", "total_limit": 100}
    assert _listed(stage, client, ROW, other) == Listing(
        {
            "smtp1": ObservedUser("smtp1", Settings(200, 20, "Enable"), Secret("pa55word")),
            "smtp2": ObservedUser("smtp2", Settings(100, 20, "Disable"), Secret("pa55word")),
        }
    )
    assert stage.requests[0].body.keys() == {"owner_id", "token"}


def test_an_empty_list_is_an_empty_account(stage: Stage, client: Client) -> None:
    assert _listed(stage, client) == Listing({})


@pytest.mark.parametrize("fields", [{}, {"smtp_list": None}, {"smtp_list": {}}, {"smtp_list": "none"}])
def test_a_success_without_a_list_is_an_error_and_no_empty_account(
    stage: Stage, client: Client, fields: dict[str, Any]
) -> None:
    stage.play(reply({"status": "success", **fields}))
    with pytest.raises(AnswerUnusable, match="no usable smtp_list"):
        client.list_users()


@pytest.mark.parametrize(
    ("row", "password"),
    [
        (_but(password="a"), "a"),
        ({**_without("password"), "smtp_password": "a"}, "a"),
        (_but(password="a", smtp_password="a"), "a"),
        (_but(password=None, smtp_password="a"), "a"),
        (_but(password="a", smtp_password=None), "a"),
        (_without("password"), ""),
        (_but(password=None), ""),
        (_but(password="pässwörd"), "pässwörd"),
    ],
)
def test_the_password_has_either_name_and_may_be_missing(
    stage: Stage, client: Client, row: dict[str, object], password: str
) -> None:
    assert _listed(stage, client, row).users["smtp1"].password == Secret(password)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Enable", "Enable"),
        ("enable", "Enable"),
        ("ENABLE", "Enable"),
        ("disable", "Disable"),
        ("DiSaBlE", "Disable"),
    ],
)
def test_a_status_may_be_in_any_letter_case(stage: Stage, client: Client, word: str, status: str) -> None:
    assert _listed(stage, client, _but(status=word)).users["smtp1"].settings.status == status


@pytest.mark.parametrize(("value", "limit"), [(5, 5), ("5", 5), ("007", 7), (0, 0), ("0", 0), (2**53 - 1, 2**53 - 1)])
@pytest.mark.parametrize("field", ["total_limit", "hourly_limit"])
def test_a_limit_is_an_integer_or_a_string_of_digits(
    stage: Stage, client: Client, field: str, value: object, limit: int
) -> None:
    assert getattr(_listed(stage, client, _but(**{field: value})).users["smtp1"].settings, field) == limit


@pytest.mark.parametrize(
    "value",
    [
        -1,
        1.0,
        1e3,
        True,
        None,
        "",
        " 5",
        "5 ",
        "+5",
        "-5",
        "5.0",
        "1_000",
        "\u0665",
        "\u00b2",
        "0x5",
        [5],
        {},
        2**53,
        "9" * 40,
    ],
)
@pytest.mark.parametrize("field", ["total_limit", "hourly_limit"])
def test_anything_else_for_a_limit_makes_the_row_unreadable(
    stage: Stage, client: Client, field: str, value: object
) -> None:
    listing = _listed(stage, client, _but(**{field: value}))
    assert listing.users == {}
    assert [fault.smtp_user_name for fault in listing.faults] == ["smtp1"]
    assert field in listing.faults[0].message


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (_but(status=1), "status is a number, neither Enable nor Disable"),
        (_but(status=True), "status is true or false, neither Enable nor Disable"),
        (_but(status="Suspended"), "status is text, neither Enable nor Disable"),
        (_but(status="Enable "), "status is text, neither Enable nor Disable"),
        (_but(status=None), "status is null, neither Enable nor Disable"),
        (_without("status"), "status is missing, neither Enable nor Disable"),
        (_without("total_limit"), "total_limit is missing, not a usable integer"),
        (_but(hourly_limit=[]), "hourly_limit is a list or an object, not a usable integer"),
        (_but(total_limit="x", status=0), "total_limit is text, not a usable integer; status is a number, neither"),
        (_but(smtp_password="another"), "password and smtp_password differ"),
        (_but(smtp_password=""), "password and smtp_password differ"),
        (_but(password=5), "its password is no text"),
        (_but(password=["a"]), "its password is no text"),
        (_but(smtp_password=5), "its password is no text"),
        (_but(password="half a pair \ud800"), "its password is no text"),
    ],
)
def test_a_row_with_an_unreadable_value_is_a_fault_of_its_user(
    stage: Stage, client: Client, row: dict[str, object], message: str
) -> None:
    listing = _listed(stage, client, row, _but(smtp_user_name="smtp2"))
    assert list(listing.users) == ["smtp2"]
    assert listing.faults[0].smtp_user_name == "smtp1"
    assert listing.faults[0].message.startswith(message)


@pytest.mark.parametrize(
    "row",
    [
        None,
        "smtp1",
        ["smtp1"],
        7,
        _without("smtp_user_name"),
        *(_but(smtp_user_name=name) for name in ("", None, 7, "a\nb", "a\x1b[2J", "a\u202eb", "a\ud800", "x" * 257)),
    ],
)
def test_a_row_without_a_legible_name_is_a_nameless_fault(stage: Stage, client: Client, row: object) -> None:
    listing = _listed(stage, client, ROW, row)
    assert list(listing.users) == ["smtp1"]
    assert listing.faults[0].smtp_user_name is None
    assert listing.faults[0].message.startswith("row 2 of the listing ")


def test_a_repeated_name_is_listed_once_and_none_of_its_rows_is_a_user(stage: Stage, client: Client) -> None:
    names = ("b", "a", "c", "a", "b", "a")
    listing = _listed(stage, client, *(_but(smtp_user_name=name) for name in names))
    assert listing.repeated == ("a", "b")
    assert list(listing.users) == ["c"]


@pytest.mark.parametrize("rows", [(ROW, _but(status=0)), (_but(status=0), ROW), (_but(status=0), _but(status=1))])
def test_an_unreadable_row_counts_for_repetition(stage: Stage, client: Client, rows: tuple[object, ...]) -> None:
    listing = _listed(stage, client, *rows)
    assert listing.repeated == ("smtp1",)
    assert listing.users == {}


def test_names_that_differ_in_letter_case_are_two_users(stage: Stage, client: Client) -> None:
    assert len(_listed(stage, client, ROW, _but(smtp_user_name="SMTP1")).users) == 2


def test_extra_fields_are_ignored(stage: Stage, client: Client) -> None:
    assert _listed(stage, client, _but(created="yesterday", id=4)) == _listed(stage, client, ROW)


def test_a_byte_order_mark_is_tolerated(stage: Stage, client: Client) -> None:
    stage.play(reply(b'\xef\xbb\xbf{"status": "success", "smtp_list": []}'))
    assert client.list_users() == Listing({})


@pytest.mark.parametrize(
    "row",
    [
        _but(password="canary-1234"),
        _but(password="canary-1234", status="Paused"),
        _but(password="canary-1234", smtp_user_name=None),
        _but(password="canary-1234", smtp_password="canary-1234-b"),
    ],
)
def test_every_password_is_known_to_the_scrubber_at_once(
    stage: Stage, client: Client, scrubber: Scrubber, row: object
) -> None:
    _listed(stage, client, row, ROW, _but(password="canary-5678"))
    assert scrubber.scrub("1 canary-1234 2 canary-5678 3") == "1 [redacted] 2 [redacted] 3"


def test_no_value_of_a_row_shows_in_its_fault(stage: Stage, client: Client) -> None:
    listing = _listed(stage, client, dict.fromkeys(ROW, "canary-1234") | {"smtp_password": "canary-5678"})
    assert "canary" not in listing.faults[0].message
    assert listing.faults == (RowFault("canary-1234", "password and smtp_password differ"),)

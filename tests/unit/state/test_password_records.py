"""What the state says of passwords, as a document."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from sarv_sync.errors import StateError
from sarv_sync.model.account import Account
from sarv_sync.model.state import Binding, Delivery, PasswordRecord, Rotating, State
from sarv_sync.model.users import Settings
from sarv_sync.state.document import decode, encode

VERIFIER, FORMER = "0123abcd:0123456789abcdef", "0123abcd:fedcba9876543210"
MOMENT = "2026-01-02T03:04:05.000000Z"
RECORD = PasswordRecord(
    since=MOMENT,
    version=2,
    deliveries=(Delivery("dotenv a.env", "f1"), Delivery("vault a", "f2", VERIFIER)),
    rotating=Rotating(MOMENT, VERIFIER, 3, 4),
    former=FORMER,
    turn=1,
    left=MOMENT,
    last=VERIFIER,
)


def known(record: PasswordRecord) -> State:
    binding = Binding("smtp1", Settings(5000, 200, "Enable"), password=record)
    return State("c0ffee", 7, Account("https://api.example.net/v1.0", "10042"), bindings={"billing": binding})


def document(**parts: Any) -> dict[str, Any]:
    """The document of a state with `RECORD`, and these parts of the record as they are here."""
    whole: dict[str, Any] = json.loads(encode(known(RECORD)))
    whole["bindings"]["billing"]["password"].update(parts)
    return whole


def read(whole: dict[str, Any]) -> PasswordRecord:
    return decode(json.dumps(whole).encode(), "here").bindings["billing"].password


def test_all_that_is_known_of_a_password_stands_in_the_line_of_its_user() -> None:
    [line] = [line for line in encode(known(RECORD)).decode().splitlines() if "billing" in line]
    assert json.loads(f"{{{line}}}")["billing"]["password"] == {
        "since": MOMENT,
        "version": 2,
        "rotating": {"at": MOMENT, "before": VERIFIER, "version": 3, "turn": 4},
        "former": FORMER,
        "turn": 1,
        "left": MOMENT,
        "last": VERIFIER,
        "deliveries": {
            "dotenv a.env": {"form": "f1", "verifier": None},
            "vault a": {"form": "f2", "verifier": VERIFIER},
        },
    }


def test_of_a_password_that_nothing_is_known_of_nothing_is_written() -> None:
    assert b"password" not in encode(known(PasswordRecord()))


def test_a_record_reads_back_as_it_was_written_and_what_is_absent_is_not_known() -> None:
    assert read(document()) == RECORD
    assert read(document(rotating=None, former=None, left=None)) == replace(
        RECORD, rotating=None, former=None, left=None
    )
    whole = document()
    whole["bindings"]["billing"]["password"] = {}
    assert read(whole) == PasswordRecord()


def test_deliveries_are_sorted_by_address_whatever_their_order_was() -> None:
    whole = document()
    deliveries = whole["bindings"]["billing"]["password"]["deliveries"]
    assert read(document(deliveries=dict(reversed(deliveries.items())))) == RECORD


@pytest.mark.parametrize(
    "parts",
    [
        {"password": "p4ss"},
        {"rotating": {"at": MOMENT, "before": VERIFIER, "version": 3, "turn": 4, "after": VERIFIER}},
        {"deliveries": {"vault a": {"form": "f", "verifier": None, "password": "p4ss"}}},
    ],
)
def test_a_part_that_this_version_does_not_know_is_an_error(parts: dict[str, Any]) -> None:
    with pytest.raises(StateError, match="this version does not know") as refused:
        read(document(**parts))
    assert "newer" in (refused.value.hint or "")
    assert "p4ss" not in refused.value.message


@pytest.mark.parametrize(
    "parts",
    [
        {"since": 1},
        {"since": ""},
        {"version": "2"},
        {"version": -1},
        {"turn": 1.5},
        {"turn": True},
        {"left": []},
        {"former": 7},
        {"last": 7},
        {"rotating": "soon"},
        {"rotating": {}},
        {"rotating": {"at": MOMENT, "before": VERIFIER, "version": 3}},
        {"rotating": {"at": None, "before": VERIFIER, "version": 3, "turn": 0}},
        {"deliveries": []},
        {"deliveries": {"vault a": None}},
        {"deliveries": {"vault a": {"verifier": VERIFIER}}},
        {"deliveries": {"vault a": {"form": "f", "verifier": 5}}},
    ],
)
def test_a_missing_part_or_one_of_the_wrong_type_is_an_error(parts: dict[str, Any]) -> None:
    with pytest.raises(StateError, match="cannot be used"):
        read(document(**parts))


def test_a_delivery_that_occurs_twice_is_an_error() -> None:
    twice = json.dumps(document()).replace("dotenv a.env", "vault a")
    with pytest.raises(StateError, match="'vault a' occurs twice"):
        decode(twice.encode(), "here")

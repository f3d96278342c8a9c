"""A large state is read and written by shortcuts. They say what the long way does, of damaged documents too."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from hypothesis import given

from sarv_sync.errors import StateError
from sarv_sync.model.account import Account
from sarv_sync.model.plan import FieldChange
from sarv_sync.model.state import (
    Binding,
    Delivery,
    PasswordRecord,
    PastChange,
    PastRun,
    Rotating,
    State,
)
from sarv_sync.model.users import Settings
from sarv_sync.state.document import decode, encode, to_document
from tests.unit.state.states import states

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

VERIFIER = "0123abcd:0123456789abcdef"
MOMENT = "2026-01-01T00:00:00Z"
USUAL = Settings(900, 90, "Enable")
MADE = PasswordRecord(since=MOMENT)
ROTATED = PasswordRecord(MOMENT, 2, (Delivery("dotenv a", "form", VERIFIER),), None, VERIFIER, 1, MOMENT, VERIFIER)
ROTATING = PasswordRecord(MOMENT, 2, (Delivery("dotenv a", "form"),), Rotating(MOMENT, VERIFIER, 2, 1))

EVERYTHING = State(
    lineage="c0ffee",
    serial=7,
    account=Account("https://api.example.net/v1.0", "10042"),
    bindings={
        "billing": Binding("smtp1", USUAL),
        "news": Binding("smtp2", USUAL, "letter", MADE),
        "orders": Binding("smtp3", Settings(1, 0, "Disable"), password=ROTATED),
        "shop": Binding("smtp4", USUAL, password=ROTATING),
    },
    removed={"old": Binding("smtp5", Settings(1, 1, "Disable"), None, MADE, MOMENT, "older")},
    history=(
        PastRun(
            *("a1", MOMENT, "ann on laptop", "sarv-sync apply", "c0ffee", "sha256:00"),
            changes=(
                PastChange("news", "rename", "smtp2", "applied", was="letter"),
                PastChange("billing", "update", "smtp1", "failed", (FieldChange("total_limit", 1, 900),)),
                PastChange("more", "create", None, "planned", (FieldChange("status", None, "Enable"),)),
            ),
            finished=True,
        ),
    ),
)

PLAIN = {"smtp_user_name": "smtp6", "total_limit": 1, "hourly_limit": 1, "status": "Enable"}
RECORD = {"since": MOMENT}
CHANGE = {"name": "billing", "action": "update", "end": "applied"}
ODD: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    1.0,
    10**30,
    "",
    "a",
    "Enable",
    "enable",
    "deliver",
    [],
    {},
    ["a"],
    ["Enable"],
]

HINT = "restore the last good copy with `sarv-sync state push FILE`; this one was not touched"


def text_of(document: dict[str, Any]) -> str:
    """Return a document as the contract lays it out: with one line an entry."""

    def rows(value: Any) -> str:
        if isinstance(value, dict) and any(isinstance(entry, dict | list) for entry in value.values()):
            lines = [f"    {json.dumps(key)}: {json.dumps(one, ensure_ascii=False)}" for key, one in value.items()]
            return "{\n" + ",\n".join(lines) + "\n  }"
        if isinstance(value, list) and value:
            return "[\n" + ",\n".join(f"    {json.dumps(one, ensure_ascii=False)}" for one in value) + "\n  ]"
        return json.dumps(value, ensure_ascii=False)

    return "{\n" + ",\n".join(f"  {json.dumps(key)}: {rows(value)}" for key, value in document.items()) + "\n}\n"


@given(states())
def test_the_text_is_that_of_the_document(state: State) -> None:
    assert encode(state).decode() == text_of(to_document(state))


def outcome(text: str) -> State | tuple[str, str | None]:
    try:
        return decode(text.encode(), "here.json")
    except StateError as error:
        return error.message, error.hint


@given(states())
def test_the_order_of_keys_is_of_no_concern(state: State) -> None:
    assert outcome(json.dumps(to_document(state), sort_keys=True)) == state


def places(document: Any) -> list[tuple[Any, Any]]:
    """Return every object and list in `document`, with each of its keys or indexes."""
    if isinstance(document, dict):
        here: list[tuple[Any, Any]] = [(document, key) for key in document]
    elif isinstance(document, list):
        here = [(document, index) for index in range(len(document))]
    else:
        return []
    return [*here, *(place for holder, key in here for place in places(holder[key]))]


def without_shortcuts(text: str) -> State | tuple[str, str | None]:
    with mock.patch("sarv_sync.state.document.Shortcuts", lambda otherwise: SimpleNamespace(made=otherwise)):
        return outcome(text)


def damaged(damage: Callable[[Any, Any], None]) -> Iterator[str]:
    """Yield the document of `EVERYTHING` with `damage` done to one place, for each that it has."""
    for number in range(len(places(json.loads(encode(EVERYTHING))))):
        document = json.loads(encode(EVERYTHING))
        damage(*places(document)[number])
        yield json.dumps(document)


@pytest.mark.parametrize("odd", [*ODD, PLAIN, RECORD, CHANGE], ids=json.dumps)
def test_an_odd_value_anywhere_is_judged_as_without_shortcuts(odd: Any) -> None:
    for text in damaged(lambda holder, key: holder.__setitem__(key, odd)):
        assert outcome(text) == without_shortcuts(text)


def test_a_part_that_is_missing_anywhere_is_judged_as_without_shortcuts() -> None:
    for text in damaged(lambda holder, key: holder.__delitem__(key)):
        assert outcome(text) == without_shortcuts(text)


@pytest.mark.parametrize("more", ["more", "since", "password", "removed_at", "left", "was", "fields", "status"])
def test_a_part_that_is_one_too_many_anywhere_is_judged_as_without_shortcuts(more: str) -> None:
    def add(holder: Any, _: Any) -> None:
        if isinstance(holder, dict):
            holder.setdefault(more, None)
        else:
            holder.append({more: 1})

    for text in damaged(add):
        assert outcome(text) == without_shortcuts(text)


def test_a_key_that_occurs_twice_anywhere_is_an_error() -> None:
    document = json.loads(encode(EVERYTHING))
    for holder, key in places(document):
        if isinstance(holder, dict):
            holder["AGAIN"] = holder[key]
            text = json.dumps(document).replace('"AGAIN"', json.dumps(key))
            del holder["AGAIN"]

            assert outcome(text) == (f"the state here.json cannot be used: {key!r} occurs twice in one object", HINT)
            assert outcome(text) == without_shortcuts(text)

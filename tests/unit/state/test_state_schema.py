"""The published schema of the state describes what is written, and nothing looser."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sarv_sync.model.account import Account
from sarv_sync.model.state import (
    Binding,
    Birthmark,
    Delivery,
    Intent,
    Lock,
    PasswordRecord,
    Retired,
    Rotating,
    State,
)
from sarv_sync.model.users import NAME, Settings
from sarv_sync.schema_files import schema
from sarv_sync.state.document import decode, encode
from tests.unit.state.states import records

VERIFIER = "0123abcd:0123456789abcdef"

_texts = st.text(min_size=1, max_size=9)
_names = st.from_regex(NAME, fullmatch=True)
_limits = st.integers(min_value=0)
_settings = st.builds(Settings, _limits, _limits, st.sampled_from(["Enable", "Disable"]))
_bindings = st.builds(Binding, st.text(min_size=1), _settings, st.none() | _names, records)
_birthmarks = st.builds(Birthmark, _limits, _limits)
_locks = st.builds(Lock, _texts, _texts, _texts, st.just("2026-01-01T00:00:00Z"), st.just("2026-01-01T00:05:00Z"))
_creates = st.lists(
    st.builds(Intent, _texts, _names, _birthmarks, st.just("l")), max_size=3, unique_by=lambda intent: intent.name
)


@st.composite
def _states(draw: st.DrawFn) -> State:
    users = draw(st.dictionaries(_names, _bindings, max_size=4))
    unique = {binding.smtp_user_name: (name, binding) for name, binding in users.items()}
    halves = draw(st.integers(0, len(unique)))
    bound, removed = list(unique.values())[:halves], list(unique.values())[halves:]
    return State(
        lineage=draw(_texts),
        serial=draw(st.integers(min_value=0)),
        account=Account(draw(_texts), draw(_texts)),
        lock=draw(st.none() | _locks),
        bindings=dict(bound),
        removed=dict(removed),
        intents={one.id: one for one in draw(_creates)},
        retired=tuple(draw(st.lists(st.builds(Retired, _names, _birthmarks, st.just("l")), max_size=2))),
        listings={"l": tuple(draw(st.lists(_texts, max_size=3)))},
        echoes_limits=draw(st.none() | st.booleans()),
    )


def _complaints(document: Any) -> list[str]:
    return [error.message for error in Draft202012Validator(schema("state")).iter_errors(document)]


@given(_states())
def test_every_state_that_is_written_follows_the_schema(state: State) -> None:
    data = encode(state)
    assert _complaints(json.loads(data)) == []
    assert decode(data, "here") == state


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema("state"))


def _document() -> dict[str, Any]:
    rotating = Rotating("2026-01-01T00:00:00Z", VERIFIER, 2, 1)
    record = PasswordRecord(deliveries=(Delivery("dotenv a", "form", VERIFIER),), rotating=rotating)
    binding = Binding("smtp1", Settings(2, 1, "Enable"), password=record)
    state = State("a", 1, Account("https://x/v1.0", "1"), Lock("i", "h", "c", "s", "e"), {"a": binding})
    document: dict[str, Any] = json.loads(encode(state))
    return document


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["format"], "sarv-sync-state/2"),
        (["serial"], "1"),
        (["serial"], -1),
        (["lineage"], ""),
        (["token"], "x"),
        (["account", "token"], "x"),
        (["lock", "pid"], 1),
        (["bindings", "Not A Name"], {}),
        (["bindings", "a", "smtp_password"], "x"),
        (["bindings", "a", "status"], "enable"),
        (["bindings", "a", "total_limit"], "2"),
        (["bindings", "a", "password", "smtp_password"], "x"),
        (["bindings", "a", "password", "version"], "2"),
        (["bindings", "a", "password", "former"], "the password itself"),
        (["bindings", "a", "password", "deliveries", "dotenv a", "form"], ""),
        (["bindings", "a", "password", "deliveries", "dotenv a", "verifier"], "the password itself"),
        (["bindings", "a", "password", "deliveries", "dotenv a", "password"], "x"),
        (["bindings", "a", "password", "deliveries", "dotenv b"], {"form": "form"}),
        (["bindings", "a", "password", "rotating", "before"], "the password itself"),
        (["bindings", "a", "password", "rotating", "after"], VERIFIER),
        (["intents", "i"], {"name": "a"}),
        (["listings", "l"], "smtp1"),
    ],
)
def test_a_document_that_is_no_state_does_not_follow_the_schema(path: list[str], value: Any) -> None:
    document = _document()
    assert _complaints(document) == []
    part = document
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    assert _complaints(document) != []


@pytest.mark.parametrize("key", list(_document()))
def test_every_part_is_required(key: str) -> None:
    document = _document()
    del document[key]
    assert _complaints(document) != []

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from sarv_sync.errors import StateError
from sarv_sync.model.account import Account
from sarv_sync.model.state import Binding, Birthmark, Intent, Lock, Retired, State
from sarv_sync.model.users import Settings
from sarv_sync.state.document import decode, encode, to_document
from tests.unit.state.states import states

FULL = State(
    lineage="c0ffee",
    serial=7,
    account=Account("https://api.example.net/v1.0", "10042"),
    lock=Lock("1d", "ann on laptop", "sarv-sync apply", "2026-01-01T00:00:00Z", "2026-01-01T00:05:00Z"),
    bindings={
        "orders": Binding("smtp2", Settings(900, 90, "Enable"), "shop"),
        "billing": Binding("smtp1", Settings(5000, 200, "Enable")),
    },
    removed={"old-app": Binding("smtp3", Settings(1, 1, "Disable"))},
    intents={"b2": Intent("b2", "news", Birthmark(17, 3), "a1")},
    retired=(Retired("news", Birthmark(23, 5), "a1"),),
    listings={"a1": ("smtp8", "smtp9")},
    echoes_limits=True,
)


@given(states())
def test_a_state_reads_back_as_it_was_written(state: State) -> None:
    assert decode(encode(state), "here") == state


@given(states())
def test_the_same_state_gives_the_same_bytes_whatever_its_order(state: State) -> None:
    turned = replace(
        state,
        bindings=dict(reversed(state.bindings.items())),
        removed=dict(reversed(state.removed.items())),
        intents=dict(reversed(state.intents.items())),
        listings=dict(reversed(state.listings.items())),
    )

    assert encode(turned) == encode(state)


def test_a_state_is_written_with_one_line_an_entry() -> None:
    assert (
        encode(FULL).decode()
        == """\
{
  "format": "sarv-sync-state/1",
  "lineage": "c0ffee",
  "serial": 7,
  "account": {"endpoint": "https://api.example.net/v1.0", "owner_id": "10042"},
  "lock": {"id": "1d", "holder": "ann on laptop", "command": "sarv-sync apply", \
"since": "2026-01-01T00:00:00Z", "expires": "2026-01-01T00:05:00Z"},
  "echoes_limits": true,
  "bindings": {
    "billing": {"smtp_user_name": "smtp1", "total_limit": 5000, "hourly_limit": 200, "status": "Enable"},
    "orders": {"smtp_user_name": "smtp2", "total_limit": 900, "hourly_limit": 90, "status": "Enable", \
"renamed_from": "shop"}
  },
  "removed": {
    "old-app": {"smtp_user_name": "smtp3", "total_limit": 1, "hourly_limit": 1, "status": "Disable"}
  },
  "intents": {
    "b2": {"name": "news", "total_limit": 17, "hourly_limit": 3, "listing": "a1"}
  },
  "retired": [
    {"name": "news", "total_limit": 23, "hourly_limit": 5, "listing": "a1"}
  ],
  "listings": {
    "a1": ["smtp8", "smtp9"]
  }
}
"""
    )


def test_an_empty_state_is_short() -> None:
    empty = State("c0ffee", 1, Account("https://api.example.net/v1.0", "10042"))

    assert (
        encode(empty).decode()
        == """\
{
  "format": "sarv-sync-state/1",
  "lineage": "c0ffee",
  "serial": 1,
  "account": {"endpoint": "https://api.example.net/v1.0", "owner_id": "10042"},
  "lock": null,
  "echoes_limits": null,
  "bindings": {},
  "removed": {},
  "intents": {},
  "retired": [],
  "listings": {}
}
"""
    )


def put(path: str, value: Any) -> dict[str, Any]:
    """Return the document of `FULL` with another value at a dotted path; `...` takes the key out."""
    document = json.loads(encode(FULL))
    *parents, last = path.split("/")
    place: Any = document
    for part in parents:
        place = place[int(part) if isinstance(place, list) else part]
    if value is ...:
        del place[last]
    else:
        place[int(last) if isinstance(place, list) else last] = value
    return dict(document)


def refusal(document: object) -> StateError:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    with pytest.raises(StateError) as refused:
        decode(data, "here.json")
    assert refused.value.exit_code == 1
    assert refused.value.hint
    assert "here.json" in refused.value.message
    return refused.value


@pytest.mark.parametrize(
    "path",
    ["more", "account/region", "lock/pid", "bindings/billing/labels", "intents/b2/since", "retired/0/since"],
)
def test_a_part_that_this_version_does_not_know_is_an_error(path: str) -> None:
    error = refusal(put(path, "something"))

    assert repr(path.rpartition("/")[2]) in error.message
    assert "version" in (error.hint or "")


def test_a_newer_format_is_an_error_that_names_what_this_version_reads() -> None:
    error = refusal(put("format", "sarv-sync-state/2"))

    assert "sarv-sync-state/2" in error.message
    assert "sarv-sync-state/1" in (error.hint or "")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", ...),
        ("format", 1),
        ("lineage", ""),
        ("lineage", ...),
        ("serial", "7"),
        ("serial", True),
        ("serial", 7.0),
        ("serial", -1),
        ("serial", ...),
        ("account", "10042"),
        ("account", ...),
        ("account/owner_id", 10042),
        ("lock", []),
        ("lock/holder", None),
        ("echoes_limits", "true"),
        ("echoes_limits", 1),
        ("bindings", []),
        ("bindings", ...),
        ("bindings/billing", None),
        ("bindings/billing/smtp_user_name", ...),
        ("bindings/billing/smtp_user_name", 1),
        ("bindings/billing/total_limit", "5000"),
        ("bindings/billing/total_limit", None),
        ("bindings/billing/status", "enable"),
        ("bindings/billing/status", ...),
        ("bindings/orders/renamed_from", 1),
        ("removed", ...),
        ("removed/old-app/hourly_limit", []),
        ("intents", ...),
        ("intents/b2/name", ...),
        ("intents/b2/total_limit", ...),
        ("retired", {}),
        ("retired", ...),
        ("retired/0", "news"),
        ("retired/0/listing", ...),
        ("listings", ...),
        ("listings/a1", "smtp8"),
        ("listings/a1", [8]),
        ("listings/a1/0", None),
    ],
)
def test_a_missing_part_or_one_of_the_wrong_type_is_an_error(path: str, value: object) -> None:
    refusal(put(path, value))


@pytest.mark.parametrize("path", ["bindings/billing/smtp_user_name", "removed/old-app/smtp_user_name"])
def test_two_names_for_one_user_are_an_error(path: str) -> None:
    assert "'smtp2'" in refusal(put(path, "smtp2")).message


@pytest.mark.parametrize("path", ["intents/b2/listing", "retired/0/listing"])
def test_a_create_without_its_listing_is_an_error(path: str) -> None:
    error = refusal(put(path, "zz"))

    assert "'zz'" in error.message
    assert "'news'" in error.message


def test_a_key_that_occurs_twice_is_an_error_since_a_merge_would_lose_a_user() -> None:
    twice = encode(FULL).replace(b'"orders": {', b'"billing": {')

    assert "'billing'" in refusal(twice).message


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n",
        b"null",
        b"[]",
        b"{}",
        b"\x00" * 100,
        b"\xff\xfe",
        b"<<<<<<< ours\n",
        b"[" * 100_000,
        encode(FULL).replace(b'"serial": 7', b'"serial": ' + b"9" * 5000),
    ],
    ids=["empty", "blank", "null", "list", "object", "zeros", "no UTF-8", "conflict", "deep", "huge number"],
)
def test_a_damaged_file_is_an_error(data: bytes) -> None:
    refusal(data)


def test_a_file_that_is_cut_off_anywhere_is_an_error() -> None:
    whole = encode(FULL)

    for length in range(len(whole) - 2):
        refusal(whole[:length])


def test_the_document_holds_everything_in_the_order_it_is_written_in() -> None:
    assert list(to_document(FULL)) == [
        "format",
        "lineage",
        "serial",
        "account",
        "lock",
        "echoes_limits",
        "bindings",
        "removed",
        "intents",
        "retired",
        "listings",
    ]

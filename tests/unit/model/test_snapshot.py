from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sarv_sync.errors import EXIT_INPUT, InputError
from sarv_sync.model import document_checks
from sarv_sync.model.account import Account
from sarv_sync.model.secret import Secret
from sarv_sync.model.snapshot import (
    Signature,
    Snapshot,
    from_document,
    load_snapshot,
    parse_snapshot,
    redacted,
    signed_bytes,
    snapshot_text,
    to_document,
)
from sarv_sync.model.users import Listing, ObservedUser, RowFault, Settings
from sarv_sync.schema_files import schema
from tests.unit.damage import Damage
from tests.unit.reporting.text_rules import assert_plain

KEY = "EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE0="
VALUE = "A" * 86 + "=="
TIME = datetime(2026, 11, 24, 5, 17, tzinfo=timezone.utc)

names = st.text(st.characters(), min_size=1, max_size=12)
limits = st.integers(0, 2**53 - 1)
values = st.builds(Settings, limits, limits, st.sampled_from(("Enable", "Disable")))
moments = st.integers(-30_000_000_000, 250_000_000_000).map(
    lambda seconds: datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds)
)


def _listing(users: dict[str, Settings], others: list[tuple[str | None, str]], repeated: list[str]) -> Listing:
    """Return a listing as the provider makes them: no name of a fault or of a repetition is in `users`."""
    odd = {name for name, _ in others} | set(repeated)
    return Listing(
        {name: ObservedUser(name, user, Secret(f"pass-{name}")) for name, user in users.items() if name not in odd},
        tuple(RowFault(name, message) for name, message in others),
        tuple(repeated),
    )


listings = st.builds(
    _listing,
    st.dictionaries(names, values, max_size=5),
    st.lists(st.tuples(st.none() | names, st.text(max_size=8)), max_size=3),
    st.lists(names, max_size=3, unique=True),
)
snapshots = st.builds(
    Snapshot,
    st.builds(Account, names, names),
    moments,
    listings.map(redacted),
    st.none() | st.builds(Signature, st.just(KEY), st.just(VALUE)),
    st.integers(0, 2**53 - 1),
)

SNAPSHOT = Snapshot(
    Account("https://api.example.net/v1.0", "10042"),
    TIME,
    Listing(
        {
            name: ObservedUser(name, Settings(total, hourly, "Enable"), Secret(""))
            for name, total, hourly in (("smtp2", 5000, 200), ("smtp1", 0, 0))
        },
        (RowFault("smtp3", "status is null"), RowFault(None, "row 4 of the listing is not an object")),
        ("smtp5", "smtp4"),
    ),
    Signature(KEY, VALUE),
    7,
)


def _sides(listing: Listing) -> tuple[object, ...]:
    faults = sorted((fault.smtp_user_name or "", fault.message) for fault in listing.faults)
    return listing.users, faults, sorted(listing.repeated)


@given(snapshots)
@settings(deadline=None)
def test_a_snapshot_survives_its_text(snapshot: Snapshot) -> None:
    again = parse_snapshot(snapshot_text(snapshot).encode(), "somewhere")
    assert _sides(again.listing) == _sides(snapshot.listing)
    assert replace(again, listing=snapshot.listing) == snapshot


@given(snapshots)
@settings(deadline=None)
def test_the_text_is_visible_ascii_whatever_the_words(snapshot: Snapshot) -> None:
    text = snapshot_text(snapshot)
    assert text.isascii()
    assert_plain(text)


@given(snapshots)
@settings(deadline=None)
def test_every_snapshot_follows_its_schema(snapshot: Snapshot) -> None:
    Draft202012Validator(schema("snapshot")).validate(to_document(snapshot))


@given(listings)
def test_every_setting_is_kept_and_no_password(listing: Listing) -> None:
    kept = redacted(listing)
    assert {name: user.settings for name, user in kept.users.items()} == {
        name: user.settings for name, user in listing.users.items()
    }
    assert (kept.faults, kept.repeated) == (listing.faults, listing.repeated)
    assert not any(user.password for user in kept.users.values())


def test_the_document_is_the_published_one_with_a_user_a_line() -> None:
    assert snapshot_text(SNAPSHOT).split("\n") == [
        "{",
        ' "format": "sarv-sync-snapshot/1",',
        ' "serial": 7,',
        ' "account": {"endpoint": "https://api.example.net/v1.0", "owner_id": "10042"},',
        ' "taken_at": "2026-11-24T05:17:00Z",',
        ' "users": [',
        '  {"smtp_user_name": "smtp1", "total_limit": 0, "hourly_limit": 0, "status": "Enable"},',
        '  {"smtp_user_name": "smtp2", "total_limit": 5000, "hourly_limit": 200, "status": "Enable"}',
        " ],",
        ' "faults": [',
        '  {"smtp_user_name": null, "message": "row 4 of the listing is not an object"},',
        '  {"smtp_user_name": "smtp3", "message": "status is null"}',
        " ],",
        ' "repeated": [',
        '  "smtp4",',
        '  "smtp5"',
        " ],",
        f' "signature": {{"algorithm": "ed25519", "public_key": "{KEY}", "value": "{VALUE}"}}',
        "}",
    ]


def test_what_is_signed_is_canonical_and_begins_as_nothing_else_does() -> None:
    bare = replace(SNAPSHOT, listing=Listing({}))
    assert signed_bytes(bare) == (
        b"sarv-sync-snapshot/1\n"
        b'{"account":{"endpoint":"https://api.example.net/v1.0","owner_id":"10042"},"faults":[],'
        b'"format":"sarv-sync-snapshot/1","repeated":[],"taken_at":"2026-11-24T05:17:00Z","users":[]}'
    )


Edit = Callable[[Any], None]


def _set(path: str, value: object) -> Edit:
    def change(document: Any) -> None:
        *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        for part in parents:
            document = document[part]
        document[last] = value

    return change


def _drop(key: str) -> Edit:
    return lambda document: document.pop(key)


def _again(key: str) -> Edit:
    return lambda document: document[key].append(deepcopy(document[key][0]))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("account.endpoint", "https://other.example.net/v1.0"),
        ("account.owner_id", "10043"),
        ("taken_at", "2026-11-24T05:17:01Z"),
        ("users.0.smtp_user_name", "smtp9"),
        ("users.0.total_limit", 1),
        ("users.1.hourly_limit", 201),
        ("users.1.status", "Disable"),
        ("users", []),
        ("faults.0.message", "row 5"),
        ("faults.1.smtp_user_name", None),
        ("faults", []),
        ("repeated.0", "smtp6"),
        ("repeated", []),
    ],
)
def test_all_that_is_said_of_the_account_is_signed(path: str, value: object) -> None:
    document = to_document(SNAPSHOT)
    _set(path, value)(document)
    assert signed_bytes(from_document(document)) != signed_bytes(SNAPSHOT)


def test_its_order_its_serial_and_its_signature_are_not() -> None:
    document = to_document(replace(SNAPSHOT, serial=0, signature=None))
    for part in ("users", "faults", "repeated"):
        document[part].reverse()
    assert signed_bytes(from_document(document)) == signed_bytes(SNAPSHOT)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_set("format", "sarv-sync-snapshot/2"), 'the format is "sarv-sync-snapshot/2", and this version reads'),
        (_set("format", "sarv-sync-plan/1"), 'the format is "sarv-sync-plan/1", and this version reads'),
        (_drop("signature"), "the snapshot: missing: signature"),
        (_drop("repeated"), "the snapshot: missing: repeated"),
        (_set("users.0.password", "hunter2"), 'users[0]: not known: "password"'),
        (_set("token", "hunter2"), 'the snapshot: not known: "token"'),
        (_set("users.0.total_limit", -1), "users[0].total_limit: -1 does not fit minimum 0"),
        (_set("users.0.total_limit", 2**53), "users[0].total_limit: 9007199254740992 does not fit maximum"),
        (_set("users.0.total_limit", 5.0), "the number 5.0 is not an integer"),
        (_set("users.0.total_limit", True), "users[0].total_limit: true is not an integer"),
        (_set("users.0.status", "enable"), 'users[0].status: "enable" is not one of "Enable", "Disable"'),
        (_set("users.0.smtp_user_name", ""), 'users[0].smtp_user_name: "" '),
        (_set("users", {}), "users: an object is not a list"),
        (_set("taken_at", "2026-11-24 05:17:00"), 'taken_at: "2026-11-24 05:17:00" does not fit pattern'),
        (_set("taken_at", "2026-11-24T05:17:00Z\n"), "taken_at: "),
        (_set("taken_at", "2026-11-24T05:17:00+00:00"), "taken_at: "),
        (_set("taken_at", "2026-13-24T05:17:00Z"), 'taken_at: "2026-13-24T05:17:00Z" is no time'),
        (_set("taken_at", "0000-01-01T00:00:00Z"), 'taken_at: "0000-01-01T00:00:00Z" is no time'),
        (_set("signature", {}), "signature: missing: algorithm, public_key, value"),
        (_set("signature.algorithm", "none"), 'signature.algorithm: "none" does not fit const "ed25519"'),
        (_set("signature.value", "AAAA"), 'signature.value: "AAAA" does not fit pattern'),
        (_set("signature.public_key", KEY + "\n"), "signature.public_key: "),
        (_again("users"), 'users: "smtp1" occurs twice'),
        (_set("repeated.0", "smtp1"), 'users: "smtp1" occurs twice'),
        (_set("faults.0.smtp_user_name", "smtp1"), 'users: "smtp1" occurs twice'),
    ],
)
def test_what_is_wrong_with_a_document_is_said(change: Edit, message: str) -> None:
    document = to_document(SNAPSHOT)
    change(document)
    with pytest.raises(InputError) as caught:
        parse_snapshot(json.dumps(document).encode(), "s.json")
    assert [fault for fault in caught.value.faults if fault.message.startswith(message)], caught.value.faults
    assert {fault.file for fault in caught.value.faults} == {"s.json"}
    assert (caught.value.exit_code, caught.value.hint) == (
        EXIT_INPUT,
        "take the snapshot again with `sarv-sync snapshot`",
    )
    assert "hunter2" not in repr(caught.value.faults)


DAMAGE = Damage(schema("snapshot"), [10.0, 1.0])


@given(snapshots, st.data())
@settings(max_examples=100, deadline=None)
def test_the_compiled_schema_and_the_explaining_one_agree(snapshot: Snapshot, data: st.DataObject) -> None:
    document: Any = to_document(snapshot)
    judge = document_checks.validator("snapshot")
    for damaged in data.draw(st.lists(DAMAGE.done_to(document), min_size=1, max_size=4)):
        assert document_checks.fits(damaged, "snapshot") is judge.is_valid(damaged)


def test_both_agree_on_every_single_change() -> None:
    judge = document_checks.validator("snapshot")
    for damaged in DAMAGE.one_by_one(to_document(SNAPSHOT)):
        assert document_checks.fits(damaged, "snapshot") is judge.is_valid(damaged), damaged


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "this is not JSON"),
        (b"{", "this is not JSON"),
        (b"[" * 100_000, "this JSON is nested too deeply"),
        (b'{"a": 1, "a": 1}', "the key 'a' occurs twice"),
        (b'{"a": "\xff"}', "the file is not UTF-8"),
        (b"[]", "a snapshot is a JSON object, and this is a list"),
        (b"{}", "the format is null"),
    ],
)
def test_a_file_that_is_no_snapshot_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "s.json"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_snapshot(path, "as typed")
    [fault] = caught.value.faults
    assert (fault.message.startswith(message), fault.file, bool(fault.hint)) == (True, "as typed", True)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(InputError, match="as typed: the file cannot be read"):
            load_snapshot(path, "as typed")

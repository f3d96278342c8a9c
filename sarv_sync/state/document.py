"""The state as a JSON document, and back.

Reading is strict: a document with a part this version does not know was written by a newer one, and writing it back
would lose that part.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import StateError
from sarv_sync.model.account import Account
from sarv_sync.model.state import (
    NO_RECORD,
    Binding,
    Birthmark,
    Census,
    Delivery,
    Intent,
    Lock,
    Moved,
    PasswordRecord,
    Retired,
    Rotating,
    State,
)
from sarv_sync.model.users import Settings
from sarv_sync.state.fields import Reader, Unreadable
from sarv_sync.state.past import past_run_document, read_past_run

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT = "sarv-sync-state/1"

_LOCK_KEYS = ("id", "holder", "command", "since", "expires")
_ROTATING_KEYS = ("at", "before", "version", "turn")


def encode(state: State) -> bytes:
    """Return `state` as UTF-8 JSON with one line an entry, so that version control shows what changed."""
    return _laid_out(to_document(state)).encode("utf-8")


def decode(data: bytes, where: str) -> State:
    """Return the state in `data`; raise `StateError`, naming `where`, if it holds none that can be relied on."""
    hint = "restore the last good copy with `sarv-sync state push FILE`; this one was not touched"
    try:
        return _from_document(_parsed(data.decode("utf-8")))
    except Unreadable as fault:
        raise StateError(f"the state {where} cannot be used: {fault}", fault.hint or hint) from None
    except (ValueError, RecursionError):
        pass
    raise StateError(f"the state {where} is not JSON: it is empty, cut off or damaged", hint)


def to_document(state: State) -> dict[str, Any]:
    """Return the document of the contract's section 5, in the order it is written in."""
    lock = state.lock
    return {
        "format": FORMAT,
        "lineage": state.lineage,
        "serial": state.serial,
        "account": {"endpoint": state.account.endpoint, "owner_id": state.account.owner_id},
        "lock": None if lock is None else {key: getattr(lock, key) for key in _LOCK_KEYS},
        **({} if state.moved is None else {"moved": _moved(state.moved)}),
        "echoes_limits": state.echoes_limits,
        **({} if state.census is None else {"census": _census(state.census)}),
        "bindings": {name: _binding(state.bindings[name]) for name in sorted(state.bindings)},
        "removed": {name: _binding(state.removed[name]) for name in sorted(state.removed)},
        "intents": {key: _birthmarked(state.intents[key]) for key in sorted(state.intents)},
        "retired": [_birthmarked(retired) for retired in state.retired],
        "listings": {key: list(state.listings[key]) for key in sorted(state.listings)},
        **({"history": [past_run_document(run) for run in state.history]} if state.history else {}),
    }


def _moved(moved: Moved) -> dict[str, Any]:
    if moved.direction == "from":
        return {"from": moved.place}
    return {"to": moved.place, "state": moved.section}


def _binding(binding: Binding) -> dict[str, Any]:
    values = binding.applied
    document: dict[str, Any] = {
        "smtp_user_name": binding.smtp_user_name,
        "total_limit": values.total_limit,
        "hourly_limit": values.hourly_limit,
        "status": values.status,
    }
    if binding.renamed_from is not None:
        document["renamed_from"] = binding.renamed_from
    if binding.password != NO_RECORD:
        document["password"] = _record(binding.password)
    if binding.removed_at is not None:
        document["removed_at"] = binding.removed_at
    if binding.recycled_from is not None:
        document["recycled_from"] = binding.recycled_from
    return document


def _census(census: Census) -> dict[str, Any]:
    return {"known": list(census.known), "appeared": list(census.appeared)}


def _record(record: PasswordRecord) -> dict[str, Any]:
    rotating = None if record.rotating is None else {key: getattr(record.rotating, key) for key in _ROTATING_KEYS}
    deliveries = {one.address: {"form": one.form, "verifier": one.verifier} for one in record.deliveries}
    parts = {
        "since": record.since,
        "version": record.version,
        "rotating": rotating,
        "former": record.former,
        "turn": record.turn or None,
        "left": record.left,
        "last": record.last,
        "deliveries": deliveries or None,
    }
    return {key: value for key, value in parts.items() if value is not None}


def _birthmarked(create: Intent | Retired) -> dict[str, Any]:
    mark = create.birthmark
    limits = {"total_limit": mark.total_limit, "hourly_limit": mark.hourly_limit}
    return {"name": create.name, **limits, "listing": create.listing}


def _laid_out(document: Mapping[str, Any]) -> str:
    parts = [f"  {json.dumps(key)}: {_entries(value)}" for key, value in document.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _entries(value: Any) -> str:
    def compact(entry: Any) -> str:
        return json.dumps(entry, ensure_ascii=False)

    if isinstance(value, dict) and any(isinstance(entry, dict | list) for entry in value.values()):
        rows = ",\n".join(f"    {json.dumps(key)}: {compact(entry)}" for key, entry in value.items())
        return "{\n" + rows + "\n  }"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f"    {compact(entry)}" for entry in value) + "\n  ]"
    return compact(value)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse what a merge may leave behind: the last of two entries would win, and a user be lost."""
    document = dict(pairs)
    if len(document) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise Unreadable(f"{twice!r} occurs twice in one object")
    return document


def _parsed(text: str) -> Any:
    document = json.loads(text, object_pairs_hook=_object)
    if "\\ud" in text.lower():
        # JSON can spell half a character, which no file can hold: better refused now than when it is written back.
        json.dumps(document, ensure_ascii=False).encode("utf-8")
    return document


def _from_document(document: Any) -> State:
    top = Reader.of(document, "the document")
    version = top.text("format")
    if version != FORMAT:
        raise Unreadable(f"its format is {version!r}", f"this version reads {FORMAT}: use the one that wrote it")
    account = top.section("account")
    lock = top.optional_section("lock")
    state = State(
        lineage=top.text("lineage"),
        serial=top.count("serial"),
        account=Account(account.text("endpoint"), account.text("owner_id")),
        lock=None if lock is None else Lock(*(lock.text(key) for key in _LOCK_KEYS)),
        moved=None if (moved := top.optional_section("moved")) is None else _read_moved(moved),
        echoes_limits=top.optional_flag("echoes_limits"),
        bindings={name: _read_binding(row) for name, row in top.rows("bindings")},
        removed={name: _read_binding(row) for name, row in top.rows("removed")},
        intents={key: _read_intent(key, row) for key, row in top.rows("intents")},
        retired=tuple(_read_retired(row) for row in top.items("retired")),
        listings={key: tuple(names) for key, names in top.name_lists("listings")},
        census=None if (census := top.optional_section("census")) is None else _read_census(census),
        history=tuple(read_past_run(row) for row in top.optional_items("history")),
    )
    for reader in (top, account, *((lock,) if lock else ())):
        reader.nothing_else()
    _check_consistent(state)
    return state


def _read_moved(row: Reader) -> Moved:
    if "from" in row.names():
        moved = Moved("from", row.text("from"))
    else:
        moved = Moved("to", row.text("to"), row.text("state"))
    row.nothing_else()
    return moved


def _read_binding(row: Reader) -> Binding:
    settings = Settings(row.count("total_limit"), row.count("hourly_limit"), row.status("status"))
    record = row.optional_section("password")
    binding = Binding(
        row.text("smtp_user_name"),
        settings,
        row.optional_text("renamed_from"),
        NO_RECORD if record is None else _read_record(record),
        row.optional_text("removed_at"),
        row.optional_text("recycled_from"),
    )
    row.nothing_else()
    return binding


def _read_census(row: Reader) -> Census:
    census = Census(tuple(row.texts("known")), tuple(row.texts("appeared")))
    row.nothing_else()
    return census


def _read_record(row: Reader) -> PasswordRecord:
    record = PasswordRecord(
        since=row.optional_text("since"),
        version=row.optional_count("version"),
        deliveries=_read_deliveries(row),
        rotating=None if (rotating := row.optional_section("rotating")) is None else _read_rotating(rotating),
        former=row.optional_text("former"),
        turn=row.optional_count("turn") or 0,
        left=row.optional_text("left"),
        last=row.optional_text("last"),
    )
    row.nothing_else()
    return record


def _read_deliveries(row: Reader) -> tuple[Delivery, ...]:
    if row.optional_section("deliveries") is None:
        return ()
    found = []
    for address, delivery in row.rows("deliveries"):
        found.append(Delivery(address, delivery.text("form"), delivery.optional_text("verifier")))
        delivery.nothing_else()
    return tuple(sorted(found, key=lambda one: one.address))


def _read_rotating(row: Reader) -> Rotating:
    rotating = Rotating(row.text("at"), row.text("before"), row.count("version"), row.count("turn"))
    row.nothing_else()
    return rotating


def _read_intent(key: str, row: Reader) -> Intent:
    intent = Intent(key, row.text("name"), _read_birthmark(row), row.text("listing"))
    row.nothing_else()
    return intent


def _read_retired(row: Reader) -> Retired:
    retired = Retired(row.text("name"), _read_birthmark(row), row.text("listing"))
    row.nothing_else()
    return retired


def _read_birthmark(row: Reader) -> Birthmark:
    return Birthmark(row.count("total_limit"), row.count("hourly_limit"))


def _check_consistent(state: State) -> None:
    users = [binding.smtp_user_name for part in (state.bindings, state.removed) for binding in part.values()]
    if len(users) != len(set(users)):
        twice = next(user for user in sorted(users) if users.count(user) > 1)
        raise Unreadable(f"two names hold the user {twice!r}")
    creates: tuple[Intent | Retired, ...] = (*state.intents.values(), *state.retired)
    for create in creates:
        if create.listing not in state.listings:
            raise Unreadable(f"the listing {create.listing!r} of the create of {create.name!r} is gone")

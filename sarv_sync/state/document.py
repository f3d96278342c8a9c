"""The state as a JSON document, and back.

Reading is strict: a document with a part this version does not know was written by a newer one, and writing it back
would lose that part.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import StateError
from sarv_sync.model.account import Account
from sarv_sync.model.state import Binding, Birthmark, Census, Intent, Lock, Moved, Retired, State
from sarv_sync.state.bindings import binding_document, binding_text, read_binding
from sarv_sync.state.fields import Reader, Unreadable
from sarv_sync.state.layout import Entries, laid_out, named
from sarv_sync.state.past import past_run_document, past_run_text, read_past_run
from sarv_sync.state.shortcuts import Shortcuts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FORMAT = "sarv-sync-state/1"

_LOCK_KEYS = ("id", "holder", "command", "since", "expires")


def encode(state: State) -> bytes:
    """Return `state` as UTF-8 JSON with one line an entry, so that version control shows what changed."""
    document = to_document(replace(state, bindings={}, removed={}, history=()))
    if state.bindings:
        document["bindings"] = Entries("{", _binding_lines(state.bindings), "}")
    if state.removed:
        document["removed"] = Entries("{", _binding_lines(state.removed), "}")
    if state.history:
        document["history"] = Entries("[", map(past_run_text, state.history), "]")
    return laid_out(document)


def decode(data: bytes, where: str) -> State:
    """Return the state in `data`; raise `StateError`, naming `where`, if it holds none that can be relied on."""
    hint = "restore the last good copy with `sarv-sync state push FILE`; this one was not touched"
    try:
        return _read(data.decode("utf-8"))
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
        "bindings": {name: binding_document(state.bindings[name]) for name in sorted(state.bindings)},
        "removed": {name: binding_document(state.removed[name]) for name in sorted(state.removed)},
        "intents": {key: _birthmarked(state.intents[key]) for key in sorted(state.intents)},
        "retired": [_birthmarked(retired) for retired in state.retired],
        "listings": {key: list(state.listings[key]) for key in sorted(state.listings)},
        **({"history": [past_run_document(run) for run in state.history]} if state.history else {}),
    }


def _binding_lines(bindings: Mapping[str, Binding]) -> Iterator[str]:
    return (named(name, binding_text(bindings[name])) for name in sorted(bindings))


def _moved(moved: Moved) -> dict[str, Any]:
    if moved.direction == "from":
        return {"from": moved.place}
    return {"to": moved.place, "state": moved.section}


def _census(census: Census) -> dict[str, Any]:
    return {"known": list(census.known), "appeared": list(census.appeared)}


def _birthmarked(create: Intent | Retired) -> dict[str, Any]:
    mark = create.birthmark
    limits = {"total_limit": mark.total_limit, "hourly_limit": mark.hourly_limit}
    return {"name": create.name, **limits, "listing": create.listing}


def _read(text: str) -> State:
    """Return the state that `text` says. Raises `Unreadable`, or what JSON that is broken raises.

    What is wrong is said of the objects as they are written, not of what they were taken for.
    """
    if "\\" in text and ("\\ud" in text or "\\uD" in text):
        # JSON can spell half a character, which no file can hold: better refused now than when it is written back.
        document = json.loads(text, object_pairs_hook=_object)
        json.dumps(document, ensure_ascii=False).encode("utf-8")
        return _from_document(document)
    try:
        return _from_document(json.loads(text, object_pairs_hook=Shortcuts(_object).made))
    except Unreadable:
        return _from_document(json.loads(text, object_pairs_hook=_object))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse what a merge may leave behind: the last of two entries would win, and a user be lost."""
    document = dict(pairs)
    if len(document) < len(pairs):
        times = Counter(key for key, _ in pairs)
        twice = next(key for key, count in times.items() if count > 1)
        raise Unreadable(f"{twice!r} occurs twice in one object")
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
        bindings=top.made_rows("bindings", Binding, read_binding),
        removed=top.made_rows("removed", Binding, read_binding),
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


def _read_census(row: Reader) -> Census:
    census = Census(tuple(row.texts("known")), tuple(row.texts("appeared")))
    row.nothing_else()
    return census


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
        twice = next(user for user, other in pairwise(sorted(users)) if user == other)
        raise Unreadable(f"two names hold the user {twice!r}")
    creates: tuple[Intent | Retired, ...] = (*state.intents.values(), *state.retired)
    for create in creates:
        if create.listing not in state.listings:
            raise Unreadable(f"the listing {create.listing!r} of the create of {create.name!r} is gone")

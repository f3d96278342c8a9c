"""What the state knows of passwords, as text: since when they are, where they went, what is owed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sarv_sync.model.users import is_second_name, other_name
from sarv_sync.model.visible import printable
from sarv_sync.reporting.layout import cells, hanging, head_of, pad, wrapped
from sarv_sync.reporting.text_parts import address_cell, columns, heading, name_cell, user_cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sarv_sync.model.state import Binding, Delivery, PasswordRecord, State
    from sarv_sync.reporting.style import Style

_DATE = len("2025-01-02")
_LABEL = 18
_NARROWEST = 24
_BELOW = " " * 6
_FRACTION = re.compile(r"\.[0-9]+(?=Z$)")
_GOING_ON = "`sarv-sync apply` goes on with it"


def password_cell(record: PasswordRecord) -> str:
    """Return the one thing worth knowing in a table: what is to be done, or the day that the password is from."""
    if record.rotating is not None:
        return "changing"
    if owed := _owed(record.deliveries):
        return f"{owed:,} owed"
    if record.left is not None:
        return "idle"
    return head_of(printable(record.since or ""), _DATE)


def password_details(state: State, name: str, record: PasswordRecord, style: Style) -> list[str]:
    """Return everything that is known of one user's password, each part behind its label."""
    arrived = [address_cell(one.address) for one in record.deliveries if one.verifier is not None]
    owed = [address_cell(one.address) for one in record.deliveries if one.verifier is None]
    parts = {
        "password": [_made(record)] if record.since or record.version is not None else [],
        "being changed": [_changing(record)],
        "delivered to": arrived,
        "owed to": owed,
        "serves": [_turns(state, name, record)],
    }
    return [line for label, texts in parts.items() for line in _labelled(label, texts, style)]


def password_sections(state: State, style: Style) -> list[str]:
    """Return where all passwords went, and which were being changed; nothing for none."""
    records = {name: state.bindings[name].password for name in sorted(state.bindings)}
    changing = [(name, _changing(record)) for name, record in records.items() if record.rotating is not None]
    deliveries = [(name, one) for name, record in records.items() for one in record.deliveries]
    rows = [
        (name, f"{'owed' if one.verifier is None else 'done'}  {address_cell(one.address)}")
        for name, one in deliveries
    ]
    owed = _owed(one for _, one in deliveries)
    title = f"Deliveries: {len(rows):,}" + (f", {owed:,} of them owed" if owed else "")
    return [*_section(f"Passwords being changed: {len(changing):,}", changing, style), *_section(title, rows, style)]


def has_passwords(bindings: Mapping[str, Binding]) -> bool:
    """Say whether anything is known of the password of any of `bindings`."""
    return any(password_cell(binding.password) for binding in bindings.values())


def _owed(deliveries: Iterable[Delivery]) -> int:
    return sum(1 for one in deliveries if one.verifier is None)


def _made(record: PasswordRecord) -> str:
    since = f"since {_time(record.since)}" if record.since else "since a time that is not known"
    return since if record.version is None else f"{since}, password_version {record.version:,}"


def _changing(record: PasswordRecord) -> str:
    return "" if record.rotating is None else f"since {_time(record.rotating.at)}; {_GOING_ON}"


def _time(text: str) -> str:
    """Return a time of the state in whole seconds."""
    return printable(_FRACTION.sub("", text))


def _turns(state: State, name: str, record: PasswordRecord) -> str:
    """Return which of an entry's two users serves; nothing where there is only one."""
    other = other_name(name)
    binding = state.bindings.get(other)
    if binding is None:
        return ""
    who = f"{name_cell(other)} ({user_cell(binding.smtp_user_name)})"
    if record.left is not None:
        return f"no; {who} serves since {_time(record.left)}"
    if binding.password.left is not None:
        return f"yes; {who} served until {_time(binding.password.left)}"
    ahead = record.turn - binding.password.turn
    serves = ahead > 0 or (ahead == 0 and not is_second_name(name))
    return f"{'yes' if serves else 'no'}, in turns with {who}"


def _labelled(label: str, texts: Sequence[str], style: Style) -> list[str]:
    first = f"  {pad(label, _LABEL - 2)}  "
    room = max(style.room - len(first), _NARROWEST)
    return hanging(first, [line for text in texts if text for line in wrapped(text, room)])


def _section(title: str, rows: Sequence[tuple[str, str]], style: Style) -> list[str]:
    if not rows:
        return []
    names = [name_cell(name) for name, _ in rows]
    width = columns(names, ())[0]
    lines = heading(style, title)
    for name, (_, text) in zip(names, rows, strict=True):
        line = f"  {pad(name, width)}  {text}"
        fits = cells(line) <= style.room
        lines += [line] if fits else [f"  {name}", *hanging(_BELOW, wrapped(text, style.room - len(_BELOW)))]
    return lines

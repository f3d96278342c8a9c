"""A plan's changes as rows of words, computed once for every format. Nothing here is escaped yet.

::

    applied → observed    observed → desired    the field's note
    ------------------    ------------------    ----------------------------------
    same                  differs               (none: the files changed)
    differs               back to applied       undoes a change made outside
    differs               to something else     also changed outside
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sarv_sync.model.users import is_spare_name
from sarv_sync.reporting.wording import ORDER, counted, place_of, words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.model.plan import Action, Change, Drift, FieldChange, Plan
    from sarv_sync.model.users import Field, Value

_FACTOR_SHOWN_FROM = 10


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One value. `before` is None for a user still to be made; `raised` is `↑`, with the factor if it is large."""

    field: Field
    before: str | None
    after: str
    raised: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change. `place` is `file:line`, None for an entry that is gone."""

    name: str
    smtp_user_name: str | None
    place: str | None
    note: str
    fields: tuple[FieldRow, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """All changes of one action, by name."""

    action: Action
    title: str
    remark: str
    rows: tuple[ChangeRow, ...]


_NOUNS: dict[Action, tuple[str, str, str]] = {
    "create": ("Create", "user", "cannot be undone"),
    "adopt": ("Adopt", "existing user", ""),
    "rename": ("Rename", "user", "the name in the files; the account keeps its own"),
    "update": ("Update", "user", ""),
    "disable": ("Disable", "user", ""),
    "forget": ("Forget", "user", "stays in the account as it is"),
    "rotate": ("Rotate", "password", "cannot be undone"),
    "deliver": ("Deliver", "password", ""),
}


def groups_of(plan: Plan) -> tuple[Group, ...]:
    """Return the plan's changes by action, in `ORDER`, without empty groups."""
    drift = {entry.name: entry for entry in plan.drift}
    rows: dict[Action, list[ChangeRow]] = {action: [] for action in ORDER}
    for change in plan.changes:
        rows[change.action].append(_row(change, drift.get(change.name)))
    return tuple(_group(action, tuple(found)) for action, found in rows.items() if found)


def drift_fields(drift: Drift) -> tuple[FieldRow, ...]:
    """Return what moved, from last applied to observed."""
    return tuple(_field(change, "") for change in drift.fields)


def _group(action: Action, rows: tuple[ChangeRow, ...]) -> Group:
    verb, noun, remark = _NOUNS[action]
    return Group(action, f"{verb} {counted(len(rows), noun)}", remark, rows)


def _row(change: Change, drift: Drift | None) -> ChangeRow:
    moved = {} if drift is None else {entry.field: entry for entry in drift.fields}
    fields = tuple(_field(entry, _why(entry, change, moved)) for entry in change.fields)
    notes = _notes(change)
    if change.action == "disable":  # says its one field already
        notes += [field.note for field in fields if field.field == "status" and field.note]
        fields = tuple(field for field in fields if field.field != "status")
    return ChangeRow(change.name, change.smtp_user_name, place_of(change.source), ", ".join(notes), fields)


def _notes(change: Change) -> list[str]:
    notes = []
    if change.renamed_from is not None:
        notes.append(f"was {change.renamed_from}")
    if change.action == "create" and change.cause == "drift":
        notes.append("again: its user is missing from the account")
    if is_spare_name(change.name):
        notes.append("a spare: its create counted as never made")
    elif change.source is None and change.action in {"disable", "forget"}:
        notes.append("gone from the files")
    return notes


def _why(field: FieldChange, change: Change, moved: Mapping[Field, FieldChange]) -> str:
    if change.action == "create":
        return ""
    drifted = moved.get(field.field)
    if drifted is None:
        return "undoes a change made outside" if change.cause == "drift" else ""
    return "undoes a change made outside" if drifted.before == field.after else "also changed outside"


def _field(change: FieldChange, note: str) -> FieldRow:
    before = None if change.before is None else words(change.before)
    return FieldRow(change.field, before, words(change.after), _raised(change.before, change.after), note)


def _raised(before: Value | None, after: Value) -> str:
    if before == "Disable" and after == "Enable":
        return "↑"
    if not (isinstance(before, int) and isinstance(after, int) and after > before):
        return ""
    factor = after // before if before > 0 else 0
    return f"↑ {factor:,} times" if factor >= _FACTOR_SHOWN_FROM else "↑"

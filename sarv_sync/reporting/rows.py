"""A plan's changes as rows of words, computed once for every format. Nothing here is escaped yet.

::

    applied → observed    observed → desired    the field's note
    ------------------    ------------------    ----------------------------------
    same                  differs               (none: the files changed)
    differs               back to applied       undoes a change made outside
    differs               to something else     also changed outside
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, overload

from sarv_sync.model.users import entry_name, is_second_name, is_spare_name
from sarv_sync.reporting.wording import DRIFT_WORDS, ORDER, PASSWORD_KINDS, WHY_WORDS, counted, place_of, words
from sarv_sync.values import dataclass

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
    """One change. `place` is `file:line`, None for an entry that is gone; `sinks` are where a password goes."""

    name: str
    smtp_user_name: str | None
    place: str | None
    note: str
    fields: tuple[FieldRow, ...]
    sinks: tuple[str, ...] = ()


class Rows(Sequence[ChangeRow]):
    """The rows of `changes`, each made whenever it is looked at: of a long plan most are only counted."""

    __slots__ = ("_drift", "changes")

    def __init__(self, changes: Sequence[Change], drift: Mapping[str, Sequence[Drift]]) -> None:
        self.changes = changes
        self._drift = drift

    def of(self, changes: Sequence[Change]) -> Rows:
        """Return the rows of other changes of the same plan."""
        return Rows(changes, self._drift)

    def __len__(self) -> int:
        return len(self.changes)

    def __iter__(self) -> Iterator[ChangeRow]:
        return (_row(change, self._drift.get(change.name, ())) for change in self.changes)

    @overload
    def __getitem__(self, index: int) -> ChangeRow: ...
    @overload
    def __getitem__(self, index: slice) -> Rows: ...
    def __getitem__(self, index: int | slice) -> ChangeRow | Rows:
        if isinstance(index, slice):
            return self.of(self.changes[index])
        return _row(self.changes[index], self._drift.get(self.changes[index].name, ()))


@dataclass(frozen=True, slots=True)
class Group:
    """All changes of one action, by name."""

    action: Action
    title: str
    remark: str
    rows: Rows


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
    drift: dict[str, list[Drift]] = {}
    for entry in plan.drift:
        drift.setdefault(entry.name, []).append(entry)
    changes: dict[Action, list[Change]] = {action: [] for action in ORDER}
    for change in plan.changes:
        changes[change.action].append(change)
    return tuple(_group(action, Rows(found, drift)) for action, found in changes.items() if found)


def parted(drift: Sequence[Drift]) -> tuple[list[Drift], list[Drift]]:
    """Return what is different in the account, and apart from it the passwords that are not where they belong."""
    changed = [entry for entry in drift if entry.kind != "undelivered"]
    return changed, [entry for entry in drift if entry.kind == "undelivered"]


def users_of(drift: Sequence[Drift]) -> int:
    """Return how many users have drifted: one may have in several ways."""
    return len({entry.name for entry in drift})


def drift_fields(drift: Drift) -> tuple[FieldRow, ...]:
    """Return what moved, from last applied to observed."""
    return field_rows(drift.fields)


def field_rows(fields: Sequence[FieldChange]) -> tuple[FieldRow, ...]:
    """Return values before and after, of which there is nothing to be noted."""
    return tuple(_field(change, "") for change in fields)


def _group(action: Action, rows: Rows) -> Group:
    verb, noun, remark = _NOUNS[action]
    return Group(action, f"{verb} {counted(len(rows), noun)}", remark, rows)


def _row(change: Change, drift: Sequence[Drift]) -> ChangeRow:
    moved = {field.field: field for entry in drift for field in entry.fields}
    fields = tuple(_field(entry, _why(entry, change, moved)) for entry in change.fields)
    notes = _notes(change)
    if change.action == "deliver":
        notes += [DRIFT_WORDS[entry.kind] for entry in drift if entry.kind in PASSWORD_KINDS]
    if change.action == "disable":  # says its one field already
        notes += [field.note for field in fields if field.field == "status" and field.note]
        fields = tuple(field for field in fields if field.field != "status")
    place, note = place_of(change.source), ", ".join(notes)
    return ChangeRow(change.name, change.smtp_user_name, place, note, fields, change.sinks)


def _notes(change: Change) -> list[str]:
    notes = []
    if is_second_name(change.name):
        notes.append(f"second user of {entry_name(change.name)}")
    if change.why is not None and WHY_WORDS[change.why]:
        notes.append(WHY_WORDS[change.why])
    if change.renamed_from is not None:
        notes.append(f"was {change.renamed_from}")
    if change.former is not None:
        notes.append(f"used again: retired as {change.former}; gets a new password, which cannot be undone")
    if change.action == "create" and change.cause == "drift":
        notes.append("again: its user is missing from the account")
    if origin := origin_note(change):
        notes.append(origin)
    return notes


def origin_note(change: Change) -> str:
    """Return what a change is about whose user no entry of the files has; empty for all others."""
    if is_spare_name(change.name):
        return "a spare: its create counted as never made"
    return "gone from the files" if change.source is None and change.action in {"disable", "forget"} else ""


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

"""What differs: values of one user, and plans from one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.plan import Cause, FieldChange
from sarv_sync.model.users import FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sarv_sync.model.users import Field, Settings


def changes_to(desired: Settings, observed: Settings, ignored: Iterable[Field] = ()) -> tuple[FieldChange, ...]:
    """Return what has to be set for `observed` to become `desired`, but for the `ignored` fields."""
    if desired == observed:
        return ()
    return tuple(
        [
            FieldChange(field, before, after)
            for field in FIELDS
            if (before := getattr(observed, field)) != (after := getattr(desired, field)) and field not in ignored
        ]
    )


def from_nothing(desired: Settings) -> tuple[FieldChange, ...]:
    """Return the values of a user still to be made."""
    return tuple([FieldChange(field, None, getattr(desired, field)) for field in FIELDS])


def cause_of(fields: Iterable[FieldChange], applied: Settings) -> Cause:
    """Say whether the files, the account or both moved away from what was last applied.

    ::

        applied == before    the account stood still: the files changed     config
        applied == after     the files stood still: the account changed     drift
        neither              both moved, to different values                both
    """
    causes: set[Cause] = set()
    for change in fields:
        last = applied.get(change.field)
        if last == change.before:
            causes.add("config")
        elif last == change.after:
            causes.add("drift")
        else:
            return "both"
    return "both" if len(causes) > 1 else next(iter(causes), "config")


def describe(reviewed: Mapping[str, object], current: Mapping[str, object]) -> tuple[str, ...]:
    """Return one line for each difference between two flat objects, in a stable order."""
    from deepdiff import DeepDiff

    # Objects that share few keys would else be told apart as wholes.
    found = DeepDiff(reviewed, current, verbose_level=2, view="tree", threshold_to_diff_deeper=0)
    lines = []
    for change in (one for kind in found.values() for one in kind):
        (part,) = change.path(output_format="list")
        sides = (_word(part, reviewed), _word(part, current))
        lines.append(f"{part}: {sides[0]} reviewed, {sides[1]} now")
    return tuple(sorted(lines))


def _word(part: str, side: Mapping[str, object]) -> str:
    value = side.get(part, "nothing")
    return "none" if value is None else str(value)

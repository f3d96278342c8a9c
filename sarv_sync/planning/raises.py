"""How much a limit may grow in one apply: `guards.max_raise`."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from sarv_sync.model.users import FIELDS
from sarv_sync.planning.guards import of_guard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Change, Refusal
    from sarv_sync.model.users import Field, Source

_PARTS = 1000
"""Factors have three decimals at most: counted in thousandths, they are compared exactly."""


class _Raise(NamedTuple):
    name: str
    field: Field
    before: int
    after: int

    @property
    def parts(self) -> int:
        """The least factor that allows it, in thousandths. From nothing, a limit grows as from 1."""
        return -(-self.after * _PARTS // max(self.before, 1))


def check_raises(configuration: Configuration, changes: Iterable[Change]) -> tuple[Refusal, ...]:
    """Return a refusal for every place of the files from which a limit would grow by more than the guard allows.

    A value that a profile gives to many users is one place. Of the users it raises, the one it raises most is named.
    A retired user that another entry takes is as good as made: what its former entry had is nothing to compare with.
    """
    if configuration.guards.max_raise is None:
        return ()
    allowed = round(configuration.guards.max_raise * _PARTS)
    places: dict[tuple[Source, Field], list[_Raise]] = {}
    for change in (one for one in changes if one.why != "recycled"):
        for raised in _raises(change):
            if raised.parts > allowed:
                places.setdefault((_place(configuration, change, raised.field), raised.field), []).append(raised)
    enough = factor(max((one.parts for found in places.values() for one in found), default=0))
    return tuple(
        of_guard(configuration, "max_raise", _words(found, allowed), f"{enough} for this run", source)
        for (source, _), found in sorted(places.items())
    )


def factor(parts: int) -> str:
    """Return a factor as it is written in the file, given in thousandths: `1.5x`."""
    return f"{parts / _PARTS:.3f}".rstrip("0").rstrip(".") + "x"


def _raises(change: Change) -> Iterator[_Raise]:
    for field in change.fields:
        before, after = field.before, field.after
        if isinstance(before, int) and isinstance(after, int) and after > before:
            yield _Raise(change.name, field.field, before, after)


def _place(configuration: Configuration, change: Change, field: Field) -> Source:
    """Return where the raised value stands; only entries raise anything."""
    return configuration.users[change.name].field_sources[FIELDS.index(field)]


def _words(found: list[_Raise], allowed: int) -> str:
    most = max(found, key=attrgetter("parts"))
    others = len(found) - 1
    rest = f"; {others:,} more {'user has' if others == 1 else 'users have'} it from the same place" if others else ""
    return (
        f"{most.field} of {most.name} would grow from {most.before:,} to {most.after:,}, that is "
        f"{factor(most.parts)}, and guards.max_raise allows {factor(allowed)}{rest}"
    )

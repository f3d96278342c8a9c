"""Where things stand in files after some values were written into them: lines above may have been added."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.users import FIELDS, Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sarv_sync.errors import Fault
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.users import Field


def relocated(
    faults: Sequence[Fault], before: Configuration, after: Configuration, written: Collection[tuple[str, Field]]
) -> tuple[Fault, ...]:
    """Return `faults` about the files `before` with their places in those `after`, once fields were `written`."""
    if not faults:
        return ()
    places = dict(_places(before, after, written))
    return tuple(_relocated(fault, places) for fault in faults)


def _places(
    before: Configuration, after: Configuration, written: Collection[tuple[str, Field]]
) -> Iterator[tuple[Source, Source]]:
    """Yield the places of what is in the files before and after, in both."""
    for name, user in before.users.items():
        now = after.users[name]
        yield user.source, now.source
        for field, old, new in zip(FIELDS, user.field_sources, now.field_sources, strict=True):
            if (name, field) not in written:
                yield old, new
    yield from ((entry.source, after.removed[name].source) for name, entry in before.removed.items())
    labels = zip(before.required_labels, after.required_labels, strict=True)
    yield from ((old.source, new.source) for old, new in labels)


def _relocated(fault: Fault, places: dict[Source, Source]) -> Fault:
    if fault.file is None or fault.line is None or fault.column is None:
        return fault
    now = places.get(Source(fault.file, fault.line, fault.column))
    return fault if now is None else replace(fault, line=now.line, column=now.column)

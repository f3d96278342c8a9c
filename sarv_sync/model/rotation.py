"""What `rotate` is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.selection import is_pattern, labelled, select
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.model.configuration import Configuration


@dataclass(frozen=True, slots=True)
class RotationRequest:
    """Whose passwords are to be changed. Every condition that is given narrows the choice.

    `names` are those of the files (empty: all of them); `older_than` is an age in seconds; `labels` those that the
    user must have. `due` asks for those alone that the files say it is time for, and finishes what earlier rotations
    left to be done: the user that has served is disabled when its grace is over.
    """

    names: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    older_than: float | None = None
    due: bool = False


def resolved(request: RotationRequest, configuration: Configuration) -> RotationRequest:
    """Return `request` with the entries that its patterns of names mean.

    Raises `InputError` for patterns that mean none, and for labels that no entry has.
    """
    if request.labels:
        labelled(configuration, request.labels)
    patterns = [name for name in request.names if is_pattern(name)]
    names = (name for name in request.names if not is_pattern(name))
    meant = sorted(select(patterns, configuration.users.keys())) if patterns else ()
    return replace(request, names=tuple(dict.fromkeys((*names, *meant))))

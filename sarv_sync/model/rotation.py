"""What `rotate` is asked for."""

from __future__ import annotations

from dataclasses import dataclass


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

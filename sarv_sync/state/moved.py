"""A state that is not used where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import Refused

if TYPE_CHECKING:
    from sarv_sync.model.state import Moved


def moved_away(moved: Moved, where: str) -> Refused:
    """Return the refusal of a state that went from `where` to another place, or has not wholly arrived there."""
    if moved.direction == "to":
        return Refused(
            f"the state {where} was moved to {moved.place}",
            f"name that place, in the file or in the flags that do: `state: {moved.section}`",
        )
    return Refused(
        f"the state {where} has not wholly arrived from {moved.place}",
        "run the same `sarv-sync state migrate` again, with the `state:` that the file had: it finishes the move",
    )

"""From what was found out about each name to what is done: changes, deliveries, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from sarv_sync.model.plan import ACTIONS
from sarv_sync.model.users import entry_name
from sarv_sync.planning.delivering import deliveries
from sarv_sync.planning.placing import placed
from sarv_sync.planning.recycling import with_recycled
from sarv_sync.planning.requested import only_asked_for, only_of_turns, with_rotations
from sarv_sync.planning.spares import disable_idle
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.plan import Blocked, Change, Drift
    from sarv_sync.planning.delivering import Due
    from sarv_sync.planning.judging import Judgement
    from sarv_sync.planning.rotating import Rotations


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done and what is not, each sorted by name; `due` is what came of looking at the deliveries."""

    changes: tuple[Change, ...]
    blocked: tuple[Blocked, ...]
    drift: tuple[Drift, ...]
    due: Due


def decide(judgement: Judgement, rotated: Rotations, evidence: Evidence, chosen: frozenset[str]) -> Decision:
    """Return what follows from `judgement` and `rotated`, limited to `chosen` entries, if there are any."""
    situation, verdicts = judgement.situation, judgement.verdicts
    changes = with_recycled([verdict.change for verdict in verdicts if verdict.change], situation, evidence)
    if not chosen:
        changes = (*changes, *disable_idle(situation, changes))
    own = tuple(verdict.blocked for verdict in verdicts if verdict.blocked)
    left_out = frozenset(entry.name for entry in own)
    changes = with_rotations(changes, situation, rotated, left_out)
    due = deliveries(situation, rotated, changes, left_out, evidence)
    changes = only_asked_for((*changes, *_of(chosen, due.changes)), rotated, evidence)
    blocked = (*own, *(one for one in rotated.blocked if one.name not in left_out))
    drift = (*(verdict.drift for verdict in verdicts if verdict.drift), *_of(chosen, due.drift))
    file = situation.configuration.file
    return Decision(
        changes=tuple(sorted((_placed(change, file) for change in changes), key=_place)),
        blocked=tuple(sorted(only_of_turns(blocked, rotated, evidence), key=_name)),
        drift=tuple(sorted(drift, key=_name)),
        due=due,
    )


_Named = TypeVar("_Named", "Change", "Drift")


def _of(chosen: frozenset[str], entries: Iterable[_Named]) -> Iterable[_Named]:
    """Return those that are about a chosen name, all of them if none is chosen."""
    return (entry for entry in entries if not chosen or entry_name(entry.name) in chosen)


def _name(entry: Blocked | Drift) -> str:
    return entry.name


def _place(change: Change) -> tuple[str, int]:
    return change.name, ACTIONS.index(change.action)


def _placed(change: Change, file: str) -> Change:
    """Name the file of a change as seen from the main file, so that the digest is the same wherever one stands."""
    if change.source is None or (source := placed(change.source, file)) is change.source:
        return change
    return replace(change, source=source)

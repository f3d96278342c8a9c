"""Short ways to have a name explained."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.model.evidence import NOTHING_KNOWN
from sarv_sync.model.explanation import Origin
from sarv_sync.model.state import PastRun
from sarv_sync.planning.asked import Sides, whose
from sarv_sync.planning.explaining import explain
from tests.unit.planning.builders import account, files, plan, state

if TYPE_CHECKING:
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.explanation import ExplainedUser, Explanation
    from sarv_sync.model.state import PastChange, State
    from sarv_sync.model.users import Listing


def sides_of(
    configuration: Configuration | None = None,
    known: State | None = None,
    listing: Listing | None = None,
    told: Evidence = NOTHING_KNOWN,
) -> Sides:
    three = configuration or files(), known or state(), account() if listing is None else listing
    return Sides(*three, told, plan(*three, evidence=told))


def explained(asked: str, *parts: Any) -> Explanation:
    """Explain `asked` of the sides that `parts` are; every value of the files is the entry's own."""
    all_sides = sides_of(*parts)
    name = whose(asked, all_sides)
    entry = None if name is None else all_sides.configuration.users.get(name)
    origins = tuple(Origin("entry", place) for place in entry.field_sources) if entry is not None else ()
    return explain(asked, name, all_sides, origins)


def only(explanation: Explanation) -> ExplainedUser:
    """The one user of a name that has one."""
    [found] = explanation.users
    return found


def run(number: str, *changes: PastChange) -> PastRun:
    """A run of the day `number` of the year."""
    return PastRun(number, f"2026-01-0{number}T00:00:00Z", "ann", "sarv-sync apply", None, "sha256:0", changes, True)

"""Everything that the sides of a plan, and the plan, say of one name.

Pure, as a plan is: the same sides give the same explanation.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.explanation import Explanation, Touch, Unowned
from sarv_sync.model.users import Placed, is_spare_name, second_name
from sarv_sync.planning.explaining_users import Case, explained_users
from sarv_sync.planning.ownership import Ambiguous, divide
from sarv_sync.planning.placing import placed
from sarv_sync.planning.renames import find_moves
from sarv_sync.planning.rotating import rotations
from sarv_sync.planning.taking_up import taken_up
from sarv_sync.planning.unmanaged import left_alone

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from sarv_sync.errors import Fault
    from sarv_sync.model.explanation import Origin, Standing
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.state import State
    from sarv_sync.planning.asked import Sides

LAST = 5
"""How many past changes are told."""

_SHORT = 2


def explain(asked: str, name: str | None, sides: Sides, origins: tuple[Origin, ...] = ()) -> Explanation:
    """Return what there is to say of the user `asked` for, whose name is `name`: see `planning.asked.whose`.

    `origins` say where the files have its values from, in the order of `FIELDS`, if there is an entry.
    """
    file = sides.configuration.file
    placed_origins = tuple(replace(one, source=one.source and placed(one.source, file)) for one in origins)
    case = _case(asked, name, sides, placed_origins)
    users = explained_users(case)
    entry = sides.configuration.users.get(case.name) if name is not None else None
    removed = sides.configuration.removed.get(case.name) if name is not None else None
    names = {case.name, second_name(case.name), *(user.known_as for user in users)} if name is not None else set()
    theirs = {user.smtp_user_name for user in users if user.smtp_user_name is not None}
    touches = _touches(sides.state, names, theirs)
    return Explanation(
        asked=asked,
        name=name,
        standing=_standing(name, sides, case.formerly),
        users=users,
        plan=_limited(sides.plan, names, theirs),
        entry=entry and replace(entry, places=Placed(placed(entry.source, file), entry.field_sources)),
        removed=removed and replace(removed, source=placed(removed.source, file)),
        unowned=_unowned(asked, sides) if name is None else None,
        history=touches[:LAST],
        touches=len(touches),
        shortened=sum(1 for run in sides.state.history if run.left_out),
    )


def _case(asked: str, name: str | None, sides: Sides, origins: tuple[Origin, ...]) -> Case:
    state = taken_up(sides.state, sides.listing, sides.evidence)
    rotated = rotations(sides.configuration, state, sides.listing, sides.evidence)
    moves = find_moves(rotated.configuration.users.values(), state, gone=rotated.configuration.removed)
    return Case(asked if name is None else name, sides, state, rotated, moves, origins, owned=name is not None)


def _standing(name: str | None, sides: Sides, formerly: str) -> Standing:
    if name is None:
        return "unmanaged"
    if is_spare_name(name):
        return "spare"
    state, both = sides.state, {name, formerly}
    wanted = name in sides.configuration.users
    if both & state.bindings.keys():
        return "managed" if wanted else "gone"
    if both & state.creates_under_way().keys():
        return "creating"
    if both & state.removed.keys():
        return "returning" if wanted else "retired"
    return "new" if wanted else "forgotten"


def _limited(plan: Plan, names: AbstractSet[str], users: AbstractSet[str]) -> Plan:
    """Return what `plan` says of `names` and `users`, and what it says of everybody."""
    return replace(
        plan,
        changes=tuple(one for one in plan.changes if one.name in names or one.smtp_user_name in users),
        drift=tuple(one for one in plan.drift if one.name in names),
        unmanaged=tuple(one for one in plan.unmanaged if one.smtp_user_name in users),
        blocked=tuple(one for one in plan.blocked if one.name in names),
        warnings=tuple(one for one in plan.warnings if _is_about(one, names, users)),
    )


def _is_about(warning: Fault, names: AbstractSet[str], users: AbstractSet[str]) -> bool:
    """Say whether a warning is about one of `names` or `users`. A short name may be an ordinary word."""
    said = warning.message
    words = {*users, *(name for name in names if len(name) > _SHORT)}
    first = any(said.startswith(f"{name} ") or f"`{name}`" in said for name in names)
    return first or any(re.search(rf"(?<![\w.-]){re.escape(word)}(?![\w-]|\.\w)", said) for word in words)


def _touches(state: State, names: AbstractSet[str], users: AbstractSet[str]) -> tuple[Touch, ...]:
    """Return what past applies did to `users`, the newest first; to `names` where no user was or is known.

    A name may have been another user's once.
    """
    return tuple(
        Touch(run, change)
        for run in reversed(state.history)
        for change in run.changes
        if (
            change.smtp_user_name in users
            if users and change.smtp_user_name is not None
            else bool({change.name, change.was} & names)
        )
    )


def _unowned(smtp_user_name: str, sides: Sides) -> Unowned:
    census = sides.state.census
    creates = divide(sides.state, sides.listing).creates
    may_be = sorted(
        name for name, one in creates.items() if isinstance(one, Ambiguous) and smtp_user_name in one.candidates
    )
    return Unowned(
        counted=census is not None,
        unsettled=census is not None and smtp_user_name not in census.known and not may_be,
        told=census is not None and smtp_user_name in census.appeared,
        spared=left_alone(sides.configuration)(smtp_user_name),
        may_be=tuple(may_be),
    )

"""How to take back what a past apply did, and what of it cannot be taken back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sarv_sync.model.visible import short

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.plan import Action
    from sarv_sync.model.state import PastChange, PastRun

_COMMIT = re.compile(r"([0-9a-f]{12})[0-9a-f]{28,52}")
_NEVER_UNDONE: frozenset[Action] = frozenset({"deliver"})
"""What has no before: a password lies where it was delivered."""
_LONGEST = 80


def way_back(run: PastRun, earlier: PastRun | None) -> str | None:
    """Return how to undo `run`, None where there is nothing to undo; `earlier` is the one before it."""
    made = [change for change in run.changes if change.end == "applied"]
    if not {change.action for change in made} - _NEVER_UNDONE:
        return None
    commit, before = _clean(run), _clean(earlier)
    way = "put the values from before back into the files, and apply"
    if commit is not None:
        way = f"`git revert {commit}` (with `-m 1` if that is a merge commit) and apply"
    several = commit is not None and before not in {None, commit}
    names = [f"`git log {before}..{commit}` names its commits"] if several else []
    return "; ".join([f"to undo it, {way}", *_what_is_special(made), *names])


def _what_is_special(made: Sequence[PastChange]) -> list[str]:
    """Return what becomes of that for which a value in a file has no before."""
    actions = {change.action for change in made}
    said = ["users that it made or adopted are disabled then"] if actions & {"create", "adopt"} else []
    if any(change.action == "adopt" and change.was for change in made):
        said.append("the password that a user had before it was used again is gone for good")
    if "rotate" in actions:
        said.append("a password that was changed stays changed")
    said += _of_forgotten([change for change in made if change.action == "forget"])
    return said + _of_renamed([change for change in made if change.action == "rename"])


def _of_forgotten(forgotten: Sequence[PastChange]) -> list[str]:
    """Nothing knows a forgotten user any more, so an entry that comes back without a pin gets another one."""
    if not forgotten:
        return []
    user = forgotten[0].smtp_user_name
    if len(forgotten) > 1 or user is None:
        pin = "pin each user that was forgotten in its entry (`smtp_user_name`)"
    else:
        pin = f"pin `smtp_user_name: {short(user, _LONGEST)}` in the entry of {short(forgotten[0].name, _LONGEST)}"
    return [f"{pin}, or apply makes a second one"]


def _of_renamed(renamed: Sequence[PastChange]) -> list[str]:
    if not renamed:
        return []
    if {change.name for change in renamed} & {change.was for change in renamed}:
        return ["names that were swapped go back only by `renamed_from` the other way round"]
    return ["a user is renamed back where the old name's entry takes the place of the new one's"]


def _clean(run: PastRun | None) -> str | None:
    """Return the beginning of a run's commit, None unless that is what its files were."""
    match = _COMMIT.fullmatch(run.commit or "") if run is not None else None
    return match[1] if match else None

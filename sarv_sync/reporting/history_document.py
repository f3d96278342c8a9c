"""Past applies as a JSON document, `sarv-sync-history/1`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, get_args

from sarv_sync.model.plan_document import account_document
from sarv_sync.model.state import ChangeEnd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.state import PastChange, PastRun, State

_ENDS: tuple[ChangeEnd, ...] = get_args(ChangeEnd)


def history_document(state: State, runs: Sequence[PastRun]) -> dict[str, Any]:
    """Return `runs`, the newest first, of those that `state` remembers, as a JSON value."""
    holds = None if state.lock is None else state.lock.id
    return {
        "format": "sarv-sync-history/1",
        "account": account_document(state.account),
        "remembered": len(state.history),
        "runs": [{**run_head(run), "holds_lock": run.id == holds, **_changes(run)} for run in runs],
    }


def run_head(run: PastRun) -> dict[str, Any]:
    """Return what a run is known by."""
    return {
        "id": run.id,
        "at": run.at,
        "by": run.by,
        "command": run.command,
        "commit": run.commit,
        "digest": run.digest,
        "finished": run.finished,
    }


def past_change_document(change: PastChange) -> dict[str, Any]:
    """Return one change and how it ended."""
    return {
        "name": change.name,
        "action": change.action,
        "smtp_user_name": change.smtp_user_name,
        "end": change.end,
        "was": change.was,
        "fields": [{"field": one.field, "before": one.before, "after": one.after} for one in change.fields],
    }


def _changes(run: PastRun) -> dict[str, Any]:
    ends = Counter(change.end for change in run.changes)
    return {
        "left_out": run.left_out,
        "ends": {end: ends[end] for end in _ENDS},
        "changes": [past_change_document(change) for change in run.changes],
    }

"""A plan in one sentence, seen from either side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.reporting.rows import users_of
from sarv_sync.reporting.unmanaged import appeared_words, new_in
from sarv_sync.reporting.wording import ORDER, counted

if TYPE_CHECKING:
    from sarv_sync.model.plan import DriftKind, Plan

_DRIFT_COUNTS: dict[DriftKind, str] = {
    "changed": "changed",
    "missing": "missing",
    "password_changed": "with another password",
    "undelivered": "with an undelivered password",
}


def summary_line(plan: Plan) -> str:
    """Return the plan in one sentence: what apply would do, and what else there is."""
    if plan.rotation is not None and not plan.pending:
        return f"No password to change: none {'is due' if plan.rotation.due else 'was chosen'}."
    if not (plan.pending or plan.drift):
        return _nothing_to_change(plan)
    rest = ", ".join(rest_counts(plan))
    refused = " Refused: apply would do none of it." if plan.refusals else ""
    return f"Plan: {todo_words(plan)}; {rest}.{refused}"


def todo_words(plan: Plan) -> str:
    """Return how many changes of each kind apply would make."""
    counts = plan.summary()
    todo = [f"{counts[action]:,} to {action}" for action in ORDER if counts[action]]
    return ", ".join(todo) or ("nothing to apply" if plan.rotation is None else "no password to change")


def rest_counts(plan: Plan) -> list[str]:
    """Return the counts of everything that is no action."""
    said = {"blocked": len(plan.blocked), "drifted": users_of(plan.drift), _unmanaged(plan): len(plan.unmanaged)}
    # Of users whose passwords stay, a plan of a rotation does not know whether they are as the files say.
    rest = "unchanged" if plan.rotation is None else "left as they are"
    return [f"{plan.unchanged:,} {rest}", *(f"{count:,} {word}" for word, count in said.items() if count)]


def _nothing_to_change(plan: Plan) -> str:
    managed = "no user is managed yet"
    if plan.unchanged:
        managed = f"{counted(plan.unchanged, 'user')} {'is' if plan.unchanged == 1 else 'are'} as the files say"
    unmanaged = f"; {len(plan.unmanaged):,} {_unmanaged(plan)}" if plan.unmanaged else ""
    return f"Nothing to change: {managed}{unmanaged}."


def _unmanaged(plan: Plan) -> str:
    new = new_in(plan.unmanaged)
    return f"unmanaged ({new:,} new)" if new else "unmanaged"


def drift_summary_line(plan: Plan) -> str:
    """Return the account's side of the plan in one sentence."""
    kinds = [entry.kind for entry in plan.drift]
    found = [f"{kinds.count(kind):,} {words}" for kind, words in _DRIFT_COUNTS.items() if kind in kinds]
    found += [words for words in (appeared_words(plan.unmanaged),) if words]
    counts = {"unmanaged": len(plan.unmanaged), "blocked": len(plan.blocked)}
    rest = "".join(f"; {count:,} {word}" for word, count in counts.items() if count)
    if found:
        return f"Drift: {', '.join(found)}{rest}."
    if plan.clean:
        every = "every user that was looked at" if plan.targets else "every user"
        return f"No drift: {every} is as it was last applied{rest}."
    if not plan.compared:
        return f"Drift cannot be ruled out{rest}."
    return f"No user drifted, but some users are owned by no entry, which is forbidden{rest}."

"""Whether a plan made now is covered by one that was reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import Fault, Refused
from sarv_sync.model.plan_document import account_document
from sarv_sync.planning.difference import describe
from sarv_sync.planning.digest import digest_of

if TYPE_CHECKING:
    from sarv_sync.model.plan import Change, Plan

_HINT = "review the plan as it is now, and apply that one"


def check_approved(now: Plan, reviewed: Plan) -> None:
    """Raise `Refused` unless every action of `now`, with its before-values, is in `reviewed`.

    A reviewed plan of which part is already done is fine: what is done is no longer planned. One that does not
    have the digest it says was edited after it was made.
    """
    if now.account != reviewed.account:
        lines = describe(account_document(reviewed.account), account_document(now.account))
        raise Refused("the reviewed plan is for another account: " + "; ".join(lines), _HINT)
    if not is_genuine(reviewed):
        raise Refused("the reviewed plan does not have the digest it says: it was edited or damaged", _HINT)
    known = {change.name: change for change in reviewed.changes}
    faults = tuple(
        Fault(_difference(change, known.get(change.name)), _HINT)
        for change in now.changes
        if not _covers(known.get(change.name), change)
    )
    if faults:
        raise Refused("the account or the files have changed since the plan was reviewed", _HINT, faults=faults)


def is_genuine(saved: Plan) -> bool:
    """Say whether a saved plan has the digest it says."""
    return saved.digest == digest_of(saved.account, saved.changes)


def check_digest(now: Plan, expected: str) -> None:
    """Raise `Refused` unless `now` has exactly the digest that was reviewed."""
    if now.digest != expected:
        raise Refused(f"the plan's digest is {now.digest}, and {expected} was expected", _HINT)


def _covers(reviewed: Change | None, now: Change) -> bool:
    """Say whether `now` is what was reviewed, or what is left of it.

    Renaming and adopting begin with the state alone: stopped there, the edit that remains is an update.
    """
    if reviewed is None or reviewed.smtp_user_name != now.smtp_user_name:
        return False
    left_over = now.action == "update" and reviewed.action in {"adopt", "rename"}
    return (
        (now.action == reviewed.action or left_over)
        and now.renamed_from in {None, reviewed.renamed_from}
        and set(now.fields) <= set(reviewed.fields)
    )


def _difference(change: Change, reviewed: Change | None) -> str:
    if reviewed is None:
        return f"{change.name}: {change.action} is not in the reviewed plan"
    return f"{change.name}: not as reviewed: " + "; ".join(describe(_flat(reviewed), _flat(change)))


def _flat(change: Change) -> dict[str, object]:
    """Return what an approval is about, each part under the words a person would use for it."""
    flat: dict[str, object] = {"action": change.action, "smtp_user_name": change.smtp_user_name}
    if change.renamed_from is not None:
        flat["renamed_from"] = change.renamed_from
    for field in change.fields:
        flat[f"{field.field} before"] = field.before
        flat[f"{field.field} after"] = field.after
    return flat

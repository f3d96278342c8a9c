"""Whether a plan made now is covered by what was reviewed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import Fault, Refused
from sarv_sync.model.plan_document import account_document
from sarv_sync.model.users import second_name
from sarv_sync.planning.difference import describe
from sarv_sync.planning.digest import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sarv_sync.model.evidence import Timed
    from sarv_sync.model.plan import Change, Plan

NOT_REVIEWED = "not-reviewed"
_HINT = "review the plan as it is now, and apply that one"


def check_approved(now: Plan, *reviewed: Plan, hint: str = _HINT) -> None:
    """Raise `Refused` unless every action of `now`, with its before-values, is in the plans `reviewed`.

    A reviewed plan of which part is already done is fine: what is done is no longer planned. Several plans, say of
    several pull requests that were merged, may each have a part of it. One that does not have the digest it says was
    edited after it was made.
    """
    for plan in reviewed:
        _check_usable(now, plan, hint)
    known: dict[str, list[Change]] = {}
    for plan in reviewed:
        for change in plan.changes:
            known.setdefault(change.name, []).append(change)
    faults = tuple(
        Fault(_difference(change, known.get(change.name, [])), hint)
        for change in now.changes
        if not _covers(known.get(change.name, []), change)
    )
    if faults:
        message = "the account or the files have changed since the plan was reviewed"
        raise Refused(message, hint, faults=faults, reason=NOT_REVIEWED)


def timed_by(*reviewed: Plan) -> Callable[[Timed, str], bool]:
    """Return what lets things be done of themselves only where a plan in `reviewed` does them too."""
    rotating = {
        change.name
        for plan in reviewed
        for change in plan.changes
        if change.action == "rotate" or (change.action == "create" and change.why is not None)
    }
    leaving = {
        change.name
        for plan in reviewed
        for change in plan.changes
        if any(field.field == "status" and field.after == "Disable" for field in change.fields)
    }

    recycled = {change.name for plan in reviewed for change in plan.changes if change.why == "recycled"}
    delivered = {address for plan in reviewed for change in plan.changes for address in change.sinks}

    def timed(what: Timed, name: str) -> bool:
        if what == "repair":
            return name in delivered
        if what == "recycle":
            return name in recycled
        if what == "leave":
            return name in leaving
        return name in rotating or second_name(name) in rotating

    return timed


def is_genuine(saved: Plan) -> bool:
    """Say whether a saved plan has the digest it says."""
    return saved.digest == digest_of(saved.account, saved.changes)


def check_digest(now: Plan, expected: str) -> None:
    """Raise `Refused` unless `now` has exactly the digest that was reviewed."""
    if now.digest != expected:
        message = f"the plan's digest is {now.digest}, and {expected} was expected"
        raise Refused(message, _HINT, reason=NOT_REVIEWED)


def _check_usable(now: Plan, reviewed: Plan, hint: str) -> None:
    if now.account != reviewed.account:
        lines = describe(account_document(reviewed.account), account_document(now.account))
        message = "the reviewed plan is for another account: " + "; ".join(lines)
        raise Refused(message, hint, reason=NOT_REVIEWED)
    if not is_genuine(reviewed):
        message = "the reviewed plan does not have the digest it says: it was edited or damaged"
        raise Refused(message, hint, reason=NOT_REVIEWED)


def _covers(reviewed: Sequence[Change], now: Change) -> bool:
    """Say whether `now` is what was reviewed, or what is left of it."""
    alike = [change for change in reviewed if _is_alike(change, now)]
    fields = {field for change in alike for field in change.fields}
    sinks = {(_address(sink, now), form) for change in alike for sink, form in targets(change)}
    return bool(alike) and set(now.fields) <= fields and set(targets(now)) <= sinks


def targets(change: Change) -> tuple[tuple[str, str], ...]:
    """Return where a `deliver` puts a password, and how it is laid out there."""
    return (
        tuple(zip(change.sinks, change.forms, strict=True))
        if change.forms
        else tuple((sink, "") for sink in change.sinks)
    )


def _address(reviewed: str, now: Change) -> str:
    """Return an address with the provider's name in it that was not known when it was reviewed."""
    return reviewed if now.smtp_user_name is None else reviewed.replace("{smtp_user_name}", now.smtp_user_name)


def _is_alike(reviewed: Change, now: Change) -> bool:
    """Say whether both do the same to the same user.

    Renaming and adopting begin with the state alone: stopped there, the edit that remains is an update. So it is
    after a password was changed and before the user was edited. A password is delivered to a user that may not have
    been there when that was reviewed.
    """
    left_over = now.action == "update" and reviewed.action in {"adopt", "rename", "rotate"}
    made_since = now.action == "deliver" and reviewed.smtp_user_name is None
    return (
        (made_since or reviewed.smtp_user_name == now.smtp_user_name)
        and (now.action == reviewed.action or left_over)
        and now.renamed_from in {None, reviewed.renamed_from}
        and (left_over or now.former == reviewed.former)
    )


def _difference(change: Change, reviewed: Sequence[Change]) -> str:
    if not reviewed:
        return f"{change.name}: {change.action} is not in the reviewed plan"
    nearest = next((one for one in reviewed if one.action == change.action), reviewed[-1])
    return f"{change.name}: not as reviewed: " + "; ".join(describe(_flat(nearest), _flat(change)))


def _flat(change: Change) -> dict[str, object]:
    """Return what an approval is about, each part under the words a person would use for it."""
    flat: dict[str, object] = {"action": change.action, "smtp_user_name": change.smtp_user_name}
    if change.renamed_from is not None:
        flat["renamed_from"] = change.renamed_from
    if change.former is not None:
        flat["used again, retired as"] = change.former
    for field in change.fields:
        flat[f"{field.field} before"] = field.before
        flat[f"{field.field} after"] = field.after
    for sink, form in targets(change):
        flat[sink] = f"delivered to (laid out as {form})"
    return flat

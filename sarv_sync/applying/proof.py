"""Whether the account really is as it was meant to become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.applying.editing import applied_values
from sarv_sync.applying.settling import list_until
from sarv_sync.model.users import is_spare_name
from sarv_sync.planning.difference import changes_to

if TYPE_CHECKING:
    from sarv_sync.applying.draft import Draft
    from sarv_sync.applying.run import Run
    from sarv_sync.model.plan import Change, FieldChange
    from sarv_sync.model.users import Listing

_OTHER = "the account shows another password than the one delivered: somebody changed it, or the listing lags"


def prove(run: Run) -> bool:
    """List the account afresh and hold every user that was or may have been touched against what it should be.

    Waits, at most the settle time, for a listing that lags. What the listing shows has the last word: an edit
    without a usable answer that shows is applied, an edit that was confirmed and does not show has failed.
    Returns whether every change was carried out and all touched users are as desired. Raises `ProviderError` if the
    account cannot be listed.
    """
    touched = [change for change in run.plan.changes if change.action != "deliver" and _to_prove(run, change)]
    if not touched and not run.post.sent:
        return _all_applied(run)

    def all_proven(listing: Listing) -> bool:
        return all(_gap(run, change, listing) == () for change in touched) and not _others(run, listing)

    listing = list_until(run, "the account to show what was done", all_proven)
    draft = run.draft()
    for change in touched:
        _settle_one(run, draft, change, listing)
    run.write(draft)
    for name, smtp_user_name in _others(run, listing).items():
        run.post.undelivered(name, smtp_user_name, _OTHER)
    return _all_applied(run)


def _all_applied(run: Run) -> bool:
    changes = sum(1 for change in run.plan.changes if change.action != "deliver")
    return len(run.ledger.entries("applied")) == changes


def _others(run: Run, listing: Listing) -> dict[str, str]:
    """Return the users, by name, of which the account shows another password than the one that was delivered."""
    return {
        name: user
        for name, (user, password) in run.post.sent.items()
        if user not in listing.users or listing.users[user].password != password
    }


def _to_prove(run: Run, change: Change) -> bool:
    end = run.ledger.end_of(change.name)
    # What a user is like says nothing of its password: a change of that which nobody saw stays unknown.
    new_password = change.action == "rotate" or change.why == "recycled"
    claimed = end == "applied" or (end == "unknown" and not new_password)
    return claimed and change.action != "forget" and _user(run, change) is not None


def _settle_one(run: Run, draft: Draft, change: Change, listing: Listing) -> None:
    gap = _gap(run, change, listing)
    name, smtp_user_name = change.name, _user(run, change)
    if gap == ():
        run.ledger.applied(name, smtp_user_name)
        _catch_up(run, draft, change)
    elif run.ledger.end_of(name) == "applied":
        run.ledger.failed(name, smtp_user_name, _words(gap))
        observed = listing.users.get(smtp_user_name or "")
        if observed is not None and not is_spare_name(name):
            # What never took effect was never applied: the next plan must not blame a person for it.
            draft.put_back(name, observed.settings)


def _gap(run: Run, change: Change, listing: Listing) -> tuple[FieldChange, ...] | None:
    """Return what is not as desired, None if the user is not listed at all."""
    observed = listing.users.get(_user(run, change) or "")
    if observed is None:
        return None
    desired = run.configuration.users.get(change.name)
    if desired is None or change.action == "rotate":
        return tuple(field for field in change.fields if observed.settings.get(field.field) != field.after)
    ignored = () if change.action == "create" or change.why == "recycled" else desired.ignore_changes
    return changes_to(desired.settings, observed.settings, ignored)


def _user(run: Run, change: Change) -> str | None:
    state = run.journal.state
    binding = state.bindings.get(change.name) or state.removed.get(change.name)
    return None if binding is None else binding.smtp_user_name


def _catch_up(run: Run, draft: Draft, change: Change) -> None:
    desired = run.configuration.users.get(change.name)
    if desired is None:
        draft.retire_user(change.name)
    elif change.action == "create" or change.why == "recycled":
        draft.set_applied(change.name, desired.settings)
        draft.close(change.name)
    elif change.action == "rotate":
        if change.fields:
            draft.set_applied(change.name, applied_values(desired, draft.applied(change.name)))
    else:
        before = run.journal.state.bindings[change.name].applied
        draft.set_applied(change.name, applied_values(desired, before))


def _words(gap: tuple[FieldChange, ...] | None) -> str:
    if gap is None:
        return "the provider confirmed it, but the account does not list the user"
    parts = (f"{field.field} is {field.before} where {field.after} was set" for field in gap)
    return "the provider confirmed it, but the account shows otherwise: " + ", ".join(parts)

"""What the account's listing adds to what the state knows of passwords.

A run may have ended after it had a password changed and before it wrote that down. The listing shows the new one, so
nothing is lost: it counts as changed, and as owed to every target. Where nothing can be told, since the key is
another, it is owed too, and counts as not changed yet: whoever asked for a new one gets one.

Verifiers of another key are made anew, of the passwords as they are: a token that was changed is no reason to deliver
everything again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.evidence import age
from sarv_sync.model.verifier import tell

if TYPE_CHECKING:
    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.state import Binding, Delivery, PasswordRecord, State
    from sarv_sync.model.users import Listing, ObservedUser
    from sarv_sync.model.verifier import Told, Verifier

_LONGEST_LAG = 3600.0


def taken_up(state: State, listing: Listing, evidence: Evidence) -> State:
    """Return `state` with every change of a password that is seen through, and every verifier of the present key."""
    if evidence.verifier is None:
        return state
    verifier = evidence.verifier
    fresh = {
        name: taken
        for name, binding in state.bindings.items()
        if (binding.password.rotating or binding.password.deliveries)
        and (taken := _taken_up(binding, listing, verifier)) is not binding
    }
    return replace(state, bindings={**state.bindings, **fresh}) if fresh else state


def of_another_key(state: State, verifier: Verifier | None) -> int:
    """Return how many users have a verifier which another key than that of `verifier` made."""
    if verifier is None:
        return 0
    return sum(
        1
        for binding in state.bindings.values()
        if binding.password.deliveries
        and any(one.verifier is not None and not _has_key(one, verifier) for one in binding.password.deliveries)
    )


def _taken_up(binding: Binding, listing: Listing, verifier: Verifier) -> Binding:
    record = binding.password
    observed = listing.users.get(binding.smtp_user_name)
    if observed is None or not observed.password:
        return binding
    if record.rotating is not None:
        told = tell(verifier, record.rotating.before, observed.smtp_user_name, observed.password)
        record = _after(record, told)
    if any(one.verifier is not None and not _has_key(one, verifier) for one in record.deliveries):
        present = verifier.of(observed.smtp_user_name, observed.password)
        record = replace(record, deliveries=tuple(_renewed(one, verifier, present) for one in record.deliveries))
    return binding if record is binding.password else replace(binding, password=record)


def lags(binding: Binding, observed: ObservedUser, evidence: Evidence) -> bool:
    """Say whether the listing still shows the password from before it was changed: no reset gives that again.

    Delivered, it would take away the one that works. A listing does not lag for long: after an hour, what it shows
    is taken for what the user has.
    """
    record = binding.password
    if record.former is None:
        return False
    since = age(evidence, record.since)
    if since is not None and since >= _LONGEST_LAG:
        return False
    return tell(evidence.verifier, record.former, observed.smtp_user_name, observed.password) == "same"


def _after(record: PasswordRecord, told: Told) -> PasswordRecord:
    """Return the record of a password that was about to be changed, by what the listing tells of it."""
    if told == "other":
        return seen_through(record)
    return replace(record, rotating=None) if told == "same" else owed(replace(record, rotating=None))


def owed(record: PasswordRecord) -> PasswordRecord:
    """Return the record of a password that has to be delivered to every target, whatever that holds."""
    return replace(record, deliveries=tuple(replace(one, verifier=None) for one in record.deliveries))


def seen_through(record: PasswordRecord) -> PasswordRecord:
    """Return the record of a password whose change, which was under way, took place: it has reached no target yet."""
    if record.rotating is None:
        return record
    return replace(
        owed(record),
        since=record.rotating.at,
        version=record.rotating.version,
        former=record.rotating.before,
        turn=record.rotating.turn,
        rotating=None,
        left=None,
        last=None,
    )


def _renewed(delivery: Delivery, verifier: Verifier, present: str) -> Delivery:
    if delivery.verifier is None or _has_key(delivery, verifier):
        return delivery
    return replace(delivery, verifier=present)


def _has_key(delivery: Delivery, verifier: Verifier) -> bool:
    return delivery.verifier is not None and delivery.verifier.partition(":")[0] == verifier.key_id

"""Delivering passwords: to every target, proven by a login where that is asked for, and written down.

A password comes from the answer that gave it, else from the account's listing, so that none can be lost. What has
arrived is written down after it has: a run that ends in between is followed by one that delivers again, which does no
harm.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.applying.batches import in_batches
from sarv_sync.applying.interface import Left
from sarv_sync.applying.records import arrived, owing
from sarv_sync.applying.settling import list_until
from sarv_sync.model.users import entry_name
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.applying.draft import Draft
    from sarv_sync.applying.run import Run
    from sarv_sync.model.evidence import Target
    from sarv_sync.model.plan import Change
    from sarv_sync.model.secret import Secret

_UNDER_WAY = "the delivery was under way when the run ended"


@dataclass(frozen=True, slots=True)
class Carried:
    """What became of one password: the targets it reached, and why others, or the login, failed."""

    smtp_user_name: str
    password: Secret
    reached: tuple[Target, ...]
    failed: tuple[Target, ...]
    messages: tuple[str, ...]


def deliver_passwords(run: Run) -> None:
    """Carry out the deliveries that are still open, of users that are there and ready."""
    changes = run.post.changes
    due = [changes[name] for name in sorted(changes) if run.post.is_open(name) and _is_ready(run, name)]
    if not due:
        return
    _see_to_passwords(run, due)

    def note(draft: Draft, change: Change, carried: Carried | Left) -> None:
        if isinstance(carried, Carried):
            note_carried(run, draft, change, carried)
        elif carried is Left.UNDER_WAY:
            run.post.undelivered(change.name, change.smtp_user_name, _UNDER_WAY)

    left = [change for change in due if run.post.is_open(change.name)]
    in_batches(run, left, lambda change: carry(run, change, *_password(run, change.name)), note)


def carry(run: Run, change: Change, smtp_user_name: str, password: Secret, *, log_in: bool = True) -> Carried:
    """Deliver one password to the targets of `change`, one after the other, then log in with it if that is wanted.

    Without `log_in` that is left to `logged_in`: a user that is not enabled yet cannot.
    """
    user, outlets = run.configuration.users[change.name], run.world.outlets
    credential = outlets.credential(user, smtp_user_name, password)
    found = [(target, outlets.deliver(target, credential)) for target in targets_of(run, change, smtp_user_name)]
    reached = tuple(target for target, message in found if message is None)
    failed = tuple(target for target, message in found if message is not None)
    messages = tuple(message for _, message in found if message is not None)
    carried = Carried(smtp_user_name, password, reached, failed, messages)
    return logged_in(run, change.name, carried) if log_in and not failed else carried


def logged_in(run: Run, name: str, carried: Carried) -> Carried:
    """Return what became of a password that reached its targets once somebody logs in with it, if that is wanted."""
    user, outlets = run.configuration.users[name], run.world.outlets
    if user.settings.status != "Enable" or not outlets.verifies(carried.reached):
        return carried
    message = outlets.log_in(outlets.credential(user, carried.smtp_user_name, carried.password))
    if message is None:
        return carried
    return replace(carried, reached=(), failed=carried.reached, messages=(f"it was delivered, but {message}",))


def targets_of(run: Run, change: Change, smtp_user_name: str) -> tuple[Target, ...]:
    """Return the targets that a `deliver` is about, by the addresses that they have now."""
    user = run.configuration.users[change.name]
    wanted = {sink.replace("{smtp_user_name}", smtp_user_name) for sink in change.sinks}
    return tuple(target for target in run.evidence.routes.targets(user, smtp_user_name) if target.address in wanted)


def note_carried(run: Run, draft: Draft, change: Change, carried: Carried) -> None:
    """Write down what became of a password; where a user has taken over from another, that too."""
    name = change.name
    if run.evidence.verifier is not None:
        verifier = run.evidence.verifier.of(carried.smtp_user_name, carried.password)
        record = arrived(owing(draft.record(name), carried.failed), carried.reached, verifier)
        draft.set_record(name, record)
        draft.hand_over(name)
    if carried.messages:
        run.post.undelivered(name, carried.smtp_user_name, "; ".join(carried.messages))
    else:
        run.post.delivered(name, carried.smtp_user_name, carried.password)


def _is_ready(run: Run, name: str) -> bool:
    """Say whether the user is there, and has what it needs before anybody logs in as it."""
    binding = run.journal.state.bindings.get(name)
    if binding is None or binding.recycled_from is not None or run.ledger.end_of(name) == "unknown":
        return False
    takes_over = run.rotated.serves.get(entry_name(name)) == name
    return not takes_over or binding.applied.status == run.configuration.users[name].settings.status


def _password(run: Run, name: str) -> tuple[str, Secret]:
    smtp_user_name = run.journal.state.bindings[name].smtp_user_name
    known = run.post.passwords.get(smtp_user_name)
    return smtp_user_name, known if known is not None else run.latest.listing.users[smtp_user_name].password


def _see_to_passwords(run: Run, due: Sequence[Change]) -> None:
    """Wait, at most the settle time, until the account lists the users whose passwords nobody knows yet."""
    users = {change.name: run.journal.state.bindings[change.name].smtp_user_name for change in due}
    unknown = {user for user in users.values() if user not in run.post.passwords}
    if not unknown <= run.latest.listing.users.keys():
        list_until(run, "the account to list new users", lambda listing: unknown <= listing.users.keys())
    for name, user in users.items():
        observed = run.latest.listing.users.get(user)
        if user not in run.post.passwords and (observed is None or not observed.password):
            run.post.undelivered(name, user, "the account does not list its password")

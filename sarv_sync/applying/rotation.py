"""Changing passwords.

1. Write down which passwords are about to be changed, and what they were, as verifiers.
2. Call `resetSmtpPassword`, once each, and deliver at once what it answers.
3. Write down that it was done.

Where a run ends in between, the next one tells by the listing whether the password was changed, and goes on from
there: see `planning.taking_up`. A user that takes over from another, or is enabled, is made ready before its password
is delivered; one that is in use gets it to its targets first, since nothing can log in until then.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.applying.batches import in_batches
from sarv_sync.applying.delivery import Carried, carry, note_carried
from sarv_sync.applying.editing import applied_values
from sarv_sync.applying.interface import Left
from sarv_sync.applying.records import about_to_change
from sarv_sync.applying.settling import list_until
from sarv_sync.errors import AnswerUnusable, ProviderError, RequestRefused
from sarv_sync.model.state import Rotating
from sarv_sync.model.users import entry_name
from sarv_sync.planning.taking_up import seen_through
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.applying.draft import Draft
    from sarv_sync.applying.run import Run
    from sarv_sync.model.plan import Change
    from sarv_sync.model.secret import Secret
    from sarv_sync.model.users import Listing

_UNDER_WAY = "the call was under way when the run ended"


@dataclass(frozen=True, slots=True)
class Changed:
    """The password was changed. `error` is what came of the edit that goes with it; `carried` of the delivery."""

    error: ProviderError | None = None
    carried: Carried | None = None


_Answer = Changed | ProviderError


def rotate_passwords(run: Run, changes: Sequence[Change]) -> None:
    """Carry out the rotations of `changes`, each with its delivery."""
    unheard: dict[str, tuple[Change, str]] = {}

    def note(draft: Draft, change: Change, answer: _Answer | Left) -> None:
        if isinstance(answer, AnswerUnusable):
            unheard[change.name] = (change, answer.message)
        _note(run, draft, change, answer)

    in_batches(
        run,
        changes,
        lambda change: _call(run, change),
        note,
        lambda draft, change: _journal(run, draft, change),
    )
    if unheard:
        _look_for(run, unheard)


def _journal(run: Run, draft: Draft, change: Change) -> None:
    """Write down what the password was before it is changed."""
    observed = run.listing.users[change.smtp_user_name or ""]
    verifier, moment = run.evidence.verifier, run.evidence.moment
    if verifier is not None and moment is not None:
        before = verifier.of(observed.smtp_user_name, observed.password)
        version = run.configuration.users[change.name].password.version
        turn = draft.next_turn(change.name) if _takes_over(run, change) else draft.record(change.name).turn
        rotating = Rotating(moment, before, version, turn)
        draft.set_record(change.name, about_to_change(draft.record(change.name), rotating))


def _call(run: Run, change: Change) -> _Answer:
    user = change.smtp_user_name or ""
    run.ledger.begun(change.name, user, "unknown", _UNDER_WAY)
    try:
        password = _reset(run, change)
    except ProviderError as error:
        run.heed(error)
        return error
    run.post.learn(user, password)
    if _takes_over(run, change) or _is_enabled(change):
        failure = _edit(run, change)
        return Changed(failure, None if failure else _carry(run, change, password))
    carried = _carry(run, change, password)
    return Changed(_edit(run, change), carried)


def _is_enabled(change: Change) -> bool:
    """Say whether the user is enabled along with its new password: before that, nobody can log in anyway."""
    return any((field.field, field.after) == ("status", "Enable") for field in change.fields)


def _reset(run: Run, change: Change) -> Secret:
    """Have a password changed. Nobody knows whether a disabled user may have a new one: else it is enabled first."""
    user = change.smtp_user_name or ""
    try:
        return run.world.provider.reset_password(user)
    except RequestRefused as refused:
        if not _takes_over(run, change) or _edit(run, change) is not None:
            raise refused from None
    return run.world.provider.reset_password(user)


def _takes_over(run: Run, change: Change) -> bool:
    return run.rotated.serves.get(entry_name(change.name)) == change.name


def _carry(run: Run, change: Change, password: Secret) -> Carried | None:
    delivery = run.post.changes.get(change.name)
    return None if delivery is None else carry(run, delivery, change.smtp_user_name or "", password)


def _edit(run: Run, change: Change) -> ProviderError | None:
    if not change.fields:
        return None
    fields = {field.field: field.after for field in change.fields}
    try:
        run.world.provider.edit_user(change.smtp_user_name or "", fields)
    except ProviderError as error:
        run.heed(error)
        return error
    return None


def _note(run: Run, draft: Draft, change: Change, answer: _Answer | Left) -> None:
    name, user, ledger = change.name, change.smtp_user_name, run.ledger
    match answer:
        case Changed():
            draft.set_record(name, seen_through(draft.record(name)))
            if answer.error is None:
                _note_edited(run, draft, change)
                ledger.applied(name, user)
            else:
                ledger.failed(name, user, f"the password was changed, but not the rest: {answer.error.message}")
            if answer.carried is not None:
                note_carried(run, draft, run.post.changes[name], answer.carried)
        case AnswerUnusable():
            ledger.unknown(name, user, answer.message)
        case ProviderError():
            draft.set_record(name, replace(draft.record(name), rotating=None))
            ledger.failed(name, user, answer.message)
        case Left.NOT_BEGUN:
            draft.set_record(name, replace(draft.record(name), rotating=None))
        case Left.UNDER_WAY:  # pragma: no branch - nothing else is left
            pass


def _note_edited(run: Run, draft: Draft, change: Change) -> None:
    if change.fields:
        before = draft.applied(change.name)
        draft.set_applied(change.name, applied_values(run.configuration.users[change.name], before))


def _look_for(run: Run, unheard: dict[str, tuple[Change, str]]) -> None:
    """Find out, from the listing, which of the passwords without an answer were changed; finish those.

    One that was not may still be: what is known of it stays written down for the next run.
    """

    def is_other(change: Change, listing: Listing) -> bool:
        user = change.smtp_user_name or ""
        return user in listing.users and listing.users[user].password != run.listing.users[user].password

    changes = [change for change, _ in unheard.values()]
    what = f"{len(changes)} unanswered changes of passwords to show in the account"
    listing = list_until(run, what, lambda seen: all(is_other(change, seen) for change in changes))
    draft = run.draft()
    for change, heard in unheard.values():
        if is_other(change, listing):
            user = change.smtp_user_name or ""
            run.post.learn(user, listing.users[user].password)
            _note(run, draft, change, Changed(_edit(run, change)))
        else:
            message = f"{heard}; the account still shows the password from before"
            run.ledger.unknown(change.name, change.smtp_user_name, message)
    run.write(draft)

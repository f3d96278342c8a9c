"""Making a retired user ready for the entry that has taken it.

1. The state says that the entry has the user, and under which name it was retired (see `beginning`).
2. `resetSmtpPassword`, while it is disabled: whoever had it before cannot log in any more, even once it is enabled.
3. `editSmtp` to the limits of the entry.
4. The new password goes to its targets.
5. `editSmtp` to enable it; the state says that it is ready.

Every step can be done again: a run that ends in between is followed by one that begins with another reset. A user
that cannot be made ready stays disabled.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sarv_sync.applying.delivery import Carried, carry, note_carried
from sarv_sync.applying.interface import Left
from sarv_sync.applying.run import batches
from sarv_sync.errors import AnswerUnusable, ProviderError, RequestRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.applying.draft import Draft
    from sarv_sync.applying.run import Run
    from sarv_sync.model.plan import Change, FieldChange

_UNDER_WAY = "it was being made ready when the run ended; it is disabled until that is done"


@dataclass(frozen=True, slots=True)
class Ready:
    """The password is a new one. `error` is what came of an edit after that, `carried` of the delivery."""

    error: ProviderError | None = None
    carried: Carried | None = None

    @property
    def undelivered(self) -> bool:
        """Whether the password did not reach all its targets."""
        return self.carried is not None and bool(self.carried.messages)


_Answer = Ready | ProviderError


def recycle_users(run: Run, changes: Sequence[Change]) -> None:
    """Make the users of `changes`, which are bound already, ready for their entries."""
    coming = iter(batches(changes, run.world.parallelism))

    def feed(ended: list[tuple[Change, _Answer | Left]]) -> Sequence[Change]:
        draft = run.draft()
        for change, answer in ended:
            _note(run, draft, change, answer)
        run.write(draft)
        return next(coming, ())

    run.stream(lambda change: _make_ready(run, change), feed)
    run.check_stop()


def _make_ready(run: Run, change: Change) -> _Answer:
    user = change.smtp_user_name or ""
    run.ledger.begun(change.name, user, "unknown", _UNDER_WAY)
    try:
        password = run.world.provider.reset_password(user)
    except ProviderError as error:
        run.heed(error)
        return error
    run.post.learn(user, password)
    limits, status = _parted(change)
    if (refused := _edit(run, user, limits)) is not None:
        return Ready(refused)
    delivery = run.post.changes.get(change.name)
    carried = None if delivery is None else carry(run, delivery, user, password)
    if carried is not None and carried.messages:
        return Ready(None, carried)
    return Ready(_edit(run, user, status), carried)


def _parted(change: Change) -> tuple[list[FieldChange], list[FieldChange]]:
    """Return what is set before the password is delivered, and what after it."""
    limits = [field for field in change.fields if field.field != "status"]
    return limits, [field for field in change.fields if field.field == "status"]


def _edit(run: Run, smtp_user_name: str, fields: Sequence[FieldChange]) -> ProviderError | None:
    if not fields:
        return None
    try:
        run.world.provider.edit_user(smtp_user_name, {field.field: field.after for field in fields})
    except ProviderError as error:
        run.heed(error)
        return error
    return None


def _note(run: Run, draft: Draft, change: Change, answer: _Answer | Left) -> None:
    name, user, ledger = change.name, change.smtp_user_name, run.ledger
    match answer:
        case Ready():
            _note_ready(run, draft, change, answer)
        case AnswerUnusable():
            ledger.unknown(name, user, f"{answer.message}; it stays disabled, and apply begins anew with it")
        case RequestRefused():
            draft.give_back(name)
            ledger.failed(
                name,
                user,
                f"{answer.message}: the password of {user} was not changed, so it stays retired as {change.former}; "
                "where the provider does not do that for a disabled user, take `recycle` out of the files",
            )
        case ProviderError():
            ledger.failed(name, user, answer.message)
        case Left():  # pragma: no branch - nothing else is left
            pass


def _note_ready(run: Run, draft: Draft, change: Change, answer: Ready) -> None:
    name, user = change.name, change.smtp_user_name
    _note_password(run, draft, change)
    if answer.carried is not None:
        note_carried(run, draft, run.post.changes[name], answer.carried)
    if answer.error is not None:
        run.ledger.failed(name, user, f"it has a new password and is not ready yet: {answer.error.message}")
    elif answer.undelivered:
        run.ledger.failed(name, user, "its new password was not delivered, so it stays disabled; apply begins anew")
    else:
        draft.set_applied(name, run.configuration.users[name].settings)
        draft.recycled(name)
        run.ledger.applied(name, user)


def _note_password(run: Run, draft: Draft, change: Change) -> None:
    """Write down what the password was before, so that a listing that lags is not believed."""
    verifier, observed = run.evidence.verifier, run.listing.users[change.smtp_user_name or ""]
    if verifier is not None:
        former = verifier.of(observed.smtp_user_name, observed.password)
        draft.set_record(change.name, replace(draft.record(change.name), former=former, since=run.evidence.moment))

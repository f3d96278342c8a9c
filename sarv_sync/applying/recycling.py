"""Making a retired user ready for the entry that has taken it.

1. The state says that the entry has the user, and under which name it was retired (see `beginning`).
2. `resetSmtpPassword`, while it is disabled: whoever had it before cannot log in any more, even once it is enabled.
   `editSmtp` to the limits of the entry.
3. The account is listed until it shows the new password: that nobody has the old one must not rest on a word.
4. The password goes to its targets.
5. `editSmtp` to enable it, a login where that is asked for; the state says that it is ready.

Every step can be done again: a run that ends in between is followed by one that begins with another reset. A user
that cannot be made ready stays disabled.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from sarv_sync.applying.batches import in_batches
from sarv_sync.applying.delivery import Carried, carry, logged_in, note_carried
from sarv_sync.applying.interface import Left
from sarv_sync.applying.settling import list_until
from sarv_sync.errors import AnswerUnusable, ProviderError, RequestRefused
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sarv_sync.applying.draft import Draft
    from sarv_sync.applying.run import Run
    from sarv_sync.model.plan import Change
    from sarv_sync.model.secret import Secret
    from sarv_sync.model.users import Field, Listing, Value

_UNDER_WAY = "it was being made ready when the run ended; apply begins anew with it"
_OLD = "the account does not show its new password, so it stays disabled: whoever had the old one could log in"


@dataclass(frozen=True, slots=True)
class Changed:
    """The answer gave a new password. `error` is what came of the limits."""

    password: Secret
    error: ProviderError | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """What came of the delivery, and of enabling the user, which is not `tried` where the delivery failed."""

    carried: Carried | None = None
    tried: bool = True
    error: ProviderError | None = None


_Answer = TypeVar("_Answer")


def recycle_users(run: Run, changes: Sequence[Change]) -> None:
    """Make the users of `changes`, which are bound already, ready for their entries."""
    changed: dict[str, tuple[Change, Secret]] = {}

    def note_changed(draft: Draft, change: Change, answer: Changed | ProviderError) -> None:
        if isinstance(answer, Changed):
            _note_password(run, draft, change)
            if answer.error is None:
                changed[change.name] = (change, answer.password)
            else:
                message = f"it has a new password and is not ready yet: {answer.error.message}"
                run.ledger.failed(change.name, change.smtp_user_name, message)
        else:
            _note_refused(run, draft, change, answer)

    _stream(run, changes, lambda change: _change_password(run, change), note_changed)
    shown = _shown(run, changed) if changed else {}
    ready = [change for name, (change, _) in changed.items() if name in shown]
    _stream(
        run,
        ready,
        lambda change: _make_ready(run, change, changed[change.name][1]),
        lambda draft, change, answer: _note_ready(run, draft, change, answer),
    )


def _stream(
    run: Run,
    changes: Sequence[Change],
    call: Callable[[Change], _Answer],
    note: Callable[[Draft, Change, _Answer], None],
) -> None:
    """Make `call` for all of `changes`; write what `note` makes of the answers once for each batch."""

    def note_heard(draft: Draft, change: Change, answer: _Answer | Left) -> None:
        if not isinstance(answer, Left):
            note(draft, change, answer)

    in_batches(run, changes, call, note_heard)


def _change_password(run: Run, change: Change) -> Changed | ProviderError:
    user = change.smtp_user_name or ""
    run.ledger.begun(change.name, user, "unknown", _UNDER_WAY)
    if run.listing.users[user].settings.status != "Disable":
        refused = _edit(run, user, {"status": "Disable"})
        if refused is not None:
            return refused
    try:
        password = run.world.provider.reset_password(user)
    except ProviderError as error:
        run.heed(error)
        return error
    run.post.learn(user, password)
    limits: dict[Field, Value] = {one.field: one.after for one in change.fields if one.field != "status"}
    return Changed(password, _edit(run, user, limits))


def _shown(run: Run, changed: Mapping[str, tuple[Change, Secret]]) -> set[str]:
    """Return the names of the users of which the account shows the new password, and another than before."""

    def is_new(name: str, listing: Listing) -> bool:
        change, password = changed[name]
        user = change.smtp_user_name or ""
        seen = listing.users.get(user)
        return seen is not None and seen.password == password != run.listing.users[user].password

    what = f"{len(changed)} new passwords to show in the account"
    listing = list_until(run, what, lambda seen: all(is_new(name, seen) for name in changed))
    shown = {name for name in changed if is_new(name, listing)}
    for name in changed.keys() - shown:
        run.ledger.failed(name, changed[name][0].smtp_user_name, _OLD)
    return shown


def _make_ready(run: Run, change: Change, password: Secret) -> Ready:
    user, delivery = change.smtp_user_name or "", run.post.changes.get(change.name)
    carried = None if delivery is None else carry(run, delivery, user, password, log_in=False)
    if carried is not None and carried.messages:
        return Ready(carried, tried=False)
    if run.configuration.users[change.name].settings.status == "Disable":
        return Ready(carried)
    error = _edit(run, user, {"status": "Enable"})
    if carried is not None and error is None:
        carried = logged_in(run, change.name, carried)
    return Ready(carried, error=error)


def _edit(run: Run, smtp_user_name: str, fields: Mapping[Field, Value]) -> ProviderError | None:
    if not fields:
        return None
    try:
        run.world.provider.edit_user(smtp_user_name, fields)
    except ProviderError as error:
        run.heed(error)
        return error
    return None


def _note_refused(run: Run, draft: Draft, change: Change, error: ProviderError) -> None:
    name, user, ledger = change.name, change.smtp_user_name, run.ledger
    match error:
        case AnswerUnusable():
            ledger.unknown(name, user, f"{error.message}; apply begins anew with it")
        case RequestRefused() if _taken_now(run, draft, name):
            draft.give_back(name)
            ledger.failed(
                name,
                user,
                f"{error.message}: the password of {user} was not changed, so it stays retired as {change.former}; "
                "where the provider does not do that for a disabled user, take `recycle` out of the files",
            )
        case _:
            ledger.failed(name, user, error.message)


def _taken_now(run: Run, draft: Draft, name: str) -> bool:
    """Say whether this run has taken the user, so that nothing can have been changed of it before."""
    return run.evidence.moment is not None and draft.record(name).since == run.evidence.moment


def _note_ready(run: Run, draft: Draft, change: Change, answer: Ready) -> None:
    name, user = change.name, change.smtp_user_name
    if answer.carried is not None:
        note_carried(run, draft, run.post.changes[name], answer.carried)
    if answer.error is not None:
        run.ledger.failed(name, user, f"it has a new password and is not enabled: {answer.error.message}")
    elif not answer.tried:
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

"""The use cases of the `state` commands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.applying.draft import Draft
from sarv_sync.errors import InputError, Refused, StateError
from sarv_sync.model.users import NAME, second_name
from sarv_sync.planning.health import check_listing
from sarv_sync.planning.ownership import Ambiguous, Found, divide
from sarv_sync.planning.renames import moved
from sarv_sync.state.document import decode
from sarv_sync.state.journal import hold, read_state
from sarv_sync.state.mark import Contents, none_there, recall
from sarv_sync.state.moved import moved_away
from sarv_sync.state.replacing import put
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from sarv_sync.model.state import Intent, State
    from sarv_sync.model.users import Listing
    from sarv_sync.state.interface import Store
    from sarv_sync.state.journal import Holder
    from sarv_sync.state.journal import Surroundings as StateSurroundings
    from sarv_sync.workflow import Project


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """The account that is configured, as far as it is: None for what is set nowhere."""

    endpoint: str | None
    owner_id: str | None


@dataclass(frozen=True, slots=True)
class Pushed:
    """A document that is to become the state. `force`: even an older or another one."""

    data: bytes
    where: str
    force: bool = False


def stored_document(store: Store) -> bytes:
    """Return the document as it is, whatever it is; raise `Refused` if there is none."""
    stored = store.read()
    if stored is not None:
        return stored.data
    raise none_there(recall(store), store.describe())


def push_state(store: Store, pushed: Pushed, known: KnownAccount, now: datetime) -> State:
    """Put a document in place of the state, without its lock and with a serial above all others; return it.

    Raises `InputError` for one that cannot be used, `Refused` for another account's and, unless forced, for one of
    another lineage, older than what is known here, or moved to another place.
    """
    try:
        state = decode(pushed.data, pushed.where)
    except StateError as error:
        raise InputError(error.message, "push a whole document, as `sarv-sync state pull` prints it") from None

    def chosen(there: Contents) -> State:
        _check_account(state, there, known)
        if not pushed.force:
            _check_newer(state, there)
            _check_used(state, there, pushed.where, store.describe())
        return replace(state, moved=None)

    return put(store, chosen, now)


def _check_account(state: State, there: Contents, known: KnownAccount) -> None:
    """Hold the account against the configured one; where that is not known, against that of the present state."""
    account, present = state.account, there.state.account if there.state else state.account
    endpoint, owner_id = known.endpoint or present.endpoint, known.owner_id or present.owner_id
    if (account.endpoint, account.owner_id) != (endpoint, owner_id):
        raise Refused(
            f"the document belongs to account {account.owner_id} at {account.endpoint}, "
            f"not to {owner_id} at {endpoint}",
            "each account has its own configuration and state: push it where its own files are",
        )


def _check_newer(state: State, there: Contents) -> None:
    hint = "look at both (`sarv-sync state pull` prints the present one); `--force` puts this one in place"
    for side in (there.state, there.mark):
        if side is not None and side.lineage != state.lineage:
            raise Refused(f"the document is of another lineage, {state.lineage}, not {side.lineage}", hint)
        if side is not None and side.serial > state.serial:
            raise Refused(f"the document is older: its serial is {state.serial}, here it is {side.serial}", hint)


def _check_used(state: State, there: Contents, file: str, where: str) -> None:
    """Two places in use would each make the users that the other one does not know."""
    if there.state is not None and there.state.moved is not None:
        raise moved_away(there.state.moved, where)
    if state.moved is not None:
        raise moved_away(state.moved, file)


def move_in_state(store: Store, old: str, new: str, holder: Holder, world: StateSurroundings) -> tuple[str, ...]:
    """Let `new` own what `old` owned, the second user of an entry that has two with it; return the users.

    Raises `InputError` if there is no `old`, or `new` owns something already.
    """
    if not NAME.fullmatch(new):
        raise InputError(f"{new} is no name for a user", "names are lower-case letters, digits, '.', '_' and '-'")
    with hold(store, None, holder, world) as journal:
        _expect_known(journal.state, old)
        if new in _names(journal.state):
            raise InputError(
                f"the state holds {new} already", f"`sarv-sync state rm {new}` lets go of its user first"
            )
        state, moves = journal.state, {new: old}
        if second_name(old) in _names(state):
            moves[second_name(new)] = second_name(old)
        journal.commit(moved(state, moves))
        return tuple(_users_of(state, old).values())


def forget_in_state(store: Store, name: str, holder: Holder, world: StateSurroundings) -> dict[str, str]:
    """Forget `name`, its user and its unfinished create; return the `smtp_user_name` it had, by `name`.

    An entry's second user, if it has one, is forgotten with the first, and returned by its own name.
    """
    with hold(store, None, holder, world) as journal:
        state = journal.state
        _expect_known(state, name)
        draft = Draft(state)
        draft.let_go(name)
        draft.let_go(second_name(name))
        journal.commit(draft.finish())
        return _users_of(state, name)


def _users_of(state: State, name: str) -> dict[str, str]:
    """Return what `name` owns, and its second user: the provider's names, by those of the state."""
    bound = {**state.removed, **state.bindings}
    return {each: bound[each].smtp_user_name for each in (name, second_name(name)) if each in bound}


def adopt_for_create(
    project: Project, name: str, smtp_user_name: str, holder: Holder, world: StateSurroundings
) -> None:
    """Bind the unanswered create of `name` to a user that may have come of it. The next apply sets its limits.

    Raises `Refused` if nothing about the create is ambiguous or the user is not among its candidates, `InputError`
    if there is no such user at all.
    """
    _expect_open_create(project, name)
    with hold(project.store, project.account, holder, world) as journal:
        state, listing = journal.state, project.provider.list_users()
        candidates = _candidates(state, name, listing)
        if smtp_user_name not in candidates:
            raise _no_candidate(name, smtp_user_name, candidates, listing)
        if smtp_user_name not in listing.users:
            raise Refused(f"the account's row for {smtp_user_name} cannot be read", "try again once it can")
        draft = Draft(state, project.configuration.users)
        draft.bind(name, smtp_user_name, listing.users[smtp_user_name].settings)
        journal.commit(draft.finish())


def abandon_create(project: Project, name: str, holder: Holder, world: StateSurroundings) -> tuple[str, ...]:
    """Give the unanswered create of `name` up; return the users that might have come of it.

    None of those that the account has now counts as made by it, ever. Raises `Refused` if nothing about the create
    is ambiguous.
    """
    _expect_open_create(project, name)
    with hold(project.store, project.account, holder, world) as journal:
        state, listing = journal.state, project.provider.list_users()
        candidates = _candidates(state, name, listing)
        intent = _open_create(state, name)
        there = {*state.listings[intent.listing], *(listing.names() - state.owned().keys())}
        # A listing of its own: the others that were begun with this create may still have users among those.
        listing_id = world.new_id()
        draft = Draft(state)
        draft.open((), listing_id, tuple(sorted(there)))
        draft.give_up(replace(intent, listing=listing_id))
        journal.commit(draft.finish())
        return candidates


def _expect_open_create(project: Project, name: str) -> None:
    """Find out without the lock, and before the account is asked, what makes no sense."""
    state = read_state(project.store, project.account)
    if not state.serial:
        raise none_there(recall(project.store), project.store.describe())
    _open_create(state, name)


def _open_create(state: State, name: str) -> Intent:
    _expect_known(state, name)
    intent = state.creates_under_way().get(name)
    if intent is None:
        raise Refused(
            f"no create of {name} is under way, so there is nothing to resolve",
            "`sarv-sync state list` shows the creates that are",
        )
    if name in state.bindings:
        user = state.bindings[name].smtp_user_name
        raise Refused(f"the create of {name} made {user}: nothing is ambiguous about it", _FINISHED_BY_APPLY)
    return intent


_FINISHED_BY_APPLY = "`sarv-sync apply` finishes it"


def _candidates(state: State, name: str, listing: Listing) -> tuple[str, ...]:
    """Return the users of which one may have come of the create of `name`."""
    _open_create(state, name)
    if (bad := check_listing(state, listing)) is not None:
        raise Refused(bad.message, bad.hint)
    match divide(state, listing).creates[name]:
        case Ambiguous(candidates):
            return candidates
        case Found(smtp_user_name):
            message = f"{smtp_user_name} is proven to come of the create of {name}: nothing is ambiguous about it"
            raise Refused(message, _FINISHED_BY_APPLY)
    raise Refused(
        f"the account lists no user that may have come of the create of {name}: nothing is ambiguous about it",
        "`sarv-sync apply` looks for one, and makes another if none shows",
    )


def _no_candidate(
    name: str, smtp_user_name: str, candidates: tuple[str, ...], listing: Listing
) -> InputError | Refused:
    hint = f"the users that may are {', '.join(candidates)}; `--abandon` if it was none of them"
    if smtp_user_name not in listing.names():
        return InputError(f"the account lists no {smtp_user_name}", hint)
    return Refused(f"{smtp_user_name} cannot have come of the create of {name}", hint)


def _expect_known(state: State, name: str) -> None:
    if name not in _names(state):
        raise InputError(f"the state holds no {name}", "`sarv-sync state list` shows what it holds")


def _names(state: State) -> set[str]:
    return state.bindings.keys() | state.removed.keys() | state.creates_under_way().keys()

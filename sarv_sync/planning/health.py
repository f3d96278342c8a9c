"""Whether listing and state can be trusted to say who is missing, and who is not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.plan import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.model.plan import Change
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Listing


def check_listing(state: State, listing: Listing) -> Refusal | None:
    """Return why nothing may be concluded from `listing`, or None.

    An account that manages nobody yet may list anything. Once users are bound (a retired one still is), an empty,
    malformed or self-contradicting listing says more about the provider's day than about the users.
    """
    if not (state.bindings or state.removed or state.intents):
        return None
    if listing.repeated:
        return _refusal(f"the account lists {min(listing.repeated)} more than once")
    if any(fault.smtp_user_name is None for fault in listing.faults):
        return _refusal("the account's listing has rows that carry no user name")
    if (state.bindings or state.removed) and not listing.users and not listing.names():
        return _refusal("the account lists no users at all, while this state holds some", _GONE)
    return None


def check_state(state: State, changes: Iterable[Change]) -> tuple[Refusal, ...]:
    """Refuse to make users while the state that would know them is gone."""
    count = sum(1 for change in changes if change.action == "create")
    if state.lost is None or not count:
        return ()
    users = "1 user" if count == 1 else f"{count} users"
    return (
        Refusal(
            "state",
            f"the state is gone (serial {state.lost} was written here), and {users} would be made that may exist",
            "restore it with `sarv-sync state push FILE`, or pin the users that exist with `smtp_user_name`; "
            "if the others are new, remove the `.lock` file beside the state, which remembers the old one",
        ),
    )


_GONE = "users never vanish from an account; try again later, and check that this is the right account"
_ODD = "try again later; if it stays like this, the provider has to mend its listing"


def _refusal(message: str, hint: str = _ODD) -> Refusal:
    return Refusal("listing", message, hint)

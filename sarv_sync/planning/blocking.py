"""The reasons for which one name is left out of an apply, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.plan import Blocked
from sarv_sync.model.users import entry_name

if TYPE_CHECKING:
    from collections.abc import Sequence

_FEW = 5

WAIT = "try again when the account lists its users properly"


def missing(name: str, smtp_user_name: str, known_as: str) -> Blocked:
    """A bound user that the account no longer lists: more likely a bad listing than a deleted user.

    `known_as` is the name that the state has for it, another one while a rename is to be done.
    """
    return Blocked(
        name,
        "missing",
        f"{name} is bound to {smtp_user_name}, which the account does not list",
        "users cannot be deleted, so look into the account first; `recreate: true` on the entry makes a new user, "
        f"`sarv-sync state rm {known_as}` forgets the old one",
    )


def gone_and_missing(name: str, smtp_user_name: str) -> Blocked:
    """An entry that is gone from the files, and whose user the account does not list either."""
    return Blocked(
        name,
        "missing",
        f"{name} is gone from the files and should be disabled, but the account does not list {smtp_user_name}",
        f"look into the account first; `removed: {{{name}: forget}}` lets it go",
    )


def pinned_missing(name: str, smtp_user_name: str) -> Blocked:
    """A pin to a user that the account does not list."""
    return Blocked(
        name,
        "missing",
        f"{name} is to adopt {smtp_user_name}, which the account does not list",
        "check `smtp_user_name` in the entry, and that this is the right account",
    )


def unreadable(name: str, smtp_user_name: str) -> Blocked:
    """A user whose row in the listing is illegible, or which has more than one."""
    return Blocked(
        name,
        "unreadable",
        f"the account's row for {smtp_user_name}, the user of {name}, cannot be read",
        "the warnings of `plan` say what is wrong with the row; this name is left alone until it is readable",
    )


def pinned_elsewhere(name: str, bound_to: str, pin: str, known_as: str) -> Blocked:
    """A pin that contradicts the binding, which the state has under the name `known_as`."""
    return Blocked(
        name,
        "pin",
        f"{name} is bound to {bound_to}, but its entry pins {pin}",
        f"take the pin out to keep {bound_to}, or run `sarv-sync state rm {known_as}` to adopt {pin} instead",
    )


def pin_taken(name: str, pin: str, owner: str) -> Blocked:
    """A pin to a user that another name owns."""
    entry = entry_name(owner)
    hint = (
        f"if {owner} is to become {name}, write `renamed_from: {owner}`; else run `sarv-sync state rm {owner}` first"
    )
    if owner != entry:
        hint = f"it is the second user of {entry}; `sarv-sync state rm {entry}` lets go of both"
    return Blocked(name, "pin", f"{name} pins {pin}, which belongs to {owner}", hint)


def rename_onto_user(name: str, old: str) -> Blocked:
    """A rename onto a name that has a user of its own."""
    return Blocked(
        name,
        "conflict",
        f"{name} is to take over the user of {old}, but has a user of its own",
        f"take `renamed_from` out of {name}, or run `sarv-sync state rm {name}` to let go of its present user",
    )


def renamed_from_entry(name: str, old: str) -> Blocked:
    """An entry without a user that is to take over that of an entry which stays."""
    return Blocked(
        name,
        "conflict",
        f"{name} says `renamed_from: {old}`, and {old} is an entry of its own: whose the user is cannot be told",
        f"take {old} out of the files to let {name} have its user, or take `renamed_from` out of {name} to make one",
    )


def renamed_from_nobody(name: str, old: str, gone: Sequence[str]) -> Blocked:
    """An entry whose former name nobody has, while another name is gone from the files: probably a slip."""
    from difflib import get_close_matches

    few = ", ".join(gone[:_FEW]) + (f" and {len(gone) - _FEW} more" if len(gone) > _FEW else "")
    near = next(iter(get_close_matches(old, gone, n=1)), gone[0])
    return Blocked(
        name,
        "conflict",
        f"{name} says `renamed_from: {old}`, and nobody here is called that; these are gone from the files: {few}",
        f"write `renamed_from: {near}` if that is meant, or take `renamed_from` out of {name} to make a new user",
    )


def perhaps_renamed(name: str, new: str, old: str) -> Blocked:
    """A name that is gone while an entry says a former name that nobody has."""
    return Blocked(
        name,
        "conflict",
        f"{name} is gone from the files, and may be what {new} was meant to be renamed from (it says {old})",
        f"mend `renamed_from` of {new}, or say what becomes of the user: `removed: {{{name}: disable}}` or `forget`",
    )


def promised(name: str, new: str) -> Blocked:
    """A user that is to move to a new name, while that rename cannot be done: whoever it is, it is left alone."""
    return Blocked(
        name,
        "conflict",
        f"the user of {name} is to become that of {new}, and this rename is not carried out now",
        f"see what holds {new} back, or name {new} among the targets too; until then {name} is left as it is",
    )


def ambiguous(name: str, candidates: tuple[str, ...], known_as: str) -> Blocked:
    """An unanswered create, `known_as` in the state, that one of several users may have come from."""
    users = ", ".join(candidates)
    return Blocked(
        name,
        "ambiguous",
        f"a create of {name} had no answer, and nothing proves which of these users it made, if any: {users}",
        f"look into the account, then run `sarv-sync state resolve {known_as} --adopt SMTP_USER_NAME` with the right "
        f"one (or pin it in the entry of {name}), or `sarv-sync state resolve {known_as} --abandon` if it is none",
    )


def removal_forbidden(name: str, smtp_user_name: str) -> Blocked:
    """An entry that is gone although `on_removal` forbids it."""
    return Blocked(
        name,
        "removal_forbidden",
        f"{name} ({smtp_user_name}) is gone from the files, and on_removal is forbid",
        f"put the entry back, or say what becomes of the user: `removed: {{{name}: disable}}` or `forget`",
    )


def by_listing(name: str, why: str) -> Blocked:
    """A user about whom nothing can be said until the account's listing makes sense again."""
    return Blocked(
        name,
        "listing",
        f"{name} is left alone, since the listing cannot be relied on: {why}",
        WAIT,
    )


def no_sink(name: str) -> Blocked:
    """A password that is to be changed, and that nobody would be told of."""
    return Blocked(
        name,
        "no_sink",
        f"the password of {name} is to be changed, and no sink of `credentials:` takes it: nobody would learn it",
        "configure a sink that does (docs/credentials.md), or leave the password as it is",
    )


def grace(name: str, smtp_user_name: str, left: str | None) -> Blocked:
    """An entry of two users of which the one whose turn it is may still be in use."""
    why = f"was in use until {(left or '')[:19]}Z and has its grace"
    hint = "wait until the grace is over, or shorten `grace` if nothing logs in with it any more"
    if left is None:
        why, hint = "is still the one in use: the last change is not finished", "finish it first, with apply"
    message = f"the password of {name} cannot be changed yet: {smtp_user_name}, whose turn it is, {why}"
    return Blocked(name, "grace", message, hint)

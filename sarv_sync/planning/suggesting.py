"""Entries that would get a new user, where the account may have theirs: said, and never acted on.

::

    entries without a user    users that no entry owns,    what is said
    with these limits         with these limits
    ----------------------    -------------------------    ---------------------------------------------
    one                       one                          the pair, and how to adopt the user
    several                   any                          how many there are: a person has to decide
    one                       several                      the same
    any                       none                         nothing
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import Fault
from sarv_sync.model.advised import adopt_command
from sarv_sync.model.export import can_be_pinned
from sarv_sync.model.users import is_second_name
from sarv_sync.planning.likeness import alike
from sarv_sync.planning.unmanaged import candidates, unmanaged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sarv_sync.model.plan import Change, UnmanagedUser
    from sarv_sync.model.users import Settings
    from sarv_sync.planning.likeness import Alike
    from sarv_sync.planning.situation import Situation

_FEW = 3


def suggestions(situation: Situation, changes: Sequence[Change]) -> Iterator[Fault]:
    """Yield what may be said of entries that `changes` make a user for, and of users with the same limits."""
    made = {change.name for change in changes if change.action == "create"}
    if not made or not situation.ownership.strangers:
        return
    groups = [group for group in _groups(situation) if not made.isdisjoint(group.names)]
    pairs = [group for group in groups if group.unambiguous and can_be_pinned(group.users[0])]
    yield from (_pair(group, situation) for group in pairs[:_FEW])
    if more := [group.names[0] for group in pairs[_FEW:]]:
        entries = "1 more entry" if len(more) == 1 else f"{len(more)} more entries"
        each = "has the limits of one user" if len(more) == 1 else "each have the limits of one user"
        yield Fault(
            f"{entries} to be created {each} that no entry owns: {_few(more)}",
            "compare them with the unmanaged users before anything is made",
        )
    if several := [group for group in groups if not group.unambiguous]:
        yield _several(several)


def _groups(situation: Situation) -> tuple[Alike[str], ...]:
    from sarv_sync.planning.exporting import entries_without_user

    entries, perhaps_ours = situation.configuration.users, candidates(situation.ownership)
    loose = entries_without_user(situation.configuration, situation.state)
    users = (user for user in unmanaged(situation) if user.smtp_user_name not in perhaps_ours)
    return alike(
        ((name, _limits(entries[name].settings)) for name in loose if not is_second_name(name)),
        ((user.smtp_user_name, _limits(user)) for user in users),
    )


def _limits(of: Settings | UnmanagedUser) -> tuple[int, int]:
    return of.total_limit, of.hourly_limit


def _pair(group: Alike[str], situation: Situation) -> Fault:
    name, user = group.names[0], group.users[0]
    entry = situation.configuration.users[name]
    limits = f"total_limit {entry.settings.total_limit}, hourly_limit {entry.settings.hourly_limit}"
    return Fault(
        f"{name} would get a new user, and {user}, which no entry owns, has the same limits: {limits}",
        f"if that is the user meant, `{adopt_command(name, user)}` writes it into the file; "
        "what apply makes stays for ever",
        *entry.source,
    )


def _several(groups: Sequence[Alike[str]]) -> Fault:
    names = sorted(name for group in groups for name in group.names)
    entries = "1 entry" if len(names) == 1 else f"{len(names)} entries"
    count = sum(len(group.users) for group in groups)
    users = "1 user" if count == 1 else f"{count} users"
    return Fault(
        f"{entries} without a user and {users} that no entry owns have limits in common, so that nothing tells who "
        f"is whose: {_few(names)}",
        "a person has to decide: `sarv-sync adopt NAME SMTP_USER_NAME` writes into the file which user is meant; "
        "what apply makes stays for ever",
    )


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return ", ".join(names[:_FEW]) + more

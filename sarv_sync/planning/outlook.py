"""What users may send in the end, and what they may send once this one plan is applied.

In the end they have the values of the files, but for what `ignore_changes` leaves to the account. One plan may not
get there: it may be limited to some names, names may be blocked, and users whose entries are gone may stay as they
are. So what follows from one plan is what the account shows, with the changes of the plan made to it::

    the user                                      has, after the plan
    -------------------------------------------   -----------------------------------------------------
    is changed, adopted or made                   what the plan sets, and the rest as the account has it
    is not in the plan: no target, blocked, gone  what the account has
    cannot be seen: not listed, or not legible    what was last applied
    is forgotten by the plan                      - : it is managed no longer
    is the other one that an entry has            the larger of both: they serve one client

Of the same users, `now` is what they have before the plan, so that a plan which makes nothing worse can be told.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from sarv_sync.model.users import Settings, entry_name
from sarv_sync.planning.ownership import Found

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Change
    from sarv_sync.model.users import DesiredUser, ObservedUser
    from sarv_sync.planning.rotating import Rotations
    from sarv_sync.planning.situation import Situation

_NOTHING = Settings(0, 0, "Disable")


class Share(NamedTuple):
    """The values that go by `name`; `user` is the entry they count for, None if it is gone from the files."""

    name: str
    settings: Settings
    user: DesiredUser | None


class Outlook(NamedTuple):
    """What users have in the `end`, and enabled ones `now` and `after` the plan. `now` leaves out who comes to be
    managed by it.
    """

    end: tuple[Share, ...]
    now: tuple[Share, ...]
    after: tuple[Share, ...]


def outlook(
    configuration: Configuration, whole: Situation, planned: Situation, rotated: Rotations, changes: Sequence[Change]
) -> Outlook:
    """Return what becomes of everybody's values. `whole` is the situation without targets, `planned` the plan's."""
    end = settings_after(configuration, whole, rotated)
    now = _held(planned)
    after = _changed(now, planned, changes)
    seen = {name for user, name in planned.owner_of.items() if user in planned.listing.users}
    made = {one.name for one in changes if one.action == "create"} - seen
    kept = {name: values for name, values in now.items() if name in after and name not in made}
    return Outlook(
        end=tuple(Share(name, end[name], user) for name, user in configuration.users.items()),
        now=_shares(kept, configuration, planned),
        after=_shares(after, configuration, planned),
    )


def _held(situation: Situation) -> dict[str, Settings]:
    """Return the values of every user that is ours, by name: as the account has them, else as last applied."""
    state, users = situation.state, situation.listing.users
    last = {**state.removed, **state.bindings}
    return {
        name: users[smtp_user_name].settings if smtp_user_name in users else last[name].applied
        for smtp_user_name, name in situation.owner_of.items()
    }


def _changed(now: Mapping[str, Settings], situation: Situation, changes: Sequence[Change]) -> dict[str, Settings]:
    """Return `now` with `changes` made to it. A spare that is disabled has no name yet, and counts for nothing."""
    after, users = dict(now), situation.listing.users
    for change in changes:
        if change.action == "forget":
            after.pop(change.name, None)
        elif change.fields or change.action == "adopt":
            observed = users.get(change.smtp_user_name or "")
            before = observed.settings if observed is not None else after.get(change.name, _NOTHING)
            values: dict[str, Any] = {field.field: field.after for field in change.fields}
            after[change.name] = replace(before, **values)
    return after


def _shares(held: Mapping[str, Settings], configuration: Configuration, situation: Situation) -> tuple[Share, ...]:
    """Return what counts, by entry. A user that is to move to another entry counts for that one."""
    entries: dict[str, Share] = {}
    for name, settings in held.items():
        if settings.status == "Enable":
            entry = entry_name(name)
            other = entries.get(entry)
            user = configuration.users.get(entry_name(situation.promised.get(name, name)))
            entries[entry] = Share(entry, settings if other is None else _larger(settings, other.settings), user)
    return tuple(entries.values())


def _larger(one: Settings, other: Settings) -> Settings:
    total = max(one.total_limit, other.total_limit)
    return Settings(total, max(one.hourly_limit, other.hourly_limit), "Enable")


def settings_after(configuration: Configuration, situation: Situation, rotated: Rotations) -> dict[str, Settings]:
    """Return the values of each entry's user, by entry; of two that take turns, of the one that serves.

    They are those of the files, but what `ignore_changes` names stays as the account has it. A name that is blocked
    counts with what the files want of it.
    """
    serving = {name: rotated.configuration.users[rotated.serving(name)] for name in configuration.users}
    return {name: _after(user, situation) for name, user in serving.items()}


def _after(user: DesiredUser, situation: Situation) -> Settings:
    observed = _observed(user, situation) if user.ignore_changes else None
    if observed is None:
        return user.settings
    kept, ignored = observed.settings, user.ignore_changes
    return replace(
        user.settings,
        total_limit=(kept if "total_limit" in ignored else user.settings).total_limit,
        hourly_limit=(kept if "hourly_limit" in ignored else user.settings).hourly_limit,
        status=(kept if "status" in ignored else user.settings).status,
    )


def _observed(user: DesiredUser, situation: Situation) -> ObservedUser | None:
    """Return the user that the entry has or adopts, None if its values are all set: it is made, or used again."""
    name, pin = user.name, user.smtp_user_name
    binding = situation.state.bindings.get(name) or situation.state.removed.get(name)
    if binding is not None:
        fresh = name in situation.creates or binding.recycled_from is not None
        return None if fresh else situation.listing.users.get(binding.smtp_user_name)
    adopts = not isinstance(situation.ownership.creates.get(name), Found) and pin not in situation.owner_of
    return situation.listing.users.get(pin) if pin is not None and adopts else None

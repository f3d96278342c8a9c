"""The values that users will have once everything is applied, as far as the account decides about them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.planning.ownership import Found

if TYPE_CHECKING:
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.users import DesiredUser, ObservedUser, Settings
    from sarv_sync.planning.rotating import Rotations
    from sarv_sync.planning.situation import Situation


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

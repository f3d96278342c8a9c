"""What drifted of a user that is left alone for a reason of the files: its row is there to be compared all the same.

The reasons are a pin, a rename, or an entry that is gone while `on_removal` forbids it. The drift goes by the name
that the state has for the user. It is held against the entry that the user has or is to have, as far as there is one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.plan import Drift
from sarv_sync.planning import desired_side, removed_side

if TYPE_CHECKING:
    from sarv_sync.planning.situation import Situation


def drift_held_back(name: str, situation: Situation) -> Drift | None:
    """Return what moved of the user of `name`, None for nothing, and where there is nothing to hold it against.

    A user that is still being made, or was taken from another entry and is not changed yet, is not as it was applied.
    """
    binding = situation.state.bindings.get(name) or situation.state.removed.get(name)
    if binding is None or binding.smtp_user_name in situation.illegible:
        return None
    observed = situation.listing.users.get(binding.smtp_user_name)
    if observed is None:
        return Drift(name, binding.smtp_user_name, "missing")
    if binding.recycled_from is not None or name in situation.creates:
        return None
    entry = situation.configuration.users.get(situation.promised.get(name, name))
    if entry is None:
        return removed_side.drift_of(name, binding, observed, goes=False)
    return desired_side.drift_of(replace(entry, name=name), binding, observed)

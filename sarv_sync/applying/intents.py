"""Writing down which users are about to be made, before any of them is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.applying.birthmark import choose, taken_pairs
from sarv_sync.model.state import Binding, Intent
from sarv_sync.planning.ownership import divide
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.applying.draft import Draft
    from sarv_sync.applying.run import Run
    from sarv_sync.model.state import Birthmark, State

_MOMENTS = {True: 2.0, None: 0.5, False: 0.0}
"""How old a listing may be, in seconds, by whether limits are echoed: where they are not, few users are to be new."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What is journalled: the creates to call for, and the names that a spare serves without a call."""

    intents: list[Intent]
    served: dict[str, Binding]


def journal(run: Run, draft: Draft, names: Sequence[str]) -> Begun:
    """Enter the creates of `names` in `draft`. Nothing is entered if this raises `ProviderError` or `Refused`."""
    if not names:
        return Begun([], {})
    state = draft.finish()
    listing = run.recent_listing(_MOMENTS[state.echoes_limits])
    ownership = divide(state, listing)
    spares = sorted(ownership.spares.items())
    # A listing that lags or fails now must not make users look new that the plan's listing showed already.
    listed = tuple(sorted({*ownership.strangers, *(run.listing.names() - state.owned().keys())}))
    listing_id = _same_listing(state, listed) or _new_id(run)
    intents = _intents(
        run, names[len(spares) :], taken_pairs(listing, run.configuration.users.values(), state), listing_id
    )
    draft.open(intents, listing_id, listed)
    served: dict[str, Binding] = {}
    for name, (smtp_user_name, retired) in zip(names, spares, strict=False):
        draft.use_spare(retired)
        draft.open([Intent(_new_id(run), name, retired.birthmark, listing_id)], listing_id, listed)
        served[name] = Binding(smtp_user_name, listing.users[smtp_user_name].settings)
        draft.bind(name, smtp_user_name, served[name].applied)
    return Begun(intents, served)


def _intents(run: Run, names: Sequence[str], taken: set[Birthmark], listing_id: str) -> list[Intent]:
    """Return an intent for each name, with birthmarks that are not in `taken`."""
    intents = []
    for name in names:
        mark = choose(run.configuration.users[name].settings, taken, run.world.chooser)
        taken.add(mark)
        intents.append(Intent(_new_id(run), name, mark, listing_id))
    return intents


def _same_listing(state: State, listed: tuple[str, ...]) -> str | None:
    return next((key for key, names in state.listings.items() if names == listed), None)


def _new_id(run: Run) -> str:
    return f"{run.world.chooser.getrandbits(64):016x}"

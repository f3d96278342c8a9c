"""Waiting until a listing has caught up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.applying.run import Run
    from sarv_sync.model.users import Listing

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 2.0


def list_until(run: Run, what: str, settled: Callable[[Listing], bool], since: float | None = None) -> Listing:
    """List the account until `settled` says yes or the settle time is over; return the last listing.

    The settle time begins at `since`, now unless given. `what` is told to whoever watches. Raises `ProviderError`
    if the account cannot be listed, `Interrupted` if the run was asked to stop meanwhile.
    """
    clock = run.world.clock
    end = (clock.now() if since is None else since) + run.settle
    pause = _FIRST_PAUSE
    while True:
        listing = run.list_users()
        left = end - clock.now()
        if settled(listing) or left <= 0:
            return listing
        run.check_stop()
        run.world.observer.waiting(what, left)
        clock.sleep(min(pause, left))
        run.journal.keep()
        pause = min(pause * 1.5, _LONGEST_PAUSE)

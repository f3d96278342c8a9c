"""Whose turn it is to take the lock, and the waiting for it.

::

    lock in the document   others at the place     may it be taken?
    --------------------   ---------------------   ---------------------------------------------------------
    none                   none, or not known      yes
    none                   somebody                yes, after a moment: a run is just taking or leaving the
                                                   lock, or it hangs and had its lock taken away
    held                   none                    yes, its holder is dead; if it never showed (see `Mark`),
                                                   once its lease ran out
    held                   not known               once its lease ran out
    held                   somebody                no: its holder lives
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.state.lock import held, ran_out, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sarv_sync.model.state import Lock
    from sarv_sync.state.mark import Contents

_MOMENT = 2.0
_SHORT_PAUSE = 0.1
_PAUSE = 0.5


class Turn:
    """The turn of one run, which waits `patience` seconds for a lock that somebody else has.

    `sleep` lets seconds go by; `notice` is told, once, whom the run waits for.
    """

    def __init__(self, patience: float, sleep: Callable[[float], None], notice: Callable[[str], None]) -> None:
        self._left = patience
        self._moment = _MOMENT
        self._sleep = sleep
        self._notice = notice
        self._waits_for: Lock | None = None
        self._told = False

    def has_come(self, contents: Contents, now: datetime, *, alone: bool | None) -> bool:
        """Return whether the lock may be taken; see the table above."""
        self._waits_for = contents.lock
        if contents.lock is None:
            return alone is not False or self._moment <= 0
        return not is_held(contents, now, alone=alone)

    def lost_to(self, winner: Lock) -> None:
        """Note that somebody else took the lock first."""
        self._waits_for = winner

    def wait(self) -> None:
        """Let some time go by; raise `Refused` if there is no patience left for the lock that is held."""
        lock = self._waits_for
        if lock is None:
            self._moment -= _SHORT_PAUSE
            self._sleep(_SHORT_PAUSE)
            return
        if self._left <= 0:
            raise held(lock)
        if not self._told:
            self._notice(f"waiting up to {self._left:g} s for the lock of {words(lock)}")
            self._told = True
        pause = min(_PAUSE, self._left)
        self._left -= pause
        self._sleep(pause)


def is_held(contents: Contents, now: datetime, *, alone: bool | None) -> bool:
    """Return whether there is a lock, and its holder has to be believed in."""
    lock = contents.lock
    if lock is None or shows_dead(lock, contents, alone=alone):
        return False
    return alone is False or not ran_out(lock, now)


def shows_dead(lock: Lock, contents: Contents, *, alone: bool | None) -> bool:
    """Return whether the place shows that the holder of `lock` is dead."""
    return alone is True and not (contents.mark is not None and contents.mark.unseen == lock.id)

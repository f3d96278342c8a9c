"""How often a run that waits for its calls looks whether the state is still its own."""

from __future__ import annotations

from datetime import datetime, timedelta

CHECK = timedelta(seconds=0.5)
"""The time from one look to the next where a look takes next to nothing."""

_SHARE = 10
_LONGEST = timedelta(seconds=15)
"""Far away a look takes time: a tenth of all, but a run is never left alone for longer than this."""

_AWAY = 2 * CHECK


class Rhythm:
    """When the next look is due. It is asked all the time, several times a second.

    A process that was halted for a while has to look before anything else: somebody may have taken its lock over. It
    was halted if nobody asked for longer than that, or, perhaps, if a look took much longer than the one before.
    """

    def __init__(self, now: datetime) -> None:
        self._asked = self._looked = now
        self._took = (timedelta(0), timedelta(0))
        self._doubted = False

    def is_due(self, now: datetime) -> bool:
        """Return whether to look. A clock that was set back makes it due, too."""
        away = abs(now - self._asked) >= _AWAY
        self._asked = now
        # Of two looks the quicker one: a single slow one says nothing.
        pause = min(max(CHECK, _SHARE * min(self._took)), _LONGEST)
        return self._doubted or away or abs(now - self._looked) >= pause

    def looked(self, began: datetime, ended: datetime) -> None:
        """Note a look, whatever came of it."""
        took = ended - began
        self._doubted = took >= self._took[1] + _AWAY
        self._took = (self._took[1], took)
        self._asked = self._looked = ended

    def wrote(self, now: datetime) -> None:
        """Note a write that succeeded: the state was this run's own."""
        self._asked = self._looked = now

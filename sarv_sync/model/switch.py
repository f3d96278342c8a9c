"""A switch that is turned once."""

from __future__ import annotations

import time

_LOOK_EVERY = 0.1


class Switch:
    """Whether something was asked for, such as the end of the run.

    Unlike `threading.Event` it takes no lock, so that a signal handler may turn it whatever its thread is doing.
    """

    __slots__ = ("_on",)

    def __init__(self) -> None:
        self._on = False

    def set(self) -> None:
        """Turn it on, for good."""
        self._on = True

    def is_set(self) -> bool:
        """Return whether it is on."""
        return self._on

    def wait(self, seconds: float) -> bool:
        """Let so many seconds go by, fewer once it is on; return whether it is."""
        end = time.monotonic() + seconds
        while not self._on and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _LOOK_EVERY))
        return self._on

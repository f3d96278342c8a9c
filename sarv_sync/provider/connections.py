"""One session for all threads, made when it is first needed and replaced when it has lain idle."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.transport.session import Session

IDLE_SECONDS = 20.0
"""After this long without a call, kept connections are not used again.

Firewalls forget idle connections without a word, and servers close them. A create sent into one, after somebody
thought about a plan for ten minutes, would end as "unknown" for nothing.
"""


class Connections:
    """Hands out the current session. `clock` counts seconds from any start."""

    def __init__(self, make: Callable[[], Session], clock: Callable[[], float]) -> None:
        self._make = make
        self._clock = clock
        self._lock = Lock()
        self._session: Session | None = None
        self._used = 0.0

    def session(self) -> Session:
        """Return the session to make a call with now. Raises what making one raises."""
        with self._lock:
            now = self._clock()
            if self._session is not None and now - self._used > IDLE_SECONDS:
                self._session.close()
                self._session = None
            if self._session is None:
                self._session = self._make()
            self._used = now
            return self._session

    def done(self) -> None:
        """Note that a call has ended: idleness counts from here."""
        with self._lock:
            self._used = self._clock()

    def close(self) -> None:
        """Close the kept connections. A later call opens new ones."""
        with self._lock:
            if self._session is not None:
                self._session.close()
            self._session = None

"""An end for everything that one connection takes together."""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager, suppress
from threading import Timer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Deadline:
    """The moment, so many seconds from now, at which a connection is cut, whatever it is at.

    A socket's own time-out starts anew with every byte that arrives, so a server that dribbles could go on for ever.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def passed(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._end

    def connect(self, host: str, port: int) -> socket.socket:
        """Return a connection to the first address of `host` that takes one in time. Raises `OSError`.

        How long finding the addresses may take is for the system's resolver to say.
        """
        problem = OSError("the host has no address")
        for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            connection = socket.socket(family, kind, protocol)
            connection.settimeout(self._left())
            try:
                connection.connect(address)
            except OSError as error:
                connection.close()
                problem = error
            else:
                return connection
        raise problem

    @contextmanager
    def cutting(self, connection: socket.socket) -> Iterator[None]:
        """Cut `connection` if the time is up within the context: what waits for it then fails at once.

        A second handle does it, since TLS takes the first one away from whoever has it.
        """
        with connection.dup() as handle:
            timer = Timer(self._left(), _cut, (handle,))
            timer.daemon = True
            timer.start()
            try:
                yield
            finally:
                timer.cancel()
                timer.join()

    def _left(self) -> float:
        return max(self._end - time.monotonic(), 0.001)


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):  # the other side was quicker
        connection.shutdown(socket.SHUT_RDWR)

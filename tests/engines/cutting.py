"""A way to a server of this machine on which the connection breaks off at the worst moment."""

from __future__ import annotations

import select
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.engines.interface import When

_PIECE = 65536
_GO_ON = b"HTTP/1.1 100 "


class _Way:
    """Passes on what client and server say, each connection in a thread of its own, until one is cut."""

    def __init__(self, port: int, when: When, is_fatal: Callable[[bytes], bool]) -> None:
        self._server = ("127.0.0.1", port)
        self._when = when
        self._is_fatal = is_fatal
        self._ends: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.listener = socket.create_server(("127.0.0.1", 0))

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self._start(lambda client=client: self._carry(client))  # type: ignore[misc]

    def start(self) -> None:
        self._start(self.accept)

    def end(self) -> None:
        for end in (self.listener, *self._ends):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self._threads:
            thread.join()

    def _start(self, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _carry(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection(self._server) as server:
            self._ends += [client, server]
            self._between(client, server)

    def _between(self, client: socket.socket, server: socket.socket) -> None:
        struck = False
        while True:
            for source in select.select([client, server], [], [])[0]:
                said = source.recv(_PIECE)
                if source is client:
                    struck = struck or self._is_fatal(said)
                answered = source is server and not said.startswith(_GO_ON)
                if not said or (struck and (self._when == "before" or answered)):
                    return
                (server if source is client else client).sendall(said)


@contextmanager
def cutting(port: int, when: When, is_fatal: Callable[[bytes], bool]) -> Iterator[int]:
    """Yield the port of a way to the server at `port` of 127.0.0.1. Every connection works on it until it is cut.

    `is_fatal` looks at each piece that the client sends (a request begins a piece of its own). At the first for
    which it is true the way breaks: `before` the server gets it, or `after` the server has begun to answer it, which
    nobody hears. (That HTTP's server wants the rest of the request is no answer.)
    """
    way = _Way(port, when, is_fatal)
    way.start()
    try:
        yield way.listener.getsockname()[1]
    finally:
        way.end()

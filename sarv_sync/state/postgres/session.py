"""A connection to PostgreSQL that is opened when it is needed, and again after it broke."""

from __future__ import annotations

import _thread
import os
import socket
import threading
import weakref
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Connection = psycopg.Connection[tuple[Any, ...]]

_UNKNOWN = frozenset({"40003"})
"""Completion unknown: the server's own word for it."""


class Broken(Exception):
    """The connection broke: what was under way may have taken effect. `error` is the library's."""

    def __init__(self, error: psycopg.Error) -> None:
        super().__init__(str(error))
        self.error = error


class NoAnswer(psycopg.OperationalError):
    """The server is there, and says nothing."""


class NoConnection(psycopg.OperationalError):
    """Nobody was let in. What it says may be the server's words, with a password in it."""


class Session:
    """One connection at most, closed when nobody has the session any more and at the end of the program.

    Nothing is kept in the server between two transactions: behind a pooler the next one may be on another server
    connection. So every statement outside a transaction stands for itself, and none is prepared.

    `password` is what the server was last sent, wherever libpq found it: no text of the server's may show it.
    """

    password: str | None = None

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self._parameters = dict(parameters)
        self._open: list[Connection] = []  # apart from the session, which its own end must not keep alive
        weakref.finalize(self, _close, self._open)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Yield the connection; whatever an error leaves open ends with it.

        Raises `NoConnection` if there is none; `psycopg.Error` for what the server refused; `Broken` for everything
        after which nobody knows what was done.
        """
        if not self._open or self._open[0].closed:
            _close(self._open)
            self._open.append(self._connected())
        connection = self._open[0]
        try:
            yield connection
        except psycopg.Error as error:
            certain = _refused(error) and not connection.closed
            if not certain or connection.info.transaction_status:
                _close(self._open)
            if certain:
                raise
            raise Broken(error) from None
        except BaseException:
            _close(self._open)
            raise

    def _connected(self) -> Connection:
        parameters: Any = self._parameters
        try:
            connection = psycopg.connect(**parameters, autocommit=True, prepare_threshold=None)
        except (psycopg.Error, UnicodeError) as error:  # the latter for a host that no name can be
            raise NoConnection(str(error)) from None
        self.password = (connection.pgconn.password or b"").decode(errors="replace")
        return connection


def _refused(error: psycopg.Error) -> bool:
    """Return whether the server itself said so, of this statement alone and not of the connection.

    A pooler says in its own words that it lost the server: class 08.
    """
    code = error.sqlstate
    if code is None or code in _UNKNOWN or code.startswith("08"):
        return False
    return error.diag.severity_nonlocalized not in {"FATAL", "PANIC"}


def _close(connections: list[Connection]) -> None:
    while connections:
        with suppress(psycopg.Error):
            connections.pop().close()


@contextmanager
def answering(connection: Connection, seconds: float) -> Iterator[None]:
    """Break `connection` off after so many `seconds`: nothing else ends a wait for a server that hangs.

    The socket is duplicated, since the number of the original may be another thread's by the time it is used.
    """
    answered, late = threading.Lock(), threading.Event()
    answered.acquire()
    line = socket.socket(fileno=os.dup(connection.fileno()))
    _thread.start_new_thread(_watch, (line, seconds, answered, late))  # a Thread would be waited for
    try:
        yield
    except psycopg.OperationalError as error:
        if late.is_set():
            raise NoAnswer(f"there was no answer within {seconds:g} s") from error
        raise
    finally:
        answered.release()


def _watch(line: socket.socket, seconds: float, answered: threading.Lock, late: threading.Event) -> None:
    with line, suppress(OSError):
        if not answered.acquire(timeout=seconds):
            late.set()
            line.shutdown(socket.SHUT_RDWR)

"""Somebody in the place of a PostgreSQL server who asks for the password, and tells what was sent."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SSL_REQUEST = 80877103
_READY = b"I"


@contextmanager
def liar(says: Callable[[str], dict[str, str]], *, lets_in: bool) -> Iterator[int]:
    """Yield the port of somebody who answers with what `says` makes of the password: fields of an error.

    Whoever is let in first, is told so in answer to the first statement.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, says, lets_in), daemon=True).start()
        yield int(listener.getsockname()[1])
        listener.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket, says: Callable[[str], dict[str, str]], lets_in: bool) -> None:
    with suppress(OSError):
        while True:
            line, _ = listener.accept()
            with line, suppress(OSError, struct.error):
                _answer(line, says, lets_in)


def _answer(line: socket.socket, says: Callable[[str], dict[str, str]], lets_in: bool) -> None:
    while struct.unpack("!I", _body(line)[:4]) == (_SSL_REQUEST,):
        line.sendall(b"N")
    line.sendall(_message(b"R", struct.pack("!I", 3)))
    password = _message_body(line).rstrip(b"\0").decode()
    if lets_in:
        line.sendall(_message(b"R", struct.pack("!I", 0)) + _message(b"Z", _READY))
        _message_body(line)
    fields = b"".join(key.encode() + text.encode() + b"\0" for key, text in says(password).items())
    line.sendall(_message(b"E", fields + b"\0"))


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!I", len(body) + 4) + body


def _message_body(line: socket.socket) -> bytes:
    line.recv(1, socket.MSG_WAITALL)
    return _body(line)


def _body(line: socket.socket) -> bytes:
    (length,) = struct.unpack("!I", line.recv(4, socket.MSG_WAITALL))
    return line.recv(length - 4, socket.MSG_WAITALL)

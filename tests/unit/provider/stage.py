"""A real server on a real socket that answers whatever it is told, byte for byte."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import ssl

Then = Literal["keep", "close", "reset", "hang"]


@dataclass(frozen=True)
class Reply:
    """Bytes to send, and what becomes of the connection afterwards. `early` answers before the body is read."""

    raw: bytes
    then: Then = "keep"
    early: bool = False


@dataclass(frozen=True)
class Request:
    connection: int
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


def reply(document: object, status: int = 200, *, headers: tuple[str, ...] = (), then: Then = "keep") -> Reply:
    """Return an answer with `document` as JSON, or as it is if it is bytes."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    lines = (f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", *headers)
    return Reply("\r\n".join((*lines, "", "")).encode() + body, then)


def error(kind: str, status: int = 200, **more: object) -> Reply:
    """Return an error answer as the published page shows it."""
    return reply({"status": "error", "code": -1, "name": kind, "message": "Token MissMatch", **more}, status)


@dataclass
class Stage:
    """Plays `replies` in order, the last one for ever. `requests` holds every request that came in whole."""

    tls: ssl.SSLContext | None = None
    replies: list[Reply] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    _open: list[socket.socket] = field(default_factory=list)
    _threads: list[Thread] = field(default_factory=list)
    _over: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._spawn(self._accept)

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}/v1.0"

    def play(self, *replies: Reply) -> None:
        with self._lock:
            self.replies[:] = replies

    def calls(self, name: str) -> list[Request]:
        return [request for request in self.requests if request.path.endswith(f"/settings/{name}")]

    def hang_up(self) -> None:
        """Close every connection, as a server does with idle ones, and wait until the threads saw it."""
        with self._lock:
            connections, self._open[:] = list(self._open), []
        for connection in connections:
            _shut(connection)

    def close(self) -> None:
        self._over.set()
        _shut(self._listener)
        self.hang_up()
        for thread in self._threads:
            thread.join()

    def _spawn(self, target: Any, *arguments: object) -> None:
        thread = Thread(target=target, args=arguments)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                break
            self.connections += 1
            self._spawn(self._serve, connection, self.connections)

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with self._lock:
                self._open.append(connection)
            with connection.makefile("rb") as stream:
                while self._one(connection, stream, number):
                    pass
        except OSError:
            pass
        finally:
            connection.close()

    def _one(self, connection: socket.socket, stream: Any, number: int) -> bool:
        first = stream.peek(1)[:1]
        if first != b"P":  # the end, a client that takes this for a proxy, or one that tries to speak TLS
            tunnel = b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"
            connection.sendall(tunnel if first == b"C" else b"220 mail.example ESMTP\r\n")
            return False
        line = stream.readline()
        headers: dict[str, str] = {}
        while header := stream.readline().strip():
            key, _, value = header.decode().partition(":")
            headers[key.lower()] = value.strip()
        with self._lock:
            answer = self.replies[0]
            del self.replies[: len(self.replies) > 1]
        if not answer.early:
            length = int(headers["content-length"])
            body = stream.read(length)
            if len(body) < length:
                return False
            self.requests.append(Request(number, line.decode().split()[1], headers, json.loads(body)))
        connection.sendall(answer.raw)
        return self._afterwards(connection, answer.then)

    def _afterwards(self, connection: socket.socket, then: Then) -> bool:
        if then == "hang":
            self._over.wait()
        if then == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return then == "keep"


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()

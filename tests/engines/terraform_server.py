"""A server of Terraform's HTTP protocol. What it answers is in `terraform_protocol` and `gitlab_protocol`."""

from __future__ import annotations

import json
import socket
from base64 import b64decode
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

WRITER, READER = ("writer", "wr1ter-t0ken/ä+"), ("reader", "r3ader-t0ken")

Reply = tuple[int, bytes, dict[str, str]]
Event = Reply | Literal["before", "after"]


@dataclass(frozen=True)
class Rules:
    """How the server behaves.

    `checks_id`: the ID of a write is held against the lock, against one that is there, or never looked at (nor that
    of an unlocking, then). `opaque`: GitLab's gives documents without a serial the next one, where the real one
    refuses them: what a store keeps is opaque to it. `names_holder`: how a lock is described to who comes second.
    """

    like: Literal["terraform", "gitlab"] = "terraform"
    locks: bool = True
    checks_id: Literal["always", "locked", "never"] = "always"
    names_holder: Literal["info", "id", "nothing"] = "info"
    etags: bool = False
    opaque: bool = False
    dated: bool = True


class Request(NamedTuple):
    """A request that came in whole. `user` is who sent it, None if that is nobody who is known."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    user: str | None

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    def parameter(self, name: str) -> str | None:
        return parse_qs(urlsplit(self.target).query).get(name, [None])[0]


@dataclass
class Document:
    """What is kept under one name. `versions` are GitLab's: by serial, the highest is the one that is shown."""

    data: bytes | None = None
    lock: dict[str, Any] | None = None
    versions: dict[int, bytes] = field(default_factory=dict)
    known: bool = False


class Server(ThreadingHTTPServer):
    """Serves documents by their names, from memory.

    `script` takes methods to what happens to the next requests of that method, one after the other: a reply, or
    "before" and "after": the connection breaks off before or after the server acted. None lets one through.
    `before_write` are called before the next documents are written, one each, `before_read` before every reading.
    `ahead` is how far the server's clock is.
    """

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, rules: Rules, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.rules = rules
        self.documents: dict[str, Document] = {}
        self.requests: list[Request] = []
        self.script: dict[str, list[Event | None]] = {}
        self.before_read: list[Callable[[], None]] = []
        self.before_write: list[Callable[[], None]] = []
        self.ahead = timedelta()
        self.connections = 0
        self.lock = Lock()
        self._scheme = "http"
        self._connections: set[socket.socket] = set()
        if tls is not None:
            self.socket, self._scheme = tls.wrap_socket(self.socket, server_side=True), "https"

    def url(self, path: str) -> str:
        return f"{self._scheme}://127.0.0.1:{self.server_address[1]}{path}"

    def settings(self, name: str, query: str = "", place: str | None = None) -> dict[str, str]:
        """Return the `state:` section of a document; `place` is the folder of the URL that it is in."""
        if self.rules.like == "terraform":
            return {"backend": "http", "address": self.url(f"{place or '/states/'}{name}{query}")}
        place = place or "/api/v4/projects/42/terraform/state/"
        lock = self.url(f"{place}{name}/lock{query}")
        address = {"address": self.url(f"{place}{name}{query}"), "lock_address": lock, "unlock_address": lock}
        return {"backend": "http", **address, "lock_method": "POST", "unlock_method": "DELETE"}

    def now(self) -> datetime:
        return datetime.now(timezone.utc) + self.ahead

    def document(self, name: str) -> Document:
        return self.documents.setdefault(name, Document())

    def said(self, *methods: str) -> list[Request]:
        """Return the requests so far, those of `methods` if some are given."""
        with self.lock:
            return [request for request in self.requests if not methods or request.method in methods]

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._connections.add(connection)
        self.connections += 1
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients are killed while they are served."""

    def hang_up(self) -> None:
        """Break every connection off, as a server does with idle ones."""
        for connection in tuple(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def serving(rules: Rules = Rules(), tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Have a server running on a free port of this machine."""
    server = Server(rules, tls)
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()
    server.hang_up()


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one piece
    disable_nagle_algorithm = True
    timeout = 60

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {key.lower(): value for key, value in self.headers.items()}
        request = Request(self.command, self.path, headers, body, _user(headers.get("authorization", "")))
        updates = self.command in {"POST", "PUT"} and not request.path.endswith("/lock")
        if updates and self.server.before_write:
            self.server.before_write.pop(0)()
        for happens in tuple(self.server.before_read) if self.command == "GET" else ():
            happens()
        with self.server.lock:
            self.server.requests.append(request._replace(body=body if len(body) < 1 << 16 else b""))
            planned = self.server.script.get(self.command)
            # An address may ask for every write of the document to be broken off.
            event = planned.pop(0) if planned else request.parameter("cut") if updates else None
            reply = (
                event if isinstance(event, tuple) else (0, b"", {}) if event == "before" else self._answer(request)
            )
        if isinstance(event, str):
            self.close_connection = True
        else:
            self._send(*reply)

    def _answer(self, request: Request) -> Reply:
        from tests.engines.gitlab_protocol import gitlab
        from tests.engines.terraform_protocol import terraform

        if request.user is None:
            return as_json(401, {"message": "401 Unauthorized"})
        return gitlab(self.server, request) if self.server.rules.like == "gitlab" else terraform(self.server, request)

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response_only(status)
        if self.server.rules.dated:
            self.send_header("Date", format_datetime(self.server.now(), usegmt=True))
        for key, value in headers.items():
            self.send_header(key, value)
        if status not in {204, 304}:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status not in {204, 304}:
            self.wfile.write(body)
        self.wfile.flush()


def _user(authorization: str) -> str | None:
    scheme, _, token = authorization.partition(" ")
    name, _, password = b64decode(token).decode().partition(":")
    return name if scheme == "Basic" and (name, password) in {WRITER, READER} else None


def as_json(status: int, document: object) -> Reply:
    return status, json.dumps(document).encode(), {"Content-Type": "application/json"}

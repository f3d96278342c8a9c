"""What stands in front of an S3 server and answers in its place, or leaves out what was asked."""

from __future__ import annotations

import http.client
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Asked(NamedTuple):
    """A request as it came in: header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]


class Answer(NamedTuple):
    """An answer in the server's place: an error in the XML of S3, or `body`.

    `length` is what Content-Length says; None leaves it out, and the connection is closed after the body.
    """

    status: int
    code: str = ""
    message: str = ""
    headers: dict[str, str] = {}  # noqa: RUF012 - never written
    body: bytes | None = None
    length: int | None = -1

    def content(self) -> bytes:
        if self.body is not None:
            return self.body
        if not self.code:
            return b""
        return f"<Error><Code>{self.code}</Code><Message>{self.message}</Message></Error>".encode()


class Front:
    """Passes requests on to the server at `upstream`, but for what it was told.

    `asked` has all of them. Headers in `left_out` do not get through. With `knows_no_quotes` an entity tag in quotes
    is none of the server's, as it is with Ceph's.
    """

    def __init__(self, upstream: int, port: int) -> None:
        self.upstream = upstream
        self.port = port
        self.asked: list[Asked] = []
        self.left_out: set[str] = set()
        self.knows_no_quotes = False
        self._answers: list[tuple[str, str, Answer]] = []

    def say(self, method: str, answer: Answer, *, times: int = 1, about: str = ".json") -> None:
        """Answer the next `times` requests of this method about a target that ends like this."""
        self._answers += [(method, about, answer)] * times

    def puts(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.method == "PUT"]

    def answer_to(self, asked: Asked) -> Answer | None:
        self.asked.append(asked)
        for index, (method, about, answer) in enumerate(self._answers):
            if asked.method == method and asked.target.endswith(about):
                del self._answers[index]
                return answer
        if self.knows_no_quotes and asked.method == "PUT" and '"' in asked.headers.get("if-match", ""):
            return Answer(412, "PreconditionFailed")
        return None


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    front: Front

    def _do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = Asked(self.command, self.path, {name.lower(): value for name, value in self.headers.items()})
        answer = self.front.answer_to(asked)
        if answer is None:
            answer = self._passed_on(asked, body)
        self._send(answer)

    do_GET = do_HEAD = do_PUT = do_DELETE = _do  # noqa: N815

    def _passed_on(self, asked: Asked, body: bytes) -> Answer:
        headers = {
            name: value for name, value in asked.headers.items() if name not in self.front.left_out | {"expect"}
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.front.upstream)
        try:
            connection.request(asked.method, asked.target, body, headers)
            got = connection.getresponse()
            kept = {name: value for name, value in got.getheaders() if name.lower() not in _OF_CONNECTIONS}
            return Answer(got.status, headers=kept, body=got.read(), length=int(got.headers["Content-Length"] or 0))
        finally:
            connection.close()

    def _send(self, answer: Answer) -> None:
        content = answer.content()
        length = len(content) if answer.length == -1 else answer.length
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
            self.close_connection = len(content) != length

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name it has there
        pass


_OF_CONNECTIONS = {"content-length", "connection", "transfer-encoding", "date", "server"}


@contextmanager
def fronting(upstream: int) -> Iterator[Front]:
    """Yield what stands in front of the server at port `upstream`."""
    handler = type("_Handler", (_Handler,), {})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    handler.front = Front(upstream, server.server_port)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield handler.front  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

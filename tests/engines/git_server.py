"""git's own HTTP server, `git http-backend`, behind the few lines that a CGI program needs.

An address may begin with a way: `/read-only/…`, where nothing can be pushed, `/cut-before/…` and `/cut-after/…`,
where the connection breaks off before or after a push was carried out, and `/moved/…`, which is elsewhere now.
"""

from __future__ import annotations

import os
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from pathlib import Path

_WAYS = ("read-only", "cut-before", "cut-after", "moved")


class Server(ThreadingHTTPServer):
    """Serves the repositories in `root`.

    Who does not send exactly one Authorization header, `demanded`, is refused, if that is set. `asked` has the
    paths of all requests, `shown` their Authorization headers; `meanwhile` is called while a client waits.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, root: Path, tls: ssl.SSLContext | None, demanded: str | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.root = root
        self.demanded = demanded
        self.asked: list[str] = []
        self.shown: list[str] = []
        self.elsewhere = ""
        self.meanwhile: Callable[[], None] = lambda: None
        self.address = f"http{'s' if tls else ''}://127.0.0.1:{self.server_port}"
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients are killed, and refuse certificates, as tests want them to."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        self._answer(b"")

    def do_POST(self) -> None:
        self._answer(self._body())

    def _answer(self, body: bytes) -> None:
        self.server.asked.append(self.path)
        way, path = self._way()
        pushing = "git-receive-pack" in self.path
        sent = self.headers.get_all("Authorization", [])
        self.server.shown += sent
        self.server.meanwhile()
        if self.server.demanded and sent != [self.server.demanded]:
            self._reply(400 if len(sent) > 1 else 401, {"WWW-Authenticate": 'Basic realm="here"'}, b"")
        elif way == "moved":
            self._reply(302, {"Location": f"{self.server.elsewhere}{path}"}, b"")
        elif pushing and way == "read-only":
            self._reply(403, {"Content-Type": "text/plain"}, b"You may only read here.\n")
        elif pushing and self.command == "POST" and way.startswith("cut-"):
            if way == "cut-after":
                self._run(path, body)
            self.close_connection = True
        else:
            self._reply(*self._run(path, body))

    def _way(self) -> tuple[str, str]:
        way, _, rest = self.path[1:].partition("/")
        return (way, f"/{rest}") if way in _WAYS else ("", self.path)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _run(self, target: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        path, _, query = target.partition("?")
        asked = {
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "http.receivepack",
            "GIT_CONFIG_VALUE_0": "true",
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROJECT_ROOT": str(self.server.root),
            "PATH": os.environ["PATH"],
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REMOTE_ADDR": "127.0.0.1",
            "REQUEST_METHOD": self.command,
        }
        done = subprocess.run(["git", "http-backend"], input=body, env=asked, capture_output=True, check=False)
        head, _, answer = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        return int(headers.pop("Status", "200").split()[0]), headers, answer

    def _reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the parent's
        """Say nothing."""


@contextmanager
def serving(root: Path, tls: ssl.SSLContext | None = None, demanded: str | None = None) -> Iterator[Server]:
    """Serve the repositories in `root` until the end of the context."""
    with Server(root, tls, demanded) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()

"""A server that refuses whatever it is asked, and repeats all it was told in doing so."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "LIST")


class _Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    status = 400

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8", "replace")
        said = f"{self.path} {self.headers} {body}"
        kinds = {
            "message": said,
            "errors": [said],
            "Message": said,
            "__type": said,
            "reason": said,
            "warnings": [said],
        }
        document = json.dumps({"kind": "Status", "status": "Failure", "code": self.status, **kinds}).encode()
        self.send_response(self.status, "No " + " ".join(said.split())[:200].encode("ascii", "replace").decode())
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(document)))
        self.end_headers()
        self.wfile.write(document)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its signature
        """Say nothing."""


@contextmanager
def echo(status: int) -> Iterator[str]:
    """Yield the URL of a server that answers everything with `status`."""
    methods = dict.fromkeys((f"do_{method}" for method in METHODS), _Echo.answer)
    handler = type("Handler", (_Echo,), {"status": status, **methods})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()

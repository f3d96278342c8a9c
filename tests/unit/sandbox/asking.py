"""A client as plain as can be, so that the tests see what goes over the wire."""

from __future__ import annotations

import http.client
import json
import socket
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

OWNER = "10042"
TOKEN = "test-token"
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Got:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        document = json.loads(self.body)
        assert isinstance(document, dict)
        return document


class Caller:
    """One keep-alive connection to a sandbox."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.prefix = parts.path
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)

    def ask(self, call: str, **fields: Any) -> Got:
        return self.post(call, json.dumps({"owner_id": OWNER, "token": TOKEN, **fields}))

    def post(self, call: str, body: Any, headers: dict[str, str] = JSON, **more: Any) -> Got:
        return self.send("POST", f"{self.prefix}/settings/{call}", body, headers, **more)

    def send(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, **more: Any
    ) -> Got:
        try:
            self.connection.request(method, path, body, headers or {}, **more)
            response = self.connection.getresponse()
            return Got(response.status, dict(response.headers), response.read())
        except (OSError, http.client.HTTPException):
            self.connection.close()
            raise

    def names(self) -> list[str]:
        return [row["smtp_user_name"] for row in self.ask("listSmtp").json["smtp_list"]]

    def close(self) -> None:
        self.connection.close()


def exchange_raw(url: str, sent: bytes) -> bytes:
    """Send bytes as they are, say that no more will come, and return all that comes back."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=20) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while piece := connection.recv(65536):
            received += piece
        return received

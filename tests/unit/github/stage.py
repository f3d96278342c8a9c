"""The byte-for-byte server, for every method that GitHub's API has."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass, field
from typing import Any

from tests.unit.provider.stage import Reply, Stage, reply

__all__ = ["GitHubStage", "Reply", "Request", "reply"]


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: object


@dataclass
class GitHubStage(Stage):
    """Plays `replies` in order, the last one for ever, on `wanted`, a port, or any. `asked` has what came in."""

    wanted: int = 0
    asked: list[Request] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.wanted))
        self._spawn(self._accept)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v3"

    def _one(self, connection: socket.socket, stream: Any, number: int) -> bool:
        line = stream.readline()
        if not line:
            return False
        headers: dict[str, str] = {}
        while header := stream.readline().strip():
            key, _, value = header.decode().partition(":")
            headers[key.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", "0")))
        method, path, _ = line.decode().split()
        self.asked.append(Request(method, path, headers, json.loads(body) if body else None))
        with self._lock:
            answer = self.replies[0]
            del self.replies[: len(self.replies) > 1]
        connection.sendall(answer.raw)
        return self._afterwards(connection, answer.then)

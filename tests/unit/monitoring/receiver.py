"""A real HTTP server that keeps what it gets: a pushgateway, and whatever takes notifications."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote_plus

from prometheus_client.parser import text_string_to_metric_families

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@dataclass(frozen=True)
class Got:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        document = json.loads(self.body)
        assert isinstance(document, dict)
        return document


@dataclass
class Receiver:
    """What came in, and what is answered: `status`, with `headers`. None hangs up instead."""

    port: int
    status: int | None = 200
    headers: dict[str, str] = field(default_factory=dict)
    got: list[Got] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def groups(self) -> dict[frozenset[tuple[str, str]], Samples]:
        """What a pushgateway would hold after all that was put, by its grouping key."""
        return {group_of(each.path): samples(each.body.decode()) for each in self.got if each.method == "PUT"}


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Serve on a free port for the length of the context."""

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            receiver.got.append(Got(self.command, self.path, dict(self.headers), body))
            if receiver.status is None:
                self.close_connection = True
                return
            self.send_response(receiver.status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_GET = do_PUT  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(server.server_port)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


def group_of(path: str) -> frozenset[tuple[str, str]]:
    """Return the grouping key in a path, as the pushgateway documents it: `/metrics/job/JOB/LABEL/VALUE`."""
    parts = path.partition("/metrics/")[2].split("/")
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return frozenset(
        (name.removesuffix("@base64"), urlsafe_b64decode(value).decode())
        if name.endswith("@base64")
        else (name, unquote_plus(value))
        for name, value in pairs
    )


def samples(text: str) -> Samples:
    """Return the values of an exposition by name and labels; fails where one comes twice or has no help."""
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        assert (family.type, bool(family.documentation)) == ("gauge", True), family
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in found
            assert sample.timestamp is None
            found[key] = sample.value
    return found


def series(found: Samples, name: str, **labels: str) -> float | None:
    """Return the value of `sarv_sync_NAME` with just these labels."""
    return found.get((f"sarv_sync_{name}", frozenset(labels.items())))

"""A server of Terraform's protocol, a clock that is this test's, and stores that see both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.secret import Secret
from sarv_sync.state.http.address import calls
from sarv_sync.state.http.backend import HttpStore
from sarv_sync.state.http.complaint import Complaint
from sarv_sync.state.http.exchange import Wire
from sarv_sync.state.http.section import Clock
from tests.engines.terraform_server import WRITER, Document, Rules, Server, serving

NAME, PLAIN = "mail", Rules()
LATE = "sarv-sync-0123456789ab-77-5-00112233aabbccdd"
"""The ID of a section of this program, on another machine."""


@dataclass
class World:
    """Time goes by where somebody sleeps, for the server as well; `on_sleep` is called then."""

    server: Server
    passed: float = 0.0
    on_sleep: Callable[[], object] = lambda: None

    def store(self, query: str = "", user: tuple[str, str] | None = WRITER, **settings: Any) -> HttpStore:
        """Open the document as another run would."""
        found = calls({**self.server.settings(NAME, query), **settings})
        secret = Secret(user[1]) if user else Secret("")
        wire = Wire(found.read.url, (user[0], secret) if user else None, None, patience=5)
        return HttpStore(
            found, wire, Complaint(found.place, Scrubber([secret])), Clock(lambda: self.passed, self.sleep)
        )

    def sleep(self, seconds: float) -> None:
        assert self.passed < 300, "it waits for ever"
        self.passed += seconds
        self.server.ahead += timedelta(seconds=seconds)
        self.on_sleep()

    def after_lock(self, happens: Callable[[], None]) -> None:
        """Have something happen when the next document is asked for under a lock."""

        def looked() -> None:
            if self.document.lock is not None:
                self.server.before_read.clear()
                happens()

        self.server.before_read.append(looked)

    @property
    def document(self) -> Document:
        return self.server.document(NAME)

    def content(self) -> bytes | None:
        stored = self.store().read()
        return None if stored is None else stored.data

    def lock(self, lock_id: str, age: float = 0.0, who: str = "bob@laptop") -> dict[str, Any]:
        """Have somebody hold the lock, since `age` seconds by the server's clock."""
        created = f"{self.server.now() - timedelta(seconds=age):%Y-%m-%dT%H:%M:%S.25Z}"
        info = {"ID": lock_id, "Operation": "OperationTypeApply", "Info": "", "Who": who, "Version": "1.9.0"}
        self.document.lock = {**info, "Created": created, "Path": ""}
        return self.document.lock


@contextmanager
def world(rules: Rules = PLAIN) -> Iterator[World]:
    with serving(rules) as server:
        yield World(server)


def state(serial: int, text: str = "") -> bytes:
    """Return a document as GitLab needs it: with a serial."""
    return b'{"serial": %d, "text": "%s"}\n' % (serial, text.encode())

"""A store in memory, shared by the simulated runs."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.model.state import Lock, State
from sarv_sync.state.document import encode
from sarv_sync.state.interface import Stored
from tests.simulation.world import decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.machine import Machine
    from tests.simulation.schedule import Deed

ANOTHER = Lock(
    "another",
    "somebody",
    "sarv-sync apply",
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:05:00Z",
)


@dataclass
class Disk:
    """The document and its note, which outlive the runs; all that were asked to be written; who wrote last."""

    data: bytes | None = None
    note: str | None = None
    asked: set[bytes | None] = field(default_factory=set)
    writer: str | None = None

    def state(self) -> State | None:
        """Return what a run that started now would read."""
        return None if self.data is None else decoded(self.data)

    def overtake(self) -> None:
        """Let another run take the state over, and die at once."""
        state = self.state()
        if state is not None:
            self.data = encode(replace(state, serial=state.serial + 1, lock=ANOTHER))
            self.asked.add(self.data)
            self.writer = ANOTHER.holder


class MemoryStore:
    """The disk as one run sees it, which writes under the name `writer`."""

    def __init__(self, disk: Disk, machine: Machine, writer: str) -> None:
        self._disk = disk
        self._machine = machine
        self._writer = writer
        self.lost = False
        self.failed = False

    def read(self) -> Stored | None:
        return self._machine.call("read", lambda _: self._stored())

    def version(self) -> str | None:
        stored = self.read()
        return None if stored is None else stored.version

    def swap(self, expected: str | None, data: bytes) -> str:
        try:
            return self._machine.call("swap", lambda deeds: self._swap(expected, data, deeds))
        except StateError:
            self.failed = True
            raise

    @contextmanager
    def presence(self) -> Iterator[bool | None]:
        yield True

    def recall(self) -> str | None:
        return self._disk.note

    def remember(self, note: str) -> None:
        self._machine.call("note", lambda _: self._noted(note))

    def describe(self) -> str:
        return "memory"

    def _stored(self) -> Stored | None:
        data = self._disk.data
        return None if data is None else Stored(data, _version(data))

    def _noted(self, note: str) -> None:
        self._disk.note = note

    def _swap(self, expected: str | None, data: bytes, deeds: tuple[Deed, ...]) -> str:
        self._disk.asked.add(data)
        if "overtaken" in deeds:
            self._disk.overtake()
        if "disk full" in deeds:
            raise StateError("the disk is full")
        stored = self._stored()
        if (stored.version if stored else None) != expected:
            self.lost = True
            raise SwapLost("somebody else wrote the state")
        self._disk.data = data
        self._disk.writer = self._writer
        if "written, but failed" in deeds:
            raise StateError("the state was written, but may not survive a power cut")
        return _version(data)


def _version(data: bytes) -> str:
    return str(hash(data))

"""A store in memory, shared by the simulated runs."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.model.state import Lock, State
from sarv_sync.state.document import decode, encode
from sarv_sync.state.interface import Stored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.machine import Machine
    from tests.simulation.schedule import Deed

ANOTHER = Lock("another", "somebody", "sarv-sync apply", "2026-01-01T00:00:00Z", "2026-01-01T00:05:00Z")


@dataclass
class Disk:
    """The document that outlives the runs, the note beside it, and how often the document was written."""

    data: bytes | None = None
    note: str | None = None
    writes: int = 0

    def state(self) -> State | None:
        """Return what a run that started now would read."""
        return None if self.data is None else decode(self.data, "memory")

    def overtake(self) -> None:
        """Let another run take the state over, and die at once."""
        state = self.state()
        if state is not None:
            self.data = encode(replace(state, serial=state.serial + 1, lock=ANOTHER))


class MemoryStore:
    """The disk as one run sees it."""

    def __init__(self, disk: Disk, machine: Machine) -> None:
        self._disk = disk
        self._machine = machine
        self.lost = False

    def read(self) -> Stored | None:
        return self._machine.call("read", lambda _: self._stored())

    def swap(self, expected: str | None, data: bytes) -> str:
        return self._machine.call("swap", lambda deeds: self._swap(expected, data, deeds))

    @contextmanager
    def presence(self) -> Iterator[bool | None]:
        yield True

    def recall(self) -> str | None:
        return self._disk.note

    def remember(self, note: str) -> None:
        self._disk.note = note

    def describe(self) -> str:
        return "memory"

    def _stored(self) -> Stored | None:
        data = self._disk.data
        return None if data is None else Stored(data, _version(data))

    def _swap(self, expected: str | None, data: bytes, deeds: tuple[Deed, ...]) -> str:
        if "overtaken" in deeds:
            self._disk.overtake()
        if "disk full" in deeds:
            raise StateError("the disk is full")
        stored = self._stored()
        if (stored.version if stored else None) != expected:
            self.lost = True
            raise SwapLost("somebody else wrote the state")
        self._disk.data = data
        self._disk.writes += 1
        return _version(data)


def _version(data: bytes) -> str:
    return str(hash(data))

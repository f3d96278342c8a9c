"""A store in memory whose presence and failures a test decides."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sarv_sync.errors import SwapLost
from sarv_sync.state.document import decode, encode
from sarv_sync.state.interface import Stored

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.errors import StateError
    from sarv_sync.model.state import State


class ScriptedStore:
    """`alone` is what presence yields; `writes` are all documents; `note` is what the place remembers.

    `failure`, once set, is what every swap raises, `torn` after it took effect; `unreadable` is what every read
    raises; `arrives` is a document that takes effect just before the next swap.
    """

    def __init__(self, state: State | None = None, *, alone: bool | None = True) -> None:
        self.data = None if state is None else encode(state)
        self.alone = alone
        self.failure: StateError | None = None
        self.torn = False
        self.unreadable: StateError | None = None
        self.note: str | None = None
        self.arrives: State | None = None
        self.reads = 0
        self.present = 0
        self.writes: list[State] = []
        self.attempts = 0

    @property
    def state(self) -> State:
        """The state as it is kept."""
        assert self.data is not None
        return decode(self.data, "memory")

    def overtake(self, state: State) -> None:
        """Let another run write `state`."""
        self.data = encode(state)

    def read(self) -> Stored | None:
        self.reads += 1
        if self.unreadable is not None:
            raise self.unreadable
        return None if self.data is None else Stored(self.data, self.data.hex())

    def version(self) -> str | None:
        stored = self.read()
        return None if stored is None else stored.version

    def swap(self, expected: str | None, data: bytes) -> str:
        self.attempts += 1
        if self.arrives is not None:
            self.overtake(self.arrives)
            self.arrives = None
        if self.failure is not None and not self.torn:
            raise self.failure
        if (None if self.data is None else self.data.hex()) != expected:
            raise SwapLost("somebody else wrote the state", "run it again")
        self.data = data
        self.writes.append(self.state)
        if self.failure is not None:
            raise self.failure
        return data.hex()

    @contextmanager
    def presence(self) -> Iterator[bool | None]:
        self.present += 1
        try:
            yield self.alone
        finally:
            self.present -= 1

    def recall(self) -> str | None:
        return self.note

    def remember(self, note: str) -> None:
        self.note = note

    def describe(self) -> str:
        return "memory"

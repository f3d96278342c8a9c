"""How long what was heard may stay unwritten while there is enough to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS = 10.0
_SHARE = 20
"""Writing a large state, or one far away, takes time: a twentieth of all, and no more."""

Heard = TypeVar("Heard")


class Unwritten(Generic[Heard]):
    """When to write what was heard although no more calls are wanted: never, without a `record` that does it.

    `now` counts seconds.
    """

    def __init__(self, record: Callable[[Heard], None] | None, now: Callable[[], float]) -> None:
        self._record = record
        self._now = now
        self._ended = now()
        self._took = 0.0

    @property
    def too_long(self) -> bool:
        """Whether there is a way to record, and the last write is too long ago."""
        return self._record is not None and self._now() - self._ended >= max(_SECONDS, _SHARE * self._took)

    def record(self, heard: Heard) -> None:
        """Have `heard` written."""
        if self._record is not None:
            began = self._now()
            self._record(heard)
            self.wrote(began)

    def wrote(self, began: float) -> None:
        """Note that everything heard so far has been written since the moment `began`."""
        self._ended = self._now()
        self._took = self._ended - began

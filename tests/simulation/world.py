"""Everything that outlives a simulated run, as a value."""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cache
from typing import Any, NamedTuple

from sarv_sync.errors import StateError
from sarv_sync.model.account import Account
from sarv_sync.model.state import State
from sarv_sync.state.document import decode
from tests.simulation.account import Truth

_PARTS = tuple(part.name for part in fields(State))

ACCOUNT = Account("https://api.example.net/v1.0", "10042")


Condition = tuple[tuple[Any, ...], Truth]


class World(NamedTuple):
    """The state document as it is kept, None while there is none; the account; the note beside the document."""

    document: bytes | None
    truth: Truth
    note: str | None = None

    def condition(self, *, stale: bool = False) -> Condition:
        """Return all of this that a run of the program depends on; `stale` says that there may be a stale listing.

        It does not matter how often the document was written, in which run it was begun, which run that is dead left
        its lock there, which runs there were, and whether the note is behind; nor what the last listing showed, since
        every run begins with one.
        """
        truth = self.truth._replace(unseen=frozenset())
        return _condition(self.document), truth if stale else truth._replace(previous=())

    def state(self) -> State:
        """Return the state as a run that starts now would read it."""
        return State("", 0, ACCOUNT) if self.document is None else decoded(self.document)


@cache
def _condition(document: bytes | None) -> tuple[Any, ...]:
    if document is None:
        return ()
    return state_value(replace(decoded(document), serial=0, lineage="", lock=None, history=()))


@cache
def decoded(document: bytes) -> State:
    """Return the state in `document`, an empty one if it cannot be read. Nobody may change it: it is given again."""
    return decode(document, "memory") if readable(document) else State("", 0, ACCOUNT)


@cache
def readable(document: bytes) -> bool:
    """Say whether the program can read `document`."""
    try:
        decode(document, "memory")
    except StateError:
        return False
    return True


def state_value(state: State) -> tuple[Any, ...]:
    """Return the parts of a state as one value that can be compared and hashed."""
    parts = (getattr(state, part) for part in _PARTS)
    return tuple(tuple(part.items()) if isinstance(part, dict) else part for part in parts)

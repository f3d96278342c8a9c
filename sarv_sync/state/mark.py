"""What a place remembers of the document last written there.

A document says nothing of how old it is: put back from an old copy, it would have users made a second time. So the
place notes lineage and serial beside it, where no copy of the document takes them along. A document that comes from
elsewhere with a higher serial, as version control brings it, is newer and welcome.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.errors import Refused
from sarv_sync.state.document import decode
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.model.state import Lock, State
    from sarv_sync.state.interface import Store


@dataclass(frozen=True, slots=True)
class Mark:
    """The lineage and serial last written.

    `unseen` is the id of a lock whose holder the place cannot show to be alive: another process was there when it
    was taken. `lost` is the serial of a document that is gone, and that this one was begun anew without.
    """

    lineage: str
    serial: int
    unseen: str | None = None
    lost: int | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """What is at a place: the document (None where there is none) with its version, and what the place remembers."""

    state: State | None
    version: str | None
    mark: Mark | None

    @property
    def lock(self) -> Lock | None:
        """The lock that the document has."""
        return None if self.state is None else self.state.lock


def look(store: Store, known: Contents | None = None) -> Contents:
    """Return what is in `store`; raise `StateError` if it cannot be used.

    A document that is still the one of `known` is not made sense of again.
    """
    # The note first: it is written after the document, so what is read next is never the older of the two.
    mark = recall(store)
    stored = store.read()
    if stored is None:
        return Contents(None, None, mark)
    before = known.state if known is not None and known.version == stored.version else None
    state, lost = before or decode(stored.data, store.describe()), mark.lost if mark else None
    return Contents(state if state.lost == lost else replace(state, lost=lost), stored.version, mark)


def recall(store: Store) -> Mark | None:
    """Return what `store` remembers, None if that is nothing or not to be understood."""
    try:
        match json.loads(store.recall() or "null"):
            case {"lineage": str(lineage), "serial": int(serial), **rest}:
                unseen, lost = rest.get("unseen"), rest.get("lost")
                return Mark(
                    lineage,
                    serial,
                    unseen if isinstance(unseen, str) else None,
                    lost if isinstance(lost, int) else None,
                )
    except (ValueError, RecursionError):
        pass
    return None


def remember(store: Store, state: State, *, seen: bool = True) -> None:
    """Let `store` remember that it was `state` that was written last.

    Called after the write, never before: a crash in between leaves a mark that is too low, and does no harm.
    """
    note: dict[str, str | int] = {"lineage": state.lineage, "serial": state.serial}
    if state.lock is not None and not seen:
        note["unseen"] = state.lock.id
    if state.lost is not None:
        note["lost"] = state.lost
    store.remember(json.dumps(note))


def none_there(mark: Mark | None, where: str) -> Refused:
    """Return the refusal of what only works on a state, where there is none."""
    if mark is None:
        return Refused(f"there is no state at {where} yet", "the first apply makes it")
    return Refused(
        f"the state {where} is gone: serial {mark.serial} was written there",
        f"restore it with `sarv-sync state push FILE`, or, to begin anew, remove {where}.lock, which remembers it",
    )


def check(contents: Contents, where: str) -> None:
    """Raise `Refused` if the document is not the one last written at this place, or one that came after it.

    Without a document, it is the plan that says what must not be done: users may still be adopted, but not made.
    """
    state, mark = contents.state, contents.mark
    if mark is None or state is None:
        return
    if state.lineage != mark.lineage:
        what = f"is not the one that was written here last: its lineage is {state.lineage}, that one's {mark.lineage}"
    elif state.serial < mark.serial:
        what = f"is older than what was written here last: its serial is {state.serial}, that one's {mark.serial}"
    else:
        return
    raise Refused(
        f"the state {where} {what}",
        f"restore the newest copy; or, to go on with this one knowingly, run "
        f"`sarv-sync state push --force {shlex.quote(where)}`",
    )

"""What goes wrong, when: the part of a simulated history that a test chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    from collections.abc import Iterable

Deed = Literal[
    # in the account, by a person
    "person creates a user",
    "person creates the same user",
    "person copies the newest user",
    "person edits the newest user",
    "person disables the newest user",
    # to the order of calls and answers
    "last first",
    "handed over at once",
    "written at once",
    "answered late",
    # to the process
    "stop",
    "left under way",
    "an hour passes",
    # to a call of the provider
    "answer lost",
    "request lost",
    "late by 1",
    "late by 3",
    "late by 40",
    "late by 9999",
    "done twice",
    "once more by 1",
    "once more by 40",
    "answers lost from now on",
    "requests lost from now on",
    "only confirmed",
    "garbled",
    "busy",
    "refused",
    "unauthorized",
    "unreachable",
    "names another",
    "shown late",
    "stale",
    "empty",
    # to the state
    "overtaken",
    "another run",
    "disk full",
    "written, but failed",
    # to the process again
    "crash before",
    "crash after",
]
"""A call that is late by so many listings takes effect when that many were given, one done once more takes effect
again. What is put off by 9999 happens when everything else is over. A call that is left under way is one that the
run, having been asked to stop, no longer waits for."""

DEEDS: tuple[Deed, ...] = get_args(Deed)
CRASHES: tuple[Deed, ...] = ("crash before", "crash after")
PEOPLE: tuple[Deed, ...] = ("person creates a user", "person creates the same user")
IMITATORS: tuple[Deed, ...] = (
    "person copies the newest user",
    "person edits the newest user",
)
TIME_OUTS: tuple[Deed, ...] = (
    "answer lost",
    "request lost",
    "late by 1",
    "late by 3",
    "late by 40",
    "late by 9999",
)

_ORDER: tuple[Deed, ...] = ("last first", "handed over at once", "written at once", "answered late")
_PROCESS: tuple[Deed, ...] = ("stop", "left under way", "an hour passes")
_OUTAGES: tuple[Deed, ...] = ("answers lost from now on", "requests lost from now on")
_ERRORS: tuple[Deed, ...] = (
    "garbled",
    "busy",
    "refused",
    "unauthorized",
    "unreachable",
)

FAULTS: dict[str, tuple[Deed, ...]] = {
    "list": (*_PROCESS, "answer lost", *_OUTAGES, "garbled", "stale", "empty"),
    "add": (
        *_ORDER,
        *_PROCESS,
        *TIME_OUTS,
        "done twice",
        *_OUTAGES,
        *_ERRORS,
        "names another",
        "shown late",
    ),
    "edit": (
        *_ORDER,
        *_PROCESS,
        *TIME_OUTS,
        "done twice",
        "once more by 1",
        "once more by 40",
        "only confirmed",
        *_OUTAGES,
        *_ERRORS,
    ),
    "read": (),
    "note": (),
    "swap": ("stop", "overtaken", "another run", "disk full", "written, but failed"),
}
"""What can go wrong at one call of each kind, beside crashes and people."""


def sort_of(deed: Deed) -> str:
    """Return what sort of thing a mishap is: of one sort, only one can happen to a call."""
    if deed.startswith("person"):
        return "person"
    if deed in _PROCESS:
        return "process"
    if deed in _ORDER:
        return "order"
    return deed if deed in {"shown late", "crash after"} else "fate"


class Event(NamedTuple):
    """One thing that goes wrong: in which run, at which of its calls (both from 0), and what."""

    run: int
    point: int
    deed: Deed


class Schedule(NamedTuple):
    """A history to search: the scenario's name and what goes wrong in it. Its repr is all that a replay needs."""

    scenario: str
    events: tuple[Event, ...] = ()


def fits(deed: Deed, label: str) -> bool:
    """Say whether a mishap can happen at a call: at any other it does nothing."""
    return deed in FAULTS[kind_of(label)] or deed.startswith(("person", "crash"))


def deeds_of(events: Iterable[Event], run: int) -> dict[int, list[Deed]]:
    """Return what goes wrong in one run, by the number of the call."""
    deeds: dict[int, list[Deed]] = {}
    for event in events:
        if event.run == run:
            deeds.setdefault(event.point, []).append(event.deed)
    return deeds


def kind_of(label: str) -> str:
    """Return what kind of call a line of a trace is about."""
    return label.split(" ", 1)[0]

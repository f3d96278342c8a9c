"""What goes wrong, when: the part of a simulated history that a test chooses."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

Deed = Literal[
    "crash before",
    "crash after",
    "answer lost",
    "request lost",
    "late by 1",
    "late by 3",
    "late by 40",
    "late by 9999",
    "shown late",
    "names another",
    "refused",
    "unauthorized",
    "unreachable",
    "stale",
    "empty",
    "overtaken",
    "disk full",
    "person creates a user",
    "person creates the same user",
    "person copies the newest user",
    "person edits the newest user",
    "stop",
]

DEEDS: tuple[Deed, ...] = get_args(Deed)
CRASHES: tuple[Deed, ...] = ("crash before", "crash after")
PEOPLE: tuple[Deed, ...] = ("person creates a user", "person creates the same user")
FAULTS: dict[str, tuple[Deed, ...]] = {
    "list": ("answer lost", "stale", "empty"),
    "add": (
        "answer lost",
        "request lost",
        "late by 1",
        "late by 3",
        "late by 40",
        "late by 9999",
        "shown late",
        "names another",
        "refused",
        "unauthorized",
        "unreachable",
    ),
    "edit": ("answer lost", "request lost", "late by 1", "late by 40", "refused", "unauthorized"),
    "read": (),
    "swap": ("overtaken", "disk full"),
}
"""What can go wrong at one call of each kind, beside crashes and people."""


class Event(NamedTuple):
    """One thing that goes wrong: in which run, at which of its calls (both from 0), and what."""

    run: int
    point: int
    deed: Deed


class Schedule(NamedTuple):
    """A history to search: the scenario's name and what goes wrong in it. Its repr is all that a replay needs."""

    scenario: str
    events: tuple[Event, ...] = ()

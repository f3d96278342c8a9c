"""The mishaps that searches choose from.

Whatever is left out of a menu makes no difference to what a search can find:

- A crash after a read is one after the call before it: reading changes nothing.
- A person's act shows in the next listing, and in nothing before it but a call about the same user. So it comes with
  a listing, or, where the person changes a user of ours, with an edit.

In `EXHAUSTIVE` two more:

- A crash between a write and the note beside it is one after both: a note that is behind by one write is as good.
- A person who creates any user does less than one who creates just the user that the files want.
"""

from __future__ import annotations

from tests.simulation.schedule import FAULTS, IMITATORS, PEOPLE, TIME_OUTS, Deed
from tests.simulation.search import Menu

Deeds = dict[str, tuple[Deed, ...]]

_MEDDLERS: tuple[Deed, ...] = (
    "person edits the newest user",
    "person disables the newest user",
)
_PEOPLE: Deeds = {
    "list": (*PEOPLE, *IMITATORS, "person disables the newest user"),
    "edit": _MEDDLERS,
}
_CRASHES: Deeds = dict.fromkeys(("list", "add", "edit", "swap", "note"), ("crash after",))
_ANYTHING: Deeds = {call: (*_PEOPLE.get(call, ()), *deeds) for call, deeds in FAULTS.items()}


def crashes(most: int) -> Menu:
    """Return a menu of crashes."""
    return Menu(most, _CRASHES)


def people(most: int) -> Menu:
    """Return a menu of what people do."""
    return Menu(most, _PEOPLE)


def mishaps(most: int, but: tuple[Deed, ...] = ()) -> Menu:
    """Return a menu of everything else that can go wrong, but those of `test_known`, and `but` some."""
    left = {call: [deed for deed in deeds if (call, deed) not in KNOWN] for call, deeds in FAULTS.items()}
    return Menu(
        most,
        {call: tuple(deed for deed in left[call] if deed not in but) for call in left},
    )


def anything(most: int, but: tuple[Deed, ...] = ()) -> Menu:
    """Return a menu of mishaps and people, `but` some."""
    rest = mishaps(most, but).deeds
    return Menu(most, {call: (*_PEOPLE.get(call, ()), *deeds) for call, deeds in rest.items()})


KNOWN: frozenset[tuple[str, Deed]] = frozenset({("add", "done twice"), ("list", "empty")})
"""Mishaps, by the kind of call, that do harm: `test_known` has them."""

EXHAUSTIVE: tuple[Menu, ...] = (
    Menu(2, dict.fromkeys(("list", "add", "edit", "swap"), ("crash after",))),
    Menu(1, {"list": ("answer lost",), "add": TIME_OUTS, "edit": TIME_OUTS}),
    Menu(
        1,
        {
            "list": ("person creates the same user", *IMITATORS),
            "edit": ("person edits the newest user",),
        },
    ),
)
"""Two crashes, one call that times out, and one act of a person."""

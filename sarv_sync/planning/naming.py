"""What users are called in the files whose only name so far is the provider's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sarv_sync.model.users import NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 63
_STRANGE = re.compile(r"[^a-z0-9._-]+")
_NAMELESS = "user"


def derive_names(smtp_user_names: Iterable[str], taken: Iterable[str]) -> dict[str, str]:
    """Return a name for each of `smtp_user_names`, none of them among `taken` and no two alike.

    The same names in any order give the same result. Who needs no change goes first, so that `smtp1` stays that
    whoever else is there; of those that would be called alike, all but the first get a number.
    """
    names, apart = {}, Apart(taken)
    for user in sorted(smtp_user_names, key=lambda one: (fitted(one) != one, one)):
        names[user] = apart.unlike(fitted(user))
    return names


def fitted(text: str, nameless: str = _NAMELESS) -> str:
    """Return the name that is most like `text`; `nameless` where nothing of it can be in a name."""
    name = _STRANGE.sub("-", text.lower()).lstrip("._-")[:_LONGEST]
    return name if name == text and NAME.fullmatch(name) else name.rstrip("._-") or nameless


def told_apart(user: str) -> str:
    """Return the provider's name for a user, in backquotes where blanks around it, or its lack, could not be seen."""
    return user if user and user == user.strip() else f"`{user}`"


class Apart:
    """Names that are told apart by numbers. `taken` are names of others."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._used = set(taken)
        self._numbers: dict[str, int] = {}

    def unlike(self, name: str) -> str:
        """Return `name`, with a number behind it if it is in use; from now on it is."""
        number, candidate = self._numbers.get(name, 1), name
        while candidate in self._used:
            number += 1
            ending = f"-{number}"
            candidate = name[: _LONGEST - len(ending)] + ending
        self._numbers[name] = number
        self._used.add(candidate)
        return candidate

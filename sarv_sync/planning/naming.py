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
    used, names = set(taken), {}
    for user in sorted(smtp_user_names, key=lambda one: (_fitted(one) != one, one)):
        names[user] = _unlike(_fitted(user), used)
        used.add(names[user])
    return names


def _fitted(smtp_user_name: str) -> str:
    name = _STRANGE.sub("-", smtp_user_name.lower()).lstrip("._-")[:_LONGEST]
    return name if name == smtp_user_name and NAME.fullmatch(name) else name.rstrip("._-") or _NAMELESS


def _unlike(name: str, used: set[str]) -> str:
    number, candidate = 1, name
    while candidate in used:
        number += 1
        ending = f"-{number}"
        candidate = name[: _LONGEST - len(ending)] + ending
    return candidate

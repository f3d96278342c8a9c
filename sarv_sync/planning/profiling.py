"""What entries share, said once: defaults that hold for most users, and profiles for values that occur together.

::

    a value                                          becomes
    ----------------------------------------------   ------------------------------------------------------------
    of a limit, that more than half of all have      a default, as does one that the files have as a default
    of both limits, that three or more have          a profile, where it stands for more than one key
    of both limits, that a profile of the files has  that profile, whoever has it
    any other                                        the entry's own
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.export import LIMITS, Layout, Profile, Values
from sarv_sync.model.users import LIMIT_MAX
from sarv_sync.planning.naming import Apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sarv_sync.model.export import ExportedUser, Shared
    from sarv_sync.model.users import Field

_MANY = 3
"""Two users that are alike may be so by chance."""

_GAP = re.compile(r"[._-]+")


def factor_out(users: Sequence[ExportedUser], known: Shared) -> Layout:
    """Return `users` with what they share taken out of their entries. `known` is what the files share already."""
    defaults, named = _defaults(users, known.defaults), {shape: one.name for shape, one in _reusable(known).items()}
    groups: dict[Values, list[ExportedUser]] = defaultdict(list)
    for user in users:
        groups[_shape(user)].append(user)
    shared = [
        shape
        for shape in groups
        if _is_worth(len(shape.beyond(defaults).said()), len(groups[shape]), known=shape in named)
    ]
    shared.sort(key=_order)
    new = _new_names({shape: groups[shape] for shape in shared if shape not in named}, users, named.values())
    profiles = {shape: Profile({**named, **new}[shape], shape.beyond(defaults)) for shape in shared}
    made = tuple(replace(user, profile=profiles.get(_shape(user))) for user in users)
    return Layout(made, {}, defaults, tuple(profiles.values()))


def use_profiles(users: Iterable[ExportedUser], known: Shared) -> tuple[ExportedUser, ...]:
    """Return `users`, those with the values of a profile of the files with that profile. None is made."""
    base = replace(known.defaults, status=None)
    profiles = {shape: profile for shape, profile in _reusable(known).items() if shape != base}
    return tuple(replace(user, profile=profiles.get(_shape(user))) for user in users)


def _reusable(known: Shared) -> dict[Values, Profile]:
    """Return the profiles of users that are enabled, by what an entry with nothing else would have."""
    found: dict[Values, Profile] = {}
    for profile in known.profiles:
        values = profile.values.over(known.defaults)
        if values.status != "Disable":
            found.setdefault(replace(values, status=None), profile)
    return found


def _is_worth(keys: int, users: int, *, known: bool) -> bool:
    """Whether a profile that stands for `keys` is worth it for so many `users`."""
    return keys > 0 if known else keys > 1 and users >= _MANY


def _shape(user: ExportedUser) -> Values:
    return Values(user.limit("total_limit"), user.limit("hourly_limit"), None, user.ignored() or None)


def _order(shape: Values) -> tuple[int, int, tuple[str, ...]]:
    return shape.total_limit or 0, shape.hourly_limit or 0, shape.ignore_changes or ()


def _defaults(users: Sequence[ExportedUser], known: Values) -> Values:
    found: dict[Field, int | None] = {}
    for field in LIMITS:
        counts = Counter(user.limit(field) for user in users if field not in user.odd_limits())
        before: int | None = getattr(known, field)
        value, count = max(counts.items(), key=lambda one: (one[1], -one[0]), default=(None, 0))
        common = value if count >= _MANY and count * 2 > len(users) else None
        found[field] = before if before in counts else common
    return Values(found["total_limit"], found["hourly_limit"])


def _new_names(
    groups: Mapping[Values, Sequence[ExportedUser]], users: Iterable[ExportedUser], taken: Iterable[str]
) -> dict[Values, str]:
    """Return a name for each of `groups`: what the names of its users, and no others, begin with, else its values."""
    begin = Counter(beginning for user in users for beginning in _beginnings(user.name))
    apart, names = Apart(taken), {}
    for shape, which in groups.items():
        common = set(_beginnings(which[0].name)).intersection(*(_beginnings(user.name) for user in which[1:]))
        theirs = [beginning for beginning in common if begin[beginning] == len(which)]
        names[shape] = apart.unlike(max(theirs, key=len) if theirs else _in_short(which[0]))
    return names


def _beginnings(name: str) -> list[str]:
    """Return the words that `name` begins with, all but the last: `news` and `news-de` of `news-de-at`."""
    return [name[: found.start()] for found in _GAP.finditer(name)]


def _in_short(user: ExportedUser) -> str:
    """Return `1m-10k` for 1,000,000 in all and 10,000 an hour."""
    return "-".join(_number(int(user.settings.get(field))) for field in LIMITS)


def _number(limit: int) -> str:
    if limit >= LIMIT_MAX:
        return "max"
    for unit, letter in ((1_000_000, "m"), (1_000, "k")):
        if limit >= unit and limit * 10 % unit == 0:
            return f"{limit / unit:g}{letter}"
    return str(limit)

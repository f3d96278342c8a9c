"""Entries of `users:` that are known to be right without the schema: nearly all of a large file.

A plain entry has limits, a status and a profile at most, each as the schema wants it. The schema is asked about all
the others, and says yes to every plain one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.config.nodes import Map
from sarv_sync.model.users import LIMIT_MAX, NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

_STATUSES = (None, "Enable", "Disable")


def not_plain(users: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of `users`, entries by name, that are not plain."""
    is_name = NAME.fullmatch
    return {name: entry for name, entry in users.items() if not (is_plain(entry) and is_name(name))}


def is_plain(entry: Any) -> bool:
    """Whether `entry` has nothing but values that are right, be it none."""
    if entry.__class__ is not Map:
        return False
    get = entry.get
    total, hourly, status, profile = get("total_limit"), get("hourly_limit"), get("status"), get("profile")
    written = (total is not None) + (hourly is not None) + (status is not None) + (profile is not None)
    return (
        written == len(entry)
        and (total is None or (total.__class__ is int and 0 < total <= LIMIT_MAX))
        and (hourly is None or (hourly.__class__ is int and 0 < hourly <= LIMIT_MAX))
        and status in _STATUSES
        and (profile is None or (profile.__class__ is str and NAME.fullmatch(profile) is not None))
    )

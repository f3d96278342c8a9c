"""What the entries of a main file share, as it stands there: its defaults and profiles."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sarv_sync.config.disk import decoded
from sarv_sync.config.nodes import Map
from sarv_sync.config.reader import read
from sarv_sync.model.export import Profile, Shared, Values

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIELDS = frozenset(field.name for field in fields(Values))
_EXPORTED = frozenset(("version", "include", "defaults", "profiles", "users"))
_EXPORTED_OF_ACCOUNT = frozenset(("endpoint", "owner_id"))


def main_map(content: bytes) -> Map:
    """Return what a main file with this `content` holds: one without errors."""
    data = read(decoded(content, ""))
    return data if isinstance(data, Map) else Map()


def shared_values(data: Map) -> Shared:
    """Return the defaults of a main file that holds `data`, and those profiles that have nothing but such values."""
    profiles = data.get("profiles") or {}
    defaults = _values(data.get("defaults") or {})
    known = (Profile(name, _values(own or {})) for name, own in profiles.items() if set(own or ()) <= _FIELDS)
    return Shared(defaults, tuple(known))


def not_exported(data: Map) -> Iterator[str]:
    """Yield the settings of a main file that holds `data` which no export has."""
    account = data.get("account") or {}
    yield from (f"account.{key}" for key in account if key not in _EXPORTED_OF_ACCOUNT)
    yield from (key for key in data if key not in _EXPORTED and key != "account")


def _values(written: dict[str, Any]) -> Values:
    ignored = written.get("ignore_changes")
    kept = {key: written[key] for key in ("total_limit", "hourly_limit", "status") if key in written}
    return Values(**kept, ignore_changes=None if ignored is None else tuple(ignored))

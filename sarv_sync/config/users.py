"""From an entry of `users:` to a `DesiredUser`: own keys over profile over defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from sarv_sync.config.layers import missing_may_follow
from sarv_sync.config.nodes import BROKEN, Map
from sarv_sync.config.password_policy import PolicyResolver
from sarv_sync.config.wording import shown
from sarv_sync.model.users import DesiredUser, Settings

if TYPE_CHECKING:
    from sarv_sync.config.layers import Layer, Layers
    from sarv_sync.config.source_file import SourceFile
    from sarv_sync.model.users import PasswordPolicy, Source, Status

_NOTHING = Map()
_NOTHING.marks = {}


class UserResolver:
    """Resolves the users of all files against one main file's defaults and profiles."""

    def __init__(self, main: SourceFile, layers: Layers) -> None:
        self._main = main
        self._layers = layers
        self._settings: dict[tuple[int, int, Status], Settings] = {}
        self._policies = PolicyResolver(main)

    def resolve(self, file: SourceFile, name: str, at: int, entry: Any) -> DesiredUser | None:
        """Return the user called `name`, whose entry stands at offset `at` of `file`; None if it is wrong.

        What is wrong, or looks wrong, is recorded in the file it stands in.
        """
        own = _NOTHING if entry is None else entry
        if own is BROKEN:
            return None
        below = self._layers.of(file, own)
        here = file.source(at)
        total, total_at = self._value(file, own, below, "total_limit", here)
        hourly, hourly_at = self._value(file, own, below, "hourly_limit", here)
        status, status_at = self._value(file, own, below, "status", here)
        if total is None or hourly is None:
            self._missing(file, name, at, own, below)
            return None
        if BROKEN in (total, hourly, status):
            return None
        if hourly > total:
            self._warn(file, name, own, below, (total, hourly))
        policy = self._policies.resolve(file, name, own, below)
        if policy is None:
            return None
        settings = self._shared(total, hourly, status or "Enable")
        return _user(name, (settings, policy), (here, (total_at, hourly_at, status_at)), own, below)

    def _shared(self, total: int, hourly: int, status: Status) -> Settings:
        """Return the one object for these values: thousands of users have the same."""
        key = (total, hourly, status)
        return self._settings.get(key) or self._settings.setdefault(key, Settings(*key))

    @staticmethod
    def _value(file: SourceFile, own: Map, below: Layer, field: str, here: Source) -> tuple[Any, Source]:
        if field in own:
            return own[field], file.source(own.key_at(field))
        return below.values.get(field), below.sources.get(field, here)

    @staticmethod
    def _missing(file: SourceFile, name: str, at: int, own: Map, below: Layer) -> None:
        fields = [
            field for field in ("total_limit", "hourly_limit") if field not in own and field not in below.values
        ]
        if not below.complete or not fields or missing_may_follow(own, fields):
            return
        written = " and no ".join(f"`{field}`" for field in fields)
        where = (
            "here, in a profile or in `defaults`" if "profile" not in own else "here, in its profile or in `defaults`"
        )
        file.error(
            at,
            f"`{shown(name)}` has no {written}",
            f"write {' and '.join(f'`{one}: NUMBER`' for one in fields)} {where}",
        )

    def _warn(self, file: SourceFile, name: str, own: Map, below: Layer, limits: tuple[int, int]) -> None:
        total, hourly = limits
        message = f"`hourly_limit` ({hourly}) is above `total_limit` ({total}) for `{shown(name)}`"
        hint = "lower `hourly_limit`, or raise `total_limit`"
        if "hourly_limit" in own or "total_limit" in own:
            file.warning(own.key_at("hourly_limit" if "hourly_limit" in own else "total_limit"), message, hint)
        else:
            self._main.warning(below.offsets["hourly_limit"], message, hint)


_Places: TypeAlias = "tuple[Source, tuple[Source, Source, Source]]"


def _user(
    name: str, resolved: tuple[Settings, PasswordPolicy], places: _Places, own: Map, below: Layer
) -> DesiredUser | None:
    ignored = own.get("ignore_changes", below.values.get("ignore_changes", ()))
    labels = own.get("labels", below.values.get("labels")) or {}
    rest = (own.get("smtp_user_name"), own.get("renamed_from"), own.get("recreate", False), own.get("description"))
    if BROKEN in rest or BROKEN in (ignored, labels):
        return None
    pin, former, recreate, description = rest
    notes = tuple(sorted(labels.items())) if labels else ()
    settings, policy = resolved
    return DesiredUser(
        name, settings, *places, pin, former, recreate, tuple(ignored), description, notes, policy, own.get("profile")
    )

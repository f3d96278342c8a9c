"""From an entry of `users:` to a `DesiredUser`: own keys over profile over defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sarv_sync.config.layers import missing_may_follow
from sarv_sync.config.nodes import BROKEN, key_offset, nothing
from sarv_sync.config.password_policy import PolicyResolver
from sarv_sync.config.wording import shown
from sarv_sync.config.written import Written
from sarv_sync.model.users import FIELDS, NO_POLICY, DesiredUser, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.config.layers import Layer, Layers
    from sarv_sync.config.names import Entries, Opened
    from sarv_sync.config.nodes import Map
    from sarv_sync.config.source_file import SourceFile
    from sarv_sync.model.users import PasswordPolicy, Status

PLAIN = frozenset(("total_limit", "hourly_limit", "status", "ignore_changes", "labels"))
"""The keys of defaults and profiles that nothing is to be said about."""

_MOST_SHARED = 10_000
"""How many different values are remembered: where all users have their own, that would only take room."""

_NOTHING = nothing()


class _Usual(NamedTuple):
    """What a plain entry has beside its own keys; `rest` are the fields of `DesiredUser` from the pin on."""

    below: Layer
    total: int | None
    hourly: int | None
    status: Status
    rest: tuple[Any, ...]


class UserResolver:
    """Resolves the users of all files against one main file's defaults and profiles."""

    def __init__(self, main: SourceFile, layers: Layers) -> None:
        self._main = main
        self._layers = layers
        self._settings: dict[tuple[int, int, Status], Settings] = {}
        self._policies = PolicyResolver(main)
        self._usual: dict[str | None, _Usual] = {}

    def resolve_all(self, users: Entries) -> dict[str, DesiredUser]:
        """Return the users of all files that are right, by name; record what is wrong in the file it stands in."""
        resolved: dict[str, DesiredUser] = {}
        for opened in users.files:
            self._resolve_file(opened, users, resolved)
        return resolved

    def _resolve_file(self, opened: Opened, users: Entries, into: dict[str, DesiredUser]) -> None:
        file, odd, usual, settings = opened.file, opened.odd, self._usual, self._settings
        written = opened.section("users") or _NOTHING
        alone = len(users.files) == 1
        for name, own, mark in zip(written, written.values(), written.own_marks(), strict=True):
            if not alone and users.holders[name] is not opened:
                continue
            like = None if name in odd else usual.get(own.get("profile")) or self._find_usual(file, own)
            if like is not None:
                below, total, hourly, status, rest = like
                key = own.get("total_limit", total), own.get("hourly_limit", hourly), own.get("status", status)
                if None not in key and key[1] <= key[0]:
                    shared = settings.get(key) or self._shared(key)
                    into[name] = DesiredUser(name, shared, Written(file, mark, own, below), *rest)
                    continue
            user = self._resolve(file, name, mark, own)
            if user is not None:
                into[name] = user

    def _find_usual(self, file: SourceFile, own: Map) -> _Usual | None:
        """Return what is below the plain entry `own`, None if something about it is to be told or is wrong."""
        below = self._layers.of(file, own)
        values, profile = below.values, own.get("profile")
        if not below.complete or not PLAIN.issuperset(values) or BROKEN in values.values():
            return None
        total, hourly = values.get("total_limit"), values.get("hourly_limit")
        rest = (None, None, False, tuple(values.get("ignore_changes") or ()), None, _notes(values.get("labels")))
        usual = _Usual(below, total, hourly, values.get("status", "Enable"), (*rest, NO_POLICY, profile))
        return self._usual.setdefault(profile, usual)

    def _resolve(self, file: SourceFile, name: str, mark: int, entry: Any) -> DesiredUser | None:
        """Return the user called `name`, whose entry stands at `mark` of `file`; None if it is wrong."""
        own = _NOTHING if entry is None else entry
        if own is BROKEN:
            return None
        below = self._layers.of(file, own)
        total, hourly, status = (own.get(field, below.values.get(field)) for field in FIELDS)
        if total is None or hourly is None:
            self._missing(file, name, key_offset(mark), own, below)
            return None
        if BROKEN in (total, hourly, status):
            return None
        if hourly > total:
            self._warn(file, name, own, below, (total, hourly))
        policy = self._policies.resolve(file, name, own, below)
        if policy is None:
            return None
        settings = self._shared((total, hourly, status or "Enable"))
        return _user(name, (settings, policy), Written(file, mark, own, below), own)

    def _shared(self, key: tuple[int, int, Status]) -> Settings:
        """Return the one object for these values: thousands of users have the same."""
        if key in self._settings:
            return self._settings[key]
        made = Settings(*key)
        if len(self._settings) < _MOST_SHARED:
            self._settings[key] = made
        return made

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


def _user(name: str, resolved: tuple[Settings, PasswordPolicy], places: Written, own: Map) -> DesiredUser | None:
    values = places.below.values
    ignored = own.get("ignore_changes", values.get("ignore_changes", ()))
    labels = own.get("labels", values.get("labels")) or {}
    rest = (own.get("smtp_user_name"), own.get("renamed_from"), own.get("recreate", False), own.get("description"))
    if BROKEN in rest or BROKEN in (ignored, labels):
        return None
    pin, former, recreate, description = rest
    settings, policy = resolved
    ignored, notes = tuple(ignored), _notes(labels)
    return DesiredUser(
        name, settings, places, pin, former, recreate, ignored, description, notes, policy, own.get("profile")
    )


def _notes(labels: Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(labels.items())) if labels else ()

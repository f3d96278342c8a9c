"""What a user has before its own keys are looked at: its profile over the defaults."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any

from sarv_sync.config.nodes import BROKEN, Map
from sarv_sync.config.wording import listed, nearest, shown
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.config.source_file import SourceFile
    from sarv_sync.model.users import Source


@dataclass(frozen=True, slots=True)
class Layer:
    """Values and where their keys stand. `complete` is False where part of it was found wrong or is missing."""

    values: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    offsets: dict[str, int] = field(default_factory=dict)
    complete: bool = True


def missing_may_follow(entry: Map, fields: list[str]) -> bool:
    """Whether a key of `entry` is one of `fields` misspelt, or a merge key: then that is the error, and not that the
    field is missing."""
    return "<<" in entry or any(nearest(key, fields) is not None for key in entry if key not in KNOWN)


KNOWN = frozenset(
    ("total_limit", "hourly_limit", "status", "ignore_changes", "labels", "rotate", "rotation", "grace")
)
"""The keys that defaults and profiles may hold, and users too."""


class Layers:
    """The layers of one main file."""

    def __init__(self, file: SourceFile, data: Map) -> None:
        self._file = file
        self._profiles = data.get("profiles")
        self._defaults = self._over(Layer(), data.get("defaults"))
        self._made: dict[str, Layer] = {}

    def of(self, file: SourceFile, entry: Map) -> Layer:
        """Return the layer below the user `entry` of `file`; record there a profile that does not exist."""
        if "profile" not in entry:
            return self._defaults
        name = entry["profile"]
        if name is BROKEN or not isinstance(self._profiles, Map | None):
            return Layer(complete=False)
        profiles = self._profiles or Map()
        if name not in profiles:
            self._unknown(file, entry.value_at("profile"), name, profiles)
            return Layer(complete=False)
        if name not in self._made:
            self._made[name] = self._over(self._defaults, profiles[name])
        return self._made[name]

    def _over(self, below: Layer, written: Any) -> Layer:
        """Return `below` with what is `written` over it, key by key."""
        if written is None:
            return below
        if not isinstance(written, Map):
            return Layer(below.values, below.sources, below.offsets, complete=False)
        offsets = {key: written.key_at(key) for key in written}
        return Layer(
            {**below.values, **written},
            {**below.sources, **{key: self._file.source(at) for key, at in offsets.items()}},
            {**below.offsets, **offsets},
            below.complete and not missing_may_follow(written, ["total_limit", "hourly_limit"]),
        )

    @staticmethod
    def _unknown(file: SourceFile, at: int, name: str, profiles: Map) -> None:
        close = nearest(name, profiles)
        known = f"there are {listed(sorted(profiles)[:10])}" if profiles else "define it under `profiles:`"
        file.error(at, f"there is no profile `{shown(name)}`", f"did you mean `{close}`?" if close else known)

"""Where profiles say what they do, so that it can be told whether a user has a value from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.config.disk import open_file
from sarv_sync.config.nodes import Map
from sarv_sync.config.reader import read
from sarv_sync.errors import Fault, InputError
from sarv_sync.model.users import FIELDS

if TYPE_CHECKING:
    from pathlib import Path

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.users import Field, Source


def profile_places(configuration: Configuration, cwd: Path) -> dict[tuple[str, Field], Source]:
    """Return where each profile has each of `FIELDS` that it has, as `DesiredUser.field_sources` gives places.

    Raises `InputError` if the main file, named as seen from `cwd`, cannot be read any more.
    """
    file = open_file(cwd / configuration.file, configuration.file)
    if isinstance(file, Fault):
        raise InputError.of((file,))
    data = read(file)
    profiles = data.get("profiles") if isinstance(data, Map) else None
    return {
        (name, field): file.source(profile.key_at(field))
        for name, profile in (profiles.items() if isinstance(profiles, Map) else ())
        if isinstance(profile, Map)
        for field in FIELDS
        if field in profile
    }

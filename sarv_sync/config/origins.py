"""Which layer of the files each value of a user comes from: its entry, its profile, or the defaults.

A place alone does not say that, since an alias lends the keys of one layer to another. So the files are read again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.config.disk import open_file
from sarv_sync.config.nodes import Map
from sarv_sync.config.reader import read
from sarv_sync.errors import Fault, InputError
from sarv_sync.model.explanation import Origin
from sarv_sync.model.users import FIELDS

if TYPE_CHECKING:
    from pathlib import Path

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.explanation import Where
    from sarv_sync.model.users import DesiredUser, Field

Origins = tuple[Origin, Origin, Origin]


def origins_of(user: DesiredUser, configuration: Configuration, cwd: Path) -> Origins:
    """Return where each of `FIELDS` of `user` comes from; the files are named as seen from `cwd`.

    Raises `InputError` if they are not what `configuration` was made of any more.
    """
    main = _read(configuration.file, cwd)
    file = main if user.source.file == configuration.file else _read(user.source.file, cwd)
    users = _map(file, "users")
    if user.name not in users:
        raise _changed(user.source.file)
    layers: dict[Where, Map] = {
        "entry": _map(users, user.name),
        "profile": _map(_map(main, "profiles"), user.profile),
        "defaults": _map(main, "defaults"),
    }
    total, hourly, status = (_origin(field, user, layers) for field in FIELDS)
    return total, hourly, status


def _origin(field: Field, user: DesiredUser, layers: dict[Where, Map]) -> Origin:
    where = next((layer for layer, written in layers.items() if field in written), None)
    return Origin("built-in") if where is None else Origin(where, user.field_sources[FIELDS.index(field)])


def _read(name: str, cwd: Path) -> Map:
    file = open_file(cwd / name, name)
    data = None if isinstance(file, Fault) else read(file)
    if not isinstance(data, Map):
        raise _changed(name)
    return data


def _map(data: Map, key: str | None) -> Map:
    """Return the mapping under `key`, an empty one for anything else."""
    value: Any = data.get(key) if key is not None else None
    return value if isinstance(value, Map) else Map()


def _changed(name: str) -> InputError:
    return InputError(f"{name} was changed while it was read", "run this again")

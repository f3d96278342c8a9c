"""Which names a listing is cut down to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.inputs import read_configuration
from sarv_sync.model.selection import limited_to, select

if TYPE_CHECKING:
    from collections.abc import Collection

    from sarv_sync.cli.shell import Shell
    from sarv_sync.model.selection import Selection


def names_meant(shell: Shell, wanted: Selection, known: Collection[str], who: str) -> frozenset[str]:
    """Return the names that `wanted` means: of those `known`, or of the files where labels are given.

    Labels stand in the files alone, so that a name which is gone from them has none. `who` says whose names `known`
    are. Raises `InputError` where nobody is meant.
    """
    if wanted.labels:
        return frozenset(limited_to(read_configuration(shell.inputs()), wanted))
    return select(wanted.targets, known, who)

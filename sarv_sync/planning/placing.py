"""Files as plans name them: as seen from the main file, so that a plan is the same wherever one stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sarv_sync.model.users import Source


def placed(source: Source, main_file: str) -> Source:
    """Return `source` with its file named from the folder of `main_file` on."""
    folder = main_file.rpartition("/")[0]
    return source._replace(file=source.file.removeprefix(f"{folder}/")) if folder else source

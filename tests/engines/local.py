"""Files: nothing has to run for them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.engines.interface import Access

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.engines.interface import Engine, When


class Files:
    """Documents named `state.json` in the folders themselves."""

    def access(self, folder: Path) -> Access:
        return _file(folder / "state.json")

    def damage(self, folder: Path, data: bytes) -> None:
        (folder / "state.json").write_bytes(data)

    def read_only(self, folder: Path) -> Access:
        """Even root cannot write a file where a folder is."""
        (folder / "state.json.tmp").mkdir()
        return _file(folder / "state.json")

    def unreachable(self, folder: Path) -> Access:
        (folder / "file").write_text("in the way of a folder")
        return _file(folder / "file" / "state.json")

    def cut(self, folder: Path, when: When) -> AbstractContextManager[Access]:
        raise NotImplementedError("there is no answer that could be lost")


def _file(path: Path) -> Access:
    return Access({"backend": "local", "path": str(path)}, {})


@contextmanager
def running(folder: Path) -> Iterator[Engine]:
    """Yield at once."""
    yield Files()

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.forks import Forks
from tests.end_to_end.quick import QuickWorkplace
from tests.end_to_end.workplace import TOKEN


@pytest.fixture(scope="session")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    forks = Forks("strace", tmp_path_factory.mktemp("forks"))
    yield forks
    forks.close()


@pytest.fixture
def work(tmp_path: Path, forks: Forks) -> QuickWorkplace:
    """An empty folder, with the token set and no endpoint."""
    folder = tmp_path / "work"
    folder.mkdir()
    work = QuickWorkplace(folder, {"SARV_TOKEN": TOKEN, "PATH": os.environ["PATH"]})
    work.forks = forks
    return work

"""What holds for every test."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.engines.catalog import ENGINES, Running, engines

# A test says what is right, not how fast this machine is today; and CI asks the same questions every time.
settings.register_profile("sarv-sync", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("sarv-sync")


def pytest_runtest_teardown() -> None:
    """Undo what `-v` does to the program's logger: a command may be run in this very process."""
    logger = logging.getLogger("sarv_sync")
    logger.handlers.clear()
    logger.setLevel(logging.NOTSET)
    logger.propagate = True


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Every engine, started when it is first asked for."""
    with engines(tmp_path_factory.mktemp("engines")) as started:
        yield started


@pytest.fixture(params=[pytest.param(kind, marks=pytest.mark.xdist_group(kind)) for kind in sorted(ENGINES)])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)

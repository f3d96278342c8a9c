from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cluster.server import Cluster, serving
from tests.contract.sinks.catalog import ENGINES, Running
from tests.contract.sinks.engine import Engine


@pytest.fixture(scope="session")
def sink_places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Every place, started when it is first asked for."""
    with ExitStack() as stack:
        yield Running(tmp_path_factory.mktemp("sinks"), stack)


@pytest.fixture(
    params=[pytest.param(name, marks=pytest.mark.xdist_group(f"sink-{name}")) for name in sorted(ENGINES)]
)
def engine(request: pytest.FixtureRequest, sink_places: Running, tmp_path: Path) -> Engine:
    """A place where nothing was delivered yet."""
    return sink_places.place(request.param, tmp_path)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    (tmp_path / "server").mkdir()
    with serving(tmp_path / "server") as cluster:
        yield cluster

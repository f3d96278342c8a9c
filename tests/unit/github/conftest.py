from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.unit.github.stage import GitHubStage
from tests.unit.github.world import World


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def stage() -> Iterator[GitHubStage]:
    server = GitHubStage()
    yield server
    server.close()


@pytest.fixture
def world(stage: GitHubStage) -> Iterator[World]:
    made = World(stage)
    yield made
    made.api.close()

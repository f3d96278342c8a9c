"""A client of GitHub's API, its server, and a time of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sarv_sync.errors import GitHubError
from sarv_sync.github.api import RestApi
from sarv_sync.github.wire import BOUNDS, Bounds
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.secret import Secret
from tests.unit.github.stage import GitHubStage

TOKEN = "ghs_canary/Token+1"
START = 1_700_000_000.0
ISSUES = "/repos/acme/mail/issues"

CALLS: dict[str, Callable[[RestApi], object]] = {
    "GET": lambda api: api.get(ISSUES),
    "PATCH": lambda api: api.send("PATCH", ISSUES, {"body": "x"}),
    "PUT": lambda api: api.send("PUT", ISSUES, {"body": "x"}),
    "DELETE": lambda api: api.send("DELETE", ISSUES),
    "POST": lambda api: api.send("POST", ISSUES, {"body": "x"}),
}


@dataclass
class World:
    """Sleeping takes no time here: it only moves the clock, and is written down."""

    stage: GitHubStage
    url: str = ""
    bounds: Bounds = BOUNDS
    slept: list[float] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None
    skew: float = 0.0
    patience: float = 60.0

    def __post_init__(self) -> None:
        self.scrubber = Scrubber()
        self.api = RestApi(
            self.url or self.stage.url,
            Secret(TOKEN),
            self.scrubber,
            bounds=self.bounds,
            patience=self.patience,
            now=self.now,
            sleep=self._sleep,
        )

    def now(self) -> float:
        return START + self.skew + sum(self.slept)

    def methods(self) -> list[str]:
        return [request.method for request in self.stage.asked]

    def call(self, method: str) -> Any:
        return CALLS[method](self.api)

    def error(self, method: str = "GET") -> GitHubError:
        try:
            answer = self.call(method)
        except GitHubError as error:
            return error
        raise AssertionError(f"no error but {answer!r}")

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.meanwhile()

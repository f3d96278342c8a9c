"""A forge with all kinds of places for secrets, and the sink github-actions opened for it."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sarv_sync.model.scrub import Scrubber
from sarv_sync.sinks.catalog import open_sink
from sarv_sync.sinks.site import Site
from tests.contract.sinks.engine import credential
from tests.forge.server import Forge

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.model.sink import Sink

TOKEN = "github_pat_11AAAAAAA0canary"
ALL = {"secrets": "write", "environments": "write", "organization_secrets": "write"}
BILLING = credential().recipient


@contextmanager
def forge_with_places() -> Iterator[Forge]:
    """Yield a forge that has acme/shop with its environment `production`, and the organisation acme."""
    with Forge(base_path="/api/v3") as forge:
        forge.add_repository("acme/shop", private=True)
        forge.add_environment("acme/shop", "production")
        forge.add_organization("acme")
        forge.add_token(TOKEN, "octocat", ALL)
        yield forge


def opened(forge: Forge, variables: dict[str, str] | None = None, /, **options: Any) -> Sink:
    """Return the sink. `variables` come above those of a usual environment; an empty one is not set."""
    given = {"GITHUB_API_URL": forge.url, "GITHUB_REPOSITORY": "acme/shop", "SARV_SECRETS_TOKEN": TOKEN}
    set_there = {name: value for name, value in {**given, **(variables or {})}.items() if value}
    return open_sink("github-actions", options, Site(Path("/nowhere"), set_there, Scrubber()))

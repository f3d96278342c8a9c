"""The sink vault, opened for a server of a test's choice."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sarv_sync.model.scrub import Scrubber
from sarv_sync.sinks.catalog import open_sink
from sarv_sync.sinks.site import Site
from tests.contract.sinks.engine import credential

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.model.sink import Sink

BILLING = credential().recipient
EXPECTED = {
    "SMTP_HOST": "smtp.example.net",
    "SMTP_PORT": "587",
    "SMTP_USERNAME": "smtp-billing",
    "SMTP_PASSWORD": "first-Passw0rd",
}


def opened(
    variables: Mapping[str, str], scrubber: Scrubber | None = None, ca_bundle: str | None = None, /, **options: Any
) -> Sink:
    """Return the sink; the path is `smtp/NAME` unless `options` say otherwise."""
    site = Site(Path("/nowhere"), variables, scrubber or Scrubber(), ca_bundle)
    return open_sink("vault", {"path": "smtp/{name}", **options}, site)

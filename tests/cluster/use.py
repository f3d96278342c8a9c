"""How a test uses a cluster."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from sarv_sync.model.scrub import Scrubber
from sarv_sync.sinks.catalog import open_sink
from sarv_sync.sinks.site import Site

if TYPE_CHECKING:
    from pathlib import Path

    from sarv_sync.model.sink import Sink


def opened(folder: Path, environment: dict[str, str] | None = None, **options: Any) -> Sink:
    """Return a sink for who has the kubeconfig in `folder`."""
    given = {"KUBECONFIG": str(folder / "kubeconfig"), "HOME": str(folder), "PATH": os.environ["PATH"]}
    return open_sink(
        "kubernetes", {"secret": "smtp-{name}", **options}, Site(folder, given | (environment or {}), Scrubber())
    )

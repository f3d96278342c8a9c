"""The program as Ann runs it on her laptop: who runs it is part of what it prints, and of how the lines break."""

from __future__ import annotations

import os
from collections.abc import Mapping

from sarv_sync import places
from sarv_sync.cli.main import main
from sarv_sync.state.journal import Holder


def _ann(command: str, environment: Mapping[str, str] = os.environ) -> Holder:
    return Holder("ann on laptop (process 4711)", f"sarv-sync {command}")


if __name__ == "__main__":
    places.this_holder = _ann
    main()

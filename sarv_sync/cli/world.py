"""The real clock and real chance."""

from __future__ import annotations

import random
import time
from datetime import datetime, timezone

from sarv_sync.action.desk import World


def real_world() -> World:
    """Return this machine's time and randomness."""
    return World(lambda: datetime.now(timezone.utc), time.sleep, lambda most: random.SystemRandom().uniform(0, most))

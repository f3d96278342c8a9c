"""What holds for every test."""

from __future__ import annotations

import logging
import os

from hypothesis import settings

# A test says what is right, not how fast this machine is today; and CI asks the same questions every time.
settings.register_profile("sarv-sync", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("sarv-sync")


def pytest_runtest_teardown() -> None:
    """Undo what `-v` does to the program's logger: a command may be run in this very process."""
    logger = logging.getLogger("sarv_sync")
    logger.handlers.clear()
    logger.setLevel(logging.NOTSET)
    logger.propagate = True

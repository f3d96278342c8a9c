"""Telling a user about a bug, without telling secrets."""

from __future__ import annotations

import traceback
from pathlib import Path

from sarv_sync import __version__
from sarv_sync.errors import Fault


def describe_bug(error: Exception) -> Fault:
    """Return what to report: the kind of error and the places in our code, never its text or any value."""
    frames = traceback.extract_tb(error.__traceback__)
    package = Path(__file__).parent.parent
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(package)]
    places = " < ".join(
        f"{Path(frame.filename).relative_to(package).as_posix()}:{frame.lineno}" for frame in reversed(ours[-4:])
    )
    return Fault(
        f"this is a bug in sarv-sync {__version__}: {type(error).__name__} at {places}",
        "nothing is lost: what was under way is in the state. Please report this line, and what you ran, "
        "in the project's issue tracker",
    )

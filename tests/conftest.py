"""What holds for every test."""

from __future__ import annotations

from hypothesis import settings

# A test says what is right, not how fast this machine is today.
settings.register_profile("sarv-sync", deadline=None)
settings.load_profile("sarv-sync")

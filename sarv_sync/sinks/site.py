"""From where a sink is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import InputError
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sarv_sync.model.scrub import Scrubber


@dataclass(frozen=True, slots=True)
class Site:
    """The main file's folder, the environment, who takes secrets out of texts, and a bundle of CAs to trust, if any.

    A sink adds every secret of its own, a token say, to the `scrubber`, and lets it go over every text that comes
    from outside.
    """

    directory: Path
    environment: Mapping[str, str]
    scrubber: Scrubber
    ca_bundle: str | None = None

    def setting(self, name: str) -> str | None:
        """Return an environment variable, None if it is unset or empty."""
        return self.environment.get(name) or None

    def required(self, name: str, what: str) -> str:
        """Return an environment variable; raise `InputError`, which says that it is `what`, if it is not set."""
        value = self.setting(name)
        if value is None:
            raise InputError(f"{name} is not set: {what}", f"set {name}; docs/credentials.md has an example")
        return value

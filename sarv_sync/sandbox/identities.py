"""Names and passwords of new users, in the look of the published examples."""

from __future__ import annotations

import base64
import random
import secrets
from typing import TYPE_CHECKING

from sarv_sync.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Container

_PASSWORD_BYTES = 10


def randomness(seed: int | None) -> random.Random:
    """Return a source of randomness: the operating system's, or a repeatable one for a `seed`."""
    return secrets.SystemRandom() if seed is None else random.Random(seed)  # noqa: S311 - repeatable on request


def new_name(rng: random.Random, taken: Container[str]) -> str:
    """Return `smtp` and digits, as in `smtp12345`, not among `taken`."""
    while True:
        name = f"smtp{rng.randrange(10_000, 1_000_000_000)}"
        if name not in taken:
            return name


def new_password(rng: random.Random) -> Secret:
    """Return 16 lower-case letters and digits that hold 80 random bits."""
    raw = rng.getrandbits(8 * _PASSWORD_BYTES).to_bytes(_PASSWORD_BYTES, "big")
    return Secret(base64.b32encode(raw).decode("ascii").lower())

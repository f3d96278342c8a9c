"""The way to the provider, as far as it was walked."""

from __future__ import annotations

from typing import NamedTuple

from sarv_sync.errors import Fault


class Handshake(NamedTuple):
    """A TLS connection whose certificate is trusted: the protocol as OpenSSL calls it, and until when it is valid.

    `expires` counts seconds since 1970.
    """

    protocol: str
    expires: float


class Route(NamedTuple):
    """What the endpoint's name resolves to, which address took a connection, and what TLS it speaks.

    A `Fault` says why a step failed, None that it was not tried.
    """

    addresses: tuple[str, ...] | Fault
    peer: str | Fault | None = None
    tls: Handshake | Fault | None = None

    @property
    def broken(self) -> bool:
        """Whether a step failed: no call gets through then."""
        return any(isinstance(step, Fault) for step in self)

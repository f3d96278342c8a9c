"""What the errors of the HTTP libraries mean to a user of the provider, and whether trying again may help.

This module imports requests and is imported late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import Transient
from sarv_sync.transport.failures import explain
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.transport.failures import Failure, Kind

_CHECK = "check the endpoint, the network and, if there is one, the proxy (HTTPS_PROXY, NO_PROXY); then run again"
_TRUST = (
    "if the certificate comes from your own authority, set SARV_CA_BUNDLE to a PEM file with it;"
    " the check cannot be switched off"
)
_AGAIN = "run again: the account is listed first, so what did take effect is found"
_SUSPECT = Transient(suspect=True)

_ADVICE: dict[Kind, tuple[str, Transient | None]] = {
    "name": ("check the spelling of the endpoint, and the network", _SUSPECT),
    "refused": (_CHECK, _SUSPECT),
    "network": (_CHECK, _SUSPECT),
    "connecting": (_CHECK, _SUSPECT),
    "certificate": (_TRUST, None),
    "tls": ("check that the endpoint's port speaks https; SARV_CA_BUNDLE adds an authority", None),
    "proxy": ("check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY", None),
    "address": (_CHECK, None),
    "silence": (_AGAIN, Transient(congested=True)),
    "dropped": (_AGAIN, Transient()),
    "garbled": (_AGAIN, _SUSPECT),
    "internal": ("please report this as a bug of sarv-sync", None),
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What happened, completing "could not reach HOST: ...", what to do, and whether trying again may help."""

    message: str
    hint: str
    transient: Transient | None = None


def advised(failure: Failure) -> Explanation:
    """Return `failure` with what to do about it."""
    return Explanation(failure.message, *_ADVICE[failure.kind])


def explained(problem: BaseException, *, sent: bool) -> Explanation:
    """Return what `problem`, one of transport's `TRANSPORT_ERRORS`, means; `sent`: the request had left."""
    return advised(explain(problem, sent=sent))

"""Whether the provider can be reached: name, connection, TLS."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from sarv_sync.doctor.evidence import Setting
from sarv_sync.doctor.words import counted, failed, listed
from sarv_sync.errors import Fault
from sarv_sync.model.diagnosis import Finding

if TYPE_CHECKING:
    from sarv_sync.doctor.evidence import Settings
    from sarv_sync.model.route import Handshake, Route

SHORT = 14
"""Days. A certificate that ends sooner is warned of."""

_DAY = 24 * 60 * 60


def check_resolution(settings: Settings, route: Route | None) -> Finding:
    """Check that the endpoint's name resolves."""
    if route is None:
        return Finding("resolution", "skipped", _not_walked(settings))
    if isinstance(route.addresses, Fault):
        return failed("resolution", route.addresses)
    return Finding("resolution", "ok", f"resolves to {listed(route.addresses)}")


def check_connection(settings: Settings, route: Route | None) -> Finding:
    """Check that somebody listens there."""
    if route is None:
        return Finding("connection", "skipped", _not_walked(settings))
    match route.peer:
        case None:
            return Finding("connection", "skipped", "depends on resolution")
        case Fault():
            return failed("connection", route.peer)
        case _:
            return Finding("connection", "ok", f"{route.peer} took the connection")


def check_tls(settings: Settings, route: Route | None, now: float) -> Finding:
    """Check protocol and certificate."""
    if route is None:
        return Finding("tls", "skipped", _not_walked(settings))
    match route.tls:
        case Fault():
            return failed("tls", route.tls)
        case None if isinstance(settings.endpoint, Setting) and settings.endpoint.value.startswith("http:"):
            return Finding("tls", "ok", "none is needed: plain http to a loopback address")
        case None if isinstance(route.peer, str):
            return Finding("tls", "skipped", "depends on ca_bundle")
        case None:
            return Finding("tls", "skipped", "depends on connection")
        case _:
            return _check_certificate(route.tls, now)


def _check_certificate(handshake: Handshake, now: float) -> Finding:
    end = datetime.fromtimestamp(handshake.expires, timezone.utc)
    left = int((handshake.expires - now) // _DAY)
    protocol = handshake.protocol.replace("TLSv", "TLS ")
    message = f"{protocol}; the certificate is valid until {end:%Y-%m-%d}, {counted(left, 'day')} left"
    if left < SHORT:
        return Finding("tls", "warning", message, "let whoever runs the endpoint renew it in time")
    return Finding("tls", "ok", message)


def _not_walked(settings: Settings) -> str:
    """Return why there is no route to judge."""
    return "depends on endpoint" if settings.proxy is None else "through the proxy: the call below tells"

"""The way to the provider without a call: name, connection, TLS. What is trusted is what the client trusts.

This module imports requests and is imported late.
"""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util import create_urllib3_context, ssl_wrap_socket

from sarv_sync.errors import Fault
from sarv_sync.model.route import Handshake, Route
from sarv_sync.provider.failures import explained
from sarv_sync.transport.failures import TRANSPORT_ERRORS

_PORTS = {"https": 443, "http": 80}


def walk(endpoint: str, ca_bundle: str | None, *, tls: bool = True, patience: float = 10.0) -> Route:
    """Return how far the way to `endpoint`, a checked one, goes. Nothing is sent but what TLS needs.

    `ca_bundle` is as for the client; where it cannot be used, `tls` has to be false, and none is tried. `patience`
    is how many seconds connecting, and each step of TLS, may take.
    """
    url = urlsplit(endpoint)
    host, port = url.hostname or "", url.port or _PORTS[url.scheme]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TRANSPORT_ERRORS as problem:
        return Route(_fault(problem))
    addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
    try:
        connection = socket.create_connection((host, port), timeout=patience)
    except TRANSPORT_ERRORS as problem:
        return Route(addresses, _fault(problem))
    with connection:
        peer = str(connection.getpeername()[0])
        return Route(addresses, peer, _shake(connection, host, ca_bundle) if tls and url.scheme == "https" else None)


def _shake(connection: socket.socket, host: str, ca_bundle: str | None) -> Handshake | Fault:
    """Speak TLS as urllib3 does for the client: the same versions, the same checks of the certificate."""
    trusted = ca_bundle or DEFAULT_CA_BUNDLE_PATH
    file, folder = (None, trusted) if Path(trusted).is_dir() else (trusted, None)
    context = create_urllib3_context()
    try:
        with ssl_wrap_socket(
            connection, ssl_context=context, ca_certs=file, ca_cert_dir=folder, server_hostname=host
        ) as secured:
            certificate = secured.getpeercert() or {}
            return Handshake(secured.version() or "TLS", ssl.cert_time_to_seconds(str(certificate["notAfter"])))
    except TRANSPORT_ERRORS as problem:
        return _fault(problem)


def _fault(problem: Exception) -> Fault:
    explanation = explained(problem, sent=False)
    return Fault(explanation.message, explanation.hint)

"""Whose certificates are believed. Imports nothing heavy: what speaks TLS without HTTP uses it too."""

from __future__ import annotations

import ssl
from pathlib import Path

from sarv_sync.errors import InputError


def trusting(ca_bundle: str | None) -> ssl.SSLContext:
    """Return what lets a client speak TLS 1.2 or newer with whoever the authorities in `ca_bundle` vouch for.

    `ca_bundle` is a file in PEM format or a folder as OpenSSL hashes it; without one, the system's authorities count.
    Raises `InputError` if nothing can be read from it. Unlike `ssl.create_default_context`, this does not write the
    connection's keys to the file that `SSLKEYLOGFILE` names: whoever has them can read the passwords.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_bundle is None:
        context.load_default_certs()
        return context
    try:
        if Path(ca_bundle).is_dir():
            context.load_verify_locations(capath=ca_bundle)
        else:
            context.load_verify_locations(cafile=ca_bundle)
    except OSError:
        usable = False
    else:
        usable = True
    if usable:
        return context
    raise InputError(f"no certificate can be read from {ca_bundle}", "set SARV_CA_BUNDLE to a file in PEM format")

"""Certificates of one's own making."""

from __future__ import annotations

import os
import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def certificate(folder: Path, days: int) -> Path:
    """Return a PEM file with a self-signed certificate for 127.0.0.1 that is valid for `days`, and its key."""
    if shutil.which("openssl") is None:
        assert "CI" not in os.environ, "openssl has to be installed: without it nothing is shown of TLS"
        pytest.skip("openssl is not installed")
    key, cert, both = folder / "key.pem", folder / "cert.pem", folder / "both.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", str(days)]
    command = ["openssl", "req", *kind, *subject, "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    both.write_bytes(key.read_bytes() + cert.read_bytes())
    return both


def speaking(pem: Path) -> ssl.SSLContext:
    """Return what lets a server speak TLS with the certificate in `pem`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context

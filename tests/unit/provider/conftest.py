from __future__ import annotations

import logging
import os
import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING

import pytest

from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.secret import Secret
from sarv_sync.provider.client import Client
from tests.unit.provider.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "tok3n/Canary+äß"


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def stage() -> Iterator[Stage]:
    server = Stage()
    yield server
    server.close()


@pytest.fixture
def scrubber() -> Scrubber:
    return Scrubber()


@pytest.fixture
def client(stage: Stage, scrubber: Scrubber) -> Iterator[Client]:
    made = Client(stage.url, "10042", Secret(TOKEN), scrubber)
    yield made
    made.close()


@pytest.fixture
def hasty(stage: Stage, scrubber: Scrubber) -> Iterator[Client]:
    """A client that hardly waits, for servers that never answer."""
    made = Client(stage.url, "10042", Secret(TOKEN), scrubber, timeouts=(5.0, 0.1))
    yield made
    made.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 and its key, in one PEM file."""
    if shutil.which("openssl") is None:
        assert "CI" not in os.environ, "openssl has to be installed: without it nothing is shown of TLS"
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("tls")
    key, cert, both = folder / "key.pem", folder / "cert.pem", folder / "both.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    command = ["openssl", "req", *kind, *subject, "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    both.write_bytes(key.read_bytes() + cert.read_bytes())
    return both


@pytest.fixture
def tls_stage(certificate: Path) -> Iterator[Stage]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = Stage(tls=context)
    yield server
    server.close()


class Records(logging.Handler):
    """Keeps everything that is logged, at every level, by every library."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.name} {self.format(record)} {vars(record)!r}")


@pytest.fixture
def everything_logged() -> Iterator[Records]:
    handler, root = Records(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.NOTSET)
    yield handler
    root.setLevel(level)
    root.removeHandler(handler)

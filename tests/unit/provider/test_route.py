from __future__ import annotations

import shutil
import subprocess
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import Fault
from sarv_sync.model.route import Handshake, Route
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.secret import Secret
from sarv_sync.model.users import Listing
from sarv_sync.provider.client import Client
from sarv_sync.provider.route import walk
from tests.unit.provider.stage import Reply, Stage, error, reply

if TYPE_CHECKING:
    from pathlib import Path

DAY = 86_400.0


def test_plain_http_ends_with_the_connection(stage: Stage) -> None:
    assert walk(stage.url, None) == Route(("127.0.0.1",), "127.0.0.1", None)


def test_a_trusted_certificate_shows_protocol_and_end(tls_stage: Stage, certificate: Path) -> None:
    route = walk(tls_stage.url, str(certificate))
    assert (route.addresses, route.peer, route.broken) == (("127.0.0.1",), "127.0.0.1", False)
    assert isinstance(route.tls, Handshake)
    assert route.tls.protocol in {"TLSv1.2", "TLSv1.3"}
    assert time.time() + DAY < route.tls.expires < time.time() + 3 * DAY


def test_a_folder_of_certificates_will_do(tls_stage: Stage, certificate: Path, tmp_path: Path) -> None:
    shutil.copy(certificate, tmp_path / "own.pem")
    subprocess.run(["openssl", "rehash", str(tmp_path)], check=True, capture_output=True)
    assert isinstance(walk(tls_stage.url, str(tmp_path)).tls, Handshake)


def test_nothing_is_asked_for_on_the_way(tls_stage: Stage, certificate: Path) -> None:
    walk(tls_stage.url, str(certificate))
    assert (tls_stage.connections, tls_stage.requests) == (1, [])


def _fault(step: object) -> Fault:
    assert isinstance(step, Fault)
    return step


def test_an_untrusted_certificate_comes_with_the_clients_own_remedy(tls_stage: Stage) -> None:
    route = walk(tls_stage.url, None)
    fault = _fault(route.tls)
    assert (route.peer, route.broken) == ("127.0.0.1", True)
    assert "its certificate is not trusted (" in fault.message
    assert "SARV_CA_BUNDLE" in (fault.hint or "")


def test_a_certificate_for_another_host_is_not_trusted(tls_stage: Stage, certificate: Path) -> None:
    route = walk(tls_stage.url.replace("127.0.0.1", "localhost"), str(certificate))
    assert "Hostname mismatch" in _fault(route.tls).message


@pytest.mark.parametrize("content", ["nothing of use", None])
def test_a_bundle_that_cannot_be_used_is_a_fault(tls_stage: Stage, tmp_path: Path, content: str | None) -> None:
    bundle = tmp_path / "bundle.pem"
    if content is not None:
        bundle.write_text(content)
    assert "TLS failed" in _fault(walk(tls_stage.url, str(bundle)).tls).message


def test_without_tls_to_be_tried_none_is(tls_stage: Stage) -> None:
    assert walk(tls_stage.url, None, tls=False) == Route(("127.0.0.1",), "127.0.0.1", None)


def test_a_port_that_speaks_something_else_is_explained(stage: Stage) -> None:
    route = walk(stage.url.replace("http:", "https:"), None)
    assert "TLS failed (" in _fault(route.tls).message


def test_a_server_that_says_nothing_is_not_waited_for_for_ever(certificate: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/v1.0"
        assert _fault(walk(url, None, patience=0.05).tls).message == "connecting took too long"


def test_a_refused_connection_is_a_fault(stage: Stage) -> None:
    url = stage.url
    stage.close()
    route = walk(url, None)
    assert (route.addresses, _fault(route.peer).message, route.tls) == (
        ("127.0.0.1",), "the connection was refused", None,
    )  # fmt: skip


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 64 + ".example"])
def test_a_name_that_does_not_resolve_is_a_fault(host: str) -> None:
    route = walk(f"https://{host}/v1.0", None)
    assert _fault(route.addresses).message
    assert (route.peer, route.tls, route.broken) == (None, None, True)


DATED = "Date: Sun, 15 Jun 2025 15:06:40 GMT"
ROWS = {"status": "success", "smtp_list": []}


@pytest.mark.parametrize(
    ("answer", "kind", "date"),
    [
        (reply(ROWS), "Listing", None),
        (reply(ROWS, headers=(DATED,)), "Listing", "Sun, 15 Jun 2025 15:06:40 GMT"),
        (reply({"status": "success"}, headers=(DATED,)), "AnswerUnusable", "Sun, 15 Jun 2025 15:06:40 GMT"),
        (error("AuthenticationError"), "AuthenticationFailed", None),
        (Reply(b"", "close"), "AnswerUnusable", None),
    ],
)
def test_a_probe_returns_what_a_listing_raises_and_the_time_of_the_answer(
    stage: Stage, client: Client, answer: Reply, kind: str, date: str | None
) -> None:
    stage.play(answer)
    result, stated = client.probe()
    assert (type(result).__name__, stated) == (kind, date)
    assert len(stage.requests) == 1


def test_a_probe_teaches_the_scrubber_every_password(stage: Stage) -> None:
    row = {
        "smtp_user_name": "smtp1", "password": "canary-pw", "status": "Enable", "total_limit": 1, "hourly_limit": 1,
    }  # fmt: skip
    stage.play(reply({"status": "success", "smtp_list": [row]}))
    scrubber = Scrubber()
    with closing(Client(stage.url, "1", Secret("t0ken"), scrubber)) as client:
        listing, _ = client.probe()
    assert isinstance(listing, Listing)
    assert (list(listing.users), scrubber.scrub("canary-pw")) == (["smtp1"], "[redacted]")

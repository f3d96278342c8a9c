"""Every answer of a server of Terraform's protocol that is no success is explained, and gives nothing away."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from sarv_sync.errors import InputError, StateError, SwapLost
from sarv_sync.state.http.backend import open_http
from sarv_sync.state.http.complaint import Complaint
from sarv_sync.state.interface import Site
from sarv_sync.transport.failures import COUNTERPARTS, Failure
from tests.contract.http_world import World, state, world
from tests.engines.terraform_server import READER, WRITER, Rules, as_json, serving

GITLAB = Rules(like="gitlab", etags=True)
PAGE = b"<!DOCTYPE html><title>Sign in</title>"
HTML = {"Content-Type": "text/html; charset=utf-8"}
ELSEWHERE = {"Location": "https://elsewhere.example/?token=hidden"}
SECRETS = [*WRITER[1:], b64encode(":".join(WRITER).encode()).decode(), "hidden"]


def failing(action: Callable[[], object]) -> StateError:
    """Return the error that ends an action: one that explains itself and gives nothing away."""
    with pytest.raises(StateError) as caught:
        action()
    error = caught.value
    for text in (error.message, error.hint or ""):
        assert text
        assert "\n" not in text
        assert len(text) < 420
        assert not [secret for secret in SECRETS if secret in text]
    return error


def set_up(w: World) -> None:
    w.store().swap(None, state(1))
    w.server.requests.clear()


@pytest.mark.parametrize(
    ("answer", "message", "hint"),
    [
        (as_json(401, {"message": "401 Unauthorized"}), "401 Unauthorized (401 Unauthorized)", "TF_HTTP_PASSWORD"),
        (as_json(403, {"message": "403 Forbidden"}), "403 Forbidden (403 Forbidden)", "Developer"),
        (as_json(404, {"message": "404 Project Not Found"}), "404 Not Found (404 Project", "may not see"),
        (as_json(404, {"error": "404 Not Found"}), "404 Not Found (404 Not Found)", "check the address"),
        ((404, PAGE, HTML), "answered with a web page", "login page"),
        ((200, PAGE, HTML), "answered with a web page", "login page"),
        ((302, b"", ELSEWHERE), "302 Found", "a redirect is not followed"),
        ((308, b"", ELSEWHERE), "308 Permanent Redirect", "a redirect is not followed"),
        ((304, b"", {}), "304 Not Modified", "address"),
        ((418, b"short\nand stout\x1b[31m", {}), "418 I'm a Teapot (short and stout [31m)", "address"),
        ((299, b"x", {}), "the server answered 299 (x)", "address"),
        ((403, b"p: " + WRITER[1].encode(), {}), "403 Forbidden (p: [redacted])", "Developer"),
        (as_json(403, {"message": "x" * 9999}), "x…)", "Developer"),
        ((422, b"[" * 99999, {}), "answered 422 Unprocessable", "serial"),
        ((500, b"", {}), "500 Internal Server Error", "log"),
        ((502, PAGE, HTML), "502 Bad Gateway (with a web page)", "later"),
        ((429, b"", {}), "429 Too Many Requests", "later"),
    ],
)
def test_what_is_read_instead_of_the_document_is_explained(answer: Any, message: str, hint: str) -> None:
    with world() as w:
        set_up(w)
        store = w.store()
        for action in (store.read, store.version, lambda: store.swap(None, b"x")):
            w.server.script["GET"] = [answer] * 3
            error = failing(action)
            assert not isinstance(error, SwapLost)
            assert error.message.startswith(f"cannot read the state {w.server.url('/states/mail')}: ")
            assert message in error.message
            assert hint in (error.hint or "")
        assert w.server.said("LOCK", "POST", "UNLOCK") == []


@pytest.mark.parametrize(
    "answer", [(404, b"", {}), (404, b"404 page not found\n", {}), (204, b"", {}),
               as_json(404, {"message": "404 Not found"}), as_json(404, {"error": "no such state"}),
               as_json(404, ["?"]), as_json(404, None)],
)  # fmt: skip
def test_there_is_no_document_where_the_protocol_says_so(answer: Any) -> None:
    with world() as w:
        set_up(w)
        w.server.script["GET"] = [answer, answer]
        assert (w.store().read(), w.store().version()) == (None, None)


def test_a_document_that_was_cut_off_to_nothing_is_not_taken_for_none() -> None:
    with world() as w:
        set_up(w)
        w.server.script["GET"] = [(200, b"", {})] * 4
        for attempt in (w.store().read, w.store().version, lambda: w.store().swap(None, b"first")):
            with pytest.raises(StateError, match="is empty, or was cut off") as failure:
                attempt()
            assert failure.value.hint


@pytest.mark.parametrize(
    ("answer", "message", "hint"),
    [
        ((401, b"", {}), "cannot lock the state", "TF_HTTP_USERNAME"),
        (as_json(403, {"message": "403 Forbidden"}), "cannot lock the state", "Maintainer"),
        (as_json(400, {"error": "Who is missing"}), "400 Bad Request (Who is missing)", "lock_address"),
        (as_json(404, {"message": "404 Project Not Found"}), "does not lock it", "may not see"),
        ((302, b"", ELSEWHERE), "302 Found", "a redirect is not followed"),
        ((200, PAGE, HTML), "answered with a web page", "login page"),
        ((423, PAGE, HTML), "is locked on its server", "release it"),
        ((503, b"", {}), "503 Service Unavailable", "later"),
    ],
)
def test_a_lock_that_is_refused_is_explained(answer: Any, message: str, hint: str) -> None:
    with world() as w:
        set_up(w)
        w.server.script["LOCK"] = [answer] * 99
        store = w.store()
        error = failing(lambda: store.swap(store.version(), b"second"))

        assert message in error.message
        assert hint in (error.hint or "")
        assert (w.content(), w.server.said("POST")) == (state(1), [])


@pytest.mark.parametrize(
    ("answer", "message", "hint"),
    [
        ((403, b"", {}), "403 Forbidden", "Maintainer"),
        ((400, b"", {}), "400 Bad Request", "serial"),
        ((413, b"", {}), "413 ", "larger documents"),
        (as_json(422, {"message": "PG::UniqueViolation: ERROR:\nDETAIL"}), "(PG::UniqueViolation: ERROR:", "serial"),
        ((302, b"", ELSEWHERE), "302 Found", "a redirect is not followed"),
        ((200, b"", {}), "still shows the one before", "serial"),
        ((201, b"", {}), "still shows the one before", "serial"),
        ((200, PAGE, HTML), "still shows the one before", "serial"),
        ((423, b"", {}), "423 Locked", "serial"),
        ((500, b"", {}), "500 Internal Server Error", "log"),
    ],
)
def test_a_write_that_is_refused_is_explained_and_changes_nothing(answer: Any, message: str, hint: str) -> None:
    with world() as w:
        set_up(w)
        w.server.script["POST"] = [answer] * 4
        store = w.store()
        error = failing(lambda: store.swap(store.version(), b"second"))

        assert type(error) is StateError
        assert message in error.message
        assert hint in (error.hint or "")
        assert (w.content(), w.document.lock) == (state(1), None)


def test_a_serial_that_gitlab_had_before_is_refused() -> None:
    with world(GITLAB) as w:
        store = w.store()
        version = store.swap(store.swap(None, state(4)), state(5))

        assert "422 Unprocessable" in failing(lambda: store.swap(version, state(4, "again"))).message
        assert "still shows the one before" in failing(lambda: store.swap(version, state(3))).message
        assert w.content() == state(5)


def test_gitlab_needs_a_serial_and_json() -> None:
    with world(GITLAB) as w:
        assert "500" in failing(lambda: w.store().swap(None, b"{}")).message
        assert "400 Bad Request" in failing(lambda: w.store().swap(None, b"no JSON")).message
        assert w.document.lock is None


def test_an_empty_document_is_not_written() -> None:
    with world() as w:
        failing(lambda: w.store().swap(None, b""))
        assert w.server.said() == []


def test_a_document_can_be_damaged_behind_the_program_s_back_and_replaced() -> None:
    with world(GITLAB) as w:
        store = w.store()
        store.swap(None, state(1))
        w.document.versions[1] = b"\xff garbage"

        store.swap(store.version(), state(2))
        assert w.content() == state(2)


@pytest.mark.parametrize("user", [None, ("nobody", "x"), READER])
def test_credentials_that_do_not_suffice_are_an_error(user: tuple[str, str] | None) -> None:
    with world() as w:
        set_up(w)
        store = w.store(user=user)
        error = failing(lambda: store.swap("anything" if user != READER else store.version(), b"second"))
        assert ("403" if user == READER else "401") in error.message


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(status: int) -> None:
    with world() as w, serving() as other:
        for method in ("GET", "LOCK", "POST"):
            set_up(w) if w.content() is None else None
            w.server.script[method] = [(status, b"", {"Location": other.url("/states/mail")})]
            store = w.store()
            failing(lambda store=store: store.swap(store.version(), b"second"))  # type: ignore[misc]
        assert other.said() == []


@pytest.mark.parametrize("failure", sorted({failure for _, failure in COUNTERPARTS}, key=str), ids=lambda f: f.kind)
def test_every_failure_of_the_network_has_a_message_and_a_hint(failure: Failure) -> None:
    from sarv_sync.model.scrub import Scrubber

    error = Complaint("https://state.example/", Scrubber()).about("read", failure)
    assert error.message == f"cannot read the state https://state.example/: {failure.message}"
    assert error.hint


def opened(address: str, ca_bundle: str | None = None) -> Any:
    environment = {"TF_HTTP_USERNAME": WRITER[0], "TF_HTTP_PASSWORD": WRITER[1]}
    return open_http({"address": address}, Site(Path(), environment, ca_bundle))


def test_a_name_that_nobody_knows_is_explained() -> None:
    error = failing(opened("https://state.invalid/mail").read)
    assert "could not be resolved" in error.message
    assert "offline" in (error.hint or "")


@pytest.mark.parametrize(
    "answer", [b"220 mail.example ESMTP\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\ncut off", b"",
               b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"],
)  # fmt: skip
def test_what_is_no_whole_answer_is_explained(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):  # the client may be gone, and the test over
                for _ in range(3):
                    connection, _ = listener.accept()
                    with connection:
                        connection.recv(1 << 16)
                        connection.sendall(answer)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        failing(opened(f"http://127.0.0.1:{listener.getsockname()[1]}/").read)


@pytest.fixture(scope="module")
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


def test_only_a_certificate_that_is_trusted_gets_the_credentials(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with serving(tls=context) as server:
        address = server.url("/states/mail")
        error = failing(opened(address).read)
        assert "its certificate is not trusted" in error.message
        assert "SARV_CA_BUNDLE" in (error.hint or "")
        assert server.said() == []

        store = opened(address, str(certificate))
        store.swap(None, b"first")
        assert store.read().data == b"first"


def test_a_bundle_of_authorities_that_is_none_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no certificate can be read"):
        opened("https://state.example/", str(tmp_path / "missing.pem"))


def test_netrc_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".netrc").write_text("default login writer password " + WRITER[1])
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    with serving() as server:
        failing(open_http({"address": server.url("/states/mail")}, Site(tmp_path, {})).read)
        assert "authorization" not in server.said()[0].headers

"""Logging in to a real SMTP server."""

from __future__ import annotations

import base64
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from sarv_sync.errors import InputError, SinkError
from sarv_sync.model.secret import Secret
from sarv_sync.submission import login
from sarv_sync.submission.failures import Attempt, LoginRefused
from tests.end_to_end.certificates import certificate, speaking
from tests.mail.server import Accepts, MailServer

PASSWORD = 'pw-ä"q\\b/s+p%c&a<l'


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificate"), 30)


def only(password: str) -> Accepts:
    return lambda name, given: (name, given) == ("smtp1", password)


def enter(
    port: int, pem: Path | None, password: str = PASSWORD, host: str = "127.0.0.1", timeout: float = 20
) -> None:
    attempt = Attempt(host, port, "smtp1", Secret(password))
    login.log_in(attempt, ca_bundle=str(pem) if pem else None, timeout=timeout)


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
@pytest.mark.parametrize("implicit", [False, True])
def test_the_right_password_is_let_in_and_no_mail_is_sent(
    pem: Path, monkeypatch: pytest.MonkeyPatch, mechanism: str, implicit: bool
) -> None:
    with MailServer(only(PASSWORD), pem, implicit=implicit, mechanisms=(mechanism,)) as server:
        if implicit:
            monkeypatch.setattr(login, "IMPLICIT_TLS", server.port)
        enter(server.port, pem)
    assert (server.logins, server.mails) == ([("smtp1", True)], [])


def test_the_server_learns_nothing_of_this_machine(pem: Path) -> None:
    with MailServer(only(PASSWORD), pem) as server:
        enter(server.port, pem)
    assert [each.session.host_name for each in server.conversations if each.session] == ["[127.0.0.1]"]


def test_the_keys_of_the_connection_are_written_nowhere(
    pem: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    with MailServer(only(PASSWORD), pem) as server:
        enter(server.port, pem)
    assert not (tmp_path / "keys").exists()


def test_a_folder_of_authorities_will_do(pem: Path, tmp_path: Path) -> None:
    hashed = subprocess.run(
        ["openssl", "x509", "-hash", "-noout", "-in", pem], check=True, capture_output=True, text=True
    )
    (tmp_path / f"{hashed.stdout.strip()}.0").write_bytes(pem.read_bytes())
    with MailServer(only(PASSWORD), pem) as server:
        enter(server.port, tmp_path)
    assert server.logins == [("smtp1", True)]


def test_a_wrong_password_is_tried_once_and_told_as_one(pem: Path) -> None:
    with MailServer(only("another"), pem) as server, pytest.raises(LoginRefused) as caught:
        enter(server.port, pem)
    assert server.logins == [("smtp1", False)]
    assert "smtp1: the server does not accept the password, yet or any more: 535" in caught.value.message
    assert not caught.value.temporary


def test_a_server_that_is_busy_is_told_apart(pem: Path) -> None:
    with MailServer(lambda *_: "454 4.7.0 not now", pem) as server, pytest.raises(LoginRefused) as caught:
        enter(server.port, pem)
    assert "the server asks to try again later: 454 4.7.0 not now" in caught.value.message
    assert caught.value.temporary


@pytest.mark.parametrize("code", [504, 534, 550])
def test_another_refusal_is_no_wrong_password(pem: Path, code: int) -> None:
    with MailServer(lambda *_: f"{code} go away", pem) as server, pytest.raises(SinkError) as caught:
        enter(server.port, pem)
    assert f"the server refuses: {code} go away" in caught.value.message
    assert not isinstance(caught.value, LoginRefused)


def test_a_server_that_repeats_the_password_is_not_quoted_with_it(pem: Path) -> None:
    def echo(name: str, password: str) -> str:
        return f"535 {name} {password} {password[::-1]} \x1b[31m\u202e##[error] {'long ' * 400}"

    with MailServer(echo, pem) as server, pytest.raises(LoginRefused) as caught:
        enter(server.port, pem)
    assert PASSWORD not in caught.value.message
    assert "535 smtp1 [redacted] [redacted] \\x1b[31m\\u202e#\\x23[error] long" in caught.value.message
    assert len(caught.value.message) < 400


PLAIN = base64.b64encode(f"\0smtp1\0{PASSWORD}".encode()).decode()


@pytest.mark.parametrize(
    "said",
    [
        f"bad login: {PLAIN[:20]} {PLAIN[20:]}",
        f"bad login:\n{PLAIN[:17]}\n{PLAIN[17:30]}\n{PLAIN[30:]}",
        f"5.7.8 bad login:\n5.7.8 {PLAIN[:20]}\n5.7.8 {PLAIN[20:]}",
        f"bad login: {PASSWORD[:9]}\n{PASSWORD[9:]}",
        f"bad login: {' '.join(PASSWORD)}",
        f"bad login: {PLAIN[:20]}\\n{PLAIN[20:]}",
    ],
)
def test_a_server_that_repeats_the_login_in_pieces_is_not_quoted(said: str) -> None:
    error = Attempt("smtp.example.net", 587, "smtp1", Secret(PASSWORD)).answered(535, said.encode())

    assert error.message.endswith(": 535, and what it said has a secret in it, and is not shown")


def test_a_password_of_two_words_is_found_where_a_line_ends_between_them() -> None:
    error = Attempt("smtp.example.net", 587, "smtp1", Secret("two words")).answered(535, b"no: two\nwords")

    assert error.message.endswith(": 535 no: [redacted]")


def test_what_is_no_utf_8_is_not_quoted_since_nobody_knows_what_it_spells() -> None:
    said = PASSWORD.encode("latin-1")

    error = Attempt("smtp.example.net", 587, "smtp1", Secret(PASSWORD)).answered(535, said)

    assert error.message.endswith(": 535, and what it said is not UTF-8, and is not shown")


def test_a_server_that_repeats_the_login_over_the_lines_of_its_answer_is_not_quoted(pem: Path) -> None:
    answer = f"535-5.7.8 {PLAIN[:20]}\r\n535 5.7.8 {PLAIN[20:]}"
    with MailServer(lambda *_: answer, pem) as server, pytest.raises(LoginRefused) as caught:
        enter(server.port, pem)
    assert caught.value.message.endswith(": 535, and what it said has a secret in it, and is not shown")


def test_nothing_is_sent_to_a_server_without_tls() -> None:
    with MailServer(only(PASSWORD), None) as server, pytest.raises(SinkError, match="offers no STARTTLS, so nothing"):
        enter(server.port, None)
    assert server.logins == []


def test_nothing_is_sent_to_a_server_that_no_known_authority_vouches_for(pem: Path, tmp_path: Path) -> None:
    other = certificate(tmp_path, 30)
    with MailServer(only(PASSWORD), other) as server:
        for authorities in (pem, None):
            with pytest.raises(SinkError, match="its certificate is not trusted") as caught:
                enter(server.port, authorities)
            assert "SARV_CA_BUNDLE" in str(caught.value.hint)
    assert server.logins == []


def test_nothing_is_sent_to_a_server_with_another_name(pem: Path) -> None:
    with MailServer(only(PASSWORD), pem) as server, pytest.raises(SinkError, match="its certificate is not trusted"):
        enter(server.port, pem, host="localhost")
    assert server.logins == []


def test_a_server_that_lets_nobody_log_in_is_told(pem: Path) -> None:
    with MailServer(only(PASSWORD), pem, mechanisms=()) as server, pytest.raises(SinkError, match="offers no login"):
        enter(server.port, pem)


def test_a_bundle_that_is_none_is_an_error_of_the_input(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no certificate can be read from"):
        enter(1, tmp_path / "missing.pem")


def test_a_port_where_nobody_listens_is_told() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(SinkError, match=f"127.0.0.1:{port} as smtp1: the connection was refused"):
        enter(port, None)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a" * 70 + ".example", "a..b"])
def test_a_host_that_is_not_there_is_told(host: str) -> None:
    with pytest.raises(SinkError, match=r"the host name could not be resolved|no name of a host") as caught:
        enter(587, None, host=host)
    assert "account.smtp.host" in str(caught.value.hint)


@contextmanager
def saying(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Yield the port of a server that does as `serve` does with its first connection."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            connection, _ = listening.accept()
            with connection, suppress(OSError):  # the client has seen enough
                serve(connection)

        thread = threading.Thread(target=run)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def dribble(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"2")
        threading.Event().wait(0.05)


def hold(connection: socket.socket) -> None:
    connection.recv(1)


def hold_in_tls(connection: socket.socket) -> None:
    connection.sendall(b"220 hello\r\n")
    connection.recv(100)
    connection.sendall(b"250-hello\r\n250 STARTTLS\r\n")
    connection.recv(100)
    connection.sendall(b"220 go on\r\n")
    while connection.recv(1000):
        pass


@pytest.mark.parametrize("serve", [dribble, hold, hold_in_tls])
def test_a_server_that_takes_for_ever_is_left(serve: Callable[[socket.socket], None]) -> None:
    with saying(serve) as port, pytest.raises(SinkError, match=r"not done within 0.5 seconds"):
        enter(port, None, timeout=0.5)


def flood(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"220-and\r\n" * 1000)


@pytest.mark.parametrize(
    "serve",
    [
        flood,
        lambda connection: connection.sendall(b"2" * 100_000),
        lambda connection: connection.sendall(b"\xff\xfe\r\n"),
        lambda connection: connection.close(),
        lambda connection: connection.sendall(b"220 hello\r\n"),
        lambda connection: connection.sendall(b"554 no service\r\n"),
    ],
)
def test_a_server_that_speaks_something_else_is_an_error_like_any_other(
    serve: Callable[[socket.socket], None],
) -> None:
    with saying(serve) as port, pytest.raises(SinkError) as caught:
        enter(port, None)
    assert type(caught.value) is SinkError
    assert "not done within" not in caught.value.message, "it was read for as long as it went on"
    assert len(caught.value.message) < 400


def test_old_tls_is_not_spoken(pem: Path) -> None:
    def old(connection: socket.socket) -> None:
        context = speaking(pem)
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        connection.sendall(b"220 hello\r\n")
        connection.recv(100)
        connection.sendall(b"250-hello\r\n250 STARTTLS\r\n")
        connection.recv(100)
        connection.sendall(b"220 go on\r\n")
        context.wrap_socket(connection, server_side=True)

    with (
        pytest.warns(DeprecationWarning, match="TLSv1"),
        saying(old) as port,
        pytest.raises(SinkError, match="TLS failed"),
    ):
        enter(port, pem)

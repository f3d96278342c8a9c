"""What each answer proves about an addSmtp: the second table of the provider's notes, row by row."""

from __future__ import annotations

import socket
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import AnswerUnusable, AuthenticationFailed, ProviderError, RequestRefused
from sarv_sync.model.answers import Created, NotCreated, Unknown
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.secret import Secret
from sarv_sync.provider.client import Client
from tests.unit.provider.stage import Reply, Stage, error, reply

if TYPE_CHECKING:
    from collections.abc import Iterator

MADE = {"status": "success", "message": "SMTP User Created", "smtp_user_name": "smtp1", "smtp_password": "pa55word"}
WITHOUT_BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n"


def _but(**changes: object) -> dict[str, object]:
    """MADE with changes; None leaves a field out."""
    return {key: value for key, value in {**MADE, **changes}.items() if value is not None}


@contextmanager
def _client(url: str, **more: float) -> Iterator[Client]:
    with closing(Client(url, "10042", Secret("t0ken-canary"), Scrubber(), timeouts=(0.2, 5.0))) as client:
        yield client


@pytest.mark.parametrize("extra", [{}, {"plan": "gold", "name": "ValidationError"}], ids=["plain", "extra fields"])
def test_success_with_both_fields_is_a_created_user(stage: Stage, client: Client, extra: dict[str, object]) -> None:
    stage.play(reply({**MADE, **extra}))
    assert client.add_user(7, 3) == Created("smtp1", Secret("pa55word"))
    assert stage.requests[0].body.items() >= {"total_limit": 7, "hourly_limit": 3, "owner_id": "10042"}.items()


@pytest.mark.parametrize("status", [200, 400, 401, 429, 500, 503])
@pytest.mark.parametrize("key", ["name", "type"])
@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("ValidationError", RequestRefused),
        ("AuthenticationError", AuthenticationFailed),
        ("Invalid_Key", AuthenticationFailed),
    ],
)
def test_a_parsed_refusal_proves_that_no_user_was_made(
    stage: Stage, client: Client, *, status: int, key: str, kind: str, expected: type[ProviderError]
) -> None:
    stage.play(reply({"status": "error", key: kind, "message": "no"}, status))
    answer = client.add_user(7, 3)
    assert isinstance(answer, NotCreated)
    assert type(answer.error) is expected


UNKNOWN = {
    "GeneralError": error("GeneralError"),
    "an error class nobody knows": error("QuotaError"),
    "an error without a class": reply({"status": "error", "message": "no"}),
    "name and type that disagree": error("ValidationError", type="GeneralError"),
    "name and type that disagree about the credentials": error("AuthenticationError", type="GeneralError"),
    "a refusal that says success": reply({"status": "success", "name": "ValidationError"}),
    "a refusal without a status": reply({"name": "ValidationError"}),
    "500": reply(b"", 500),
    "502 with HTML": reply(b"<html>Bad Gateway</html>", 502),
    "429 without a parsed error": reply(b"slow down", 429),
    "429 with JSON of another kind": reply({"error": "slow down"}, 429),
    "HTML": reply(b"<html>Welcome</html>"),
    "an empty body": reply(b""),
    "204": Reply(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "truncated JSON": reply(b'{"status": "success", "smtp_user_na'),
    "JSON that is no object": reply([MADE]),
    "JSON nested without end": reply(b"[" * 200_000),
    "a number of ten thousand digits": reply(b'{"status": "success", "n": ' + b"9" * 10_000 + b"}"),
    "bytes that are no UTF-8": reply(b'{"status": "success\xff"}'),
    "success without a name": reply(_but(smtp_user_name=None)),
    "success with an empty name": reply(_but(smtp_user_name="")),
    "success with a name of control characters": reply(_but(smtp_user_name="a\x1b[2J")),
    "success with a name that is a number": reply(_but(smtp_user_name=12345)),
    "success without a password": reply(_but(smtp_password=None)),
    "success with an empty password": reply(_but(smtp_password="")),
    "success with a password that is a number": reply(_but(smtp_password=5)),
    "success with two passwords": reply(_but(password="another")),
    "success in another letter case": reply(_but(status="Success")),
    "201": reply(MADE, 201),
    "500 with a success": reply(MADE, 500),
    "a redirect": reply(MADE, 302, headers=("Location: https://elsewhere.example/",)),
    "a body cut off": Reply(WITHOUT_BODY + b'{"status": ', "close"),
    "a whole object in a body cut off": Reply(WITHOUT_BODY + b'{"status": "success"}', "close"),
    "a chunked body cut off": Reply(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}", "close"),
    "a chunk without a length": Reply(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "close"),
    "compression that is none": Reply(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd", "close"
    ),
    "no HTTP": Reply(b"220 mail.example ESMTP\r\n", "close"),
    "no answer, connection closed": Reply(b"", "close"),
    "no answer, connection reset": Reply(b"", "reset"),
    "a reset in the body": Reply(WITHOUT_BODY, "reset"),
}


@pytest.mark.parametrize("answer", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_any_other_answer_proves_nothing(stage: Stage, client: Client, answer: Reply) -> None:
    stage.play(answer)
    result = client.add_user(7, 3)
    assert isinstance(result, Unknown)
    assert type(result.error) is AnswerUnusable
    assert result.error.hint
    assert len(stage.calls("addSmtp")) == 1


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\n", WITHOUT_BODY])
def test_an_answer_that_does_not_come_in_time_proves_nothing(stage: Stage, hasty: Client, begun: bytes) -> None:
    stage.play(Reply(begun, "hang"))
    result = hasty.add_user(7, 3)
    assert isinstance(result, Unknown)
    assert "took too long" in result.error.message
    assert len(stage.calls("addSmtp")) == 1


def test_a_refused_connection_proves_that_no_user_was_made() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with _client(f"http://127.0.0.1:{port}") as client:
        result = client.add_user(7, 3)
    assert isinstance(result, NotCreated)
    assert type(result.error) is ProviderError
    assert "127.0.0.1: the connection was refused" in result.error.message


def test_a_name_that_does_not_resolve_proves_that_no_user_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*arguments: object, **more: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with _client("https://api.nowhere.example/v1.0") as client:
        result = client.add_user(7, 3)
    assert isinstance(result, NotCreated)
    assert "api.nowhere.example: the host name could not be resolved" in result.error.message


def test_a_connection_that_is_never_made_proves_that_no_user_was_made() -> None:
    """A listener whose queue is full lets nobody in: connecting times out."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        with _client(f"http://127.0.0.1:{address[1]}") as client:
            result = client.add_user(7, 3)
        for one in waiting:
            one.close()
    assert isinstance(result, NotCreated)
    assert "connecting took too long" in result.error.message


def test_a_server_that_speaks_no_tls_proves_that_no_user_was_made(stage: Stage) -> None:
    with _client(stage.url.replace("http:", "https:")) as client:
        result = client.add_user(7, 3)
    assert isinstance(result, NotCreated)
    assert "TLS failed (" in result.error.message
    assert stage.requests == []


def test_an_untrusted_certificate_proves_that_no_user_was_made(tls_stage: Stage) -> None:
    with _client(tls_stage.url) as client:
        result = client.add_user(7, 3)
    assert isinstance(result, NotCreated)
    assert "certificate is not trusted (self-signed certificate)" in result.error.message
    assert "SARV_CA_BUNDLE" in (result.error.hint or "")
    assert tls_stage.requests == []


def test_tls_that_is_never_set_up_proves_that_no_user_was_made() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        _client(f"https://127.0.0.1:{listener.getsockname()[1]}") as client,
    ):
        result = client.add_user(7, 3)
    assert isinstance(result, NotCreated)
    assert "connecting took too long" in result.error.message

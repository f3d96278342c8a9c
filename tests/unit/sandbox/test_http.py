from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from sarv_sync.model.users import Settings
from sarv_sync.sandbox import http_responses
from sarv_sync.sandbox.http_requests import BODY_LIMIT, HEAD_LIMIT
from tests.unit.sandbox.asking import JSON, OWNER, TOKEN, Caller, exchange_raw

if TYPE_CHECKING:
    from sarv_sync.sandbox.server import Sandbox
    from tests.unit.sandbox.conftest import Start

LIST = json.dumps({"owner_id": OWNER, "token": TOKEN}).encode()
PATH = b"POST /v1.0/settings/listSmtp HTTP/1.1\r\n"
TYPE = b"Content-Type: application/json\r\n"


def test_one_connection_takes_many_calls(caller: Caller, sandbox: Sandbox) -> None:
    caller.ask("listSmtp")
    opened = caller.connection.sock
    for _ in range(50):
        caller.ask("addSmtp", total_limit=1, hourly_limit=1)
    assert caller.connection.sock is opened
    assert len(sandbox.account.users()) == 50


def test_an_error_leaves_the_connection_usable(caller: Caller) -> None:
    caller.ask("listSmtp")
    opened = caller.connection.sock
    caller.send("GET", "/nowhere")
    caller.post("addSmtp", "{")
    assert caller.ask("listSmtp").json["status"] == "success"
    assert caller.connection.sock is opened


@pytest.mark.parametrize(
    "path", ["/", "/v1.0", "/v1.0/settings/listSmtp/", "/settings/listSmtp", "/v1.0/settings/LISTSMTP", "//[x"]
)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_another_path_is_not_found(path: str, method: str, caller: Caller, sandbox: Sandbox) -> None:
    got = caller.send(method, path, LIST, JSON)
    assert (got.status, got.json["status"], got.json["name"]) == (404, "error", "ValidationError")
    assert sandbox.calls == (("unknown", "ValidationError"),)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"])
def test_another_method_is_not_allowed(method: str, caller: Caller) -> None:
    got = caller.send(method, "/v1.0/settings/listSmtp")
    assert (got.status, got.headers["Allow"], got.json["name"]) == (405, "POST", "ValidationError")


def test_head_gets_a_head_and_no_body(caller: Caller) -> None:
    got = caller.send("HEAD", "/v1.0/settings/listSmtp")
    assert (got.status, got.body) == (405, b"")
    assert int(got.headers["Content-Length"]) > 0
    assert caller.ask("listSmtp").status == 200


@pytest.mark.parametrize("target", ["/v1.0/settings/listSmtp?x=1", "http://any.example/v1.0/settings/listSmtp"])
def test_a_query_and_a_whole_url_are_understood(target: str, caller: Caller) -> None:
    assert caller.send("POST", target, LIST, JSON).json["status"] == "success"


def test_a_body_in_chunks_is_read(caller: Caller) -> None:
    opened = [caller.post("listSmtp", iter([LIST[:5], LIST[5:]]), encode_chunked=True) for _ in range(2)]
    assert [got.json["status"] for got in opened] == ["success"] * 2


def test_chunk_extensions_and_trailers_are_dropped(sandbox: Sandbox) -> None:
    chunks = b"%x;name=value\r\n%s\r\n0\r\nTrailer: x\r\n\r\n" % (len(LIST), LIST)
    got = exchange_raw(sandbox.url, PATH + TYPE + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)
    assert got.startswith(b"HTTP/1.1 200 ")
    assert b'"smtp_list":[]' in got


CHUNKED = PATH + TYPE + b"Transfer-Encoding: chunked\r\n\r\n"
UNREADABLE = {
    "a POST without a length": (PATH + TYPE + b"\r\n", 411),
    "a length that is no number": (PATH + b"Content-Length: -1\r\n\r\n", 400),
    "a length that is no number to HTTP": (
        PATH + "Content-Length: \N{SUPERSCRIPT TWO}\r\n\r\n".encode("latin-1"),
        400,
    ),
    "two lengths": (PATH + b"Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400),
    "a length and chunks": (PATH + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    "an unknown coding": (PATH + b"Transfer-Encoding: gzip\r\n\r\n", 501),
    "a header without a colon": (PATH + b"nonsense\r\n\r\n", 400),
    "a folded header": (PATH + b"A: b\r\n c\r\n\r\n", 400),
    "a space before the colon": (PATH + b"Host : x\r\n\r\n", 400),
    "another protocol": (b"hello\r\n\r\n", 400),
    "HTTP of another age": (b"GET / HTTP/2.0\r\n\r\n", 505),
    "a head too large": (PATH + b"X: " + b"x" * HEAD_LIMIT + b"\r\n\r\n", 431),
    "a body announced too large": (PATH + b"Content-Length: %d\r\n\r\n" % (BODY_LIMIT + 1), 413),
    "a length of many digits": (PATH + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n", 413),
    "chunks too large": (CHUNKED + b"%x\r\n" % (BODY_LIMIT + 1), 413),
    "chunks too large together": (CHUNKED + (b"1000\r\n" + b"x" * 4096 + b"\r\n") * 17 + b"0\r\n\r\n", 413),
    "trailers too large": (CHUNKED + b"0\r\n" + b"T: x\r\n" * BODY_LIMIT, 413),
    "a chunk size that is none": (CHUNKED + b"-1\r\n", 400),
    "a chunk longer than it says": (CHUNKED + b"1\r\n{}\r\n", 400),
    "a chunk line without end": (CHUNKED + b"1" * HEAD_LIMIT * 2, 400),
}


@pytest.mark.parametrize(("sent", "status"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_answered_and_the_connection_closed(
    sent: bytes, status: int, sandbox: Sandbox
) -> None:
    head, _, body = exchange_raw(sandbox.url, sent).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"\r\nConnection: close" in head
    assert json.loads(body)["name"] == "ValidationError"


def test_a_client_that_sends_too_much_still_reads_why(caller: Caller) -> None:
    got = caller.post("addSmtp", b"x" * 50 * BODY_LIMIT)
    assert (got.status, got.json["message"]) == (413, "the body is too large")


@pytest.mark.parametrize("sent", [b"", b"POST /v1.0", PATH + b"Content-Length: 10\r\n\r\n{", CHUNKED + b"5\r\nab"])
def test_a_client_that_leaves_in_the_middle_gets_nothing(sent: bytes, sandbox: Sandbox) -> None:
    assert exchange_raw(sandbox.url, sent) == b""
    assert sandbox.calls == ()


@pytest.mark.parametrize(("version", "header"), [(b"1.1", b"Connection: Close\r\n"), (b"1.0", b"")])
def test_a_client_that_wants_one_answer_gets_one(version: bytes, header: bytes, sandbox: Sandbox) -> None:
    length = b"Content-Length: %d\r\n" % len(LIST)
    one = PATH.replace(b"1.1", version) + TYPE + header + length + b"\r\n" + LIST
    got = exchange_raw(sandbox.url, one + one)
    assert got.count(b"HTTP/1.1 200 ") == 1
    assert b"Connection: close\r\n" in got


def test_a_client_that_waits_for_leave_to_send_gets_it(sandbox: Sandbox) -> None:
    parts = urlsplit(sandbox.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=20) as connection:
        length = b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % len(LIST)
        connection.sendall(PATH + TYPE + length)
        assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(LIST)
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_client_that_never_leaves_is_left(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_responses, "_LINGER_SECONDS", 0.05)
    parts = urlsplit(sandbox.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=20) as connection:
        connection.sendall(b"hello\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 400 ")
        while connection.recv(1000):
            pass
        with pytest.raises(ConnectionError):
            keep_sending(connection)


def keep_sending(connection: socket.socket) -> None:
    for _ in range(100_000):
        connection.sendall(b"still here")


def test_an_answer_says_when_and_must_not_be_kept(caller: Caller) -> None:
    headers = caller.ask("listSmtp").headers
    assert headers["Date"].endswith(" GMT")
    assert headers["Cache-Control"] == "no-store"


def test_a_large_account_is_listed_whole(start: Start) -> None:
    sandbox, caller = start()
    sandbox.account.fill(Settings(count, 1, "Enable") for count in range(1, 100_001))
    assert [row["total_limit"] for row in caller.ask("listSmtp").json["smtp_list"]] == [*range(1, 100_001)]
    sandbox.account.edit(sandbox.account.users()[-1].smtp_user_name, total_limit=7)
    assert caller.ask("listSmtp").json["smtp_list"][-1]["total_limit"] == 7


def test_stopping_does_not_wait_for_idle_clients(start: Start) -> None:
    sandbox, caller = start()
    caller.ask("listSmtp")
    sandbox.stop()
    with pytest.raises(ConnectionError):
        caller.ask("listSmtp")

"""Reading HTTP/1.1 requests (RFC 9112): strictly, within bounds, without ever waiting for bytes nobody promised."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sarv_sync.sandbox.chunked import TooLarge, read_chunked
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import Mapping

HEAD_LIMIT = 16 * 1024
BODY_LIMIT = 64 * 1024
"""In bytes. The largest request that makes sense has some hundred."""

_ONCE = frozenset({"content-length", "transfer-encoding"})


class BadRequest(Exception):
    """What came is not a request that can be read. The connection cannot be used any further."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Names of `headers` are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    keep_alive: bool


async def read_request(reader: StreamReader, writer: StreamWriter) -> Request | None:
    """Return the next request, or None when the client is done.

    Raises `BadRequest`, and what the streams raise. `writer` is for the `100 Continue` a client may wait for.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError:
        raise BadRequest(431, "the request's head is too large") from None
    first, *lines = head[:-4].lstrip(b"\r\n").decode("latin-1").split("\r\n")
    method, target, version = _request_line(first)
    headers = _headers(lines)
    length = _body_length(method, headers)
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = await _chunks(reader) if length is None else await reader.readexactly(length)
    closing = "close" in headers.get("connection", "").lower() or version == "HTTP/1.0"
    return Request(method, target, headers, body, keep_alive=not closing)


def _request_line(line: str) -> tuple[str, str, str]:
    match line.split(" "):
        case [method, target, ("HTTP/1.0" | "HTTP/1.1") as version] if method and target:
            return method, target, version
        case [_, _, version] if version.startswith("HTTP/"):
            raise BadRequest(505, "only HTTP/1.0 and HTTP/1.1 are spoken here")
        case _:
            raise BadRequest(400, "the request line cannot be read")


def _headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        name = name.lower()
        if not colon or not name or name != name.strip() or (name in _ONCE and name in headers):
            raise BadRequest(400, "a header cannot be read")
        headers[name] = value.strip(" \t")
    return headers


def _body_length(method: str, headers: Mapping[str, str]) -> int | None:
    """Return the number of bytes in the body, None for a body in chunks."""
    length = headers.get("content-length")
    coding = headers.get("transfer-encoding")
    if coding is not None:
        if length is not None:
            raise BadRequest(400, "Content-Length and Transfer-Encoding exclude each other")
        if coding.lower() != "chunked":
            raise BadRequest(501, "the only Transfer-Encoding understood is chunked")
        return None
    if length is None:
        if method == "POST":
            raise BadRequest(411, "a POST needs a Content-Length")
        return 0
    if not (length.isascii() and length.isdigit()):
        raise BadRequest(400, "the Content-Length is not a number")
    if len(length) > 10 or int(length) > BODY_LIMIT:
        raise BadRequest(413, "the body is too large")
    return int(length)


async def _chunks(reader: StreamReader) -> bytes:
    try:
        return await read_chunked(reader, BODY_LIMIT)
    except TooLarge:
        raise BadRequest(413, "the body is too large") from None
    except (ValueError, asyncio.LimitOverrunError):
        raise BadRequest(400, "the chunks of the body cannot be read") from None

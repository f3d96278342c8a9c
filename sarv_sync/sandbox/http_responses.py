"""Writing HTTP/1.1 responses, small ones in one piece."""

from __future__ import annotations

import asyncio
import time
from email.utils import formatdate
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

    from sarv_sync.sandbox.reply import Answer

_PIECE = 1 << 18
_LINGER_SECONDS = 2.0
_LINGER_BYTES = 16 * 1024 * 1024


class _Dates:
    """The `Date` header, made anew once a second."""

    def __init__(self) -> None:
        self._second = -1
        self._text = ""

    def now(self) -> str:
        second = int(time.time())
        if second != self._second:
            self._text = formatdate(second, usegmt=True)
            self._second = second
        return self._text


_dates = _Dates()


async def write_answer(writer: StreamWriter, answer: Answer, *, bodiless: bool, closing: bool) -> None:
    """Send `answer`; without its body for a `bodiless` request (HEAD), saying goodbye if `closing`."""
    promised = len(answer.body) if answer.promised is None else answer.promised
    lines = [
        f"HTTP/1.1 {answer.status} {_phrase(answer.status)}",
        f"Date: {_dates.now()}",
        f"Content-Type: {answer.content_type}",
        f"Content-Length: {promised}",
        "Cache-Control: no-store",
        *(f"{name}: {value}" for name, value in answer.headers),
        *(("Connection: close",) if closing else ()),
    ]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
    body = b"" if bodiless else answer.body
    writer.write(head + body[:_PIECE])
    await writer.drain()
    rest = memoryview(body)
    for start in range(_PIECE, len(body), _PIECE):  # a transport copies what it cannot send at once
        writer.write(rest[start : start + _PIECE])
        await writer.drain()


async def close_gently(reader: StreamReader, writer: StreamWriter) -> None:
    """Close a connection whose client may still be sending, so that it gets to read the answer.

    A socket that is closed with unread bytes in it resets the connection, and the answer is lost with it.
    """
    writer.write_eof()

    async def discard() -> None:
        left = _LINGER_BYTES
        while left > 0 and (gone := await reader.read(64 * 1024)):
            left -= len(gone)

    try:
        await asyncio.wait_for(discard(), _LINGER_SECONDS)
    except asyncio.TimeoutError:
        return


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"

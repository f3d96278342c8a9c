"""Bodies in chunks (RFC 9112, section 7.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import StreamReader

_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?\r\n")


class TooLarge(Exception):
    """The body has more bytes than it may have."""


async def read_chunked(reader: StreamReader, most: int) -> bytes:
    """Return the body that `reader` is at the start of, `most` bytes at most.

    Trailers are read and dropped. Raises `TooLarge`, `ValueError` for what is not chunks, and what the reader raises.
    """
    body = bytearray()
    while size := await _next_size(reader):
        if len(body) + size > most:
            raise TooLarge
        body += await reader.readexactly(size)
        if await reader.readexactly(2) != b"\r\n":
            raise ValueError
    await _drop_trailers(reader, most)
    return bytes(body)


async def _next_size(reader: StreamReader) -> int:
    line = _SIZE.fullmatch(await reader.readuntil(b"\r\n"))
    if line is None:
        raise ValueError
    return int(line[1], 16)


async def _drop_trailers(reader: StreamReader, most: int) -> None:
    dropped = 0
    while (line := await reader.readuntil(b"\r\n")) != b"\r\n":
        dropped += len(line)
        if dropped > most:
            raise TooLarge

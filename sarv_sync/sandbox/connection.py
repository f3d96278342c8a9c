"""One client's connection, from its first request to its last."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sarv_sync.sandbox.http_requests import BadRequest, read_request
from sarv_sync.sandbox.http_responses import close_gently, write_answer
from sarv_sync.sandbox.reply import VALIDATION, HangUp, error

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter

    from sarv_sync.sandbox.http_requests import Request
    from sarv_sync.sandbox.reply import Answer
    from sarv_sync.sandbox.routing import Router


async def serve_connection(router: Router, reader: StreamReader, writer: StreamWriter) -> None:
    """Answer requests until one side hangs up."""
    writer.transport.set_write_buffer_limits(0)  # an answer counts as sent when the system has all of it
    try:
        while await _serve_one(router, reader, writer):
            pass
    except (OSError, asyncio.IncompleteReadError):
        return  # the client went away, and there is nobody to tell
    finally:
        writer.transport.abort()


async def _serve_one(router: Router, reader: StreamReader, writer: StreamWriter) -> bool:
    """Answer one request and return whether another may follow."""
    try:
        request = await read_request(reader, writer)
    except BadRequest as bad:
        answer = error(VALIDATION, str(bad), bad.status)
        await write_answer(writer, answer, bodiless=False, closing=True)
        await close_gently(reader, writer)
        return False
    if request is None:
        return False
    reply = await router.reply(request)
    if isinstance(reply, HangUp):
        return False
    return await _send(reader, writer, request, reply)


async def _send(reader: StreamReader, writer: StreamWriter, request: Request, answer: Answer) -> bool:
    keep_alive = request.keep_alive and answer.promised is None
    await write_answer(writer, answer, bodiless=request.method == "HEAD", closing=not keep_alive)
    if not keep_alive:
        await close_gently(reader, writer)
    return keep_alive

"""One request to GitHub, one answer. Errors of the HTTP library end here and become values.

An exception would drag the request along, with the token in its headers. This module imports requests and is imported
late.
"""

from __future__ import annotations

import json
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sarv_sync.github.wire import Answer, Bounds, NoAnswer
from sarv_sync.transport.failures import READ_TIMEOUT, TRANSPORT_ERRORS, Failure, explain

if TYPE_CHECKING:
    from requests import Response, Session

    from sarv_sync.github.interface import Method
    from sarv_sync.github.wire import Body

_CHUNK = 1 << 16


def exchange(session: Session, method: Method, url: str, body: Body | None, bounds: Bounds) -> Answer | NoAnswer:
    """Send one request, once, and return what came of it. Raises nothing that the network can cause."""
    try:
        with session.request(
            method,
            url,
            data=body,
            headers={"Content-Type": "application/json"} if body else None,
            stream=True,
            allow_redirects=False,
            timeout=(bounds.connect, bounds.read),
        ) as response:
            received = _received(response, bounds)
    except TRANSPORT_ERRORS as problem:
        received = explain(problem, sent=body is None or body.sent)
    if isinstance(received, Answer):
        return received
    return NoAnswer(received, body is None or body.sent)


def _received(response: Response, bounds: Bounds) -> Answer | Failure:
    payload = _body(response.raw, bounds)
    if isinstance(payload, Failure):
        return payload
    document, fault = _parsed(payload)
    headers = response.headers
    return Answer(
        status=response.status_code,
        document=document,
        fault=fault,
        link=headers.get("Link", ""),
        retry_after=_number(headers.get("Retry-After")),
        remaining=_number(headers.get("X-RateLimit-Remaining")),
        reset=_number(headers.get("X-RateLimit-Reset")),
        date=_date(headers.get("Date")),
        permissions=headers.get("X-Accepted-GitHub-Permissions", ""),
        redirect=_host(headers.get("Location", "")) if 300 <= response.status_code < 400 else None,
    )


def _body(raw: Any, bounds: Bounds) -> bytes | Failure:
    """Return the decoded body. `read1` waits for no full chunk: the clock gets its turn."""
    end = time.monotonic() + bounds.whole
    chunks, size = [], 0
    while chunk := raw.read1(_CHUNK, decode_content=True):
        chunks.append(chunk)
        size += len(chunk)
        if size > bounds.size:
            return Failure("garbled", f"the answer was larger than {bounds.size:,} bytes")
        if time.monotonic() > end:
            return READ_TIMEOUT
    return b"".join(chunks)


def _parsed(payload: bytes) -> tuple[Any, str]:
    if not payload.strip():
        return None, ""
    try:
        return json.loads(payload.decode("utf-8-sig")), ""
    except (ValueError, RecursionError):
        return None, "a web page" if payload.lstrip()[:1] == b"<" else "something that is not JSON"


def _number(stated: str | None) -> int | None:
    """Return a number of up to ten digits, as much as a date in seconds has."""
    if stated is None or not (stated.isascii() and stated.isdecimal() and len(stated) <= 10):
        return None
    return int(stated)


def _date(stated: str | None) -> float | None:
    if stated is None:
        return None
    try:
        return parsedate_to_datetime(stated).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def _host(location: str) -> str:
    """Return the host that a redirect leads to, "" where that is the same one or none."""
    try:
        return (urlsplit(location).hostname or "")[:100]
    except ValueError:
        return ""

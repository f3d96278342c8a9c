"""One request, one answer. Errors of the HTTP library end here and become values.

They become values, not other exceptions, because an exception drags along what it came from: the request with the
token, the answer with the passwords, the frames that held them. This module imports requests and is imported late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from sarv_sync.provider.failures import Explanation, advised, explained
from sarv_sync.provider.wire import Answer, NoAnswer, parse
from sarv_sync.transport.failures import READ_TIMEOUT, TRANSPORT_ERRORS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from requests import Response, Session

    from sarv_sync.provider.wire import RequestBody

_CHUNK = 1 << 16


class Bounds(NamedTuple):
    """How long to wait, in seconds, and how many bytes of an answer to accept.

    `read` is the longest silence; `whole` the longest time for the body, however steadily it drips.
    """

    connect: float
    read: float
    whole: float
    size: int


def exchange(
    session: Session, url: str, body: RequestBody, bounds: Bounds, clock: Callable[[], float]
) -> Answer | NoAnswer:
    """Post `body` to `url`, once, and return what came of it. Raises nothing that the network can cause."""
    try:
        with session.post(
            url, data=body, stream=True, allow_redirects=False, timeout=(bounds.connect, bounds.read)
        ) as response:
            received = _receive(response, bounds, clock)
    except TRANSPORT_ERRORS as problem:
        received = explained(problem, sent=body.sent)
    if isinstance(received, Answer):
        return received
    return NoAnswer(received.message, received.hint, body.sent, received.transient)


def _receive(response: Response, bounds: Bounds, clock: Callable[[], float]) -> Answer | Explanation:
    payload = _body(response.raw, bounds, clock)
    if isinstance(payload, Explanation):
        return payload
    document, fault = (None, "more than it may") if payload is None else parse(payload)
    headers = response.headers
    return Answer(
        response.status_code, document, fault, _redirect(response), _retry_after(headers), _date(headers.get("Date"))
    )


def _body(raw: Any, bounds: Bounds, clock: Callable[[], float]) -> bytes | Explanation | None:
    """Return the decoded body, None if it is too long. `read1` waits for no full chunk: the clock gets its turn."""
    end = clock() + bounds.whole
    chunks, size = [], 0
    while chunk := raw.read1(_CHUNK, decode_content=True):
        chunks.append(chunk)
        size += len(chunk)
        if size > bounds.size:
            return None
        if clock() > end:
            return advised(READ_TIMEOUT)
    return b"".join(chunks)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a `Retry-After`, which may be a number or a date (RFC 9110, 10.2.3)."""
    stated = headers.get("Retry-After")
    if stated is None:
        return None
    try:
        return float(Retry().parse_retry_after(stated))
    except (InvalidHeader, ValueError, OverflowError):
        return None


def _date(stated: str | None) -> str | None:
    return None if stated is None else stated[:40].encode("unicode_escape").decode("ascii")


def _redirect(response: Response) -> str | None:
    """Return the host a 3xx answer points to, in ASCII, None for any other answer."""
    if not 300 <= response.status_code < 400:
        return None
    try:
        host = urlsplit(response.headers.get("Location", "")).hostname or "another path"
    except ValueError:
        host = "an address that is none"
    return host[:100].encode("unicode_escape").decode("ascii")

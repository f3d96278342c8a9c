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

    from requests import Response

    from sarv_sync.provider.wire import Keep, RequestBody
    from sarv_sync.transport.session import Session

_CHUNK = 1 << 16


class Terms(NamedTuple):
    """How long to wait, in seconds, how many bytes of an answer to accept, and what to make of its JSON objects.

    `read` is the longest silence; `whole` the longest time for the body, however steadily it drips; `keep` is what
    `parse` calls `keep`.
    """

    connect: float
    read: float
    whole: float
    size: int
    keep: Keep | None = None


def exchange(
    session: Session, url: str, body: RequestBody, terms: Terms, clock: Callable[[], float]
) -> Answer | NoAnswer:
    """Post `body` to `url`, once, and return what came of it. Raises nothing that the network can cause."""
    try:
        with session.post_once(url, body, (terms.connect, terms.read)) as response:
            received = _receive(response, terms, clock)
    except TRANSPORT_ERRORS as problem:
        received = explained(problem, sent=body.sent)
    if isinstance(received, Answer):
        return received
    return NoAnswer(received.message, received.hint, body.sent, received.transient)


def _receive(response: Response, terms: Terms, clock: Callable[[], float]) -> Answer | Explanation:
    payload = _body(response.raw, terms, clock)
    if isinstance(payload, Explanation):
        return payload
    document, fault = (None, "more than it may") if payload is None else parse(payload, terms.keep)
    headers = response.headers
    return Answer(
        response.status_code, document, fault, _redirect(response), _retry_after(headers), _date(headers.get("Date"))
    )


def _body(raw: Any, terms: Terms, clock: Callable[[], float]) -> bytearray | Explanation | None:
    """Return the decoded body, None if it is too long. `read1` waits for no full chunk: the clock gets its turn."""
    end = clock() + terms.whole
    body = bytearray()
    while chunk := raw.read1(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > terms.size:
            return None
        if clock() > end:
            return advised(READ_TIMEOUT)
    return body


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

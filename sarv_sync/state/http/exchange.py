"""One request to the server of the state, one answer. Errors of the HTTP library end here and become values.

Nothing is repeated and no redirect is followed. This module imports requests and is imported late.
"""

from __future__ import annotations

import hashlib
import time
from base64 import b64encode
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from sarv_sync.transport.failures import READ_TIMEOUT, TRANSPORT_ERRORS, Failure, explain
from sarv_sync.transport.session import new_session
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import Response

    from sarv_sync.model.secret import Secret
    from sarv_sync.state.http.address import Call

_CONNECT, _READ = 10.0, 30.0
_BYTES_A_SECOND = 1 << 17
_WHOLE = 300.0
_CHUNK = 1 << 20
_LARGEST = 256 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `page` says that it is HTML, `date` when the server sent it by its own clock."""

    status: int
    body: bytes
    page: bool = False
    etag: str | None = None
    date: datetime | None = None


class Wire:
    """A kept connection to one server, with the credentials for it.

    `patience` is how many seconds a server may be silent that has little to take in.
    """

    def __init__(
        self, address: str, credentials: tuple[str, Secret] | None, ca_bundle: str | None, patience: float = _READ
    ) -> None:
        self._session = new_session(address, ca_bundle, 1, _authorization(credentials))
        self._patience = patience
        self._ahead: timedelta | None = None

    def get(self, call: Call, etag: str | None = None) -> Answer | Failure:
        """Read, from the origin and not from a cache; nothing comes back but a 304 if `etag` still holds."""
        return self._send(call, None, {"Cache-Control": "max-age=0", **({"If-None-Match": etag} if etag else {})})

    def send(self, call: Call, body: bytes) -> Answer | Failure:
        """Send `body`, JSON, as Terraform does: with its MD5."""
        digest = b64encode(hashlib.md5(body, usedforsecurity=False).digest()).decode("ascii")
        return self._send(call, body, {"Content-Type": "application/json", "Content-MD5": digest})

    def now(self) -> datetime:
        """Return the time by the server's clock, by this machine's if the server never told."""
        return datetime.now(timezone.utc) + (self._ahead or timedelta())

    def _send(self, call: Call, body: bytes | None, headers: Mapping[str, str]) -> Answer | Failure:
        try:
            with self._session.request(
                call.method,
                call.url,
                data=body,
                headers=dict(headers),
                stream=True,
                allow_redirects=False,
                timeout=(_CONNECT, self._patience + len(body or b"") / _BYTES_A_SECOND),
            ) as response:
                received = _received(response)
        except TRANSPORT_ERRORS as problem:
            return explain(problem, sent=True)
        if isinstance(received, Answer) and received.date is not None:
            self._ahead = received.date - datetime.now(timezone.utc)
        return received


def _received(response: Response) -> Answer | Failure:
    body = _body(response.raw)
    if isinstance(body, Failure):
        return body
    headers = response.headers
    page = headers.get("Content-Type", "").partition(";")[0].strip().lower() in {"text/html", "application/xhtml+xml"}
    return Answer(response.status_code, body, page, headers.get("ETag"), _date(headers.get("Date")))


def _body(raw: Any) -> bytes | Failure:
    """Return the body, however steadily it drips and whatever length it claims: up to a bound of each."""
    end = time.monotonic() + _WHOLE
    chunks, size = [], 0
    while chunk := raw.read1(_CHUNK, decode_content=True):
        chunks.append(chunk)
        size += len(chunk)
        if size > _LARGEST:
            return Failure("garbled", f"the answer was larger than {_LARGEST >> 20} MB")
        if time.monotonic() > end:
            return READ_TIMEOUT
    return b"".join(chunks)


def _authorization(credentials: tuple[str, Secret] | None) -> dict[str, str]:
    """Return the header of basic authentication, in UTF-8 as Terraform sends it."""
    if credentials is None:
        return {}
    name, password = credentials
    token = b64encode(f"{name}:{password.reveal()}".encode()).decode("ascii")
    return {"Authorization": f"Basic {token}"}


def _date(stated: str | None) -> datetime | None:
    if stated is None:
        return None
    try:
        date = parsedate_to_datetime(stated)
    except (TypeError, ValueError, OverflowError):
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=timezone.utc)

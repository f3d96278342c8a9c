"""What goes back to the client: an answer, or nothing at all."""

from __future__ import annotations

import json
from typing import Any

from sarv_sync.values import dataclass

VALIDATION = "ValidationError"
GENERAL = "GeneralError"
AUTHENTICATION = "AuthenticationError"
ERROR_NAMES = (VALIDATION, GENERAL, AUTHENTICATION)
"""The error classes of the published page."""

SUCCESS = "success"


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP response.

    `outcome` is the word for the log: `success`, the class of a published error, or the fault that wrote the
    answer. `promised` is the Content-Length to claim where that is not the truth; the connection is dropped then.
    """

    body: bytes
    outcome: str
    status: int = 200
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    promised: int | None = None


@dataclass(frozen=True, slots=True)
class HangUp:
    """No response: the connection is dropped."""

    outcome: str


Reply = Answer | HangUp


def to_json(document: Any) -> bytes:
    """Return `document` as JSON bytes without needless spaces."""
    return json.dumps(document, separators=(",", ":")).encode("ascii")


def success(message: str, **fields: str) -> Answer:
    """Return a published success: `status`, `message`, then `fields`."""
    return Answer(to_json({"status": SUCCESS, "message": message, **fields}), SUCCESS)


def error(name: str, message: str, status: int = 200) -> Answer:
    """Return a published error of the class `name`.

    The published page shows no HTTP status. Clients of the provider look at the body alone, so errors come with
    200, which is also the harder case for a client that trusts the status.
    """
    return Answer(to_json({"status": "error", "code": -1, "name": name, "message": message}), name, status)

"""Reading the parameters of a request, as strictly as the published tables describe them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.model.users import LIMIT_MAX

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.model.users import Status


class Rejected(Exception):
    """A parameter is invalid, or not provided when required. The text is for the client."""


def text(document: Mapping[str, Any], key: str) -> str:
    """Return the string at `key`."""
    if key not in document:
        raise Rejected(f"{key} is required")
    value = document[key]
    if not isinstance(value, str) or not value:
        raise Rejected(f"{key} must be a string")
    return value


def limit(document: Mapping[str, Any], key: str) -> int:
    """Return the limit at `key`. The page says "positive digit"; the upper bound is that of a 32-bit integer."""
    if key not in document:
        raise Rejected(f"{key} is required")
    value = document[key]
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= LIMIT_MAX:
        raise Rejected(f"{key} must be a positive integer")
    return value


def limit_if_given(document: Mapping[str, Any], key: str) -> int | None:
    """Return the limit at `key`, or None where there is no such key."""
    return limit(document, key) if key in document else None


def status_if_given(document: Mapping[str, Any]) -> Status | None:
    """Return the status, or None where none is given."""
    if "status" not in document:
        return None
    match document["status"]:
        case "Enable":
            return "Enable"
        case "Disable":
            return "Disable"
        case _:
            raise Rejected("status must be Enable or Disable")

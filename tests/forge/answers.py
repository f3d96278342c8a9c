"""Answers, and the refusals among them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_BODY = 65_536
LONGEST_TITLE = 256


@dataclass(frozen=True)
class Answer:
    """What is sent back. `document` None: no body at all."""

    status: int
    document: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """The request is refused with `answer`."""

    def __init__(self, status: int, message: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> None:
        super().__init__(message)
        documented = "https://docs.github.com/rest"
        self.answer = Answer(
            status,
            {"message": message, **more, "documentation_url": documented, "status": str(status)},
            headers or {},
        )


def not_found() -> Refusal:
    """Return what is said of all that does not exist, or may not be known to exist."""
    return Refusal(404, "Not Found")


def invalid(resource: str, field_name: str, code: str, message: str | None = None) -> Refusal:
    """Return the refusal of a value, with GitHub's code for what is wrong with it."""
    error = {"resource": resource, "field": field_name, "code": code}
    return Refusal(422, "Validation Failed", errors=[error | ({"message": message} if message else {})])


def text(body: Mapping[str, Any], name: str, *, required: bool = False) -> str | None:
    """Return a text of a request, None where it is null or absent."""
    value = body.get(name)
    if value is None and not required:
        return None
    if not isinstance(value, str):
        raise Refusal(422, f"Invalid request.\n\nFor 'properties/{name}', {value!r} is not a string.")
    return value


def comment_body(body: Mapping[str, Any]) -> str:
    """Return the text of a comment, if GitHub would take it."""
    value = text(body, "body", required=True) or ""
    if not value.strip():
        raise invalid("IssueComment", "data", "unprocessable", "Body can't be blank")
    if len(value) > LONGEST_BODY:
        message = f"Body is too long (maximum is {LONGEST_BODY} characters)"
        raise invalid("IssueComment", "data", "unprocessable", message)
    return value


def issue_body(body: Mapping[str, Any]) -> str | None:
    """Return the text of an issue, if GitHub would take it."""
    value = text(body, "body")
    if value is not None and len(value) > LONGEST_BODY:
        raise invalid("Issue", "body", "custom", f"body is too long (maximum is {LONGEST_BODY} characters)")
    return value


def issue_title(body: Mapping[str, Any]) -> str:
    """Return the title of an issue, if GitHub would take it."""
    value = text(body, "title", required=True) or ""
    if not value.strip():
        raise invalid("Issue", "title", "missing_field")
    if len(value) > LONGEST_TITLE:
        raise invalid("Issue", "title", "custom", f"title is too long (maximum is {LONGEST_TITLE} characters)")
    return value

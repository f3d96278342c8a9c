"""Texts with fields in braces: `secrets/{name}.env`. `{{` and `}}` stand for the braces themselves."""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING

from sarv_sync.model.visible import short
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

LABEL = "labels."
_FIELD = re.compile(r"[a-z_]+|labels\.[^{}!:\[\]\s]+")


class BadTemplate(ValueError):
    """A text that is no template, or that asks for a field which there is none of: `field`, fit to be shown."""

    def __init__(self, message: str, field: str | None = None) -> None:
        """Say what is wrong, and with which field."""
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template: stretches of text, each with the name of the field that follows it, or None at the end."""

    parts: tuple[tuple[str, str | None], ...]

    @property
    def fields(self) -> frozenset[str]:
        """The fields that it asks for."""
        return frozenset(field for _, field in self.parts if field is not None)

    def render(self, values: Mapping[str, str]) -> str:
        """Return the text. A field that `values` lacks stays as it is written: `{name}`."""
        return "".join(
            text + ("" if field is None else values.get(field, f"{{{field}}}")) for text, field in self.parts
        )


def parse(text: str, known: Collection[str]) -> Template:
    """Return the template that `text` is; `known` are the fields it may use, beside labels. Raises `BadTemplate`."""
    try:
        found = list(Formatter().parse(text))
    except ValueError:
        raise BadTemplate("a brace is not closed, or stands alone; a brace itself is written twice") from None
    parts = []
    for literal, field, spec, conversion in found:
        if field is not None:
            _check(field, spec, conversion, known)
        parts.append((literal, field))
    return Template(tuple(parts))


def _check(field: str, spec: str | None, conversion: str | None, known: Collection[str]) -> None:
    if spec or conversion:
        raise BadTemplate("a field has a `!` or `:` in it; a field is its name alone, in braces")
    if not _FIELD.fullmatch(field) or not (field in known or field.startswith(LABEL)):
        shown = short(field, 60)
        fields = ", ".join(f"{{{one}}}" for one in known)
        raise BadTemplate(f"there is no field {{{shown}}}; the fields are {fields} and {{labels.KEY}}", shown)

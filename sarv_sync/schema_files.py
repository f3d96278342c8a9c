"""The JSON Schemas that ship with the program."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

SchemaName = Literal[
    "config", "plan", "state", "result", "drift", "accept", "adopt", "explain", "history", "error", "doctor",
    "snapshot", "credential",
]  # fmt: skip

_IN_WHEEL = Path(__file__).parent / "schemas"
_IN_CHECKOUT = Path(__file__).parent.parent / "schemas"


def schema_text(name: SchemaName) -> str:
    """Return the schema document called `name`, as published.

    A wheel carries the documents inside the package; an editable install reads them from the checkout.
    """
    folder = _IN_WHEEL if _IN_WHEEL.is_dir() else _IN_CHECKOUT
    return (folder / f"{name}.schema.json").read_text(encoding="utf-8")


def schema(name: SchemaName) -> dict[str, Any]:
    """Return the schema called `name`, parsed."""
    document: dict[str, Any] = json.loads(schema_text(name))
    return document

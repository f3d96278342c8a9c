"""What the compiled schemas share. A check says whether a value is right, and nothing about what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

Checks = Mapping[str, Callable[[object], bool]]
"""From keys to what checks their values."""


def closed(checks: Checks, value: dict[str, Any]) -> bool:
    """Whether every key of `value` is known, and what it holds right."""
    for key, inner in value.items():
        check = checks.get(key)
        if check is None or not check(inner):
            return False
    return True


def opened(checks: Checks, value: dict[str, Any]) -> bool:
    """Whether what the known keys of `value` hold is right; others may hold anything."""
    return all(checks[key](inner) for key, inner in value.items() if key in checks)


@cache
def pattern(text: str) -> Callable[[str], re.Match[str] | None]:
    """Return what searches for the pattern `text`: only those that a file has need of are ever compiled."""
    return re.compile(text).search

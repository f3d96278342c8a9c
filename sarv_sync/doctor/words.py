"""Words that several checks use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.diagnosis import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sarv_sync.errors import Fault


def counted(count: int, noun: str) -> str:
    """Return `1 user`, `2,000 users`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(names: Iterable[str]) -> str:
    """Return `a`, `a and b`, `a, b and c`."""
    *rest, last = names
    return f"{', '.join(rest)} and {last}" if rest else last


def few(names: Sequence[str], shown: int = 10) -> str:
    """Return the first names of what may be many."""
    more = len(names) - shown
    return ", ".join(names[:shown]) + (f" and {more:,} more" if more > 0 else "")


def failed(name: str, fault: Fault) -> Finding:
    """Return the finding that `fault` is the reason of."""
    return Finding(name, "failed", fault.message, fault.hint)

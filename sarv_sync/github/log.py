"""What the log says of a call. Imported late, as `logging` is slow to import."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sarv_sync.github.wire import Answer

if TYPE_CHECKING:
    from sarv_sync.github.wire import NoAnswer

_LOGGER = logging.getLogger("sarv_sync.github")


def log_call(method: str, path: str, answer: Answer | NoAnswer) -> None:
    """Log the call and the HTTP status of its answer. Nothing else."""
    status = f"HTTP {answer.status}" if isinstance(answer, Answer) else f"no answer ({answer.failure.message})"
    _LOGGER.debug("%s %s: %s", method, path, status)

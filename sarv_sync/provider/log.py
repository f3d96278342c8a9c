"""What the log says of a call. Imported late, as `logging` is slow to import."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sarv_sync.provider.wire import Answer

if TYPE_CHECKING:
    from sarv_sync.provider.wire import NoAnswer

_LOGGER = logging.getLogger("sarv_sync.provider")


def log_call(call: str, answer: Answer | NoAnswer, seconds: float) -> None:
    """Log the call's name, the HTTP status, the milliseconds it took and its outcome in a word. Nothing else."""
    status = f"HTTP {answer.status}" if isinstance(answer, Answer) else "no answer"
    _LOGGER.debug("%s: %s, %d ms, %s", call, status, seconds * 1000, answer.outcome)


def log_retry(message: str, seconds: float) -> None:
    """Log that a call is made again, and after how many seconds. `message` is a `ProviderError`'s."""
    _LOGGER.info("%s; trying again in %.1f s", message, seconds)

"""When a call is made again, and after how long.

GitHub's rules: after a 403 or 429 that speaks of a limit, wait for `Retry-After`, else, where no call is left, until
`X-RateLimit-Reset`, else a minute. Whoever goes on calling may be locked out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.github.wire import Answer, NoAnswer

if TYPE_CHECKING:
    from sarv_sync.github.interface import Method

TRIES = 4

_SILENT_LIMIT = 60.0
_FIRST = 1.0
_PASSING = frozenset({"name", "refused", "network", "connecting", "silence", "dropped", "garbled"})
_FAILING = frozenset({500, 502, 503, 504})


class Patience:
    """So many seconds to wait in all, however many calls there are: a job is paid for by the minute."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    def grants(self, seconds: float) -> bool:
        """Take `seconds` off, if there are as many left."""
        if seconds > self._left:
            return False
        self._left -= seconds
        return True


def limit(answer: Answer | NoAnswer, now: float) -> float | None:
    """Return for how many seconds GitHub takes no further call, None where this is no answer about a limit.

    `now` is in seconds since 1970; where GitHub tells its own time, that counts.
    """
    if not isinstance(answer, Answer) or not is_limit(answer):
        return None
    if answer.retry_after is not None:
        return max(1.0, answer.retry_after)
    if answer.remaining == 0 and answer.reset is not None:
        return max(1.0, answer.reset - (now if answer.date is None else answer.date) + 1)
    return _SILENT_LIMIT


def is_limit(answer: Answer) -> bool:
    """Tell whether GitHub refused the call, and did nothing, because there were too many."""
    if answer.status == 429:
        return True
    if answer.status != 403:
        return False
    words = answer.document.get("message") if isinstance(answer.document, dict) else None
    words = words.lower() if isinstance(words, str) else ""
    if "not accessible" in words:  # the last call that was left may be one without the right to it
        return False
    return answer.retry_after is not None or answer.remaining == 0 or "rate limit" in words


def pause_after(method: Method, answer: Answer | NoAnswer, tries: int) -> float | None:
    """Return how long to wait before the same call is made again, None if it is not to be."""
    if tries >= TRIES:
        return None
    pause = _FIRST * 2 ** (tries - 1)
    match answer:
        case NoAnswer():
            again = answer.failure.kind in _PASSING and (method != "POST" or not answer.sent)
            return pause if again else None
        case Answer():
            again = answer.status in _FAILING and method != "POST"
            return max(pause, answer.retry_after or 0.0) if again else None


def may_have_been_done(answer: Answer | NoAnswer) -> bool:
    """Tell whether a call that failed so may have taken effect nevertheless."""
    return answer.sent if isinstance(answer, NoAnswer) else answer.status >= 500

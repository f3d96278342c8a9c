"""An undo log, so that a listing can lag behind."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sarv_sync.model.users import ObservedUser

REMEMBERED = 100_000
"""How many changes are kept. Undoing them costs no copy of the account, however large that is."""


class _Step(NamedTuple):
    when: float
    smtp_user_name: str
    before: ObservedUser | None


class History:
    """The latest changes of an account. `clock` gives seconds and never goes back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._steps: deque[_Step] = deque(maxlen=REMEMBERED)

    def record(self, smtp_user_name: str, before: ObservedUser | None) -> None:
        """Note that a user is about to change from `before`, None for a user that did not exist."""
        self._steps.append(_Step(self._clock(), smtp_user_name, before))

    def rewind(self, users: Mapping[str, ObservedUser], changes: int, seconds: float) -> dict[str, ObservedUser]:
        """Return `users` with the last `changes` changes, and all of the last `seconds` seconds, undone."""
        rewound = dict(users)
        horizon = self._clock() - seconds
        for undone, step in enumerate(reversed(self._steps)):
            if undone >= changes and (seconds <= 0 or step.when <= horizon):
                break
            if step.before is None:
                del rewound[step.smtp_user_name]
            else:
                rewound[step.smtp_user_name] = step.before
        return rewound

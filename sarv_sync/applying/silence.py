"""When to stop asking a provider that does not answer."""

from __future__ import annotations

from threading import Lock

_FEWEST = 10
_SEARCHES = 2


class Silence:
    """Counts the creates in a row that got no usable answer: each of them may have left a user behind.

    `parallelism` is how many calls are under way at once. Safe to use from any thread.
    """

    def __init__(self, parallelism: int) -> None:
        self._most = max(_FEWEST, 2 * parallelism)
        self._calls = 0
        self._searches = 0
        self._guard = Lock()

    def heard(self, *, usable: bool) -> None:
        """Note how one call ended."""
        with self._guard:
            self._calls = 0 if usable else self._calls + 1
            self._searches = 0 if usable else self._searches

    @property
    def complete(self) -> bool:
        """Whether no other call may begin until the users of these are looked for."""
        return self._calls >= self._most

    def searched(self, *, found: bool) -> None:
        """Note whether looking for the users of these calls has found any."""
        lasting = self.complete
        self._calls = 0
        self._searches = 0 if found else self._searches + (_SEARCHES if lasting else 1)

    @property
    def final(self) -> bool:
        """Whether nothing more is to be asked for."""
        return self._searches >= _SEARCHES

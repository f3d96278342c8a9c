"""Telling other systems how a check ended. What goes wrong there is said, and never changes what the check found."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

from sarv_sync.errors import EXIT_DONE, EXIT_ERROR, SarvSyncError
from sarv_sync.monitoring.metrics import Check
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sarv_sync.errors import Fault
    from sarv_sync.model.plan import Plan
    from sarv_sync.monitoring.notification import Notifier
    from sarv_sync.monitoring.outlets import Outlet


@dataclass(slots=True)
class Telling:
    """Who is told about the check of one configuration, which is its main file's path as it was given.

    `complain` is given what goes wrong, and `failed` says that something did.
    """

    configuration: str
    outlets: Sequence[Outlet]
    complain: Callable[[Sequence[Fault]], None]
    now: Callable[[], float] = time.time
    failed: bool = False

    def record(self, exit_code: int, plan: Plan | None = None, managed: int = 0) -> None:
        """Give every outlet the metrics of a check that ends with `exit_code`; see `Check`."""
        check = Check(self.configuration, exit_code, self.now(), plan, managed)
        for outlet in self.outlets:
            self._attempt(partial(outlet.send, check))

    def record_failure(self, error: Exception) -> None:
        """Give every outlet the metrics of a check that `error` ended."""
        self.record(error.exit_code if isinstance(error, SarvSyncError) else EXIT_ERROR)

    def announce(self, notifier: Notifier, title: str, body: str) -> None:
        """Send a message to people."""
        self._attempt(partial(notifier.send, title, body))

    def exit_code(self, of_the_check: int) -> int:
        """Return the check's own exit code, or that of an error if all was well but somebody could not be told."""
        return EXIT_ERROR if of_the_check == EXIT_DONE and self.failed else of_the_check

    def _attempt(self, tell: Callable[[], None]) -> None:
        try:
            tell()
        except SarvSyncError as error:
            self.failed = True
            self.complain(error.faults)

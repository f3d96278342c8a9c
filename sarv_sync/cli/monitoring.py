"""Telling other systems how a check ended. What goes wrong there is said, and never changes what the check found."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sarv_sync.errors import EXIT_DONE, EXIT_ERROR, SarvSyncError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from sarv_sync.cli.shell import Shell
    from sarv_sync.inputs import Inputs
    from sarv_sync.model.plan import Plan
    from sarv_sync.monitoring.notification import Notifier
    from sarv_sync.monitoring.outlets import Outlet


@dataclass(slots=True)
class Monitoring:
    """Who is told about the check of one configuration. `failed` says that somebody could not be."""

    shell: Shell
    configuration: str
    outlets: Sequence[Outlet] = ()
    failed: bool = False

    @classmethod
    def of(cls, shell: Shell, inputs: Inputs, textfile: Path | None, pushgateway: str | None) -> Monitoring:
        """Return what the flags ask for. Raises `InputError`."""
        from sarv_sync.inputs import DEFAULT_CONFIG

        configuration = inputs.config or inputs.setting("SARV_SYNC_CONFIG") or DEFAULT_CONFIG
        if textfile is None and pushgateway is None:
            return cls(shell, configuration)
        from sarv_sync.monitoring.outlets import open_outlets

        return cls(shell, configuration, open_outlets(textfile, pushgateway, inputs.setting, shell.scrubber))

    def record(self, exit_code: int, plan: Plan | None = None, managed: int = 0) -> None:
        """Write and push the metrics of a check that ends with `exit_code`."""
        if not self.outlets:
            return
        from sarv_sync.monitoring.metrics import Check

        check = Check(self.configuration, exit_code, time.time(), plan, managed)
        for outlet in self.outlets:
            self._attempt(partial(outlet.send, check))

    def record_failure(self, error: Exception) -> None:
        """Write and push the metrics of a check that `error` ended."""
        self.record(error.exit_code if isinstance(error, SarvSyncError) else EXIT_ERROR)

    def announce(self, notifier: Notifier, plan: Plan) -> None:
        """Send the message that says what drifted."""
        from sarv_sync.reporting.drift_notice import drift_notice

        title, body = drift_notice(plan, self.configuration)
        self._attempt(partial(notifier.send, title, body))

    def exit_code(self, of_the_check: int) -> int:
        """Return the check's own exit code, or that of an error if all was well but somebody could not be told."""
        return EXIT_ERROR if of_the_check == EXIT_DONE and self.failed else of_the_check

    def _attempt(self, telling: Callable[[], None]) -> None:
        try:
            telling()
        except SarvSyncError as error:
            self.failed = True
            self.shell.complain(error.faults)


def open_notifier(shell: Shell, inputs: Inputs) -> Notifier:
    """Return who is to be told. Raises `InputError` if that cannot be found out."""
    from sarv_sync.monitoring.notification import URLS
    from sarv_sync.monitoring.notification import open_notifier as opened

    return opened(inputs.environment.get(URLS, ""), shell.scrubber)

"""One step of a job: reads what it was asked for, does it, and tells the job whatever came of it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from sarv_sync.action.opening import open_desk
from sarv_sync.action.publishing import publish
from sarv_sync.action.report import Report
from sarv_sync.errors import EXIT_ERROR, Fault, Interrupted, SarvSyncError
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from sarv_sync.action.desk import Desk, World
    from sarv_sync.action.interface import Commands, Console

_BUG = Fault("sarv-sync failed in a way that nobody foresaw", "the log of this step has what to report")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where the step runs: the environment and working directory, who prints, who parses flags, time and chance."""

    environment: Mapping[str, str]
    directory: Path
    console: Console
    commands: Commands
    world: World


def run_step(around: Surroundings) -> int:
    """Run the step; return what the process is to exit with. Errors that are foreseen are told, others raised too."""
    report = Report()
    try:
        _run(around, report)
    except SarvSyncError as error:
        report.fail(error)
    except KeyboardInterrupt:
        report.fail(Interrupted("interrupted"))
    except Exception:
        report.end(EXIT_ERROR, "error")
        report.faults.append(_BUG)
        publish(report, around)
        raise
    try:
        publish(report, around)
    except SarvSyncError as error:
        around.console.complain(error.faults)
        return report.status or error.exit_code
    return report.status


def _run(around: Surroundings, report: Report) -> None:
    desk = open_desk(around)
    _step(desk.settings.command)(desk, report)


def _step(command: str) -> Callable[[Desk, Report], None]:
    """Return what does `command`. The steps are imported when they are run: most need little."""
    step: Callable[[Desk, Report], None] = getattr(
        import_module(f"sarv_sync.action.{command}_step"), f"{command}_step"
    )
    return step

"""Taking the tour: every step is run, shown, and held to what it has to come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.demo.script import STEPS
from sarv_sync.errors import SarvSyncError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.demo.script import Command, Step
    from sarv_sync.demo.stage import Stage


def take(stage: Stage) -> Iterator[tuple[str, str]]:
    """Run every step on `stage`; yield, as they come, its heading and then each thing it shows.

    The first of each pair is `heading`, `text`, `command`, `output` or `note`. Raises `SarvSyncError` for a step that
    did not come to what it should, after showing it.
    """
    for number, step in enumerate(STEPS, 1):
        yield "heading", f"{number}/{len(STEPS)} {step.title}"
        yield from _show(stage, step)


def _show(stage: Stage, step: Step) -> Iterator[tuple[str, str]]:
    yield "text", step.why
    if step.happens is not None:
        yield "output", step.happens(stage)
    for index, command in enumerate(step.commands):
        if index or step.happens is not None:
            yield "output", ""
        yield "command", f"$ sarv-sync {command.line}"
        exit_code, output = stage.run(command.line.split())
        yield "output", output
        if exit_code:
            yield "note", f"(exit code {exit_code})"
        _check(command, exit_code)


def _check(command: Command, exit_code: int) -> None:
    if exit_code != command.exit_code:
        raise SarvSyncError(
            f"`sarv-sync {command.line}` ended with exit code {exit_code} and should have with {command.exit_code}",
            "this is a bug: please report it with all that the demo printed",
        )

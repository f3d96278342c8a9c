"""Showing past applies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.cli.state_output import read_whole_state
from sarv_sync.history_workflow import past_run, past_runs

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell
    from sarv_sync.model.selection import Selection


def show_history(shell: Shell, wanted: Selection, limit: int, format_: str) -> None:
    """Print the last `limit` runs, limited to what they did to whom is `wanted`, if anybody is."""
    state = read_whole_state(shell)
    runs = past_runs(state, wanted.targets, _labelled(shell, wanted))[:limit]
    if format_ == "json":
        from sarv_sync.reporting.history_document import history_document

        shell.result_json(history_document(state, runs))
    else:
        from sarv_sync.reporting.history_text import history_text

        shell.result(history_text(runs, state, shell.style()))


def show_run(shell: Shell, prefix: str, wanted: Selection, format_: str) -> None:
    """Print all that one run did; raise `InputError` if there is no such run."""
    state = read_whole_state(shell)
    run, earlier = past_run(state, prefix, wanted.targets, _labelled(shell, wanted))
    if format_ == "json":
        from sarv_sync.reporting.history_document import history_document

        shell.result_json(history_document(state, (run,)))
    else:
        from sarv_sync.reporting.history_text import run_text

        shell.result(run_text(run, earlier, state, shell.style()))


def _labelled(shell: Shell, wanted: Selection) -> tuple[str, ...]:
    """Return the entries that have the labels by the files as they are now; raise `InputError` if none has."""
    if not wanted.labels:
        return ()
    from sarv_sync.inputs import read_configuration
    from sarv_sync.model.selection import labelled

    return labelled(read_configuration(shell.inputs()), wanted.labels)

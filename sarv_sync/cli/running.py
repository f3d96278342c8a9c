"""Running an apply from the command line, and showing how it ended."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from sarv_sync import apply_workflow
from sarv_sync.cli.progress import Progress
from sarv_sync.cli.signals import heeding_signals
from sarv_sync.wiring import Watch, open_apply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.applying.executor import Execution
    from sarv_sync.cli.shell import Shell
    from sarv_sync.inputs import Inputs
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.outcome import Outcome
    from sarv_sync.model.rotation import RotationRequest


def run_apply(
    shell: Shell, inputs: Inputs, configuration: Configuration, approval: apply_workflow.Approval,
    targets: Sequence[str], parallelism: int, patience: float, rotation: RotationRequest | None = None,
) -> Execution:  # fmt: skip
    """Apply, or rotate and nothing else, with a progress line where a person looks on, and signals heeded."""
    with heeding_signals() as signals, Progress.on(shell) as progress:
        command = "apply" if rotation is None else "rotate"
        notice = progress.before(shell.notice)
        watch = Watch(progress, signals.stop, signals.uninterrupted, notice, patience, command)
        project, means = open_apply(inputs, configuration, shell.scrubber, watch, parallelism)
        with closing(means.world.crew):
            return apply_workflow.apply(project, approval, targets, means, rotation)


def show_outcome(shell: Shell, outcome: Outcome, format_: str) -> None:
    """Print what an apply did."""
    if format_ == "json":
        from sarv_sync.reporting.outcome_document import outcome_document

        shell.result_json(outcome_document(outcome))
    else:
        from sarv_sync.reporting.outcome_text import outcome_text

        # Apart from the plan above, which ends with its digest.
        shell.result("\n" + outcome_text(outcome, shell.style()))

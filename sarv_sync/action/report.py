"""What a step leaves behind: outputs, a summary, annotations."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from sarv_sync.errors import EXIT_CHANGES, EXIT_DONE, Fault
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.errors import SarvSyncError
    from sarv_sync.model.outcome import Outcome
    from sarv_sync.model.plan import Plan

OUTPUTS = (
    "exitcode", "changes", "drift", "digest", "plan-file", "created", "updated", "disabled", "rotated", "delivered",
    "blocked", "incomplete", "pull-request", "failure-reason",
)  # fmt: skip

_FLAGS = {False: "false", True: "true"}


@dataclass(slots=True)
class Report:
    """Filled while the step goes on, so that whatever ends it there is something to tell.

    Each of `summaries` is given a limit in bytes and returns Markdown. `shown` and `shown_warnings` are part of what
    was printed, and are only annotated. `changes_pass` says that differences are told in a better way than by a step
    that fails.
    """

    exit_code: int = EXIT_DONE
    reason: str = ""
    changes_pass: bool = False
    outputs: dict[str, str] = field(default_factory=lambda: dict.fromkeys(OUTPUTS, ""))
    summaries: list[Callable[[int], str]] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    shown: list[Fault] = field(default_factory=list)
    shown_warnings: list[Fault] = field(default_factory=list)

    def plan(self, plan: Plan) -> None:
        """Tell of a plan."""
        counts = plan.summary()
        self.outputs |= {
            "changes": _FLAGS[plan.pending],
            "drift": _FLAGS[bool(plan.drift)],
            "digest": plan.digest,
            "blocked": str(counts["blocked"]),
        }
        self.shown_warnings[:] = plan.warnings

    def planned(self, plan: Plan) -> None:
        """Tell how many changes of each kind there are to make, where nobody makes them in this step."""
        counts = plan.summary()
        self.outputs |= {
            "created": str(counts["create"]),
            "updated": str(counts["update"]),
            "disabled": str(counts["disable"]),
            "rotated": str(counts["rotate"]),
            "delivered": str(counts["deliver"]),
        }

    def outcome(self, outcome: Outcome) -> None:
        """Tell what an apply did."""
        done = [entry.action for entry in outcome.applied]
        undone = [
            ("failed", outcome.failed),
            ("not known", outcome.unknown),
            ("not attempted", outcome.not_attempted),
            ("failed", outcome.undelivered),
        ]
        self.shown += [
            Fault(": ".join(filter(None, (entry.name, f"{entry.action} {end}", entry.message))))
            for end, entries in undone
            for entry in entries
        ]
        self.shown += [Fault(f"{entry.name}: blocked: {entry.message}", entry.hint) for entry in outcome.blocked]
        self.shown_warnings += outcome.warnings
        self.outputs |= {
            "changes": _FLAGS[bool(self.shown)],
            "digest": outcome.digest,
            "created": str(done.count("create")),
            "updated": str(done.count("update")),
            "disabled": str(done.count("disable")),
            "rotated": str(done.count("rotate")),
            "delivered": str(len(outcome.delivered)),
            "blocked": str(len(outcome.blocked)),
            "incomplete": _FLAGS[not outcome.complete],
        }

    def fail(self, error: SarvSyncError) -> None:
        """Tell why the step ended before its time."""
        self.exit_code, self.reason = error.exit_code, error.reason
        self.faults += error.faults

    def end(self, exit_code: int, reason: str = "") -> None:
        """Tell how the step ended by itself."""
        self.exit_code = exit_code
        self.reason = "" if exit_code in {EXIT_DONE, EXIT_CHANGES} else reason

    @property
    def status(self) -> int:
        """What the process exits with, for which the step fails or does not."""
        return EXIT_DONE if self.exit_code == EXIT_CHANGES and self.changes_pass else self.exit_code

    def finished_outputs(self) -> dict[str, str]:
        """Return every output, with the exit code and the reason."""
        return {**self.outputs, "exitcode": str(self.exit_code), "failure-reason": self.reason}

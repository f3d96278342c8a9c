"""What a step needs of whoever runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from sarv_sync.model.selection import EVERYBODY, Selection
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.apply_workflow import Approval
    from sarv_sync.applying.executor import Execution
    from sarv_sync.errors import Fault
    from sarv_sync.inputs import Inputs
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.rotation import RotationRequest
    from sarv_sync.model.scrub import Scrubber
    from sarv_sync.reporting.style import Style


@dataclass(frozen=True, slots=True)
class Flags:
    """The further flags of a command, as on its command line. `patience` are seconds; `rotation` is for `rotate`."""

    wanted: Selection = EVERYBODY
    allow: tuple[str, ...] = ()
    expect_digest: str | None = None
    parallelism: int = 8
    patience: float = 0.0
    metrics: str | None = None
    pushgateway: str | None = None
    rotation: RotationRequest | None = None


class Console(Protocol):
    """Where a step prints. Results may be Markdown, text or workflow commands; the rest goes to standard error."""

    scrubber: Scrubber

    def result(self, text: str) -> None:
        """Print a result."""
        ...

    def notice(self, text: str) -> None:
        """Print one line in passing; `text` may hold words from anywhere."""
        ...

    def complain(self, faults: Sequence[Fault], kind: Literal["error", "warning"] = "error") -> None:
        """Print errors or warnings."""
        ...

    def scrubbed(self, faults: Sequence[Fault]) -> tuple[Fault, ...]:
        """Return `faults` without secrets."""
        ...

    def style(self) -> Style:
        """Return how text should look."""
        ...


class Commands(Protocol):
    """The parts of the command line that a step borrows."""

    def flags(self, command: str, arguments: Sequence[str]) -> Flags:
        """Return what `arguments` say, the flags that `command` takes. Raises `InputError`."""
        ...

    def apply(
        self, inputs: Inputs, configuration: Configuration, approval: Approval, targets: Sequence[str], flags: Flags
    ) -> Execution:
        """Apply, or do the rotation that `flags` ask for, with signals heeded and progress shown.

        Raises as `apply_workflow.apply` does.
        """
        ...

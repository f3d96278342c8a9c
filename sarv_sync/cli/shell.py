"""What every command shares: the streams, how to write to them, and the settings given on the command line.

Only this package prints. Results go to standard output, everything else to standard error.
"""

from __future__ import annotations

import os
import sys
from dataclasses import field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TextIO

from sarv_sync.errors import SarvSyncError
from sarv_sync.model.scrub import Scrubber
from sarv_sync.reporting.style import Style
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sarv_sync.errors import Fault
    from sarv_sync.inputs import Inputs

ColorChoice = Literal["auto", "always", "never"]

_BLOCK = 500
"""Lines that are written at once."""


@dataclass(slots=True)
class Shell:
    """One invocation of the program. Its attributes are what the common flags set.

    `unheard` says that a result could not be written: what is said about it has to go elsewhere.
    """

    config: str | None = None
    endpoint: str | None = None
    state_options: tuple[str, ...] = ()
    color: ColorChoice = "auto"
    verbosity: int = 0
    quiet: bool = False
    scrubber: Scrubber = field(default_factory=Scrubber)
    unheard: bool = False

    def inputs(self) -> Inputs:
        """Return the settings from outside the files."""
        from sarv_sync.inputs import Inputs

        return Inputs(self.config, self.endpoint, os.environ, Path.cwd(), self.state_options)

    def result(self, text: str) -> None:
        """Print a result. Raises `SarvSyncError` if it cannot be written."""
        self._stream((text,))

    def result_lines(self, lines: Iterable[str]) -> None:
        """Print a result of which each line is made when it is written, and none once nobody reads any more."""
        self._stream(_blocks(lines))

    def result_json(self, document: Any) -> None:
        """Print a result as one JSON document, of which a list may be an iterator."""
        from sarv_sync.reporting.json_text import json_pieces

        self._stream(json_pieces(document))

    def _stream(self, pieces: Iterable[str]) -> None:
        before, self.unheard = self.unheard, True  # after half a result, an error does not belong on the same stream
        _write(sys.stdout, pieces)
        self.unheard = before

    def say(self, text: str) -> None:
        """Print what is not a result, unless the user asked for quiet."""
        if not self.quiet:
            _write(sys.stderr, (text,))

    def notice(self, text: str) -> None:
        """Print one line in passing. `text` may hold words from anywhere."""
        from sarv_sync.model.visible import printable

        self.say(printable(self.scrubber.scrub(text)))

    def complain(self, faults: Sequence[Fault], kind: Literal["error", "warning"] = "error") -> None:
        """Print errors or warnings."""
        if faults and not (self.quiet and kind == "warning"):
            from sarv_sync.reporting.errors_text import faults_text

            _write(sys.stderr, (faults_text(self.scrubbed(faults), self.style(sys.stderr), kind),))

    def scrubbed(self, faults: Sequence[Fault]) -> tuple[Fault, ...]:
        """Return `faults` without secrets. Laying them out may change the form of one, so this comes first."""
        scrub = self.scrubber.scrub
        return tuple(
            replace(
                fault,
                message=scrub(fault.message),
                hint=fault.hint and scrub(fault.hint),
                file=fault.file and scrub(fault.file),
                excerpt=fault.excerpt and scrub(fault.excerpt),
            )
            for fault in faults
        )

    def style(self, stream: TextIO | None = None) -> Style:
        """Return how text should look on `stream` (standard output unless given)."""
        stream = stream or sys.stdout
        terminal = stream.isatty()
        plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        color = self.color == "always" or (self.color == "auto" and terminal and not plain)
        return Style(color=color, width=_columns() if terminal else 80)


def _columns() -> int:
    from shutil import get_terminal_size

    return get_terminal_size((80, 24)).columns


def _blocks(lines: Iterable[str]) -> Iterator[str]:
    """Yield `lines` by the hundreds: to write each by itself takes longer."""
    source = iter(lines)
    while block := list(islice(source, _BLOCK)):
        yield "\n".join([*block, ""])


def _write(stream: TextIO, pieces: Iterable[str]) -> None:
    """Write `pieces` as whole lines. A reader that went away is no error: `| head` has seen enough.

    Raises `SarvSyncError` if a result cannot be written; where an error cannot, there is nobody to tell.
    """
    try:
        last = ""
        for piece in pieces:
            stream.write(piece)
            last = piece or last
        if not last.endswith("\n"):
            stream.write("\n")
        stream.flush()
    except OSError as error:
        # The interpreter flushes once more at exit; let that go nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if isinstance(error, BrokenPipeError) or stream is sys.stderr:
            return
        reason = error.strerror or type(error).__name__
    else:
        return
    raise SarvSyncError(
        f"the result cannot be written to standard output: {reason}",
        "make room there; what this run changed is recorded in the state, and `sarv-sync plan` shows what is left",
    )

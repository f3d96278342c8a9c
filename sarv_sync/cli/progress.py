"""One line on a terminal that says how far an apply is."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.cli.shell import Shell
    from sarv_sync.model.plan import Action


class Progress:
    """Rewrites its line after every change; without a stream it says nothing, as logs and pipes like it."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._total = 0
        self._done = 0
        self._bad = 0

    @classmethod
    @contextmanager
    def on_terminal(cls, shell: Shell) -> Iterator[Progress]:
        """Yield a progress that shows itself if a person is looking, and leaves nothing behind."""
        watched = sys.stderr.isatty() and not shell.quiet and not shell.verbosity
        progress = cls(sys.stderr if watched else None)
        try:
            yield progress
        finally:
            progress._show("")

    def began(self, total: int) -> None:
        """Expect `total` changes."""
        self._total = total

    def change_ended(self, name: str, action: Action, end: str) -> None:  # noqa: ARG002 - the interface's
        """Count a change."""
        self._done += 1
        self._bad += end != "applied"
        trouble = f", {self._bad} not applied" if self._bad else ""
        self._show(f"{self._done} of {self._total} changes{trouble}")

    def waiting(self, what: str, seconds: float) -> None:
        """Say what the run waits for."""
        self._show(f"waiting for {what}, up to {seconds:.0f} s")

    def _show(self, text: str) -> None:
        if self._stream is None:
            return
        try:
            # Return to the first column, write, erase what is left of the previous text (ECMA-48 EL).
            self._stream.write(f"\r{text[:79]}\x1b[K")
            self._stream.flush()
        except OSError:
            self._stream = None  # the terminal is gone; the apply has better things to do than to end over it

"""A folder to run the real program in, with less waiting for it to load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.end_to_end.workplace import Ended, Workplace

if TYPE_CHECKING:
    from tests.end_to_end.forks import Forks

_ONLY_AT_THE_START = ("PYTHON", "LANG", "LC_", "LD_", "TZ", "OPENSSL", "MALLOC_")
"""How variables begin that a process looks at when it starts, and then never again."""


class QuickWorkplace(Workplace):
    """Its runs are forked off a process that has loaded the program and run nothing itself.

    But for those that need more than arguments, a folder and an environment, and those beside another one: they
    start an interpreter. Without `forks` all of them do.
    """

    forks: Forks | None = None

    def run(self, *arguments: str, **changed: Any) -> Ended:
        """Run the program to its end; see `Workplace`."""
        forks = self.forks
        if forks is None or self._needs_a_start(changed) or not forks.free.acquire(blocking=False):
            return super().run(*arguments, **changed)
        try:
            folder = changed.pop("cwd", self.path)
            done = forks.run(self, *arguments, folder=str(folder), environment=self._environment(changed))
        finally:
            forks.free.release()
        self.heard += [done.raw_out, done.raw_err]
        return done

    def _needs_a_start(self, changed: dict[str, Any]) -> bool:
        return bool(changed.keys() & {"stdin", "before", "timeout"}) or any(
            name.startswith(_ONLY_AT_THE_START) for name in (*self.environment, *changed)
        )

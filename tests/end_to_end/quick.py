"""A folder to run the real program in, with less waiting for it to load."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.end_to_end.workplace import Ended, Workplace

if TYPE_CHECKING:
    from tests.end_to_end.forks import Forks


class QuickWorkplace(Workplace):
    """Its runs are forked off a process that has loaded the program, but for those that need more than arguments."""

    forks: Forks

    def run(self, *arguments: str, **changed: Any) -> Ended:
        """Run the program to its end, with environment variables to set, or (None) to take away."""
        if changed.keys() & {"stdin", "cwd", "before", "timeout"}:
            return super().run(*arguments, **changed)
        wanted = {**self.environment, **changed}
        kept = {name: value for name, value in wanted.items() if value is not None}
        done = self.forks.run(replace(self, environment=kept), *arguments)
        self.heard += [done.raw_out, done.raw_err]
        return done

"""What `init` says."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.cli.scaffold import DRIFT_WORKFLOW, GITIGNORE, PLAN_WORKFLOW, SCHEMA
from sarv_sync.inputs import DEFAULT_CONFIG
from sarv_sync.reporting.escape import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.cli.scaffold import Scaffold

_PURPOSES = {
    DEFAULT_CONFIG: "the account and its users: edit this",
    SCHEMA: "lets editors check and complete it",
    GITIGNORE: "keeps secrets and locks out of git",
    PLAN_WORKFLOW: "plans every pull request",
    DRIFT_WORKFLOW: "looks for drift every morning",
}


def init_text(made: Scaffold) -> str:
    """Return what was written, what was left alone, and the three commands that come next."""
    here = made.directory == Path()
    written = [name for name in _PURPOSES if name in made.written or (name == GITIGNORE and made.ignored)]
    lines = ["Wrote:" if here else f"Wrote into {printable(str(made.directory))}:", *_listed(written)]
    if made.left:
        lines += ["Left as they were:", *(f"  {name}" for name in made.left)]
    if PLAN_WORKFLOW in made.written and not (made.directory / ".git").exists():
        lines += ["", "GitHub heeds workflows only in the root of a repository: move .github there."]
    go = [] if here else [f"  cd {printable(shlex.quote(str(made.directory)))}"]
    return "\n".join([*lines, "", "Next, edit sarv-sync.yaml, set SARV_TOKEN, and run:", *go, *_NEXT])


_NEXT = (
    "  sarv-sync validate    # checks the files; needs no token",
    "  sarv-sync plan        # shows what apply would do; changes nothing",
    "  sarv-sync apply       # shows it again, asks, does it, proves it",
)


def _listed(names: Iterable[str]) -> list[str]:
    return [f"  {name:<39}{_PURPOSES[name]}" for name in names]

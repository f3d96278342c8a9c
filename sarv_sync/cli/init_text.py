"""What `init` says."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.cli.scaffold import GITIGNORE, SCHEMA
from sarv_sync.cli.workflows import APPLY_WORKFLOW, DRIFT_WORKFLOW, PLAN_WORKFLOW, release_is_unknown
from sarv_sync.inputs import DEFAULT_CONFIG
from sarv_sync.model.visible import printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.cli.scaffold import Scaffold

_PURPOSES = {
    DEFAULT_CONFIG: "the account and its users: edit this",
    SCHEMA: "lets editors check and complete it",
    GITIGNORE: "keeps secrets and locks out of git",
    PLAN_WORKFLOW: "plans every pull request",
    APPLY_WORKFLOW: "applies what was reviewed and merged",
    DRIFT_WORKFLOW: "looks for drift every morning",
}
_WORKFLOWS = {PLAN_WORKFLOW, APPLY_WORKFLOW, DRIFT_WORKFLOW}

_NEXT = (
    "  sarv-sync validate    # checks the files; needs no token",
    "  sarv-sync plan        # shows what apply would do; changes nothing",
    "  sarv-sync apply       # shows it again, asks, does it, proves it",
)


def init_text(made: Scaffold) -> str:
    """Return what was written, what was left alone, what GitHub needs, and the three commands that come next."""
    here = made.directory == Path()
    written = [name for name in _PURPOSES if name in made.written or (name == GITIGNORE and made.ignored)]
    lines: list[str] = []
    if written:
        lines = ["Wrote:" if here else f"Wrote into {printable(str(made.directory))}:", *_listed(written)]
    if made.left:
        lines += ["Left as they were:", *(f"  {name}" for name in made.left)]
    if _WORKFLOWS & set(made.written):
        lines += ["", *_for_github(made)]
    if DEFAULT_CONFIG in made.written:
        go = [] if here else [f"  cd {printable(shlex.quote(str(made.directory)))}"]
        lines += ["", "Next, edit sarv-sync.yaml, set SARV_TOKEN, and run:", *go, *_NEXT]
    return "\n".join(lines)


def _for_github(made: Scaffold) -> list[str]:
    lines = ["On GitHub, first set up what the top of each workflow names."]
    if made.state == "file":
        lines.append("Workflows need the state in the repository: sarv-sync state migrate --to git")
    if made.state == "elsewhere":
        lines.append("Add to each what opens the place of the state: see docs/state.md.")
    if not (made.directory / ".git").exists():
        lines.append("GitHub heeds workflows only in the root of a repository: move .github there.")
    if release_is_unknown():
        lines += [
            "This copy of sarv-sync is no release and knows no commit of its Action: put one",
            "in the place of the zeros.",
        ]
    return lines


def _listed(names: Iterable[str]) -> list[str]:
    return [f"  {name:<39}{_PURPOSES[name]}" for name in names]

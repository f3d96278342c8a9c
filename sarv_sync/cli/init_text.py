"""What `init` says."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.cli.scaffold import GITIGNORE, SCHEMA
from sarv_sync.cli.workflows import CATALOG, path_of, release_is_unknown
from sarv_sync.model.visible import printable

if TYPE_CHECKING:
    from sarv_sync.cli.scaffold import Scaffold

_PURPOSES = {
    SCHEMA: "lets editors check and complete it",
    GITIGNORE: "keeps secrets and locks out of git",
    **{path_of(name): purpose for name, purpose in CATALOG.items()},
}
_WORKFLOWS = {path_of(name) for name in CATALOG}

_NEXT = (
    "  sarv-sync validate    # checks the files; needs no token",
    "  sarv-sync plan        # shows what apply would do; changes nothing",
    "  sarv-sync apply       # shows it again, asks, does it, proves it",
)


def init_text(made: Scaffold) -> str:
    """Return what was written, what was left alone, what GitHub needs, and the three commands that come next."""
    names = [made.main, *_PURPOSES]
    written = [name for name in names if name in made.written or (name == GITIGNORE and made.ignored)]
    workflows = [name for name in written if name in _WORKFLOWS]
    top = made.repository.top if made.repository and made.repository.folder else None
    lines = _wrote(
        made, made.directory, written if top is None else [name for name in written if name not in workflows]
    )
    if top is not None:
        lines += _wrote(made, top, workflows)
    if made.left:
        lines += ["Left as they were:", *(f"  {name}" for name in made.left)]
    if workflows:
        lines += ["", *_for_github(made)]
    if made.main in made.written:
        go = [] if _is_here(made.directory) else [f"  cd {printable(shlex.quote(str(made.directory)))}"]
        lines += ["", f"Next, edit {printable(made.main)}, set SARV_TOKEN, and run:", *go, *_NEXT]
    return "\n".join(lines)


def _wrote(made: Scaffold, folder: Path, names: list[str]) -> list[str]:
    """Return what was written into `folder`."""
    if not names:
        return []
    purposes = {made.main: "the account and its users: edit this", **_PURPOSES}
    into = "" if _is_here(folder) else f" into {printable(str(folder))}"
    width = max(map(len, names)) + 2
    return [f"Wrote{into}:", *(f"  {printable(name):<{width}}{purposes[name]}" for name in names)]


def _is_here(folder: Path) -> bool:
    return os.path.realpath(folder) == os.path.realpath(Path())


def _for_github(made: Scaffold) -> list[str]:
    lines = ["On GitHub, first set up what the top of each workflow names."]
    if made.state == "file":
        lines.append("Workflows need the state in the repository: sarv-sync state migrate --to git")
    if made.state == "elsewhere":
        lines.append("Add to each what opens the place of the state: see docs/state.md.")
    if made.repository is None:
        lines.append("GitHub heeds workflows only in the root of a repository: move .github there.")
    if release_is_unknown():
        lines += [
            "This copy of sarv-sync is no release and knows no commit of its Action: put one",
            "in the place of the zeros.",
        ]
    return lines

"""The files that the program is run on."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from process import PROGRAM, Process
from sandbox_process import Caller

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sandbox_process import SandboxProcess

STATE_FILE = "sarv-sync.state.json"


def new_project(folder: Path, users: int) -> Path:
    """Make a project in a new `folder`, whose users are all new."""
    folder.mkdir()
    write_users(folder, {_name(number): None for number in range(users)})
    return folder


def adopt_all(folder: Path, sandbox: SandboxProcess) -> tuple[Path, Mapping[str, str]]:
    """Make a project in a new `folder` that owns all users of the sandbox; return it, and what its names own."""
    folder.mkdir()
    with closing(Caller(sandbox.url)) as caller:
        listed = caller.ask("listSmtp")["smtp_list"]
    pins = {_name(number): row["smtp_user_name"] for number, row in enumerate(listed)}
    write_users(folder, pins)
    Process([PROGRAM, "apply", "--auto-approve", "--quiet"], folder, sandbox.environment).seconds()
    return folder, pins


def write_users(
    project: Path, pins: Mapping[str, str | None] | Mapping[str, str], more: int = 0, raised: int | None = None
) -> None:
    """Write the main file: the names of `pins` and the users they are pinned to, if any.

    The first `raised` totals, all unless told, are raised by `more`.
    """
    entries = []
    for number, (name, user) in enumerate(pins.items()):
        pin = f"    smtp_user_name: {user}\n" if user else ""
        total = 1000 + number + (more if raised is None or number < raised else 0)
        entries.append(f"  {name}:\n{pin}    total_limit: {total}\n    hourly_limit: {1 + number % 900}\n")
    text = "version: 1\nguards: {max_creates: 1000000}\nusers:\n" + "".join(entries)
    (project / "sarv-sync.yaml").write_text(text, encoding="utf-8")


def _name(number: int) -> str:
    return f"user-{number:05}"

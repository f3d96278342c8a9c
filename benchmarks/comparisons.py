"""What is measured."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from comparison import Comparison, Process
from sarv_sync.sandbox.defaults import OWNER_ID, TOKEN
from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.sandbox.server import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = str(Path(sys.executable).with_name("sarv-sync"))
SCHEMA = Path(__file__).parents[1] / "schemas" / "config.schema.json"

_PLAIN_VALIDATION = f"""
import json, jsonschema, yaml
schema = json.load(open({str(SCHEMA)!r}))
data = yaml.load(open("sarv-sync.yaml"), yaml.CSafeLoader)
jsonschema.Draft202012Validator(schema).validate(data)
"""


def comparisons(folder: Path) -> Iterator[Comparison]:
    """Yield every comparison; measure each before asking for the next. `folder` is empty, for their files."""
    bare = Process([sys.executable, "-c", "pass"], folder)
    for flag in ("--help", "--version"):
        ours = Process([PROGRAM, flag], folder)
        yield Comparison(f"`sarv-sync {flag}`", "`python -c pass`", ours, bare, "at most 4", 4.0)
    yield _validation(_project(folder / "validate", 10_000))
    yield from _plan(_project(folder / "plan", 100))


def _validation(project: Path) -> Comparison:
    return Comparison(
        "`validate`, 10,000 users",
        "`yaml.load(CSafeLoader)` + `jsonschema`",
        Process([PROGRAM, "validate"], project),
        Process([sys.executable, "-c", _PLAIN_VALIDATION], project),
        "at most 0.25",
        0.25,
    )


def _plan(project: Path) -> Iterator[Comparison]:
    with closing(MemoryAccount()) as account, Sandbox(account, owner_id=OWNER_ID, token=TOKEN) as sandbox:
        environment = {"SARV_ENDPOINT": sandbox.url, "SARV_OWNER_ID": OWNER_ID, "SARV_TOKEN": TOKEN}
        apply = Process([PROGRAM, "apply", "--auto-approve", "--quiet"], project, environment)
        yield Comparison(
            "`plan`, 100 users, sandbox on loopback",
            '`python -c "import requests, yaml"`',
            Process([PROGRAM, "plan"], project, environment),
            Process([sys.executable, "-c", "import requests, yaml"], project),
            "at most 1.6",
            1.6,
            prepare=lambda: _run(apply),
        )


def _run(process: Process) -> None:
    process.seconds()


def _project(folder: Path, users: int) -> Path:
    """Write a file with `users` users into a new `folder`."""
    folder.mkdir()
    entries = (
        f"  user-{number:05}:\n    total_limit: {1000 + number}\n    hourly_limit: {1 + number % 900}\n"
        for number in range(users)
    )
    (folder / "sarv-sync.yaml").write_text("version: 1\nusers:\n" + "".join(entries), encoding="utf-8")
    return folder

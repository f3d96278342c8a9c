"""Commands that are over in a moment, against the least that they could take."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import plain
from comparison import Comparison, Yardstick
from process import PROGRAM, Process
from projects import new_project
from report import Section, compared
from sandbox_process import running_sandbox

if TYPE_CHECKING:
    from pathlib import Path

    from scale import Scale

_FLAGS = ("--help", "--version")


def start(folder: Path, scale: Scale) -> Section:
    """Measure how fast the program starts."""
    bare = Yardstick("`python -c pass`", Process([sys.executable, "-c", "pass"], folder), 4.0)
    comparisons = [
        Comparison(f"`sarv-sync {flag}`", Process([PROGRAM, flag], folder), [bare])
        for flag in ("--help", "--version")
    ]
    return compared(scale, [each.measure(scale) for each in comparisons])


def validate(folder: Path, scale: Scale) -> Section:
    """Measure `validate`."""
    project = new_project(folder / "validate", 10_000)
    comparison = Comparison(
        "`validate`, 10,000 users",
        Process([PROGRAM, "validate"], project),
        [
            Yardstick("`yaml.load(CSafeLoader)` + `jsonschema`", plain.validation(project), 0.25),
            Yardstick(plain.SCRIPT, plain.script("validate", project)),
        ],
    )
    return compared(scale, [comparison.measure(scale)])


def plan_100(folder: Path, scale: Scale) -> Section:
    """Measure `plan` of a small account that is as it should be."""
    project = new_project(folder / "plan", 100)
    with running_sandbox() as sandbox:
        Process([PROGRAM, "apply", "--auto-approve", "--quiet"], project, sandbox.environment).run()
        comparison = Comparison(
            "`plan`, 100 users, sandbox on loopback",
            Process([PROGRAM, "plan"], project, sandbox.environment),
            [
                Yardstick(
                    '`python -c "import requests, yaml"`',
                    Process([sys.executable, "-c", "import requests, yaml"], project),
                    1.6,
                )
            ],
        )
        return compared(scale, [comparison.measure(scale)])

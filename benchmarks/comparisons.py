"""Commands that are over in a moment, against the least that they could take."""

from __future__ import annotations

import sys
from pathlib import Path

from comparison import PROGRAM, RUNS, Comparison, Process
from projects import new_project
from report import Section, ratios
from sandbox_process import running_sandbox

SCHEMA = Path(__file__).parents[1] / "schemas" / "config.schema.json"
_HOW = f"Wall time of whole processes, median of {RUNS} runs that alternate with the yardstick's."

_PLAIN_VALIDATION = f"""
import json, jsonschema, yaml
schema = json.load(open({str(SCHEMA)!r}))
data = yaml.load(open("sarv-sync.yaml"), yaml.CSafeLoader)
jsonschema.Draft202012Validator(schema).validate(data)
"""


def start(folder: Path) -> Section:
    """Measure how fast the program starts."""
    bare = Process([sys.executable, "-c", "pass"], folder)
    compared = [
        Comparison(f"`sarv-sync {flag}`", "`python -c pass`", Process([PROGRAM, flag], folder), bare, 4.0)
        for flag in ("--help", "--version")
    ]
    return ratios(_HOW, [each.measure() for each in compared])


def validate(folder: Path) -> Section:
    """Measure `validate`."""
    project = new_project(folder / "validate", 10_000)
    comparison = Comparison(
        "`validate`, 10,000 users",
        "`yaml.load(CSafeLoader)` + `jsonschema`",
        Process([PROGRAM, "validate"], project),
        Process([sys.executable, "-c", _PLAIN_VALIDATION], project),
        0.25,
    )
    return ratios(_HOW, [comparison.measure()])


def plan(folder: Path) -> Section:
    """Measure `plan` of an account that is as it should be."""
    project = new_project(folder / "plan", 100)
    with running_sandbox() as sandbox:
        Process([PROGRAM, "apply", "--auto-approve", "--quiet"], project, sandbox.environment).seconds()
        comparison = Comparison(
            "`plan`, 100 users, sandbox on loopback",
            '`python -c "import requests, yaml"`',
            Process([PROGRAM, "plan"], project, sandbox.environment),
            Process([sys.executable, "-c", "import requests, yaml"], project),
            1.6,
        )
        return ratios(_HOW, [comparison.measure()])

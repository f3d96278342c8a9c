"""The guide to GitHub says what the Action has, and what the program does."""

from __future__ import annotations

import re
from pathlib import Path

from docs.generate_action import PAGE, generated, read_action
from sarv_sync import errors
from sarv_sync.action import report, settings

ROOT = Path(__file__).parents[3]
INSTALLER = {"extras", "python", "index-url", "working-directory"}


def test_the_tables_of_the_action_are_those_of_its_file() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.count("<!-- end -->") == 2
    assert generated(page, read_action()) == page, "run python docs/generate_action.py"


def test_every_input_reaches_the_program_and_every_output_comes_from_it() -> None:
    action = read_action()
    run = next(step for step in action["runs"]["steps"] if step.get("id") == "run")
    handed = {name.removeprefix(settings.PREFIX) for name in run["env"] if name.startswith(settings.PREFIX)}
    assert handed == {name.upper().replace("-", "_") for name in action["inputs"] if name not in INSTALLER}
    assert set(action["outputs"]) == set(report.OUTPUTS)


def test_every_reason_is_explained() -> None:
    page = PAGE.read_text(encoding="utf-8")
    explained = set(re.findall(r"^\| [\d, ]+ \| `([a-z-]+)`", page, re.MULTILINE))
    classes = [each for each in vars(errors).values() if isinstance(each, type)]
    reasons = {each.reason for each in classes if issubclass(each, errors.SarvSyncError)}
    given = {
        reason
        for path in (ROOT / "sarv_sync").rglob("*.py")
        for reason in re.findall(r'reason="([a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    assert reasons | given <= explained | {"not-approved"}

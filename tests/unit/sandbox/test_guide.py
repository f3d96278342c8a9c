"""The user guide says what is there, and its examples work."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from sarv_sync.cli.sandbox import command
from sarv_sync.sandbox.faults.catalog import CATALOG
from sarv_sync.sandbox.rule_parsing import parse_rules

GUIDE = (Path(__file__).parents[3] / "docs" / "sandbox.md").read_text(encoding="utf-8")
EXAMPLES = [shlex.split(line)[2:] for line in GUIDE.splitlines() if line.startswith("sarv-sync sandbox ")]


@pytest.mark.parametrize("example", EXAMPLES, ids=" ".join)
def test_every_example_can_be_copied(example: list[str]) -> None:
    with command.make_context("sandbox", [*example]) as context:
        assert parse_rules(context.params["fault"])


def test_every_fault_is_explained_and_has_an_example() -> None:
    shown = {rule.split(":")[1] for example in EXAMPLES for rule in example if ":" in rule}
    assert shown == set(CATALOG)
    assert set(re.findall(r"^\*\*`([a-z-]+)`\*\*", GUIDE, re.MULTILINE)) == set(CATALOG)


@pytest.mark.parametrize("what", CATALOG)
def test_every_key_of_a_fault_is_explained(what: str) -> None:
    section = GUIDE.split(f"**`{what}`**")[1].split("\n**`")[0].split("\n## ")[0]
    metadata = CATALOG[what].effect.__dataclass_fields__  # type: ignore[attr-defined]
    keys = [name for name, field in metadata.items() if field.metadata]
    assert [key for key in keys if f"`{key}" not in section and f"{key}=" not in section] == []


def test_every_option_is_listed() -> None:
    options = {option for parameter in command.params for option in parameter.opts}
    assert set(re.findall(r"^\| `(--[a-z-]+)", GUIDE, re.MULTILINE)) == options


def test_the_python_example_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    exec(compile(example, "docs/sandbox.md", "exec"), {})

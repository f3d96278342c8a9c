"""The reference says what the program has, all of it and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest

from docs.generate import PAGE, SCHEMA, generated
from sarv_sync.cli.options import common
from sarv_sync.cli.program import COMMANDS

ROOT = Path(__file__).parents[3]
HELP = {"-h", "--help", "--version"}


@click.command()
@common
def _bare() -> None:
    """A command with nothing but the common flags."""


def _commands() -> Iterator[tuple[str, click.Command]]:
    for name in COMMANDS:
        command: click.Command = import_module(f"sarv_sync.cli.{name}").command
        if isinstance(command, click.Group):
            yield from ((f"{name} {sub}", child) for sub, child in command.commands.items())
        else:
            yield name, command


def _flags(command: click.Command) -> set[str]:
    return {flag for option in command.params if isinstance(option, click.Option) for flag in option.opts}


def _sections() -> dict[str, str]:
    """Return the sections of commands.md by the command each is about, without its arguments."""
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    found = re.findall(r"^## `([a-z ]+?)(?: [\[A-Z][^`\n]*)?`\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    return dict(found)


def _named(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", text))


def test_every_command_has_its_section_and_no_other_has() -> None:
    assert set(_sections()) == {name for name, _ in _commands()}


@pytest.mark.parametrize(("name", "command"), list(_commands()))
def test_the_section_of_a_command_has_its_flags_and_no_others(name: str, command: click.Command) -> None:
    own = _flags(command) - _flags(_bare)
    assert _named(_sections()[name]) == own


def test_the_common_flags_are_in_the_first_table() -> None:
    head = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8").partition("## ")[0]
    assert _named(head) == _flags(_bare) | HELP


def test_the_tables_of_the_configuration_are_those_of_the_schema() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.count("<!-- table:") == page.count("<!-- end -->") == 10
    assert generated(page, json.loads(SCHEMA.read_text(encoding="utf-8"))) == page, "run python docs/generate.py"

from __future__ import annotations

import json
import subprocess
import sys

import click
import pytest

from sarv_sync.cli import validate
from sarv_sync.cli.bug import describe_bug
from sarv_sync.cli.main import run
from sarv_sync.cli.program import COMMANDS
from sarv_sync.errors import Interrupted, ProviderError, Refused, SarvSyncError, StateError

HEAVY = ("requests", "jsonschema", "deepdiff", "yaml", "http.server", "asyncio", "logging")


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Let `validate` raise `error`."""

    def callback() -> None:
        raise error

    monkeypatch.setattr(validate, "command", click.Command("validate", callback=callback))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SarvSyncError("told", "do this"), 1),
        (ProviderError("told", "do this"), 1),
        (StateError("told", "do this"), 1),
        (Refused("told", "do this"), 4),
        (Interrupted("told", "do this"), 130),
    ],
)
def test_every_error_ends_with_its_own_exit_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: SarvSyncError, code: int
) -> None:
    failing(monkeypatch, error)
    assert run(["validate"]) == code
    assert capsys.readouterr().err == "error: told\n  hint: do this\n"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_an_interrupt_ends_with_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: BaseException
) -> None:
    failing(monkeypatch, error)
    assert run(["validate"]) == 130
    assert "error: interrupted" in capsys.readouterr().err


def test_a_bug_names_places_in_our_code_and_no_value(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(monkeypatch, ValueError("secret value"))
    assert run(["validate"]) == 1
    err = capsys.readouterr().err
    assert "this is a bug in sarv-sync" in err
    assert "ValueError at cli/program.py:" in err
    assert "secret" not in err


def test_a_bug_outside_our_code_is_still_described() -> None:
    assert "KeyError" in describe_bug(KeyError("x")).message


def test_a_command_line_without_a_command_shows_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 3
    said = capsys.readouterr()
    assert (said.out, "Commands:" in said.err) == ("", True)


@pytest.mark.parametrize(("typed", "meant"), [("pln", "plan"), ("aply", "apply"), ("validat", "validate")])
def test_a_mistyped_command_is_guessed(capsys: pytest.CaptureFixture[str], typed: str, meant: str) -> None:
    assert run([typed]) == 3
    assert meant in capsys.readouterr().err


def test_a_command_that_is_no_guess_away_leads_to_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["zzz"]) == 3
    assert "sarv-sync --help" in capsys.readouterr().err


def test_a_hint_of_wrong_usage_names_the_commands_own_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["state", "mv", "--format", "json"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert document["errors"][0]["hint"] == "see sarv-sync state mv --help"


@pytest.mark.parametrize("arguments", [["--version"], ["--help"]])
def test_version_and_help_load_nothing_heavy(arguments: list[str]) -> None:
    program = (
        f"import sys; from sarv_sync.cli.main import run; run({arguments!r}); "
        f"print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout
    assert out.splitlines()[-1] == "[]"


def test_every_command_has_a_file_of_its_own() -> None:
    for name in COMMANDS:
        module = __import__(f"sarv_sync.cli.{name}", fromlist=["command"])
        assert isinstance(module.command, click.Command)

from __future__ import annotations

import os
import pty
import subprocess
import sys
from importlib.resources import files

import pytest

from sarv_sync.cli import at_once
from sarv_sync.cli.main import run
from sarv_sync.cli.program import run_command
from tests.end_to_end.workplace import command

KEPT = files("sarv_sync.cli") / "help.txt"


@pytest.fixture(autouse=True)
def no_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(sys, "__stdout__", None)  # no terminal, wherever the tests run


@pytest.mark.parametrize("columns", ["80", "81", "300", "0", "nonsense"])
def test_the_help_that_is_kept_is_the_one_that_click_makes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert run_command(["--help"]) == 0
    made = capsys.readouterr().out
    assert made == KEPT.read_text(encoding="utf-8"), "COLUMNS=80 sarv-sync --help > sarv_sync/cli/help.txt"


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"]])
def test_what_is_answered_at_once_is_what_click_would_print(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    assert at_once.answered_at_once(arguments)
    at_once_said = capsys.readouterr()
    assert run_command(arguments) == 0
    assert capsys.readouterr() == at_once_said


@pytest.mark.parametrize("arguments", [[], ["--help", "-q"], ["--version", "x"], ["plan", "--help"], ["help"]])
def test_all_else_is_left_to_click(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    assert not at_once.answered_at_once(arguments)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("columns", ["60", "79"])
def test_the_help_fits_where_columns_are_said_to_be_few(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert run(["--help"]) == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= int(columns) - 2


@pytest.mark.parametrize(("columns", "widest"), [(50, 50), (70, 68), (80, 78), (200, 78)])
def test_the_help_fits_a_terminal(columns: int, widest: int) -> None:
    ours, its = pty.openpty()
    subprocess.run(["stty", "cols", str(columns), "rows", "50"], stdin=its, check=True)
    environment = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
    subprocess.run(command("--help"), stdin=its, stdout=its, env=environment, check=True)
    os.close(its)
    said = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert max(map(len, said.splitlines())) in range(widest - 8, widest + 1)
    assert "Take the whole tour against the sandbox." in " ".join(said.split())

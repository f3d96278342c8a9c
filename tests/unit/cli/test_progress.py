from __future__ import annotations

import io

import pytest

from sarv_sync.cli.progress import Progress
from sarv_sync.cli.shell import Shell


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Gone(Terminal):
    def write(self, text: str) -> int:
        raise OSError(5, "Input/output error")


def watch(monkeypatch: pytest.MonkeyPatch, shell: Shell, terminal: Terminal) -> str:
    """Return what `terminal` got, as standard error, from the progress of two changes.

    Replaced within the test: what a fixture replaces, pytest's capturing puts back before the test begins.
    """
    monkeypatch.setattr("sys.stderr", terminal)
    with Progress.on_terminal(shell) as progress:
        work(progress)
    return terminal.getvalue()


def work(progress: Progress) -> None:
    progress.began(2)
    progress.change_ended("a", "create", "applied")
    progress.waiting("the account", 3.4)
    progress.change_ended("b", "update", "failed")


def test_one_line_is_rewritten_and_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = watch(monkeypatch, Shell(), Terminal())
    assert [part.removesuffix("\x1b[K") for part in shown.split("\r")[1:]] == [
        "1 of 2 changes",
        "waiting for the account, up to 3 s",
        "2 of 2 changes, 1 not applied",
        "",
    ]


@pytest.mark.parametrize("shell", [Shell(quiet=True), Shell(verbosity=1)])
def test_nothing_is_shown_to_who_asked_for_quiet_or_for_a_log(monkeypatch: pytest.MonkeyPatch, shell: Shell) -> None:
    assert watch(monkeypatch, shell, Terminal()) == ""


def test_nothing_is_shown_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress.on_terminal(Shell()) as progress:
        work(progress)
    assert capsys.readouterr().err == ""


def test_a_terminal_that_goes_away_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert watch(monkeypatch, Shell(), Gone()) == ""

from __future__ import annotations

from pathlib import Path

import pytest

import run
from report import Section, sections_of
from scale import Scale


@pytest.fixture
def results(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "RESULTS.md"
    monkeypatch.setattr(run, "RESULTS", path)
    monkeypatch.setattr(run, "MEASUREMENTS", {"good": good, "bad": bad})
    return path


def good(folder: Path, scale: Scale) -> Section:
    return Section(f"{scale.runs} runs\n", [])


def bad(folder: Path, scale: Scale) -> Section:
    return Section("too slow\n", ["bad: 2, at most 1"])


def measured(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr("sys.argv", ["run.py", *arguments])
    return run.main()


@pytest.mark.parametrize(("names", "code"), [((), 1), (("good",), 0), (("bad",), 1)])
def test_a_missed_target_ends_with_exit_code_1(
    results: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], code: int
) -> None:
    assert measured(monkeypatch, *names) == code


def test_measuring_one_section_keeps_the_others(results: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured(monkeypatch)
    measured(monkeypatch, "good", "--runs", "7")
    sections = sections_of(results.read_text())
    assert "7 runs" in sections["good"]
    assert "too slow" in sections["bad"]


def test_a_quick_run_prints_and_writes_nothing(
    results: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert measured(monkeypatch, "--quick") == 1
    assert "too slow" in capsys.readouterr().out
    assert not results.exists()

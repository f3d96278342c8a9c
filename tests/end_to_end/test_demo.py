"""The tour is the first thing that anybody runs."""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path

import pytest

from sarv_sync.demo import script
from sarv_sync.demo.script import STEPS, Command, Step
from sarv_sync.demo.stage import stage
from sarv_sync.demo.tour import take
from sarv_sync.errors import SarvSyncError
from sarv_sync.sandbox.defaults import TOKEN
from tests.end_to_end.workplace import Workplace


@pytest.fixture
def temporary(tmp_path: Path, work: Workplace) -> Path:
    """Where the demo makes its folder."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    work.environment["TMPDIR"] = str(folder)
    return folder


def test_the_tour_ends_well_and_leaves_nothing_behind(work: Workplace, temporary: Path) -> None:
    # Settings of a real account in the environment must not be used, and neither must its files.
    work.write("not: ours")
    ended = work.run("demo", SARV_ENDPOINT="http://127.0.0.1:9/v1.0", SARV_SYNC_CONFIG="else.yaml", SARV_OWNER_ID="7")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.count("── ") == len(STEPS)
    assert "Nothing to change: 2 users are as the files say" in ended.out
    assert list(temporary.iterdir()) == []
    assert list(work.files()) == ["sarv-sync.yaml"]


def test_every_screen_fits(work: Workplace, temporary: Path) -> None:
    screens = work.run("demo").out.split("\n── ")
    assert all(len(line) <= 80 for screen in screens for line in f"── {screen}".splitlines())
    # Three screens show a plan and its outcome; they may be longer.
    assert sorted(len(screen.splitlines()) for screen in screens)[-4] <= 24
    assert max(len(screen.splitlines()) for screen in screens) <= 40


@pytest.mark.parametrize("color", ["never", "always"])
def test_no_secret_is_shown(work: Workplace, temporary: Path, color: str) -> None:
    ended = work.run("demo", "--color", color)
    assert TOKEN not in ended.said
    assert ("\x1b[" in ended.out) == (color == "always")


def test_what_was_kept_can_be_gone_on_with(work: Workplace, temporary: Path) -> None:
    del work.environment["SARV_TOKEN"]
    ended = work.run("demo", "--keep")
    (folder,) = temporary.iterdir()
    assert f"Kept in {folder}" in " ".join(ended.out.split())
    arguments = next(line.split()[1:] for line in ended.out.splitlines() if line.startswith("  sarv-sync sandbox"))
    sandbox = work.start(*arguments, cwd=folder)
    try:
        assert sandbox.stdout is not None
        url = sandbox.stdout.readline().split()[-1].decode()
        plan = work.run("plan", "--detailed-exitcode", cwd=folder, SARV_ENDPOINT=url, SARV_TOKEN=TOKEN)
        assert (plan.code, plan.err) == (0, "")
    finally:
        sandbox.send_signal(signal.SIGTERM)
        sandbox.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_tour_cut_short_leaves_nothing_behind(work: Workplace, temporary: Path, number: signal.Signals) -> None:
    tour = work.start("demo")
    assert tour.stdout is not None
    for line in tour.stdout:
        if b"3/" in line:
            tour.send_signal(number)
            break
    _, error = tour.communicate()
    assert tour.returncode == 130
    assert error.strip() == b"error: interrupted"
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("commands", "complaint"),
    [
        ((Command("validate"),), "`sarv-sync validate` ended with exit code 3 and should have with 0"),
        ((Command("--version", 2),), "`sarv-sync --version` ended with exit code 0 and should have with 2"),
    ],
)
def test_a_step_that_does_not_come_to_what_it_should_ends_the_tour(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, commands: tuple[Command, ...], complaint: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr("sarv_sync.demo.tour.STEPS", (Step("A step", "Why.", commands=commands), *script.STEPS))
    with stage(keep=False, color=False) as place, pytest.raises(SarvSyncError) as caught:
        list(take(place))
    assert caught.value.message == complaint
    assert list(tmp_path.iterdir()) == []


def test_the_program_of_the_tour_is_this_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with stage(keep=False, color=False) as place, pytest.raises(SarvSyncError):
        list(take(place))

from __future__ import annotations

import io
import threading

import pytest

from sarv_sync.cli.progress import Progress
from sarv_sync.cli.shell import Shell


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Gone(Terminal):
    def write(self, text: str) -> int:
        raise OSError(5, "Input/output error")


class Clock:
    def __init__(self) -> None:
        self.time = 100.0

    def __call__(self) -> float:
        return self.time


def apply(progress: Progress, clock: Clock, calls: int = 4, each: float = 5.0) -> None:
    """Make two changes with two calls each."""
    progress.began(2, 4)
    for number in range(calls):
        clock.time += each
        progress.call_ended()
        if number % 2:
            progress.change_ended("a", "create", "applied" if number == 1 else "failed")


def on_terminal() -> list[str]:
    stream, clock = Terminal(), Clock()
    apply(Progress(stream, log=False, now=clock), clock)
    return [part.removesuffix("\x1b[K") for part in stream.getvalue().split("\r")[1:]]


def test_a_terminal_shows_how_many_how_fast_and_how_long_still() -> None:
    assert on_terminal() == [
        "1 of 4 calls, 12.0/min, 15 s left",
        "2 of 4 calls, 12.0/min, 10 s left",
        "3 of 4 calls, 12.0/min, 5 s left",
        "4 of 4 calls, 12.0/min, 0 s left",
    ]


def test_a_log_gets_a_line_of_its_own_now_and_then() -> None:
    stream, clock = io.StringIO(), Clock()

    apply(Progress(stream, log=True, now=clock), clock)

    assert stream.getvalue().splitlines() == ["2 of 4 calls, 12.0/min, 10 s left", "4 of 4 calls, 12.0/min, 0 s left"]


def test_changes_that_were_not_made_are_counted() -> None:
    stream, clock = io.StringIO(), Clock()
    progress = Progress(stream, log=False, now=clock)

    apply(progress, clock)
    clock.time += 1
    progress.call_ended()

    assert stream.getvalue().endswith("5 of 5 calls, 14.3/min, 0 s left, 1 change not made\x1b[K")


def test_many_calls_a_second_do_not_flood_the_terminal() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress(stream, log=False, now=clock)
    progress.began(1000, 2000)

    for _ in range(2000):
        clock.time += 0.01
        progress.call_ended()

    assert stream.getvalue().count("\r") <= 200
    assert "1,000 of 2,000 calls, 100/s, 10 s left" in stream.getvalue()


def test_long_work_is_told_in_minutes() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress(stream, log=False, now=clock)
    progress.began(1000, 2000)

    clock.time += 1
    progress.call_ended()

    assert "1 of 2,000 calls, 1/s, 33 min left" in stream.getvalue()


def test_what_is_waited_for_is_said() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress(stream, log=False, now=clock)
    clock.time += 1

    progress.waiting("the account", 3.4)

    assert "waiting for the account, up to 3 s" in stream.getvalue()


def test_a_line_is_no_wider_than_a_terminal() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress(stream, log=False, now=clock)
    clock.time += 1

    progress.waiting("x" * 200, 3)

    assert len(stream.getvalue()) == len("\r\x1b[K") + 79


def test_calls_may_end_in_any_thread() -> None:
    stream, clock = Terminal(), Clock()
    progress = Progress(stream, log=False, now=clock)
    progress.began(800, 800)

    def hundred() -> None:
        for _ in range(100):
            progress.call_ended()

    threads = [threading.Thread(target=hundred) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clock.time += 1
    progress.call_ended()

    assert "801 of 801 calls" in stream.getvalue()


@pytest.mark.parametrize(
    ("shell", "stream", "left"),
    [
        (Shell(), Terminal(), "\r\x1b[K"),
        (Shell(), io.StringIO(), ""),
        (Shell(verbosity=1), Terminal(), ""),
        (Shell(quiet=True), Terminal(), ""),
        (Shell(), Gone(), ""),
    ],
)
def test_nothing_is_left_on_a_terminal_and_nothing_more_in_a_log(
    monkeypatch: pytest.MonkeyPatch, shell: Shell, stream: io.StringIO, left: str
) -> None:
    monkeypatch.setattr("sys.stderr", stream)
    with Progress.on(shell) as progress:
        progress.began(1, 1)
        progress.call_ended()
    monkeypatch.undo()

    assert stream.getvalue() == left


def test_nothing_is_said_to_who_asked_for_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr("sarv_sync.cli.progress._TERMINAL_EVERY", 0.0)
    with Progress.on(Shell(quiet=True)) as progress:
        progress.began(1, 1)
        progress.call_ended()
        progress.waiting("the account", 3)
    monkeypatch.undo()

    assert stream.getvalue() == ""


def test_a_terminal_that_goes_away_ends_nothing() -> None:
    clock = Clock()
    apply(Progress(Gone(), log=False, now=clock), clock)

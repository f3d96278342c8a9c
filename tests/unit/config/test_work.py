"""What reading a file takes grows with its users, and with nothing else."""

from __future__ import annotations

import gc
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from sarv_sync.config import reader
from sarv_sync.config.load import load
from tests.work import calls_of, memory_of

if TYPE_CHECKING:
    from pathlib import Path

FEW, MANY = 1_000, 10_000
EVENTS = 7
"""Of a user with two limits: its name, the beginning of its values, two keys, two values, the end."""


def written(path: Path, users: int, more: str = "") -> str:
    """Write a file of so many users, each with limits of its own, and with a line `more`, if it is given."""
    entries = [
        f"  user-{number:06}:\n    total_limit: {1000 + number}\n    hourly_limit: {1 + number % 900}\n"
        + more.format(number)
        for number in range(users)
    ]
    head = "version: 1\nprofiles: {bulk: {status: Disable}}\nusers:\n"
    (path / f"{users}.yaml").write_text(head + "".join(entries), encoding="utf-8")
    return f"{users}.yaml"


def test_each_event_of_a_file_is_asked_for_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Counting:
        def __init__(self, text: str) -> None:
            self._source: Any = yaml.CSafeLoader(text)

        def get_event(self) -> Any:
            asked[-1] += 1
            return self._source.get_event()

    monkeypatch.setattr(reader, "FAST", Counting)
    for users in (FEW, MANY):
        asked.append(0)
        load(written(tmp_path, users), tmp_path)
    assert asked[1] - asked[0] == EVENTS * (MANY - FEW)


@pytest.mark.parametrize(
    ("more", "most"),
    [
        ("", 15),
        ("    profile: bulk\n", 22),
        ("    labels:\n      team: mail\n", 52),
        ("    smtp_user_name: smtp{}\n", 48),
    ],
    ids=["limits", "profile", "labels", "pinned"],
)
def test_the_calls_for_a_user_are_few_and_do_not_grow(more: str, most: int, tmp_path: Path) -> None:
    few, many = (calls_of(partial(load, written(tmp_path, users, more), tmp_path)) for users in (FEW, MANY))
    each = (many - few) / (MANY - FEW)
    assert each <= most
    assert many <= few * MANY / FEW


def test_the_memory_for_a_user_is_little_and_does_not_grow(tmp_path: Path) -> None:
    few, many = (memory_of(partial(load, written(tmp_path, users), tmp_path)) for users in (FEW, MANY))
    assert (many.kept - few.kept) / (MANY - FEW) <= 850
    assert (many.peak - few.peak) / (MANY - FEW) <= 1000


def test_the_cycle_collector_rests_while_a_file_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, MANY)
    ran: list[str] = []

    def note(phase: str, _: dict[str, int]) -> None:
        ran.append(phase)

    gc.callbacks.append(note)
    try:
        load(path, tmp_path)
        during = list(ran)
    finally:
        gc.callbacks.remove(note)
    assert (during, gc.isenabled()) == ([], True)

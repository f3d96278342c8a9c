"""Who counts instructions: `perf` where the machine lets it, else valgrind, else nobody, which is said."""

from __future__ import annotations

from pathlib import Path

import pytest

import instructions
from result import Result
from scale import FULL

COUNTING_PERF = "echo 7,,instructions:u,1,100.00,, >&2"
PERF_WITHOUT_COUNTER = "echo '<not supported>,,instructions:u,0,100.00,,' >&2"
PERF_THAT_MAY_NOT = "echo 'No permission to enable instructions:u event.' >&2; exit 255"
VALGRIND = "echo '==1== Collected : 9' >&2; echo '==2== Collected : 4' >&2"

COUNTERS = {
    "perf counts": ({"perf": COUNTING_PERF, "valgrind": VALGRIND}, "perf", "7"),
    "perf has no counter": ({"perf": PERF_WITHOUT_COUNTER, "valgrind": VALGRIND}, "valgrind", "13"),
    "perf may not count": ({"perf": PERF_THAT_MAY_NOT, "valgrind": VALGRIND}, "valgrind", "13"),
    "there is no perf": ({"valgrind": VALGRIND}, "valgrind", "13"),
}


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, programs: dict[str, str]) -> None:
    for name, script in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o700)
    monkeypatch.setenv("PATH", str(folder))


@pytest.mark.parametrize(("programs", "counter", "count"), COUNTERS.values(), ids=COUNTERS)
def test_instructions_are_counted_by_what_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, programs: dict[str, str], counter: str, count: str
) -> None:
    install(tmp_path, monkeypatch, programs)
    monkeypatch.setattr(instructions, "SIZES", (1, 2, 3))
    monkeypatch.setattr(instructions, "_result", lambda _: Result("", "", 1, 1, None))
    text = instructions.instructions(tmp_path, FULL).text
    assert f"as {counter} counts them" in text
    assert f"| 1 | {count} | {count} | - |" in text


def test_without_a_counter_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, monkeypatch, {})
    with pytest.raises(SystemExit, match="valgrind is missing"):
        instructions.instructions(tmp_path, FULL)

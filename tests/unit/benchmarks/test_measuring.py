from __future__ import annotations

import os
import sys
from pathlib import Path
from subprocess import CalledProcessError
from types import SimpleNamespace

import pytest

import tree_memory
from comparison import Comparison, Yardstick
from process import Process, Run
from scale import QUICK, Scale

MIB = 2**20


def python(code: str, folder: Path) -> Process:
    return Process([sys.executable, "-c", code], folder)


def test_a_command_that_fails_is_not_measured(tmp_path: Path) -> None:
    with pytest.raises(CalledProcessError):
        python("raise SystemExit(3)", tmp_path).run()


def test_a_command_runs_in_its_folder_with_its_settings(tmp_path: Path) -> None:
    code = "import os; print(os.getcwd(), os.environ['OF_THE_COMMAND'])"
    process = Process([sys.executable, "-c", code], tmp_path, {"OF_THE_COMMAND": "kept"})
    assert process.output().split() == [str(tmp_path.resolve()), "kept"]


def test_the_peak_is_what_the_command_took(tmp_path: Path) -> None:
    assert python(f"bytearray(b'x') * {200 * MIB}", tmp_path).run().peak > 200 * MIB


def test_the_peak_knows_nothing_of_what_the_benchmark_itself_took(tmp_path: Path) -> None:
    taken = bytearray(b"x") * (200 * MIB)
    assert python("pass", tmp_path).run().peak < len(taken)


THREE_OTHERS = f"""
import subprocess, sys
holding = "import sys; taken = bytearray(b'x') * {60 * MIB}; print(flush=True); sys.stdin.read()"
pipe = subprocess.PIPE
others = [subprocess.Popen([sys.executable, "-c", holding], stdin=pipe, stdout=pipe) for _ in range(3)]
for other in others:
    other.stdout.readline()  # it has its memory
open("ready", "w").close()
open("seen").read()  # waits until somebody writes into this pipe
for other in others:
    other.communicate()
"""


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="only Linux tells")
def test_the_memory_of_all_processes_of_a_command_is_counted_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0

    def pause(_: float) -> None:
        nonlocal looks
        looks += (tmp_path / "ready").exists()
        if looks == 2:  # between the first and this one all was looked at
            (tmp_path / "seen").write_text("")

    os.mkfifo(tmp_path / "seen")
    monkeypatch.setattr(tree_memory, "time", SimpleNamespace(sleep=pause))
    peak = tree_memory.peak_of_tree(python(THREE_OTHERS, tmp_path))
    assert peak is not None
    assert 180 * MIB < peak < 360 * MIB


def test_a_command_that_fails_has_no_memory(tmp_path: Path) -> None:
    with pytest.raises(CalledProcessError):
        tree_memory.peak_of_tree(python("raise SystemExit(3)", tmp_path))


def noting(word: str, folder: Path) -> Process:
    return python(f"open('order', 'a').write('{word} ')", folder)


def test_both_sides_run_in_turn_and_the_first_of_each_does_not_count(tmp_path: Path) -> None:
    comparison = Comparison("ours", noting("ours", tmp_path), [Yardstick("theirs", noting("theirs", tmp_path), 1.0)])
    compared = comparison.measure(Scale(runs=2))
    assert (tmp_path / "order").read_text().split() == ["ours", "theirs"] * 3
    assert [len(runs) for _, runs in compared.sides()] == [2, 2]


@pytest.mark.parametrize(("scale", "names"), [(Scale(runs=1), ["asked", "other"]), (QUICK, ["asked"])])
def test_in_a_hurry_only_what_has_a_target_is_measured(tmp_path: Path, scale: Scale, names: list[str]) -> None:
    nothing = python("pass", tmp_path)
    comparison = Comparison("ours", nothing, [Yardstick("asked", nothing, 1.0), Yardstick("other", nothing)])
    assert [name for name, _ in comparison.measure(scale).sides()] == ["ours", *names]


MEMORY = [("no more memory", 100, True), ("more memory", 101, False)]


@pytest.mark.parametrize(("what", "peak", "reached"), MEMORY, ids=[case[0] for case in MEMORY])
def test_more_memory_than_is_allowed_misses_the_target(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, peak: int, reached: bool
) -> None:
    peaks = iter([0, 0, peak * MIB, 100 * MIB])  # ours and theirs in turn, of which the first do not count
    monkeypatch.setattr(Process, "run", lambda *_: Run(0.0, 1.0, next(peaks)))
    nothing = python("pass", tmp_path)
    measured = Comparison("ours", nothing, [Yardstick("theirs", nothing, 1.0, 1.0)]).measure(Scale(runs=1))
    time, memory = measured.results()
    assert time.reached
    assert memory.reached is reached

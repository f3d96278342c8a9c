"""Most tests here fork the program off a process that has loaded it. It is the same program."""

from __future__ import annotations

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.quick import QuickWorkplace

RUNS = [
    (),
    ("--version",),
    ("plan", "-h"),
    ("nonsense",),
    ("plan", "--bogus", "--format", "json"),
    ("validate", "-vv"),
    ("plan", "--color", "always"),
    ("plan", "--detailed-exitcode", "--format", "markdown"),
    ("plan", "-c", "nowhere.yaml", "--format", "json"),
    ("apply",),
    ("drift", "--format", "json"),
    ("export",),
    ("state", "list"),
    ("schema", "plan"),
]


@pytest.mark.parametrize("arguments", RUNS, ids=" ".join)
def test_a_run_that_is_forked_says_what_one_that_starts_says(
    work: QuickWorkplace, sandbox: Sandbox, arguments: tuple[str, ...]
) -> None:
    work.users("a: {hourly_limit: 2000}\nb: {}")
    quick = work.run(*arguments)
    work.forks = None
    assert quick == work.run(*arguments)


def test_nothing_of_a_run_is_left_for_the_next(work: QuickWorkplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    first = work.run("plan", "-vv", "--color", "always", SARV_OWNER_ID="10042")
    assert first.code == 0

    other = work.path / "elsewhere"
    other.mkdir()
    assert work.run("plan", cwd=other, SARV_TOKEN=None).code == 3
    again = [work.run("plan", "--format", "json") for _ in range(2)]
    assert [(done.code, done.raw_err) for done in again] == [(0, b"")] * 2
    assert again[0] == again[1]

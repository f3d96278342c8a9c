"""The comment under a pull request, kept by jobs that run at the same time."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.forge.records import Call
from tests.forge.server import Forge
from tests.unit.github.comment_jobs import BOT, REPOSITORY, Part, all_at_once, keep, text

NAMES = ("a", "b", "c", "d", "e")
ALL = text(a="1", b="1", c="1", d="1", e="1")


@pytest.fixture
def forge() -> Iterator[Forge]:
    with Forge() as forge:
        forge.add_repository(REPOSITORY)
        for token in ("t", "slow", "quick"):
            forge.add_token(token, BOT, {"pull-requests": "write"})
        yield forge


@pytest.fixture
def number(forge: Forge) -> int:
    return forge.open_pull_request(REPOSITORY)


def bodies(forge: Forge, number: int) -> list[str]:
    return [comment.body for comment in forge.comments(REPOSITORY, number)]


def test_jobs_that_all_create_end_with_one_comment_of_all(forge: Forge, number: int) -> None:
    together = threading.Barrier(len(NAMES), timeout=60)
    forge.events.before("POST", "/comments", lambda _: (together.wait(), None)[1], times=len(NAMES))
    all_at_once(forge, number, NAMES)
    assert bodies(forge, number) == [ALL]
    assert sum(call.method == "POST" for call in forge.calls) == len(NAMES)


def test_jobs_that_all_overwrite_one_another_end_with_one_comment_of_all(forge: Forge, number: int) -> None:
    forge.comment(REPOSITORY, number, BOT, text(a="0"))
    together = threading.Barrier(len(NAMES), timeout=60)
    forge.events.before("PATCH", "/comments/", lambda _: (together.wait(), None)[1], times=len(NAMES))
    all_at_once(forge, number, NAMES)
    assert bodies(forge, number) == [ALL]


@pytest.mark.parametrize("attempt", range(12))
def test_jobs_at_once_lose_no_part(forge: Forge, number: int, attempt: int) -> None:
    for before in range(attempt % 3):
        forge.comment(REPOSITORY, number, BOT, text(old=str(before)))
    all_at_once(forge, number, NAMES)
    (body,) = bodies(forge, number)
    assert set(ALL.splitlines()) <= set(body.splitlines())


def test_a_part_that_is_overwritten_is_written_again(forge: Forge, number: int) -> None:
    forge.comment(REPOSITORY, number, BOT, text(old="1"))
    quick_wrote, slow_wrote = threading.Event(), threading.Event()

    def quick() -> None:
        def pause(_: float) -> None:
            quick_wrote.set()
            assert slow_wrote.wait(60)

        keep(forge, number, Part("quick"), pause, token="quick")

    other = threading.Thread(target=quick)

    def overtaken(_: Call) -> None:
        other.start()
        assert quick_wrote.wait(60)

    def overwrites(_: Call) -> None:
        assert bodies(forge, number) == [text(old="1", slow="1")]
        slow_wrote.set()

    forge.events.before("PATCH", "/comments/", overtaken, times=1)
    forge.events.after("PATCH", "/comments/", lambda call: overwrites(call) if b"slow" in _author(call) else None)
    keep(forge, number, Part("slow"), token="slow")
    other.join()
    assert bodies(forge, number) == [text(old="1", quick="1", slow="1")]


def test_a_part_lost_to_a_job_slower_than_the_pause_comes_back_with_the_next_run(forge: Forge, number: int) -> None:
    forge.comment(REPOSITORY, number, BOT, text(old="1"))
    forge.events.before("PATCH", "/comments/", lambda _: (keep(forge, number, Part("quick")), None)[1], times=1)
    keep(forge, number, Part("slow"), token="slow")
    assert bodies(forge, number) == [text(old="1", slow="1")]
    keep(forge, number, Part("quick"))
    assert bodies(forge, number) == [text(old="1", quick="1", slow="1")]


def _author(call: Call) -> bytes:
    return call.headers["authorization"].encode()

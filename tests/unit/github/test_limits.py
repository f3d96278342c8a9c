"""Limits on how often GitHub may be called: waited for, a minute in all, or explained."""

from __future__ import annotations

import pytest

from tests.unit.github.stage import GitHubStage, Reply, reply
from tests.unit.github.world import CALLS, START, World

GOOD = reply({"id": 1})
PRIMARY = {"message": "API rate limit exceeded for installation ID 1."}
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}
TOO_FAR = int(START) + 3600


def _none_left(reset: float, *more: str) -> tuple[str, ...]:
    return ("X-RateLimit-Remaining: 0", f"X-RateLimit-Reset: {int(reset)}", *more)


NEW_YEAR_1970 = "Date: Thu, 01 Jan 1970 00:00:00 GMT"

WAITS: dict[str, tuple[Reply, float]] = {
    "403 with a time to wait": (reply(SECONDARY, 403, headers=("Retry-After: 5",)), 5.0),
    "429 with a time to wait": (reply(b"", 429, headers=("Retry-After: 60",)), 60.0),
    "no time at all": (reply(b"", 429, headers=("Retry-After: 0",)), 1.0),
    "no call left": (reply(PRIMARY, 403, headers=_none_left(START + 30)), 31.0),
    "no call left until a moment ago": (reply(PRIMARY, 403, headers=_none_left(START - 30)), 1.0),
    "no call left, by GitHub's clock": (reply(PRIMARY, 429, headers=_none_left(20, NEW_YEAR_1970)), 21.0),
    "a time to wait goes before the reset": (
        reply(SECONDARY, 403, headers=("Retry-After: 3", *_none_left(START + 50))),
        3.0,
    ),
    "only words": (reply(SECONDARY, 403, headers=("X-RateLimit-Remaining: 14",)), 60.0),
    "no words": (reply(b"<html>", 429), 60.0),
    "nonsense": (reply(b"", 429, headers=("Retry-After: soon", "X-RateLimit-Remaining: x", "Date: x")), 60.0),
}


@pytest.mark.parametrize(("answer", "seconds"), WAITS.values(), ids=WAITS.keys())
@pytest.mark.parametrize("method", CALLS)
def test_a_limit_is_waited_for_and_the_call_then_made(
    world: World, method: str, answer: Reply, seconds: float
) -> None:
    world.stage.play(answer, GOOD)
    assert world.call(method) == {"id": 1}
    assert world.slept == [seconds]
    assert world.methods() == [method] * 2


ENDS: dict[str, tuple[Reply, str]] = {
    "in an hour": (reply(PRIMARY, 403, headers=_none_left(TOO_FAR)), "2023-11-14 23:13:21 UTC"),
    "in 61 seconds": (reply(b"", 429, headers=("Retry-After: 61",)), "2023-11-14 22:14:21 UTC"),
    "in 300 years": (reply(b"", 429, headers=("Retry-After: 9999999999",)), "2340-10-04 15:59:59 UTC"),
}


@pytest.mark.parametrize(("answer", "end"), ENDS.values(), ids=ENDS.keys())
def test_a_longer_limit_is_an_error_that_says_until_when(world: World, answer: Reply, end: str) -> None:
    world.stage.play(answer)
    error = world.error("POST")
    assert f"until {end}" in error.message
    assert error.status in {403, 429}
    assert "run the job again after that" in (error.hint or "")
    assert world.slept == []


def test_the_end_is_told_by_githubs_clock(world: World) -> None:
    world.stage.play(reply(b"", 429, headers=("Retry-After: 3600", NEW_YEAR_1970)))
    assert "until 1970-01-01 01:00:00 UTC" in world.error().message


def test_a_minute_is_waited_in_all_and_not_for_each_call(world: World) -> None:
    limited = reply(b"", 429, headers=("Retry-After: 40",))
    world.stage.play(limited, GOOD, limited)
    world.call("GET")
    assert "takes no more calls" in world.error().message
    assert world.slept == [40.0]


def test_whoever_has_more_patience_waits_longer(stage: GitHubStage) -> None:
    world, limited = World(stage, patience=100.0), reply(b"", 429, headers=("Retry-After: 40",))
    stage.play(limited, GOOD, limited, GOOD, limited)
    world.call("PUT")
    world.call("PUT")
    assert "takes no more calls" in world.error("PUT").message
    assert world.slept == [40.0, 40.0]
    world.api.close()


def test_a_limit_that_never_ends_is_an_error(world: World) -> None:
    world.stage.play(reply(b"", 429, headers=("Retry-After: 1",)))
    assert "takes no more calls" in world.error().message
    assert world.slept == [1.0] * 3


def test_a_time_to_wait_longer_than_there_is_patience_is_no_reason_to_wait(world: World) -> None:
    world.stage.play(reply(b"", 503, headers=("Retry-After: 61",)))
    assert world.error().status == 503
    assert world.slept == []


@pytest.mark.parametrize(
    "answer",
    [
        reply({"message": "Resource not accessible by integration"}, 403, headers=_none_left(TOO_FAR)),
        reply({"message": "Forbidden"}, 403, headers=("X-RateLimit-Remaining: 4999",)),
        reply([1], 403),
        reply({"message": 7}, 403),
    ],
)
def test_what_is_forbidden_is_no_limit(world: World, answer: Reply) -> None:
    world.stage.play(answer, GOOD)
    assert "403 Forbidden" in world.error().message
    assert world.slept == []

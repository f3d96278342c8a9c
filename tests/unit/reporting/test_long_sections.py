"""Of a long section, whoever is unlike the others is named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.model.plan import Change, Plan
from sarv_sync.model.users import LIMIT_MAX, spare_name
from sarv_sync.reporting.extent import extent_of
from sarv_sync.reporting.plan_text import plan_text
from sarv_sync.reporting.style import Style
from tests.unit.reporting.sample_long_plan import bare, raise_of
from tests.unit.reporting.sample_plans import ACCOUNT, DIGEST, at, moved, set_to

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.model.plan import Action

VARIED = tuple(raise_of(n, 100, 101 + n) for n in range(400))
STOPPED = (moved("status", "Enable", "Disable"),)


def shown(changes: Iterable[Change], width: int = 0) -> str:
    plan = Plan(account=ACCOUNT, digest=DIGEST, changes=tuple(changes))
    return plan_text(plan, Style(color=False, width=width), extent_of(plan, full=False))


def update(name: str, *fields: Any) -> Change:
    return Change(name, "update", "smtp1", "config", fields, at(3))


def first_names(text: str, symbol: str) -> list[str]:
    lines = [line.split() for line in text.split("\n") if line.startswith(f"  {symbol} ")]
    return [words[1] for words in lines]


def test_among_changes_of_many_kinds_the_rare_ones_are_named_and_come_first() -> None:
    off, on = update("off", *STOPPED), update("on", moved("status", "Disable", "Enable"))
    huge = [update(f"huge-{n}", moved("total_limit", 5, LIMIT_MAX - n)) for n in range(4)]
    text = shown([*VARIED, off, on, *huge])
    assert "all 406 together:\n      1  status Disable → Enable: on\n      1  status Enable → Disable: off\n" in text
    assert "      4  raise total_limit to between 2,147,483,644 and 2,147,483,647\n    400  raise hourly" in text


def test_what_is_special_about_a_few_of_many_kinds_is_said_with_their_names() -> None:
    text = shown([*VARIED, replace(update("again"), cause="drift", why="returning")])
    assert "      1  returns to the user it had, undoes a change made outside: again\n" in text


def test_the_largest_factor_and_the_largest_limits_are_all_among_those_that_are_shown() -> None:
    tenfold = [raise_of(n, 1, 10) for n in range(300)]
    grown = update("big", moved("total_limit", 900_000_000, LIMIT_MAX))
    hourly = update("hourly", moved("hourly_limit", 400_000, 500_000))
    factor = update("factor", moved("hourly_limit", 1, 900))
    assert first_names(shown([*tenfold, grown, hourly, factor]), "~")[:3] == ["factor", "big", "hourly"]


@pytest.mark.parametrize("limits", [(LIMIT_MAX, 1), (500, 400)], ids=["total", "hourly"])
def test_a_new_user_with_a_huge_limit_is_among_those_that_are_shown(limits: tuple[int, int]) -> None:
    creates = [Change(f"new-{n:03}", "create", None, "config", set_to(400 + n, 100), at(n)) for n in range(250)]
    whale = Change("whale", "create", None, "config", set_to(*limits), at(3))
    assert "whale" in first_names(shown([*creates, whale]), "+")


@pytest.mark.parametrize("action", ["disable", "rotate"])
@pytest.mark.parametrize(("count", "named"), [(51, 51), (200, 200), (201, 5)])
def test_all_whose_mail_stops_are_named_up_to_two_hundred(action: Action, count: int, named: int) -> None:
    text = shown([*VARIED, *(bare(n, action) for n in range(count))], 80)
    assert sum(f"old-{n:04}" in text for n in range(count)) == named
    assert f"… and {count - 5} more like these" in text


def test_all_that_an_entry_disables_are_named_though_others_are_not() -> None:
    text = shown([*VARIED, *(update(f"off-{n:03}", *STOPPED) for n in range(150))])
    assert all(f"off-{n:03}" in text for n in range(150))
    alike = shown([raise_of(n) for n in range(150)] + [update(f"off-{n:03}", *STOPPED) for n in range(150)])
    assert all(f"off-{n:03}" in alike for n in range(150))
    assert sum(f"tenant-{n:04}" in alike for n in range(150)) == 5


def test_a_spare_among_many_is_not_said_to_be_gone_from_the_files() -> None:
    spare = Change(spare_name("zjob", "smtp900"), "disable", "smtp900", "drift", STOPPED)
    text = shown([*VARIED, *(replace(bare(n, "disable"), fields=STOPPED) for n in range(60)), spare])
    said = "status Enable → Disable; undoes a change made outside, a spare: its create counted as never made"
    assert f"     1  {said}: zjob~smtp900\n" in text


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        (Change("odd", "create", None, "drift", (), at(1)), "its user is missing"),
        (Change("odd", "update", "smtp1", "drift", (), at(1)), "undoes a change made outside"),
        (Change("odd", "update", "smtp1", "both", (), at(1)), "also changed outside"),
        (Change("odd", "disable", "smtp1", "config", ()), "gone from the files"),
        (Change("odd", "forget", "smtp1", "config", ()), "gone from the files"),
    ],
)
def test_why_one_of_many_is_changed_is_said(odd: Change, said: str) -> None:
    others = [replace(odd, name=f"u{n:03}", cause="config", source=at(1), fields=STOPPED) for n in range(300)]
    assert f"      1  {said}: odd\n" in shown([*others, odd])

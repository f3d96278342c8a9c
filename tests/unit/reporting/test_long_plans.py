"""A plan of a hundred thousand changes is one screen that hides nothing unlike the rest."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from sarv_sync.model.plan import Change, Plan, UnmanagedUser
from sarv_sync.reporting.drift_text import drift_text
from sarv_sync.reporting.extent import EVERY_CHANGE, EVERYTHING, SUMMED_UP, extent_of
from sarv_sync.reporting.layout import cells
from sarv_sync.reporting.plan_part_text import plan_part_lines
from sarv_sync.reporting.plan_text import plan_text
from sarv_sync.reporting.style import Style
from tests.unit.reporting.hostile_words import NASTY, everywhere
from tests.unit.reporting.sample_long_plan import LONG, bare, raise_of
from tests.unit.reporting.sample_plans import ACCOUNT, DIGEST, MANY_DELIVERIES, at, moved
from tests.unit.reporting.text_rules import assert_plain

TERMINAL = Style(color=False, width=80)
HOW_TO_SEE_ALL = "Not all of it is shown: `--full` shows everything"


def plan_of(*changes: Change, **parts: Any) -> Plan:
    return Plan(account=ACCOUNT, digest=DIGEST, changes=changes, **parts)


def shown(plan: Plan, *, full: bool = False) -> str:
    return plan_text(plan, TERMINAL, extent_of(plan, full=full))


@pytest.mark.parametrize(("count", "named"), [(200, 200), (201, 5), (100_000, 5)])
def test_a_plan_is_summed_up_from_201_entries_on(count: int, named: int) -> None:
    text = shown(plan_of(*map(raise_of, range(count))))
    assert text.count("  ~ tenant-") == named
    assert (HOW_TO_SEE_ALL in text) is (named < count)
    assert text.split("\n")[-2:] == [f"Plan: {count:,} to update; 0 unchanged.", f"digest {DIGEST}"]


def test_a_short_section_of_a_long_plan_is_shown_in_full() -> None:
    text = shown(plan_of(*map(raise_of, range(500)), *(bare(n, "disable") for n in range(50))))
    assert text.count("  - old-") == 50
    assert "  - old-" not in shown(plan_of(*map(raise_of, range(500))))


def test_changes_that_are_all_alike_take_one_line_more() -> None:
    assert "  … and 995 more like these\n" in shown(plan_of(*map(raise_of, range(1_000))))


def test_what_is_rare_among_many_changes_is_named_and_comes_first() -> None:
    text = shown(LONG)
    assert (
        "  … and 1,997 more; all 2,002 together:\n"
        "        1  hourly_limit 100 → 50,000 ↑ 500 times: tenant-2000\n"
        "        1  hourly_limit 200 → 100: tenant-2001\n"
        "    2,000  hourly_limit 100 → 200 ↑\n"
    ) in text


def test_the_largest_raises_are_shown_first_and_raises_are_counted() -> None:
    text = shown(LONG)
    assert "Update 2,002 users (2,001 raises, the largest first)\n  ~ tenant-2000 " in text


def test_letting_users_send_again_counts_as_a_raise_and_is_shown_before_what_is_none() -> None:
    again = Change("again", "update", "smtp1", "config", (moved("status", "Disable", "Enable"),), at(3))
    text = shown(plan_of(*(raise_of(n, 200, 100) for n in range(500)), again))
    assert "(1 raise, the largest first)\n  ~ again " in text


def test_of_new_users_those_with_the_largest_limits_are_shown() -> None:
    text = shown(LONG)
    assert "Create 120 users (cannot be undone; the largest limits first)\n  + new-0119 " in text
    assert "\n  + new-0089 " in text, "it has the largest hourly_limit"
    assert "    120  total_limit between 1,000 and 1,119\n" in text
    assert "    120  status Enable\n" in text


def test_values_that_change_in_many_ways_are_summed_up_by_direction() -> None:
    changes = [raise_of(n, 100, 101 + n) for n in range(300)] + [raise_of(n, 100, n - 299) for n in range(300, 350)]
    text = shown(plan_of(*changes))
    assert "    300  raise hourly_limit to between 101 and 400\n" in text
    assert "     50  lower hourly_limit to between 1 and 50\n" in text


@pytest.mark.parametrize("ways", [1, 20])
def test_what_cannot_be_undone_is_counted_however_many_ways_there_are(ways: int) -> None:
    adopted = [
        Change(f"a{n:03}", "adopt", f"smtp{n}", "config", (moved("total_limit", 1 + n % ways, 50),), at(n))
        for n in range(300)
    ]
    again = [replace(change, why="recycled", former="old") for change in adopted[:4]]
    text = plan_text(plan_of(*again, *adopted[4:]), Style(width=0), SUMMED_UP)
    assert re.search(r"    +4  .*gets a new password, which cannot be undone\n", text)


def test_alike_refusals_are_counted_and_others_shown() -> None:
    text = shown(LONG)
    assert text.count("has no label `team`") == 3
    assert "    … and 1,997 more like this\n" in text
    assert "nothing at all\n  ! smtp9 is owned by no entry" in text, "what is rare comes first"


def test_alike_warnings_and_names_that_are_left_out_are_counted() -> None:
    text = shown(LONG)
    assert text.count("hourly_limit is above total_limit") == 3
    assert "  … and 297 more like this\n" in text
    assert "Blocked: 40 names left out" in text
    assert text.count("which the account does not list") == 3
    assert "    … and 37 more like this\n" in text


@pytest.mark.parametrize("text_of", [plan_text, drift_text])
def test_long_drift_is_summed_up(text_of: Any) -> None:
    text = text_of(LONG, TERMINAL, SUMMED_UP)
    assert text.count("  ≠ shop-") == 5
    assert re.search(
        r"Changed outside the files: 500 users\n  \(last applied → now; \d+ raises, the largest first\)", text
    )
    assert "raise total_limit to" in text
    assert "lower total_limit to" in text
    assert HOW_TO_SEE_ALL in text


def test_in_full_everything_is_shown() -> None:
    unmanaged = tuple(UnmanagedUser(f"smtp-u{n:03}", 2, 1, "Enable") for n in range(40))
    plan = replace(LONG, changes=(*LONG.changes, *MANY_DELIVERIES.changes), unmanaged=unmanaged)
    text = shown(plan, full=True)
    names = [one.name for one in plan.changes] + [one.name for one in plan.drift] + [one.name for one in plan.blocked]
    assert [name for name in names if name not in text] == []
    assert all(user.smtp_user_name in text for user in unmanaged)
    assert text.count("has no label `team`") == 2_000
    assert text.count("  > tenant-") == 40
    assert HOW_TO_SEE_ALL not in text
    assert "more" not in text


def test_a_part_of_a_long_plan_is_summed_up_only_if_it_is_long() -> None:
    part = replace(LONG, changes=LONG.changes[:30], drift=(), blocked=(), refusals=(), warnings=())
    text = "\n".join(plan_part_lines(LONG, part, ("new-*",), TERMINAL, extent_of(part, full=False)))
    assert text.count("  + new-") == 30
    assert HOW_TO_SEE_ALL not in text
    text = "\n".join(plan_part_lines(LONG, LONG, ("*",), TERMINAL, extent_of(LONG, full=False)))
    assert f"{HOW_TO_SEE_ALL}, and `--target NAME` what is\nabout one user\n" in text


@pytest.mark.parametrize("extent", [EVERY_CHANGE, EVERYTHING, SUMMED_UP], ids=["changes", "full", "summed up"])
@pytest.mark.parametrize("width", [64, 80, 120])
def test_no_line_but_the_last_two_is_wider_than_the_terminal(width: int, extent: Any) -> None:
    lines = plan_text(LONG, Style(color=False, width=width), extent).split("\n")[:-2]
    assert [line for line in lines if cells(line) > width] == []


def test_a_plan_of_thousands_of_changes_fits_on_a_few_screens() -> None:
    assert shown(LONG).count("\n") < 110
    assert shown(plan_of(*map(raise_of, range(100_000)))).count("\n") < 24


@pytest.mark.parametrize("style", [TERMINAL, Style(color=True, width=40), Style(color=False, width=0)], ids=str)
@pytest.mark.parametrize("word", NASTY, ids=ascii)
def test_a_nasty_word_leaves_a_long_text_plain(word: str, style: Style) -> None:
    plan = everywhere(word)
    parts = {name: getattr(plan, name) * 60 for name in ("drift", "blocked", "refusals", "warnings", "unmanaged")}
    odd = tuple(replace(change, name=f"{word}{n}", why=None) for n in range(60) for change in plan.changes)
    for long in (replace(plan, changes=odd, **parts), replace(plan, changes=plan.changes * 60, **parts)):
        for extent in (SUMMED_UP, EVERYTHING):
            assert_plain(plan_text(long, style, extent), color=style.color)
            assert_plain(drift_text(long, style, extent), color=style.color)

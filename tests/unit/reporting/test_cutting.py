from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarv_sync.model.github_texts import SUMMARY_MAX
from sarv_sync.model.plan import Change, Plan
from sarv_sync.reporting.cutting import cut, least, shares, size
from sarv_sync.reporting.drift_markdown import drift_markdown
from sarv_sync.reporting.outcome_markdown import outcome_markdown
from sarv_sync.reporting.plan_markdown import plan_markdown
from sarv_sync.reporting.summary_markdown import plan_summary
from tests.unit.reporting.github_markdown import findings
from tests.unit.reporting.hostile_words import plans
from tests.unit.reporting.sample_outcomes import OUTCOMES
from tests.unit.reporting.sample_plans import ACCOUNT, DIGEST, PLANS, at, set_to

WHERE = "see the log"
TABLE = (
    "#### A: 3\n\n| a |\n| --- |\n| one |\n| two |\n| three, which is a rather long row of a table of three |\n\nEnd"
)
TEXTS = [
    *(make(plan) for plan in PLANS.values() for make in (plan_markdown, drift_markdown)),
    *(outcome_markdown(outcome) for outcome in OUTCOMES.values()),
]


def gone_in(text: str) -> int:
    numbers = re.findall(r"^\*([0-9,]+) (?:more )?(?:is|are)", text, re.MULTILINE)
    return sum(int(number.replace(",", "")) for number in numbers)


def rows_in(text: str) -> int:
    """Count the rows of tables, without their two lines of header."""
    lines = text.split("\n")
    headers = sum(after.startswith("| ") and not line for line, after in itertools.pairwise(lines))
    return sum(line.startswith("| ") for line in lines) - 2 * headers


def test_what_fits_stays_as_it_is() -> None:
    assert cut(TABLE, size(TABLE), WHERE) == TABLE


def test_the_last_rows_go_and_how_many_is_said() -> None:
    assert cut(TABLE, 100, WHERE) == (
        "#### A: 3\n\n| a |\n| --- |\n| one |\n\n*2 more are not shown here: see the log.*\n\nEnd"
    )


def test_a_table_without_room_for_any_row_leaves_its_heading_and_the_number() -> None:
    assert cut(TABLE, least(TABLE, WHERE), WHERE) == "#### A: 3\n\n*3 are not shown here: see the log.*\n\nEnd"


def test_the_last_table_goes_first() -> None:
    text = f"{TABLE}\n{TABLE.replace('A: 3', 'B: 3')}"
    shown = cut(text, size(text) - 40, WHERE)
    assert shown.startswith(TABLE)
    assert gone_in(shown) >= 1


@pytest.mark.parametrize("text", TEXTS)
def test_at_any_limit_no_row_is_lost_unsaid_and_nothing_else_is_lost(text: str) -> None:
    rest = [line for line in text.split("\n") if not line.startswith("| ")]
    for limit in range(least(text, WHERE), size(text) + 100, 97):
        shown = cut(text, limit, WHERE)
        assert size(shown) <= limit
        assert rows_in(shown) + gone_in(shown) == rows_in(text)
        kept = [line for line in shown.split("\n") if not line.startswith(("| ", "*"))]
        assert [line for line in kept if line] == [line for line in rest if line]


@pytest.mark.parametrize("text", TEXTS)
def test_below_that_whole_lines_go_from_the_end_and_every_limit_is_kept(text: str) -> None:
    for limit in range(0, least(text, WHERE), 41):
        shown = cut(text, limit, WHERE)
        assert size(shown) <= limit
        assert shown == "" or shown.endswith("*The rest is not shown here: see the log.*")
        assert findings(shown) == []


@given(plans, st.integers(0, 4_000), st.integers(0, 4_000))
@settings(max_examples=60, deadline=None)
def test_cutting_twice_keeps_the_limit_the_counts_and_the_folds(plan: Plan, first: int, second: int) -> None:
    text = plan_markdown(plan)
    floor = least(text, WHERE)
    shown = cut(cut(text, floor + first, WHERE), floor + second, WHERE)
    assert size(shown) <= floor + second
    assert rows_in(shown) + gone_in(shown) == rows_in(text)
    assert findings(shown) == []
    assert cut(shown, floor + second, WHERE) == shown


def test_a_summary_of_a_huge_plan_keeps_title_counts_and_digest_below_the_limit() -> None:
    changes = tuple(Change(f"u{n:06}", "create", None, "config", set_to(2, 1), at(n + 1)) for n in range(30_000))
    text = plan_summary(Plan(account=ACCOUNT, digest=DIGEST, changes=changes))
    assert 890_000 < size(text) <= SUMMARY_MAX
    assert text.startswith("### Plan: 30,000 to create\n")
    assert text.endswith(f"</details>\n\nDigest `{DIGEST}`")
    assert rows_in(text) + gone_in(text) == 30_000


@pytest.mark.parametrize(
    ("wants", "room", "given_"),
    [
        ([], 10, []),
        ([3, 4], 10, [3, 4]),
        ([100, 4, 100], 24, [10, 4, 10]),
        ([100, 100, 1], 4, [1, 2, 1]),
        ([5, 5], 0, [0, 0]),
        ([5, 5], -3, [0, 0]),
    ],
)
def test_the_small_get_all_and_the_large_share_what_is_left(wants: list[int], room: int, given_: list[int]) -> None:
    assert shares(wants, room) == given_


@given(st.lists(st.integers(0, 1_000)), st.integers(0, 5_000))
def test_no_more_is_shared_out_than_there_is_and_nothing_is_kept_back(wants: list[int], room: int) -> None:
    assert sum(shares(wants, room)) == min(sum(wants), room)

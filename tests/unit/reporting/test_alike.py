"""Passwords that did not arrive for one reason do not say it once for each user."""

from __future__ import annotations

import pytest

from sarv_sync.model.outcome import Entry, Outcome
from sarv_sync.reporting.outcome_document import outcome_document
from sarv_sync.reporting.outcome_markdown import outcome_markdown
from sarv_sync.reporting.outcome_text import outcome_text
from sarv_sync.reporting.style import Style
from tests.unit.reporting.sample_plans import DIGEST

DOWN = "vault mail/{0}: the server does not answer"


def down(count: int) -> tuple[Entry, ...]:
    names = [f"u{n:02}" for n in range(count)]
    return tuple(Entry(name, "deliver", f"smtp{name}", DOWN.format(name)) for name in names)


def text(*entries: Entry) -> str:
    return outcome_text(Outcome(DIGEST, undelivered=entries), Style(color=False, width=80))


def test_a_sink_that_is_down_says_so_for_three_users_and_counts_the_others() -> None:
    odd = Entry("u03+2", "deliver", "smtp9", "dotenv u03.env: the folder is missing")
    entries = (*down(40), odd)
    shown, markdown = text(*entries), outcome_markdown(Outcome(DIGEST, undelivered=entries))
    for said in (shown, markdown):
        assert said.count("the server does not answer") == 3
        assert said.count("and 37 more like this") == 1
        assert said.count("the folder is missing") == 1
        assert "Undelivered: 41 passwords" in said
    assert (
        "      vault mail/u02: the server does not answer\n    … and 37 more like this\n  ! u03+2  smtp9\n" in shown
    )
    assert len(outcome_document(Outcome(DIGEST, undelivered=entries))["undelivered"]) == 41


@pytest.mark.parametrize("count", [1, 4])
def test_a_few_are_all_told(count: int) -> None:
    assert text(*down(count)).count("the server does not answer") == count
    assert "like this" not in text(*down(count))


def test_other_reasons_are_other_kinds_even_where_a_name_is_part_of_a_word() -> None:
    entries = [Entry("a", "deliver", f"smtp{n}", f"vault data/{n}: no") for n in range(9)]
    assert text(*entries).count("vault data/") == 9


def test_without_a_message_there_is_nothing_to_repeat() -> None:
    entries = [Entry(f"u{n}", "deliver", None) for n in range(9)]
    assert "  ! u2\n    … and 6 more like this\n" in text(*entries)

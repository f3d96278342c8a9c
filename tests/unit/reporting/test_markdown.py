from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from sarv_sync.model.plan import Change, Plan
from sarv_sync.reporting.drift_markdown import drift_markdown
from sarv_sync.reporting.markdown_parts import OPEN_MAX, code, prose, table
from sarv_sync.reporting.plan_markdown import plan_markdown
from tests.unit.reporting.hostile_words import NASTY, everywhere, plans, words
from tests.unit.reporting.markdown_rules import assert_only_our_structure, flat, parse, rows_of, shape
from tests.unit.reporting.sample_plans import ACCOUNT, DIGEST, EMPTY, MIXED, at, set_to

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize("make", [plan_markdown, drift_markdown])
@pytest.mark.parametrize("word", NASTY, ids=ascii)
def test_a_nasty_word_adds_nothing_to_the_structure(word: str, make: Callable[[Plan], str]) -> None:
    text = make(everywhere(word))
    assert_only_our_structure(text)
    assert shape(text) == shape(make(everywhere("word")))


@given(plans)
@settings(max_examples=100, deadline=None)
def test_a_plan_of_any_words_has_only_our_structure(plan: Plan) -> None:
    for text in (plan_markdown(plan), drift_markdown(plan)):
        assert_only_our_structure(text)


@given(words, words)
@settings(max_examples=200, deadline=None)
def test_a_table_of_any_words_keeps_its_cells(first: str, second: str) -> None:
    rows = rows_of(
        "\n".join(table(("A", "B>", "C"), [(code(first), prose(second), "end"), (prose(first), "", "end")]))
    )
    assert [len(row) for row in rows] == [3, 3, 3]
    assert [row[-1] for row in rows] == ["C", "end", "end"]


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("hourly_limit is above total_limit", "hourly_limit is above total_limit"),
        ("user__name_ a*b*", "user&#95;&#95;name&#95; a&#42;b&#42;"),
        ("write `renamed_from: x`; then", "write `renamed_from: x`; then"),
        ("a ` alone", "a &#96; alone"),
        ("ask @team about #12 or GH-3", "ask @<wbr>team about #<wbr>12 or GH<wbr>-3"),
        ("http://x and www.x", "http:<wbr>//x and www<wbr>.x"),
        ("$x$", "<span>&#36;</span>x<span>&#36;</span>"),
        ("a5c3785ed8d6a35 is one", "a5c378<wbr>5ed8d6<wbr>a35 is one"),
        ("octo@a5c3785 CVE-2021-44228", "octo@<wbr>a5c378<wbr>5 CVE<wbr>-2021-44228"),
        ("a|b <i> & [c](d)", "a&#124;b &#60;i&#62; &#38; &#91;c&#93;(d)"),
    ],
)
def test_prose_means_nothing_to_markdown_but_for_paired_backticks(word: str, shown: str) -> None:
    assert prose(word) == shown


@pytest.mark.parametrize(
    ("word", "shown"),
    [("smtp1", "`smtp1`"), ("a`b|c", r"`a\x60b\x7cc`"), ("", ""), ("a\nb", r"`a\nb`"), ("$a$b$", r"`\x24a$b\x24`")],
)
def test_a_name_stands_in_a_code_span(word: str, shown: str) -> None:
    assert code(word) == shown


def test_the_text_a_reader_sees_is_the_message() -> None:
    message = "ask @team about #12 in [a](http://b) | <b> & `c d`"
    seen = "".join(token.content for token in flat(parse(prose(message))) if token.type in {"text", "code_inline"})
    assert seen == message.replace("`", "")


def test_a_long_table_is_folded_and_a_short_one_is_not() -> None:
    def plan_of(count: int) -> Plan:
        changes = tuple(Change(f"u{n:03}", "create", None, "config", set_to(2, 1), at(n + 1)) for n in range(count))
        return Plan(account=ACCOUNT, digest=DIGEST, changes=changes)

    assert "<details>" not in plan_markdown(plan_of(OPEN_MAX))
    folded = plan_markdown(plan_of(OPEN_MAX + 1))
    assert "<details>\n<summary><b>Create 26 users (cannot be undone)</b></summary>\n\n| Name |" in folded
    assert_only_our_structure(folded)


def test_what_needs_a_decision_comes_before_the_changes_and_the_digest_is_last() -> None:
    text = plan_markdown(MIXED)
    order = [
        text.index(part) for part in ("### Plan: 2 to create", "Blocked: 1", "Warnings: 2", "Create 2", "Update 2")
    ]
    assert order == sorted(order)
    assert text.splitlines()[-1] == f"Digest `{DIGEST}`"


def test_an_empty_plan_says_that_all_is_well() -> None:
    assert plan_markdown(EMPTY).splitlines()[0] == "### Nothing to change: 40 users are as the files say"

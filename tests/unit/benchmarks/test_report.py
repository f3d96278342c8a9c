from __future__ import annotations

import pytest

from report import document, ratios, sections_of, table
from result import Result
from state_writes import Written, missed_targets


def test_a_results_file_gives_back_the_sections_it_was_made_of() -> None:
    sections = {"plan": "how\n\n| a |\n", "creates": "# not a heading of a section\n"}
    assert {name: text.strip() for name, text in sections_of(document(sections)).items()} == {
        name: text.strip() for name, text in sections.items()
    }


def test_writing_a_results_file_again_changes_nothing() -> None:
    once = document({"plan": "how\n", "writes": "| a |\n"})
    assert document(sections_of(once)) == once


def test_a_file_without_sections_has_none() -> None:
    assert sections_of("# Benchmarks\n\n| what |\n") == {}


def test_columns_of_numbers_are_aligned_to_the_right() -> None:
    assert table(("what", "count"), [("a", "1,000"), ("b", "-")]).splitlines()[1] == "| --- | ---: |"


@pytest.mark.parametrize(("ours", "reached"), [(1.0, True), (1.1, True), (1.2, False)])
def test_a_missed_ratio_is_told(ours: float, reached: bool) -> None:
    section = ratios("how", [Result("what", "against", ours, 1.0, 1.1)])
    assert bool(section.missed) is not reached
    assert f"| {'yes' if reached else 'no'} |" in section.text


GROWN = [
    ("the same writes, however much there is to do", (10, 100), (10, 1_000), (10, 10_000), 0),
    ("as many times the writes as are allowed", (10, 100), (20, 1_000), (40, 10_000), 0),
    ("more writes than that", (10, 100), (20, 1_000), (41, 10_000), 1),
    ("bytes that grow faster than the changes", (10, 100), (10, 1_000), (10, 20_001), 1),
    ("both", (10, 100), (20, 1_000), (1_000, 1_000_000), 2),
]


@pytest.mark.parametrize(("what", "small", "middle", "large", "count"), GROWN, ids=[case[0] for case in GROWN])
def test_state_writes_that_grow_with_the_changes_are_told(
    what: str, small: tuple[int, int], middle: tuple[int, int], large: tuple[int, int], count: int
) -> None:
    sizes = zip((100, 1_000, 10_000), (small, middle, large), strict=True)
    grown = [Written("creates", changes, writes, size) for changes, (writes, size) in sizes]
    assert len(missed_targets(grown)) == count

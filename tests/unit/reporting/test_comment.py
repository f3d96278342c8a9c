from __future__ import annotations

import itertools
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarv_sync.errors import Fault
from sarv_sync.model.github_texts import COMMENT_MARKER as MARKER
from sarv_sync.model.plan import Change, Drift, Plan, UnmanagedUser
from sarv_sync.reporting.comment_markdown import COMMENT_MAX, comment, parts_of
from sarv_sync.reporting.comment_parts import Part, Where, failure_part, plan_part
from sarv_sync.reporting.cutting import size
from tests.unit.reporting.hostile_words import faults, plans, words
from tests.unit.reporting.sample_github import COMMENT_PARTS, HEAD, OLD, RUN
from tests.unit.reporting.sample_plans import ACCOUNT, BLOCKED, DIGEST, EMPTY, GUARD_REFUSED, MIXED, at, set_to

heads = st.sampled_from((HEAD, OLD))
wheres = st.builds(Where, words.map(lambda word: word[:50]), heads, st.just(RUN), st.none() | words)
parts = st.builds(plan_part, plans, wheres) | st.builds(
    failure_part, st.lists(faults, min_size=1, max_size=3), wheres
)


def creating(count: int, name: str = "u") -> Plan:
    changes = tuple(Change(f"{name}{n:05}", "create", None, "config", set_to(2, 1), at(n + 1)) for n in range(count))
    return Plan(account=ACCOUNT, digest=DIGEST, changes=changes)


def by_name(found: tuple[Part, ...]) -> dict[str, Part]:
    return {part.configuration: part for part in found}


@given(st.lists(parts, max_size=4), heads)
@settings(max_examples=60, deadline=None)
def test_what_is_read_back_is_what_was_written(made: list[Part], head: str) -> None:
    text = comment(made, head)
    assert by_name(parts_of(text)) == {part.configuration: part for part in made}
    assert parts_of(text.replace("\n", "\r\n")) == parts_of(text)


@given(st.lists(parts, max_size=4), heads, st.integers(1_000, 9_000))
@settings(max_examples=100, deadline=None)
def test_at_any_limit_the_comment_fits_and_writing_it_again_changes_nothing(
    made: list[Part], head: str, limit: int
) -> None:
    text = comment(made, head, limit)
    assert size(text) <= limit
    back = by_name(parts_of(text))
    if len(back) == len({part.configuration for part in made}):
        assert comment(back.values(), head, limit) == text


@pytest.mark.parametrize("limit", range(6_000, 30_000, 1_111))
def test_a_part_in_its_full_length_again_changes_nothing(limit: int) -> None:
    made = [plan_part(creating(n, f"u{n}-"), Where(f"{n}.yaml", HEAD, RUN)) for n in (5, 40, 90, 300)]
    made.append(plan_part(creating(200), Where("old.yaml", OLD, RUN)))
    text = comment(made, HEAD, limit)
    back = by_name(parts_of(text))
    assert len(back) == 5
    for part in made:
        assert comment({**back, part.configuration: part}.values(), HEAD, limit) == text


def test_the_parts_are_sorted_and_the_first_line_is_the_marker() -> None:
    texts = {comment(order, HEAD) for order in itertools.permutations(COMMENT_PARTS, len(COMMENT_PARTS))}
    assert len(texts) == 1
    lines = texts.pop().split("\n")
    assert lines[0] == MARKER == "<!-- sarv-sync:plan -->"
    assert [part.configuration for part in parts_of("\n".join(lines))] == sorted(
        part.configuration for part in COMMENT_PARTS
    )


@pytest.mark.parametrize(
    ("made", "title"),
    [
        ([], "nothing was planned"),
        ([plan_part(EMPTY, Where("a", HEAD))], "nothing to change"),
        ([plan_part(creating(3), Where("a", HEAD))], "3 to create"),
        (
            [plan_part(creating(2_000), Where("a", HEAD)), plan_part(MIXED, Where("b", HEAD))],
            "2,002 to create, 2 to disable, 1 to adopt, 1 to rename, 2 to update, 1 to forget, 1 blocked",
        ),
        ([plan_part(BLOCKED, Where("a", HEAD))], "2 blocked"),
        ([plan_part(GUARD_REFUSED, Where("a", HEAD))], "1 plan refused"),
        ([failure_part((Fault("x"),), Where(name, HEAD)) for name in "ab"], "2 plans could not be made"),
        ([plan_part(creating(3), Where("a", OLD))], "1 plan outdated"),
        (
            [plan_part(creating(3), Where("a", OLD)), plan_part(EMPTY, Where("b", HEAD))],
            "nothing to change, 1 plan outdated",
        ),
    ],
)
def test_the_title_sums_up_what_would_be_done_now(made: list[Part], title: str) -> None:
    assert comment(made, HEAD).split("\n")[1] == f"### sarv-sync plan: {title}"


def test_a_part_for_another_commit_is_marked_and_folded_until_that_commit_is_the_head_again() -> None:
    part = plan_part(creating(1), Where("a.yaml", OLD, RUN))
    text = comment([part], HEAD)
    said = (
        "<summary>Outdated: <code>a.yaml</code> was planned for <code>def5678</code>, the head is now "
        "<code>a5c3785</code></summary>"
    )
    assert f"-->\n<details>\n{said}" in text
    assert "Outdated" not in comment(parts_of(text), OLD)
    assert comment(parts_of(text), OLD) == comment([part], OLD)


@pytest.mark.parametrize(
    ("plan", "opened"),
    [
        (EMPTY, False),
        (BLOCKED, True),
        (GUARD_REFUSED, True),
        (MIXED, True),
        (replace(EMPTY, drift=(Drift("a", "b", "missing"),)), True),
    ],
)
def test_a_part_is_open_where_there_is_something_to_decide(plan: Plan, opened: bool) -> None:
    assert plan_part(plan, Where("a", HEAD)).text.startswith("<details open>\n" if opened else "<details>\n")


def test_the_order_is_that_of_a_decision() -> None:
    plan = replace(MIXED, refusals=GUARD_REFUSED.refusals)
    text = plan_part(plan, Where("a.yaml", HEAD, RUN, "3 h")).text
    order = [
        "<summary><code>a.yaml</code>: <b>2 to create, 2 to disable",
        "#### Refused",
        "#### Blocked",
        "#### Warnings",
        "> [!CAUTION]\n> 2 users would be made, and can never be deleted",
        "#### Create 2",
        "#### Disable 2",
        "#### Adopt 1",
        "#### Update 2",
        "#### Changed outside",
        "#### Unmanaged",
        f"Planned for `a5c3785` by [this run]({RUN}), for owner `10042` at",
        f"Digest `{DIGEST}`",
        "Made from a snapshot of the account that was 3 h old.",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)


def test_only_what_cannot_be_undone_is_cautioned_of() -> None:
    rotate = Change("a", "rotate", "smtp1", "config")
    assert "> 1 password will be replaced, and nothing brings the old one back." in _text_of(rotate)
    assert "[!CAUTION]" not in _text_of(Change("a", "disable", "smtp1", "config"))
    assert "> 1 user will be made, and can never be deleted: a later change can only disable it." in _text_of(
        Change("a", "create", None, "config", set_to(2, 1))
    )


def _text_of(change: Change) -> str:
    return plan_part(Plan(account=ACCOUNT, digest=DIGEST, changes=(change,)), Where("a", HEAD)).text


def test_a_large_part_is_cut_and_small_ones_stay_whole() -> None:
    small = [plan_part(MIXED, Where(f"{n}.yaml", HEAD, RUN)) for n in range(4)]
    large = [plan_part(creating(5_000), Where(name, HEAD, RUN)) for name in ("x", "y")]
    text = comment([*small, *large], HEAD)
    assert 59_000 < size(text) <= COMMENT_MAX
    back = by_name(parts_of(text))
    assert [back[part.configuration] for part in small] == small
    x, y = (size(back[name].text) for name in ("x", "y"))
    assert abs(x - y) < 100
    said = re.findall(r"\*([0-9,]+) more are not shown here: see the job's summary in \[the run\]\((.*)\)\.\*", text)
    assert [url for _, url in said] == [RUN, RUN]
    rows = [len(re.findall("^[|] `u", back[name].text, re.MULTILINE)) for name in ("x", "y")]
    assert [int(number.replace(",", "")) for number, _ in said] == [5_000 - count for count in rows]


def test_news_goes_before_changes_and_changes_before_what_is_blocked() -> None:
    unmanaged = tuple(UnmanagedUser(f"smtp{n}", 1, 1, "Enable") for n in range(3_000))
    plan = replace(creating(20), unmanaged=unmanaged, blocked=BLOCKED.blocked, warnings=MIXED.warnings)
    part = plan_part(plan, Where("a", HEAD, RUN))
    text = comment([part], HEAD)
    assert "`u00019`" in text
    assert 0 < len(re.findall("^[|] `smtp", text, re.MULTILINE)) < 3_000
    shorter = comment([part], HEAD, 2_700)
    assert "`payroll`" in shorter
    assert "`u00019`" not in shorter
    assert f"Digest `{DIGEST}`" in shorter


def test_outdated_parts_give_way_to_current_ones() -> None:
    plan = creating(1_500)
    current, outdated = plan_part(plan, Where("a", HEAD)), plan_part(plan, Where("b", OLD))
    limit = size(current.text) + 3_000
    back = by_name(parts_of(comment([outdated, current], HEAD, limit)))
    assert back["a"] == current
    assert size(back["b"].text) < 3_000


def test_where_not_even_headlines_fit_the_rest_is_counted() -> None:
    made = [plan_part(MIXED, Where(f"{n:03}.yaml", HEAD, RUN)) for n in range(300)]
    text = comment(made, HEAD)
    assert size(text) <= COMMENT_MAX
    shown = parts_of(text)
    assert text.endswith(f"*{300 - len(shown)} configurations more: no room here, see the jobs' summaries.*")
    assert len(shown) > 50
    assert "<b>2 to create" in shown[0].text


PART = plan_part(MIXED, Where("a", HEAD, RUN))
GOOD = comment([PART], HEAD)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "hello",
        GOOD.removeprefix(MARKER),
        f" {GOOD}",
        GOOD.replace("part {", "part ["),
        GOOD.replace('"head":"', '"head":7,"x":"'),
        GOOD.replace('"counts":{', '"counts":7,"x":{'),
        GOOD.replace("<!-- sarv-sync:part-end -->", ""),
        GOOD.replace("#### Blocked", "<script>\n#### Blocked"),
        GOOD.replace("#### Blocked", "```\n#### Blocked"),
        GOOD.replace("#### Blocked", "</details>\n#### Blocked"),
        GOOD.replace("#### Blocked", "<details>\n#### Blocked"),
        GOOD.replace("#### Blocked", "    code\n#### Blocked"),
        GOOD.replace("#### Blocked", "[a]: https://evil.example\n#### Blocked"),
        GOOD.replace("<summary>", "<summary><!--", 1),
        GOOD.replace("#### Blocked", "Turned \u202e round\n#### Blocked"),
        GOOD.replace("#### Blocked", "Half \ud800 a character\n#### Blocked"),
        GOOD.replace('"configuration":"', '"configuration":"--> ', 1),
        re.sub(r"part \{.*\}", "part " + "[" * 5_000, GOOD),
        re.sub(r"part \{.*\}", 'part {"a":' * 5_000, GOOD),
    ],
)
def test_what_is_no_part_as_we_write_them_is_left_out(body: str) -> None:
    assert parts_of(body) == ()


def test_a_part_that_was_tampered_with_costs_no_other_part() -> None:
    other = plan_part(MIXED, Where("b", HEAD))
    text = comment([PART, other], HEAD)
    assert parts_of(text.replace("<!-- sarv-sync:part-end -->", "", 1)) == (other,)
    assert parts_of(text.replace("#### Blocked", "~~~\n#### Blocked", 1)) == (other,)


@given(st.text() | st.text().map(lambda text: f"{MARKER}\n{text}"), st.integers(0, len(GOOD)), words)
@settings(max_examples=150, deadline=None)
def test_reading_any_text_raises_nothing(text: str, place: int, word: str) -> None:
    parts_of(text)
    for part in parts_of(GOOD[:place] + word + GOOD[place:]):
        comment([part], HEAD)

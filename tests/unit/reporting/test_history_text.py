"""What is told of past runs, and that it stays text whatever words it holds."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from sarv_sync.model.plan import ACTIONS
from sarv_sync.model.state import PastChange, PastRun, State
from sarv_sync.reporting.history_document import history_document
from sarv_sync.reporting.history_parts import END_WORDS, commit_words, moment, short_ids
from sarv_sync.reporting.history_text import history_text, run_text
from sarv_sync.reporting.json_text import json_text
from sarv_sync.reporting.layout import cells
from sarv_sync.reporting.style import Style
from sarv_sync.schema_files import schema
from tests.unit.planning.builders import state
from tests.unit.reporting.hostile_words import NASTY
from tests.unit.reporting.sample_explanations import (
    ALL_WELL,
    COMMIT,
    CUT_OFF,
    EARLIER,
    FIRST,
    GOING_ON,
    HISTORY,
    RUNS,
    SHORTENED,
    TROUBLED,
)
from tests.unit.reporting.text_rules import assert_plain

if TYPE_CHECKING:
    from sarv_sync.model.plan import Action

STYLES = [Style(color=False, width=80), Style(color=True, width=40), Style(color=False, width=0)]
TERMINAL = Style(color=False, width=80)


def flat(run: PastRun, earlier: PastRun | None = None, known: State = HISTORY) -> str:
    return " ".join(run_text(run, earlier, known, TERMINAL).split())


@pytest.mark.parametrize("style", STYLES, ids=str)
@pytest.mark.parametrize("word", NASTY, ids=ascii)
def test_a_nasty_word_in_any_place_leaves_the_text_plain(word: str, style: Style) -> None:
    changes = tuple(PastChange(word, action, word, end, was=word) for action in ACTIONS for end in END_WORDS)
    run = PastRun(word, word, word, word, word, word, changes, finished=True, left_out=3)
    known = state(history=(run, replace(run, id="", finished=False)))
    assert_plain(history_text(known.history, known, style), color=style.color)
    for one in known.history:
        assert_plain(run_text(one, run, known, style), color=style.color)
    document = history_document(known, known.history)
    assert_plain(json_text(document))
    Draft202012Validator(schema("history")).validate(document)


def test_every_line_fits_on_the_terminal() -> None:
    texts = [history_text(RUNS, HISTORY, TERMINAL), *(run_text(run, None, HISTORY, TERMINAL) for run in RUNS)]
    assert [line for text in texts for line in text.split("\n") if cells(line) > 80] == []


def test_colour_only_repeats_what_words_say() -> None:
    for run in RUNS:
        painted = run_text(run, None, HISTORY, Style(color=True, width=80))
        assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == run_text(run, None, HISTORY, TERMINAL)


@pytest.mark.parametrize(
    ("run", "said"),
    [
        (FIRST, "1 created, 1 adopted, 1 delivered; 1 failed"),
        (ALL_WELL, "1 renamed, 1 updated, 1 rotated"),
        (TROUBLED, "1 updated; 1 unknown, 1 not attempted"),
        (SHORTENED, "2,000 changes, not kept any more"),
        (CUT_OFF, "cut off: it did not live to write down what it did; 1 change planned"),
        (GOING_ON, "not ended: it has the lock; 1 change planned"),
        (replace(ALL_WELL, changes=()), "nothing done"),
    ],
)
def test_a_run_is_summed_up(run: PastRun, said: str) -> None:
    assert f"\n  {said}\n" in history_text((run,), HISTORY, TERMINAL)
    assert f"{said[:1].upper()}{said[1:]}." in flat(run)


def test_a_run_that_is_going_on_is_told_from_one_that_died() -> None:
    died = replace(HISTORY, lock=None)
    assert "if it is dead, the next apply goes on from there" in flat(GOING_ON)
    assert "`sarv-sync plan` shows what is left to do" in flat(GOING_ON, known=died)
    held = [run["holds_lock"] for run in history_document(HISTORY, RUNS)["runs"]]
    assert held == [run is GOING_ON for run in RUNS]


@pytest.mark.parametrize(
    ("run", "earlier", "hint"),
    [
        (
            ALL_WELL,
            None,
            f"to undo it, `git revert {COMMIT[:12]}` (with `-m 1` if that is a merge commit) and apply; a password",
        ),
        (ALL_WELL, FIRST, f"`git log {EARLIER[:12]}..{COMMIT[:12]}` names its commits"),
        (FIRST, None, "users that it made or adopted are disabled then"),
        (TROUBLED, FIRST, "to undo it, put the values from before back into the files, and apply"),
        (replace(ALL_WELL, commit="x; rm -rf /"), None, "put the values from before back"),
    ],
)
def test_the_way_back_is_told(run: PastRun, earlier: PastRun | None, hint: str) -> None:
    assert hint in flat(run, earlier)


@pytest.mark.parametrize(
    ("changes", "hint"),
    [
        (
            [("old", "forget", "smtp3", None)],
            "pin `smtp_user_name: smtp3` in the entry of old, or apply makes",
        ),
        ([("old", "forget", None, None)], "pin each user that was forgotten in its entry (`smtp_user_name`), or"),
        ([("a", "forget", "s1", None), ("b", "forget", "s2", None)], "pin each user that was forgotten in its entry"),
        ([("new", "rename", "s1", "old")], "a user is renamed back where the old name's entry takes the place"),
        ([("a", "rename", "s1", "b"), ("b", "rename", "s2", "a")], "go back only by `renamed_from` the other way"),
        ([("crm", "adopt", "s1", "old")], "the password that a user had before it was used again is gone for good"),
    ],
)
def test_what_a_revert_alone_does_not_bring_back_is_told(
    changes: list[tuple[str, Action, str | None, str | None]], hint: str
) -> None:
    made = tuple(PastChange(name, action, user, "applied", was=was) for name, action, user, was in changes)
    assert hint in flat(replace(ALL_WELL, changes=made))
    assert hint not in flat(replace(ALL_WELL, changes=tuple(replace(one, end="failed") for one in made)))
    assert hint not in flat(FIRST)


def test_commits_are_named_only_where_they_differ_and_say_what_the_files_were() -> None:
    assert "git log" not in flat(ALL_WELL, replace(FIRST, commit=COMMIT))
    assert "git log" not in flat(ALL_WELL, replace(FIRST, commit=f"{EARLIER}-dirty"))
    assert "git revert" not in flat(TROUBLED, FIRST)


def test_where_nothing_can_be_undone_no_way_back_is_told() -> None:
    only = replace(ALL_WELL, changes=(PastChange("billing", "deliver", "smtp1", "applied"),))
    assert "hint" not in flat(only)
    assert "hint" not in flat(SHORTENED)


def test_no_run_and_none_about_a_name_are_told_apart() -> None:
    assert history_text((), state(), TERMINAL).startswith("No apply is remembered")
    assert history_text((), HISTORY, TERMINAL).startswith("No apply that is remembered is about any of these names")


def test_an_id_is_as_long_as_it_must_be_to_tell_runs_apart() -> None:
    ids = ["0123456789abcdef", "0123456789abff00", "9" * 16, "short"]
    told = short_ids(replace(FIRST, id=one) for one in ids)
    assert list(told.values()) == ["0123456789abc", "0123456789abf", "99999999", "short"]
    assert all(one.startswith(shown) for one, shown in told.items())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-02-03T04:05:06Z", "2026-02-03 04:05:06"),
        ("2026-02-03T04:05:06.789012Z", "2026-02-03 04:05:06"),
        ("yesterday\n::x", r"yesterday\n::x"),
        ("x" * 100, "x" * 39 + "…"),
    ],
)
def test_a_time_is_shown_as_people_write_it(text: str, shown: str) -> None:
    assert moment(text) == shown


@pytest.mark.parametrize(
    ("commit", "shown"),
    [(None, ""), (COMMIT, COMMIT[:12]), (f"{COMMIT}-dirty", f"{COMMIT[:12]}-dirty"), ("main", "main")],
)
def test_a_commit_is_cut_to_what_tells_it_apart(commit: str | None, shown: str) -> None:
    assert commit_words(commit) == shown


def test_the_way_of_history_json_keeps_numbers_and_order() -> None:
    document = history_document(HISTORY, RUNS[::-1])
    assert [run["id"] for run in document["runs"]] == [run.id for run in reversed(RUNS)]
    assert document["runs"][-1]["ends"] == {
        "planned": 0, "applied": 3, "failed": 1, "unknown": 0, "not_attempted": 0,
    }  # fmt: skip
    assert document["runs"][-1]["changes"][0]["fields"][0] == {"field": "total_limit", "before": None, "after": 5000}

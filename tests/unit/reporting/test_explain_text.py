"""What is told of one user, and that it stays text whatever words it holds."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from sarv_sync.errors import Fault
from sarv_sync.model.configuration import RemovedEntry
from sarv_sync.model.explanation import ExplainedDelivery, ExplainedUser, Explanation, Origin, Touch, Unowned
from sarv_sync.model.plan import Blocked, Change, Plan
from sarv_sync.model.state import PasswordRecord, PastChange, PastRun, Rotating
from sarv_sync.model.users import PasswordPolicy, Placed, Source
from sarv_sync.reporting.explain_document import explain_document
from sarv_sync.reporting.explain_parts import HOLDING_WORDS
from sarv_sync.reporting.explain_reasons import reason
from sarv_sync.reporting.explain_text import explain_text
from sarv_sync.reporting.json_text import json_text
from sarv_sync.reporting.layout import cells
from sarv_sync.reporting.style import Style
from sarv_sync.schema_files import schema
from tests.unit.planning.builders import account, bound, files, seen, state, user
from tests.unit.planning.explanations import explained
from tests.unit.reporting.hostile_words import NASTY
from tests.unit.reporting.sample_explanations import EXPLANATIONS
from tests.unit.reporting.sample_plans import ACCOUNT, DIGEST
from tests.unit.reporting.text_rules import assert_plain

STYLES = [Style(color=False, width=80), Style(color=True, width=40), Style(color=False, width=0)]
TERMINAL = Style(color=False, width=80)


def everywhere(word: str) -> Explanation:
    """An explanation with `word` in every place that holds a text."""
    at = Source(word, 1, 1)
    record = PasswordRecord(word, 2, (), Rotating(word, word, 2), left=word)
    binding = replace(bound(word, renamed_from=word, password=record), removed_at=word, recycled_from=word)
    known = replace(EXPLANATIONS["drifted"].users[0], name=word, smtp_user_name=word, known_as=f"{word} ", due=word)
    users = tuple(
        replace(
            known, binding=binding, retired=True, fault=word, serves=serves,
            fields=tuple(replace(field, origin=Origin("profile", at)) for field in known.fields),
            deliveries=tuple(ExplainedDelivery(word, holding) for holding in HOLDING_WORDS),
        )
        for serves in (True, False)
    )  # fmt: skip
    run = PastRun(word, word, word, word, word, word)
    change = PastChange(word, "update", word, "failed", was=word)
    plan = Plan(
        ACCOUNT, DIGEST,
        changes=(
            Change(word, "adopt", word, "config", (), at, word, why="recycled", former=word),
            Change(word, "rename", word, "config", (), at, word),
            Change(word, "deliver", word, "both", (), at, sinks=(word, word)),
        ),
        blocked=(Blocked(word, "pin", word, word),),
        warnings=(Fault(word, word, word, 1, 1),),
    )  # fmt: skip
    entry = replace(
        user("a"), name=word, places=Placed(at, (at, at, at)), profile=word, description=word, labels=((word, word),),
        smtp_user_name=word, renamed_from=word, password=PasswordPolicy(2, 90.0, "alternate", 1.5, word),
    )  # fmt: skip
    removed, unowned = RemovedEntry(word, "forget", at), Unowned(may_be=(word,))
    return Explanation(word, word, "managed", users, plan, entry, removed, unowned, (Touch(run, change),), 9)


@pytest.mark.parametrize("style", STYLES, ids=str)
@pytest.mark.parametrize("word", NASTY, ids=ascii)
def test_a_nasty_word_in_any_place_leaves_the_text_plain(word: str, style: Style) -> None:
    explanation = everywhere(word)
    still = replace(explanation, plan=Plan(ACCOUNT, DIGEST))
    stranger = replace(still, name=None, standing="unmanaged", unowned=Unowned())
    for one in (explanation, still, stranger):
        assert_plain(explain_text(one, style), color=style.color)


@pytest.mark.parametrize("word", NASTY, ids=ascii)
def test_a_nasty_word_in_any_place_leaves_the_document_plain_and_valid(word: str) -> None:
    document = explain_document(everywhere(word))
    assert_plain(json_text(document))
    Draft202012Validator(schema("explain")).validate(document)


@pytest.mark.parametrize("name", EXPLANATIONS)
def test_every_explanation_follows_its_schema_and_fits_on_the_terminal(name: str) -> None:
    Draft202012Validator(schema("explain")).validate(explain_document(EXPLANATIONS[name]))
    assert [line for line in explain_text(EXPLANATIONS[name], TERMINAL).split("\n") if cells(line) > 80] == []


def test_colour_only_repeats_what_words_say() -> None:
    for explanation in EXPLANATIONS.values():
        painted = explain_text(explanation, Style(color=True, width=80))
        assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == explain_text(explanation, TERMINAL)


def test_the_last_lines_say_what_is_to_come() -> None:
    ends = {
        "drifted": "a-place-with-a-name-that-is-rather-long",
        "missing": "forgets the old one",
        "refused": "`unmanaged: report`",
        "retired": "Apply would do nothing about it: it stays disabled.",
        "forgotten": "Apply would do nothing about it: nothing is left to do.",
    }
    for name, end in ends.items():
        assert explain_text(EXPLANATIONS[name], TERMINAL).endswith(end), name


def test_what_ignore_changes_leaves_alone_is_not_called_as_the_files_say() -> None:
    [told] = EXPLANATIONS["retired"].users
    as_wanted = replace(told, fields=tuple(replace(one, wanted=one.observed) for one in told.fields))
    first, *rest = as_wanted.fields
    drifted = replace(as_wanted, fields=(replace(first, wanted=7, ignored=True), *rest))

    def last(one: ExplainedUser) -> str:
        whole = replace(EXPLANATIONS["retired"], standing="managed", entry=user("old"), users=(one,))
        return explain_text(whole, Style(width=0)).split("\n")[-1]

    assert last(as_wanted) == "Apply would do nothing about it: it is as the files say."
    assert "but for what `ignore_changes` leaves alone" in last(drifted)


@pytest.mark.parametrize(
    ("unowned", "known", "hint"),
    [
        (Unowned(), "no apply has taken down yet who is there", "`sarv-sync adopt NAME smtp1`"),
        (Unowned(counted=True), "it was there when users were first taken down", "leaves it alone"),
        (Unowned(counted=True, unsettled=True), "it is new since the last apply", "`sarv-sync adopt NAME smtp1`"),
        (Unowned(counted=True, unsettled=True, told=True), "it has appeared since users were first", "adopt"),
        (Unowned(counted=True, unsettled=True, spared=True), "a pattern under `unmanaged", "adopt"),
        (Unowned(may_be=("crm",)), "it may have come of the create of crm", "`sarv-sync state resolve crm`"),
    ],
)
def test_of_a_user_of_nobody_it_is_said_since_when_it_is_known_and_what_to_do(
    unowned: Unowned, known: str, hint: str
) -> None:
    text = " ".join(explain_text(replace(EXPLANATIONS["unmanaged"], unowned=unowned), TERMINAL).split())
    assert known in text
    assert hint in text.partition("hint: ")[2]


def test_a_name_that_a_shell_would_break_up_is_quoted_where_it_can_be_copied() -> None:
    explanation = explained("a;c", files(), state(), account(seen("a;c")))
    assert "`sarv-sync adopt NAME 'a;c'`" in explain_text(explanation, TERMINAL)
    explanation = explained("-x", files(), state(), account(seen("-x")))
    assert "`sarv-sync adopt NAME -- -x`" in explain_text(explanation, TERMINAL)


def test_a_user_that_no_file_can_pin_is_not_suggested_to_be_adopted() -> None:
    told = explain_text(explained("a b", files(), state(), account(seen("a b"))), TERMINAL)
    assert "adopt" not in told
    assert "hint: a pattern under `unmanaged: {except: […]}` leaves it alone" in told


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (Change("a", "create", None, "config"), "its entry has no user"),
        (Change("a", "create", None, "drift"), "`recreate: true`"),
        (Change("a", "adopt", "s", "config"), "pins"),
        (
            Change("a", "adopt", "s", "config", why="recycled", former="old"),
            "that of old was retired",
        ),
        (Change("a", "rename", "s", "both"), "`renamed_from`"),
        (Change("a", "update", "s", "config"), "the files have other values"),
        (Change("a", "update", "s", "drift"), "were changed outside"),
        (Change("a", "update", "s", "both"), "and some were changed outside"),
        (Change("a", "update", "s", "config", why="returning"), "its name is back"),
        (Change("a", "update", "s", "config", why="left"), "the entry's other user serves by now"),
        (Change("a", "disable", "s", "config"), "gone from the files"),
        (Change("a", "disable", "s", "drift"), "it is enabled, and no entry wants it"),
        (Change("a", "forget", "s", "config"), "gone from the files, for good"),
        (Change("a", "rotate", "s", "config", why="version"), "password_version was raised"),
        (Change("a", "rotate", "s", "config", why="age"), "by age"),
        (Change("a", "rotate", "s", "config", why="asked"), "asked for"),
        (Change("a", "rotate", "s", "config"), "another"),
        (Change("a", "deliver", "s", "config"), "not delivered there yet"),
        (Change("a", "deliver", "s", "drift"), "changed outside, or does not lie"),
        (Change("a", "deliver", "s", "config", why="layout"), "laid out in another way"),
    ],
)
def test_every_change_has_its_reason(change: Change, why: str) -> None:
    assert why in reason(change)

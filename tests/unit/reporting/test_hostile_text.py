from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from sarv_sync.model.account import Account
from sarv_sync.model.state import Binding, Birthmark, Delivery, Intent, Lock, PasswordRecord, Retired, Rotating, State
from sarv_sync.model.users import Settings
from sarv_sync.reporting.drift_text import drift_text
from sarv_sync.reporting.errors_text import faults_text
from sarv_sync.reporting.extent import EVERY_CHANGE
from sarv_sync.reporting.outcome_text import outcome_text
from sarv_sync.reporting.plan_part_text import plan_part_lines
from sarv_sync.reporting.plan_text import plan_text
from sarv_sync.reporting.state_text import binding_text, bindings_text, state_text
from sarv_sync.reporting.style import Style
from tests.unit.reporting.hostile_words import NASTY, delivered_everywhere, everywhere, faults, outcomes, plans
from tests.unit.reporting.text_rules import assert_plain

if TYPE_CHECKING:
    from sarv_sync.errors import Fault
    from sarv_sync.model.outcome import Outcome
    from sarv_sync.model.plan import Plan

STYLES = [Style(color=False, width=80), Style(color=True, width=40), Style(color=False, width=0)]


@pytest.mark.parametrize("style", STYLES, ids=str)
@pytest.mark.parametrize("word", NASTY, ids=ascii)
def test_a_nasty_word_in_any_place_leaves_the_text_plain(word: str, style: Style) -> None:
    plan = everywhere(word)
    assert_plain(plan_text(plan, style), color=style.color)
    assert_plain("\n".join(plan_part_lines(plan, plan, (word, "b"), style, EVERY_CHANGE)), color=style.color)
    assert_plain(drift_text(plan, style), color=style.color)
    assert_plain(faults_text(plan.warnings, style), color=style.color)
    deliveries = delivered_everywhere(word)
    assert_plain(plan_text(deliveries, style), color=style.color)
    assert_plain(drift_text(deliveries, style), color=style.color)


@pytest.mark.parametrize("style", STYLES, ids=str)
@pytest.mark.parametrize("word", NASTY, ids=ascii)
def test_a_nasty_word_in_the_state_leaves_the_text_plain(word: str, style: Style) -> None:
    deliveries = (Delivery(word, word, word), Delivery(word, word))
    record = PasswordRecord(word, 2, deliveries, Rotating(word, word, 2), left=word)
    binding = Binding(word, Settings(2, 1, "Enable"), password=record)
    state = State(
        lineage=word,
        serial=3,
        account=Account(word, word),
        lock=Lock(word, word, word, word, word),
        bindings={word: binding, f"{word}+2": binding, "b": binding},
        removed={word: binding},
        intents={word: Intent(word, word, Birthmark(1, 2), word)},
        retired=(Retired(word, Birthmark(1, 2), word),),
    )
    for only in ((), (word, "b")):
        assert_plain(state_text(state, style, only), color=style.color)
        assert_plain(bindings_text(state, style, only), color=style.color)
    assert_plain(bindings_text(replace(state, bindings={}), style, (word,)), color=style.color)
    for name in state.bindings:
        assert_plain(binding_text(state, name, style), color=style.color)


@given(plans)
@settings(max_examples=120, deadline=None)
def test_a_plan_of_any_words_is_plain_and_ends_with_summary_and_digest(plan: Plan) -> None:
    for style in STYLES:
        text = plan_text(plan, style)
        assert_plain(text, color=style.color)
    *_, summary, digest = plan_text(plan, Style()).split("\n")
    assert summary.startswith(("Plan: ", "Nothing to change: "))
    assert digest == f"digest {plan.digest}"
    assert_plain(drift_text(plan, Style()))


@given(outcomes)
@settings(max_examples=80, deadline=None)
def test_an_outcome_of_any_words_is_plain(outcome: Outcome) -> None:
    for style in STYLES:
        assert_plain(outcome_text(outcome, style), color=style.color)


@given(faults)
@settings(max_examples=150, deadline=None)
def test_an_error_of_any_words_is_plain(fault: Fault) -> None:
    for style in STYLES:
        assert_plain(faults_text((fault, fault), style), color=style.color)

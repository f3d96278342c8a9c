from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from sarv_sync.errors import InputError
from sarv_sync.model.outcome import Entry, Outcome
from sarv_sync.model.plan import Blocked
from sarv_sync.model.state import Binding, State
from sarv_sync.model.users import Settings
from sarv_sync.reporting.outcome_text import outcome_text
from sarv_sync.reporting.state_text import binding_text, bindings_text, state_text
from sarv_sync.reporting.style import Style
from tests.unit.reporting.sample_outcomes import OUTCOMES, STATE
from tests.unit.reporting.sample_plans import ACCOUNT, DIGEST

TERMINAL = Style(color=False, width=80)
UNSEEN = "a fresh listing does not show every change yet"
CREATED = Entry("a", "create", "smtp1")
FAILED = Entry("b", "update", "smtp2", "no")


def _outcome(**parts: Any) -> Outcome:
    return Outcome(digest=DIGEST, **parts)


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        (_outcome(verified=True), "Nothing to apply. Verified against a fresh listing."),
        (_outcome(applied=(CREATED,), verified=True), "Applied: 1 created. Verified against a fresh listing."),
        (
            _outcome(applied=(CREATED,), blocked=(Blocked("x", "pin", "x", "h"),), verified=True),
            "Applied: 1 created; 1 blocked. Verified against a fresh listing.",
        ),
        (
            _outcome(delivered=(CREATED,), verified=True),
            "Applied: 1 password delivered. Verified against a fresh listing.",
        ),
        (
            _outcome(applied=(CREATED,), failed=(FAILED,), verified=True),
            "Incomplete: 1 created; 1 failed. Run apply again to go on from here.",
        ),
        (
            _outcome(unknown=(FAILED,), not_attempted=(FAILED, FAILED)),
            "Incomplete: nothing done; 1 unknown, 2 not attempted. Run apply again to go on from here.",
        ),
        (
            _outcome(applied=(CREATED,)),
            f"Incomplete: 1 created; {UNSEEN}. Run apply again to go on from here.",
        ),
    ],
)
def test_the_last_line_says_how_it_ended(outcome: Outcome, line: str) -> None:
    assert outcome_text(outcome, TERMINAL).split("\n")[-1] == line


def test_what_did_not_end_well_comes_with_its_message() -> None:
    text = outcome_text(OUTCOMES["incomplete"], TERMINAL)
    assert "  ! newsletter  smtps456567  update\n      ValidationError (-1): total_limit exceeds" in text
    assert "  ? password-resets  create\n      no answer within 30 seconds" in text


def test_passwords_that_arrived_are_summed_up_and_those_that_did_not_for_one_reason() -> None:
    arrived = tuple(Entry(f"u{n:04}", "deliver", f"smtp{n}") for n in range(2_000))
    owed = tuple(Entry(f"v{n:02}", "deliver", None, f"no room in v{n:02}.env") for n in range(30))
    lines = outcome_text(_outcome(delivered=arrived, undelivered=owed, verified=True), TERMINAL).split("\n")
    assert lines[0] == "Delivered: 2,000 passwords"
    assert lines[10:12] == ["  > u0009  smtp9  delivered", "  … and 1,990 more"]
    assert sum(line.startswith("      no room in v") for line in lines) == 3
    assert "    … and 27 more like this" in lines
    said = "Incomplete: 2,000 passwords delivered; 30 undelivered. Run apply again to go on from here."
    assert lines[-1] == said


def test_a_password_that_did_not_arrive_is_not_lost() -> None:
    text = outcome_text(OUTCOMES["delivered"], TERMINAL)
    assert "Undelivered: 2 passwords\n  (nothing is lost: the next apply delivers what the account has)\n" in text
    assert "  ! orders  smtp777\n      a login at smtp.example.net:587 failed: 535 5.7.8 not accepted\n" in text
    assert text.endswith("32 passwords delivered; 2 undelivered. Run apply again to go on from here.")


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("billing", ["smtp_user_name    smtp12345", "standing          managed"]),
        ("old-shop", ["standing          removed from the files, kept in case the name returns"]),
        ("crm", ["create under way  its user shows total_limit 48,211", "create given up   its user shows"]),
    ],
)
def test_one_name_shows_all_that_is_known_of_it(name: str, lines: list[str]) -> None:
    text = binding_text(STATE, name, TERMINAL)
    assert text.startswith(f"{name}\n")
    assert [line for line in lines if line not in text] == []


@pytest.mark.parametrize(
    ("name", "hint"),
    [("biling", "the nearest name is billing"), ("zzz", "`sarv-sync state list` shows the names it knows")],
)
def test_an_unknown_name_is_an_input_error_that_helps(name: str, hint: str) -> None:
    with pytest.raises(InputError, match=f"the state does not know the name {name}") as caught:
        binding_text(STATE, name, TERMINAL)
    assert caught.value.hint == hint


def test_the_list_is_sorted_and_aligned() -> None:
    header, first, second, *_ = bindings_text(STATE, TERMINAL).split("\n")
    assert header.split() == ["NAME", "SMTP_USER_NAME", "TOTAL_LIMIT", "HOURLY_LIMIT", "STATUS"]
    assert first.split() == ["billing", "smtp12345", "1,000,000", "200", "Disable"]
    assert second.split() == ["orders", "smtp777", "900", "90", "Enable"]
    assert first.index("200") + 3 == second.index("90  ") + 2 == header.index("HOURLY_LIMIT") + len("HOURLY_LIMIT")


def test_the_list_says_that_it_is_empty() -> None:
    assert bindings_text(State("l", 0, ACCOUNT), TERMINAL) == "The state manages no user yet."


def test_the_state_says_who_holds_it_and_how_to_release_it() -> None:
    text = state_text(STATE, TERMINAL)
    assert "held by alice@laptop for apply" in text
    assert "`sarv-sync state unlock 7f2a` releases it" in text
    assert "  lock     free\n" in state_text(State("l", 0, ACCOUNT), TERMINAL)


def test_the_list_in_color_is_the_list() -> None:
    colored = bindings_text(STATE, Style(color=True))
    assert re.sub("\x1b\\[[0-9;]*m", "", colored) == bindings_text(STATE, TERMINAL)


def test_a_create_whose_user_is_known_says_so_and_has_nothing_to_resolve() -> None:
    made = replace(STATE, bindings={"crm": Binding("smtp99", Settings(48_211, 37, "Enable"))})
    text = binding_text(made, "crm", TERMINAL)
    assert "smtp99 was made with total_limit 48,211, hourly_limit 37" in text
    assert ("sarv-sync apply" in text, "resolve" in text) == (True, False)
    assert "crm  smtp99 was made with" in bindings_text(made, TERMINAL)


def test_a_create_whose_user_is_not_known_says_what_goes_on_and_what_settles_it() -> None:
    text = " ".join(binding_text(STATE, "crm", TERMINAL).split())
    assert "is not known yet `sarv-sync apply` goes on with it. What plan calls ambiguous, " in text
    assert "`sarv-sync state resolve crm`" in text

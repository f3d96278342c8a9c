"""What the state says of passwords."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sarv_sync.model.state import Binding, Delivery, PasswordRecord, Rotating, State
from sarv_sync.model.users import Settings
from sarv_sync.reporting.layout import cells
from sarv_sync.reporting.state_text import binding_text, bindings_text, state_text
from sarv_sync.reporting.style import Style
from tests.unit.reporting.sample_outcomes import PASSWORDS_STATE
from tests.unit.reporting.sample_plans import ACCOUNT

TERMINAL = Style(color=False, width=80)
SINCE = "2025-01-02T03:04:05Z"
ARRIVED, OWED = Delivery("dotenv a.env", "f", "k:1"), Delivery("vault mail/a", "f")


def _state(**records: PasswordRecord) -> State:
    limits = Settings(10, 1, "Enable")
    bindings = {
        name.replace("_", "+"): Binding(f"smtp{index}", limits, password=record)
        for index, (name, record) in enumerate(records.items())
    }
    return State("l", 1, ACCOUNT, bindings=bindings)


def _shown(name: str, **records: PasswordRecord) -> str:
    return " ".join(binding_text(_state(**records), name, TERMINAL).split())


@pytest.mark.parametrize(
    ("record", "cell"),
    [
        (PasswordRecord(SINCE), "2025-01-02"),
        (PasswordRecord(SINCE, 1, (ARRIVED,)), "2025-01-02"),
        (PasswordRecord(SINCE, 1, (ARRIVED, OWED)), "1 owed"),
        (PasswordRecord(SINCE, 1, (OWED,), left=SINCE), "1 owed"),
        (PasswordRecord(SINCE, 1, left=SINCE), "idle"),
        (PasswordRecord(SINCE, 1, (OWED,), Rotating(SINCE, "k:1", 2)), "changing"),
    ],
)
def test_the_list_says_what_is_to_be_done_or_how_old_the_password_is(record: PasswordRecord, cell: str) -> None:
    header, row = bindings_text(_state(a=record), TERMINAL).split("\n")
    assert header.endswith("STATUS  PASSWORD")
    assert row.endswith(f"Enable  {cell}")


def test_a_state_that_knows_of_no_password_has_no_column_for_them() -> None:
    assert "PASSWORD" not in bindings_text(_state(a=PasswordRecord()), TERMINAL)


def test_the_list_fits_a_terminal_and_has_both_users_of_an_entry() -> None:
    lines = bindings_text(PASSWORDS_STATE, TERMINAL).split("\n")
    assert [line.split()[0] for line in lines] == ["NAME", "billing", "billing+2", "orders", "web", "wiki"]
    assert max(map(cells, lines)) <= 80


def test_one_name_shows_how_old_its_password_is_where_it_went_and_where_it_is_owed() -> None:
    text = _shown("a", a=PasswordRecord(SINCE, 3, (ARRIVED, OWED)))
    assert f"password since {SINCE}, password_version 3 delivered to dotenv a.env owed to vault mail/a" in text
    assert "serves" not in text


def test_a_password_that_was_being_changed_is_said_to_be_and_what_goes_on_with_it() -> None:
    state = _state(a=PasswordRecord(SINCE, 1, (), Rotating(SINCE, "k:1", 2)))
    for text in (binding_text(state, "a", TERMINAL), state_text(state, TERMINAL)):
        assert f"since {SINCE}; `sarv-sync apply` goes on with it" in " ".join(text.split())


@pytest.mark.parametrize(
    ("first", "second", "of_first", "of_second"),
    [
        (
            PasswordRecord(SINCE, 1, left="2025-02-01T00:00:00Z"),
            PasswordRecord("2025-01-31T00:00:00Z", 2),
            "serves no; a+2 (smtp1) serves since 2025-02-01T00:00:00Z",
            "serves yes; a (smtp0) served until 2025-02-01T00:00:00Z",
        ),
        (
            PasswordRecord(SINCE, 1, turn=1),
            PasswordRecord(SINCE, 1, turn=2),
            "serves no, in turns with a+2 (smtp1)",
            "serves yes, in turns with a (smtp0)",
        ),
        (
            PasswordRecord(SINCE, 1),
            PasswordRecord(),
            "serves yes, in turns with a+2 (smtp1)",
            "serves no, in turns with a (smtp0)",
        ),
    ],
)
def test_of_two_users_it_is_said_which_one_serves(
    first: PasswordRecord, second: PasswordRecord, of_first: str, of_second: str
) -> None:
    assert _shown("a", a=first, a_2=second).endswith(of_first)
    assert _shown("a+2", a=first, a_2=second).endswith(of_second)


def test_the_whole_state_lists_what_was_delivered_and_counts_what_is_owed() -> None:
    state = _state(a=PasswordRecord(SINCE, 1, (ARRIVED, OWED)), b=PasswordRecord(SINCE))
    wanted = "Deliveries: 2, 1 of them owed\n  a  done  dotenv a.env\n  a  owed  vault mail/a"
    assert wanted in state_text(state, TERMINAL)
    assert "Deliveries" not in state_text(replace(state, bindings={"b": state.bindings["b"]}), TERMINAL)

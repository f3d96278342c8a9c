"""What a plan points out beside its changes."""

from __future__ import annotations

from dataclasses import replace

from sarv_sync.model.users import Source
from tests.unit.planning.builders import account, bound, creating, files, placed_at, plan, seen, state, user

NONE_YET = replace(state(), serial=0)


def said(*arguments: object) -> list[str]:
    return [warning.message for warning in plan(*arguments).warnings]  # type: ignore[arg-type]


def test_a_state_that_is_not_there_is_pointed_out_before_users_are_made_twice() -> None:
    assert said(files(user("a", 5)), NONE_YET, account(seen("s1"), seen("s2"))) == [
        "there is no state yet, and the account already has 2 users that nothing here knows"
    ]


def test_a_first_plan_for_an_empty_account_warns_of_nothing() -> None:
    assert said(files(user("a")), NONE_YET, account()) == []
    assert said(files(user("a", pin="s1")), NONE_YET, account(seen("s1"))) == []


def test_a_user_that_an_entry_pins_is_no_stranger() -> None:
    pinned = files(user("a", 5), user("b", pin="s1"))
    assert said(pinned, NONE_YET, account(seen("s1"))) == []
    assert said(pinned, NONE_YET, account(seen("s1"), seen("s2"))) == [
        "there is no state yet, and the account already has 1 user that nothing here knows"
    ]


def test_a_known_account_with_strangers_is_no_reason_for_that_warning() -> None:
    assert said(files(user("a", 5), user("b")), state({"b": bound("s1")}), account(seen("s1"), seen("s2"))) == []


def test_a_create_that_an_earlier_run_began_is_pointed_out_with_its_user() -> None:
    half = state({"a": bound("s1", 70, 7)}, intents=creating("a"), listings={"before": ()})
    assert said(files(user("a")), half, account(seen("s1", 70, 7))) == ["an earlier run began to create a (s1)"]


def test_a_create_of_which_nothing_shows_is_pointed_out_too() -> None:
    unheard = state({"b": bound("s9")}, intents=creating("a"), listings={"before": ()})
    assert said(files(user("a"), user("b")), unheard, account(seen("s9"))) == [
        "an earlier run began to create a (not seen yet)"
    ]


def test_recreate_that_is_left_in_the_file_is_pointed_out_where_it_stands() -> None:
    [warning] = plan(files(user("a", recreate=True)), state({"a": bound("s1")}), account(seen("s1"))).warnings
    assert warning.message == "a says `recreate: true`, and its user s1 is there"
    assert Source(str(warning.file), warning.line or 0, warning.column or 0) == user("a").source


def test_recreate_that_is_needed_is_not_warned_of() -> None:
    assert said(files(user("a", recreate=True)), state({"a": bound("s1")}), account(seen("s2"))) == []


def test_the_place_of_a_change_is_told_from_the_main_file_wherever_one_stands() -> None:
    entry = placed_at(user("a"), Source("infra/mail/users/a.yaml", 3, 3))
    [change] = plan(replace(files(entry), file="infra/mail/sarv-sync.yaml"), state(), account()).changes
    assert change.source == Source("users/a.yaml", 3, 3)

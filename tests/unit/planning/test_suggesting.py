"""What a plan says of entries that would get a new user while the account may have theirs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sarv_sync.errors import Fault
from sarv_sync.model.state import Census
from tests.unit.planning.builders import account, actions, bound, creating, files, plan, seen, state, user
from tests.unit.planning.passwords import IN_TURNS, evidence, held

ADOPT = "`sarv-sync adopt "


def suggested(*arguments: object) -> list[Fault]:
    made = plan(*arguments)  # type: ignore[arg-type]
    return [warning for warning in made.warnings if ADOPT in (warning.hint or "") or "more" in warning.message]


def test_one_entry_and_one_user_with_the_same_limits_are_a_pair() -> None:
    [said] = suggested(files(user("a", 5, 3, line=7), user("b", 6, 3)), state(), account(seen("s1", 5, 3, "Disable")))
    assert said.message == (
        "a would get a new user, and s1, which no entry owns, has the same limits: total_limit 5, hourly_limit 3"
    )
    assert "`sarv-sync adopt a s1`" in (said.hint or "")
    assert (said.file, said.line) == ("sarv-sync.yaml", 7)


def test_a_user_that_looks_like_a_flag_is_not_suggested_as_one() -> None:
    [said] = suggested(files(user("a", 5, 3)), state(), account(seen("-x", 5, 3)))
    assert "`sarv-sync adopt a -- -x`" in (said.hint or "")


@pytest.mark.parametrize(
    ("entries", "users", "said"),
    [
        ("ab", ["s1"], "2 entries without a user and 1 user that no entry owns have"),
        ("a", ["s1", "s2"], "1 entry without a user and 2 users that no entry owns have"),
        ("abcde", ["s1", "s2"], "5 entries without a user and 2 users that no entry owns have"),
    ],
)
def test_where_more_than_one_has_them_a_person_has_to_decide(entries: str, users: list[str], said: str) -> None:
    [warning] = suggested(files(*map(user, entries)), state(), account(*map(seen, users)))
    assert warning.message.startswith(said)
    assert "NAME SMTP_USER_NAME" in (warning.hint or "")


def test_all_that_is_ambiguous_is_one_line() -> None:
    entries = [user(f"u{number}", total) for number, total in enumerate((5, 5, 6, 6, 7))]
    users = [seen("s1", 5), seen("s2", 6), seen("s3", 7), seen("s4", 7)]
    [warning] = suggested(files(*entries), state(), account(*users))
    assert warning.message.startswith("5 entries without a user and 4 users")
    assert warning.message.endswith(": u0, u1, u2 and 2 more")


def test_of_many_pairs_three_are_named_and_the_rest_counted() -> None:
    entries = [user(f"u{number}", 1000 + number) for number in range(5)]
    users = [seen(f"s{number}", 1000 + number) for number in range(5)]
    *pairs, rest = suggested(files(*entries), state(), account(*users))
    assert [pair.message.partition(" ")[0] for pair in pairs] == ["u0", "u1", "u2"]
    assert rest.message.startswith("2 more entries to be created each have the limits of one user")
    assert rest.message.endswith(": u3, u4")


@pytest.mark.parametrize(
    ("configuration", "known"),
    [
        (files(user("a"), unmanaged="ignore"), state()),
        (files(user("a"), unmanaged_except=("s*",)), state()),
        (files(user("a"), user("b", 9, pin="s1")), state()),
        (files(user("a", pin="s1")), state()),
        (files(user("a", recreate=True)), state({"a": bound("s9")})),
        (files(user("a"), user("b")), state({"b": bound("s1")})),
        (files(user("a")), state(intents=creating("a", 100, 10), listings={"before": ()})),
        (files(user("a")), state(intents=creating("x", 100, 7), listings={"before": ()})),
    ],
    ids=["ignored", "left alone", "pinned elsewhere", "pinned", "recreated", "bound", "just made", "perhaps of x"],
)
def test_nothing_is_suggested_of_a_user_about_whom_something_is_known(configuration: object, known: object) -> None:
    assert suggested(configuration, known, account(seen("s1"))) == []


def test_an_entry_that_is_not_planned_may_be_the_one_meant_all_the_same() -> None:
    entries, rows = files(user("a"), user("b"), user("c", 7)), account(seen("s1"), seen("s2", 7))
    [both] = suggested(entries, state(), rows, ["a"])
    assert both.message.startswith("2 entries without a user and 1 user")


def test_a_name_of_the_account_cannot_slip_anything_into_the_command() -> None:
    [said] = suggested(files(user("a")), state(), account(seen("$(reboot);")))
    assert "`sarv-sync adopt a '$(reboot);'`" in (said.hint or "")
    assert suggested(files(user("a")), state(), account(seen("two words"))) == []


def test_a_user_that_appeared_is_suggested_like_any_other() -> None:
    [said] = suggested(files(user("a")), state(census=Census()), account(seen("s1")))
    assert "adopt a s1" in (said.hint or "")


def test_the_second_user_of_an_entry_is_always_made_anew() -> None:
    entry = user("a", password=replace(IN_TURNS, version=2))
    known, rows = state({"a": bound("s1", password=held("s1", "vault a"))}), account(seen("s1"), seen("s2"))
    made = plan(files(entry, user("b", 7)), known, rows, evidence=evidence())
    assert actions(made) == {"a+2": "deliver", "b": "deliver"}
    assert [change.name for change in made.changes if change.action == "create"] == ["a+2", "b"]
    assert [warning for warning in made.warnings if ADOPT in str(warning.hint)] == []


def test_what_is_said_changes_neither_the_changes_nor_the_digest() -> None:
    told = plan(files(user("a")), state(), account(seen("s1")))
    silent = plan(files(user("a"), unmanaged="ignore"), state(), account(seen("s1")))
    assert (told.changes, told.digest) == (silent.changes, silent.digest)

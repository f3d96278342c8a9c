"""Which users an export writes, and under which names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sarv_sync.errors import Refused
from sarv_sync.model.export import Choice, Choices, Export, Remarks
from sarv_sync.model.state import PasswordRecord
from sarv_sync.model.users import PasswordPolicy
from sarv_sync.planning.exporting import entries_without_user, export_account, export_missing
from sarv_sync.planning.likeness import lookalikes
from tests.unit.planning.builders import account, bound, creating, files, given_up, seen, state, user

Exporting = Callable[..., Export]
BOTH = pytest.mark.parametrize("export", [export_account, export_missing])


def named(export: Export) -> dict[str, str]:
    return {one.smtp_user_name: one.name for one in export.users}


def said(export: Export) -> str:
    return "\n".join(f"{fault.message} ({fault.hint})" for fault in export.warnings)


def test_a_user_is_called_as_in_the_state_else_as_in_the_files_else_after_itself() -> None:
    entries = files(user("billing", pin="s1"), user("legacy", pin="s2"), user("s3"))
    known = state({"invoices": bound("s1")})
    export = export_account(entries, known, account(seen("s1"), seen("s2"), seen("s3", 5, 4, "Disable")))
    assert named(export) == {"s1": "invoices", "s2": "legacy", "s3": "s3-2"}
    assert [one.name for one in export.users] == sorted(one.name for one in export.users)
    assert export.users[-1].settings == seen("s3", 5, 4, "Disable").settings
    assert (export.warnings, export.retired) == ((), 0)


@pytest.mark.parametrize(
    "taken",
    [
        {"configuration": files(user("s1"))},
        {"configuration": files(user("x", renamed_from="s1"))},
        {"configuration": files(removed={"s1": "forget"})},
        {"known": state({"s1": bound("s9")})},
        {"known": state(removed={"s1": bound("s9")})},
        {"known": state(intents=creating("s1"), listings={"before": ("s1",)})},
    ],
)
def test_a_derived_name_is_nobody_elses(taken: dict[str, Any]) -> None:
    configuration, known = taken.get("configuration", files()), taken.get("known", state())
    for export in (export_account, export_missing):
        assert named(export(configuration, known, account(seen("s1")))) == {"s1": "s1-2"}


def test_an_entry_whose_name_is_another_users_does_not_give_it_away() -> None:
    entries = files(user("a", pin="s2"))
    export = export_account(entries, state({"a": bound("s1")}), account(seen("s1"), seen("s2")))
    assert named(export) == {"s1": "a", "s2": "s2"}


def test_only_what_no_entry_knows_is_missing() -> None:
    entries = files(
        user("pinned", pin="s1"), user("bound"), user("new", renamed_from="old"), user("loose"),
        removed={"gone": "forget"},
    )  # fmt: skip
    known = state({"bound": bound("s2"), "old": bound("s3"), "gone": bound("s4"), "deleted": bound("s5")})
    listing = account(*(seen(f"s{number}") for number in range(1, 7)))
    assert named(export_missing(entries, known, listing)) == {"s5": "deleted", "s6": "s6"}


def test_with_a_lost_state_everything_that_is_not_pinned_is_missing() -> None:
    lost = state(lost=12)
    export = export_missing(files(user("a", pin="s1"), user("b")), lost, account(seen("s1"), seen("s2")))
    assert named(export) == {"s2": "s2"}
    assert "the state is gone (serial 12 was written here)" in said(export)
    assert "sarv-sync state push FILE" in said(export)


@BOTH
def test_retired_users_and_spares_are_left_out_and_counted(export: Exporting) -> None:
    known = state(removed={"a": bound("s1"), "b": bound("s9")}, retired=(given_up("c"),), listings={"before": ()})
    made = export(files(), known, account(seen("s1"), seen("s2", 4711, 7), seen("s3")))
    assert (named(made), made.retired, made.warnings) == ({"s3": "s3"}, 2, ())


@BOTH
def test_what_an_unfinished_create_made_or_may_have_made_is_left_out(export: Exporting) -> None:
    intents = {**creating("found"), **creating("unsure", 9001, 3), **creating("known", 8191, 5)}
    known = state({"known": bound("s4")}, intents=intents, listings={"before": ("s5",)})
    listing = account(seen("s1", 4711, 7), seen("s2", 9001, 3), seen("s3", 9001, 3), seen("s4", 8191, 5), seen("s5"))
    made = export(files(), known, listing)
    assert named(made) == {"s5": "s5"}
    for number, name in ((1, "found"), (2, "unsure"), (3, "unsure"), (4, "known")):
        assert f"s{number} is not exported: a create of {name} is under way" in said(made)


@BOTH
def test_what_cannot_be_read_or_pinned_is_left_out_with_a_warning(export: Exporting) -> None:
    listing = account(seen("s1"), seen("wéird"), seen("a b"), seen("x" * 256), unreadable=["s2"], nameless=1)
    made = export(files(), state(), listing)
    assert named(made) == {"s1": "s1"}
    assert len(made.warnings) == 5
    assert "s2: status is missing; it is not exported" in said(made)
    assert "a row without a name: row 1" in said(made)
    assert "a b is not exported: no file can hold" in said(made)


@BOTH
def test_blanks_around_a_name_are_made_visible(export: Exporting) -> None:
    made = export(files(), state(), account(seen(" s1"), seen("s2 ")))
    assert [one.message.partition(" is not")[0] for one in made.warnings] == ["` s1`", "`s2 `"]


def test_a_limit_that_no_file_can_say_is_pointed_out() -> None:
    export = export_account(files(), state(), account(seen("s1", 0, 2**31)))
    assert export.users[0].odd_limits() == ("total_limit", "hourly_limit")
    assert "s1 has a total_limit of 0" in said(export)
    assert "says 2147483647 and ignores changes of hourly_limit" in said(export)


@BOTH
def test_a_listing_that_contradicts_itself_is_refused(export: Exporting) -> None:
    with pytest.raises(Refused, match="s7 more than once"):
        export(files(), state(), account(seen("s1"), repeated=["s8", "s7"]))


@BOTH
def test_an_empty_listing_is_refused_where_users_are_known(export: Exporting) -> None:
    assert export(files(), state(), account()).users == ()
    for known in (state({"a": bound("s1")}), state(removed={"a": bound("s1")})):
        with pytest.raises(Refused, match="lists no users at all"):
            export(files(), known, account())


def paired(export: Export) -> dict[str, tuple[str, str | None, int]]:
    return {one.name: (one.smtp_user_name, one.alternate, one.settings.total_limit) for one in export.users}


def test_two_users_that_take_turns_are_one_entry_with_the_values_of_the_one_in_use() -> None:
    later = PasswordRecord(turn=1)
    known = state({
        "a": bound("s1", status="Disable"), "a+2": bound("s2"),
        "b": bound("s3"), "b+2": bound("s4", status="Disable"),
        "c": bound("s5"), "c+2": replace(bound("s6"), password=later),
    })  # fmt: skip
    listing = account(*(seen(f"s{number}", number * 10, 1) for number in range(1, 7)))
    expected = {"a": ("s1", "s2", 20), "b": ("s3", "s4", 30), "c": ("s5", "s6", 60)}
    assert paired(export_account(files(), known, listing)) == expected
    assert paired(export_missing(files(), known, listing)) == expected
    assert paired(export_missing(files(user("a"), user("x", renamed_from="b"), user("c")), known, listing)) == {}


def test_two_users_that_an_entry_pins_are_that_entry() -> None:
    turns = replace(user("a", pin="s1"), password=PasswordPolicy(rotation="alternate", alternate_pin="s2"))
    listing = account(seen("s1"), seen("s2", 7, 7))
    assert paired(export_account(files(turns), state(), listing)) == {"a": ("s1", "s2", 100)}
    assert export_missing(files(turns), state(), listing).users == ()


@BOTH
def test_a_second_user_is_no_entry_of_its_own_though_the_first_is_not_there(export: Exporting) -> None:
    known = state({"a": bound("s1"), "a+2": bound("s2")})
    made = export(files(), known, account(seen("s2"), unreadable=["s1"]))
    assert made.users == ()
    assert "s2 is not exported: it is the second user of a, whose first is not" in said(made)
    assert paired(export(files(), known, account(seen("s1"), unreadable=["s2"]))) == {"a": ("s1", None, 100)}


def test_an_entry_without_pin_binding_or_create_has_no_user() -> None:
    entries = files(
        user("pinned", pin="s1"), user("bound"), user("back"), user("made"), user("moved", renamed_from="old"),
        user("new"), user("also", renamed_from="nobody"),
    )  # fmt: skip
    known = state({"bound": bound("s2"), "old": bound("s3")}, removed={"back": bound("s4")}, intents=creating("made"))
    assert entries_without_user(entries, known) == ("also", "new")


def test_only_a_pair_that_nobody_else_could_be_part_of_is_suggested() -> None:
    entries = files(
        user("a", 1, 1), user("b", 2, 2), user("c", 3, 3), user("d", 3, 3), user("e", 4, 4), user("f", 9, 9)
    )
    listing = account(
        seen("s1", 1, 1), seen("s2", 2, 2, "Disable"), seen("s3", 3, 3), seen("s4", 4, 4), seen("s5", 4, 4),
        seen("s6", 9, 8),
    )  # fmt: skip
    found = export_missing(entries, state(lost=3), listing).users
    assert [(name, one.smtp_user_name) for name, one in lookalikes(entries, "abcdef", found)] == [("a", "s1")]


def remarks(export: Export) -> dict[str, Remarks]:
    return {one.name: one.remarks for one in export.users}


def test_an_entry_keeps_what_no_account_knows() -> None:
    policy = PasswordPolicy(version=2, every=90.0, rotation="alternate", grace=60.0, alternate_pin="s8")
    entries = files(
        replace(user("a", labels={"team": "x"}, ignore=["status"]), description="mine"),
        replace(user("b", pin="s2", labels={"team": "y"}), password=policy),
        user("c", renamed_from="old", labels={"team": "z"}),
        user("d", pin="s4", labels={"team": "w"}),
    )
    known = state({"a": bound("s1"), "old": bound("s3"), "other": bound("s4")})
    export = export_account(entries, known, account(*(seen(f"s{number}") for number in range(1, 5))))
    assert remarks(export) == {
        "a": Remarks("mine", (("team", "x"),), ("status",)),
        "b": Remarks(None, (("team", "y"),), (), replace(policy, alternate_pin=None)),
        "old": Remarks(None, (("team", "z"),)),
        "other": Remarks(None, (("team", "w"),)),
    }


def test_no_export_asks_for_another_password() -> None:
    entries = files(replace(user("a"), password=PasswordPolicy(version=5)))
    for record, version in ((PasswordRecord(version=4), 4), (PasswordRecord(), 1)):
        known = state({"a": replace(bound("s1"), password=record)})
        assert remarks(export_account(entries, known, account(seen("s1"))))["a"].password.version == version


def test_what_an_entry_says_comes_before_what_a_list_of_names_says() -> None:
    entries = files(replace(user("a", pin="s1", labels={"team": "x"}), description="mine"), user("b", pin="s2"))
    said_of = Choice(2, None, "theirs", (("team", "y"), ("tier", "1")))
    choices = Choices("names.csv", {"s1": said_of, "s2": said_of})
    assert remarks(export_account(entries, state(), account(seen("s1"), seen("s2")), choices)) == {
        "a": Remarks("mine", (("team", "x"), ("tier", "1"))),
        "b": Remarks("theirs", (("team", "y"), ("tier", "1"))),
    }


def test_users_that_are_left_alone_are_not_missing_but_part_of_the_account() -> None:
    entries = files(user("pinned", pin="s12"), unmanaged_except=("s1*",))
    listing = account(seen("s1"), seen("s11"), seen("s12"), seen("s2"))
    missing, whole = export_missing(entries, state(), listing), export_account(entries, state(), listing)
    assert (named(missing), missing.spared) == ({"s2": "s2"}, 2)
    assert (set(named(whole)), whole.spared) == ({"s1", "s11", "s12", "s2"}, 2)


def test_entries_that_no_user_is_exported_for_are_named() -> None:
    entries = files(user("a", pin="s1"), user("new"), user("moved", renamed_from="old"), user("gone", pin="s9"))
    known = state({"old": bound("s2")})
    assert export_account(entries, known, account(seen("s1"), seen("s2"))).without_user == ("gone", "new")


def test_limits_that_no_file_can_say_are_pointed_out_once_for_all_that_have_them() -> None:
    export = export_account(files(), state(), account(*(seen(f"s{number}", 0, 5) for number in range(1, 9))))
    [fault] = export.warnings
    assert fault.message == ("8 users have a total_limit of 0, which no file can say: s1, s2, s3, s4, s5 and 3 more")
    assert fault.hint == "their entries say 1 and ignore changes of total_limit"


def test_two_that_take_turns_never_ignore_the_status() -> None:
    entries = files(user("a", ignore=["status", "total_limit"]))
    known = state({"a": bound("s1"), "a+2": bound("s2", status="Disable")})
    [one] = export_account(entries, known, account(seen("s1"), seen("s2"))).users
    assert (one.alternate, one.ignored()) == ("s2", ("total_limit",))

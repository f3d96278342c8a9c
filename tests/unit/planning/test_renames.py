"""Names that move: `renamed_from`."""

from __future__ import annotations

import pytest

from sarv_sync.model.configuration import Configuration
from sarv_sync.model.plan import Drift
from sarv_sync.model.state import Binding, Intent, State
from sarv_sync.model.users import DesiredUser, Listing, ObservedUser
from sarv_sync.planning.renames import blocked_moves, find_moves, moved
from tests.unit.planning.builders import (
    account,
    actions,
    blocked,
    bound,
    change,
    creating,
    files,
    plan,
    reasons,
    seen,
    sets,
    short,
    state,
    turns,
    user,
)

S1, S2, S3 = seen("s1"), seen("s2"), seen("s3")
A_IS_S1 = state({"a": bound("s1")})
A_AND_B = state({"a": bound("s1"), "b": bound("s2")})
SWAP = user("a", renamed_from="b"), user("b", renamed_from="a")
CHAIN = user("b", renamed_from="a"), user("c", renamed_from="b")


def renames(*users: DesiredUser, known: State, listing: Listing) -> dict[str, tuple[str | None, str | None]]:
    """New name to old name and user."""
    made = plan(files(*users), known, listing)
    assert made.blocked == ()
    assert {entry.action for entry in made.changes} <= {"rename"}
    return {entry.name: (entry.renamed_from, entry.smtp_user_name) for entry in made.changes}


def test_a_rename_takes_the_user_along_and_makes_none() -> None:
    assert renames(user("b", renamed_from="a"), known=A_IS_S1, listing=account(S1)) == {"b": ("a", "s1")}


def test_a_rename_and_new_values_are_one_change() -> None:
    made = plan(files(user("b", 200, renamed_from="a")), A_IS_S1, account(S1))
    assert short(made.changes) == [("b", "rename", "s1", "config", (turns("total_limit", 100, 200),))]


def test_a_rename_of_a_drifted_user_tells_and_repairs_the_drift_under_the_new_name() -> None:
    made = plan(files(user("b", renamed_from="a")), A_IS_S1, account(seen("s1", 7)))
    assert short(made.changes) == [("b", "rename", "s1", "drift", (turns("total_limit", 7, 100),))]
    assert made.drift == (Drift("b", "s1", "changed", (turns("total_limit", 100, 7),)),)


def test_a_chain_moves_every_user_on() -> None:
    expected = {"b": ("a", "s1"), "c": ("b", "s2")}
    assert renames(*CHAIN, known=A_AND_B, listing=account(S1, S2)) == expected


def test_a_swap_exchanges_the_users() -> None:
    expected = {"a": ("b", "s2"), "b": ("a", "s1")}
    assert renames(*SWAP, known=A_AND_B, listing=account(S1, S2)) == expected


def test_a_chain_may_leave_a_name_to_a_new_user() -> None:
    entries = user("a", renamed_from="b"), user("b", renamed_from="c")
    made = plan(files(*entries), state({"b": bound("s1"), "c": bound("s2")}), account(S1, S2))
    assert actions(made) == {"a": "rename", "b": "rename"}
    assert change(made, "b").smtp_user_name == "s2"


def test_an_old_name_that_nobody_knows_moves_nothing() -> None:
    made = plan(files(user("b", renamed_from="never-was")), state(), account())
    assert short(made.changes) == [("b", "create", None, "config", sets())]
    assert change(made, "b").renamed_from is None


@pytest.mark.parametrize("place", ["bindings", "removed"])
def test_a_rename_that_was_carried_out_never_happens_again(place: str) -> None:
    """Neither alone, nor when the old name is taken by another user since."""
    done = bound("s1", renamed_from="a")
    alone = state(**{place: {"b": done}}) if place == "removed" else state({"b": done})
    taken = state({"a": bound("s2"), **alone.bindings}, removed=alone.removed)
    configuration = files(user("b", renamed_from="a"), on_removal="forget")
    assert plan(configuration, alone, account(S1)).changes == ()
    again = plan(configuration, taken, account(S1, S2))
    if place == "removed":  # does b come back, or does the user of today's a follow? A person has to say
        assert (actions(again), reasons(again)) == ({}, {"a": "conflict", "b": "conflict"})
    else:
        assert actions(again) == {"a": "forget"}


@pytest.mark.parametrize("entries", [CHAIN, SWAP], ids=["chain", "swap"])
def test_chains_and_swaps_that_were_carried_out_never_happen_again(entries: tuple[DesiredUser, ...]) -> None:
    moves = find_moves(entries, A_AND_B)
    assert len(moves) == 2
    assert find_moves(entries, moved(A_AND_B, moves)) == {}
    assert plan(files(*entries), moved(A_AND_B, moves), account(S1, S2)).changes == ()


def test_a_stale_former_name_that_is_an_entry_again_moves_nothing() -> None:
    assert plan(files(*CHAIN), state({"b": bound("s1"), "c": bound("s2")}), account(S1, S2)).pending is False


@pytest.mark.parametrize("known", [state({"b": bound("s1")}), state({}), state({"b": bound("s1", renamed_from="a")})])
def test_a_rename_from_an_entry_that_stays_makes_no_user(known: State) -> None:
    made = plan(files(user("b"), user("c", renamed_from="b")), known, account(S1))
    assert reasons(made) == {"c": "conflict"}
    assert "c" not in actions(made)


def test_a_slip_in_a_former_name_makes_no_user_while_the_name_that_was_meant_is_gone() -> None:
    made = plan(files(user("orders", renamed_from="shpo")), state({"shop": bound("s1")}), account(S1))
    assert (reasons(made), actions(made)) == ({"orders": "conflict", "shop": "conflict"}, {})
    assert "write `renamed_from: shop` if that is meant" in made.blocked[0].hint


def test_a_former_name_that_nobody_knows_is_a_hint_where_no_name_is_gone() -> None:
    made = plan(files(user("a"), user("b", renamed_from="long-gone")), A_IS_S1, account(S1))
    assert (actions(made), made.blocked) == ({"b": "create"}, ())
    assert [warning.message for warning in made.warnings] == [
        "b says `renamed_from: long-gone`, and nobody here is called that: it gets a new user"
    ]


def test_a_name_goes_back_to_what_it_was_by_saying_so() -> None:
    known = state({"b": bound("s1", renamed_from="a")})
    assert renames(user("a", renamed_from="b"), known=known, listing=account(S1)) == {"a": ("b", "s1")}


def test_a_retired_user_is_renamed_and_comes_back() -> None:
    known = state(removed={"a": bound("s1", status="Disable")})
    made = plan(files(user("b", renamed_from="a")), known, account(seen("s1", status="Disable")))
    assert short(made.changes) == [("b", "rename", "s1", "config", (turns("status", "Disable", "Enable"),))]


def test_a_create_under_way_is_renamed_with_its_intent() -> None:
    known = state(intents=creating("a"), listings={"before": ()})
    made = plan(files(user("b", renamed_from="a")), known, account(seen("s1", 4711, 7)))
    assert short(made.changes) == [("b", "create", None, "config", sets())]
    assert change(made, "b").renamed_from == "a"


@pytest.mark.parametrize("row", [seen("s1", 4711, 7), S1], ids=["to be finished", "finished already"])
def test_a_half_made_user_is_renamed_whatever_is_left_to_set(row: ObservedUser) -> None:
    known = state({"a": bound("s1", 4711, 7)}, intents=creating("a"))
    made = plan(files(user("b", renamed_from="a")), known, account(row))
    assert [(entry.name, entry.action, entry.renamed_from) for entry in made.changes] == [("b", "create", "a")]


def test_a_missing_user_may_be_renamed_and_made_anew() -> None:
    made = plan(files(user("b", renamed_from="a", recreate=True)), A_IS_S1, account(S2))
    assert short(made.changes) == [("b", "create", None, "drift", sets())]
    assert change(made, "b").renamed_from == "a"


def test_a_pin_settles_a_renamed_create() -> None:
    known = state(intents=creating("a"), listings={"before": ("s1",)})
    made = plan(files(user("b", renamed_from="a", pin="s1")), known, account(S1))
    assert short(made.changes) == [("b", "adopt", "s1", "config", ())]
    assert change(made, "b").renamed_from == "a"


def test_a_rename_may_repeat_the_pin_of_its_user() -> None:
    entry = user("b", renamed_from="a", pin="s1")
    assert renames(entry, known=A_IS_S1, listing=account(S1)) == {"b": ("a", "s1")}


OCCUPIED = [
    ("bound", state({"a": bound("s1"), "b": bound("s2")})),
    ("being created", state({"a": bound("s1")}, intents=creating("b"), listings={"before": ()})),
]


@pytest.mark.parametrize("known", [row[1] for row in OCCUPIED], ids=[row[0] for row in OCCUPIED])
def test_a_rename_onto_a_name_with_a_user_of_its_own_leaves_both_users_alone(known: State) -> None:
    made = plan(files(user("b", 200, renamed_from="a")), known, account(S1, S2))
    assert reasons(made) == {"a": "conflict", "b": "conflict"}
    assert made.changes == ()
    assert blocked(made, "b").message == "b is to take over the user of a, but has a user of its own"
    assert "`sarv-sync state rm b`" in blocked(made, "b").hint
    assert blocked(made, "a").message == (
        "the user of a is to become that of b, and this rename is not carried out now"
    )


def test_a_chain_onto_an_occupied_name_leaves_every_user_of_it_alone() -> None:
    known = state({"a": bound("s1"), "b": bound("s2"), "c": bound("s3"), "d": bound("s4")})
    made = plan(files(*CHAIN, user("d", 200)), known, account(S1, S2, S3, seen("s4")))
    assert reasons(made) == dict.fromkeys("abc", "conflict")
    assert actions(made) == {"d": "update"}


STUCK = [
    ("unreadable", SWAP, account(S1, unreadable=["s2"]), {"a": "unreadable", "b": "conflict"}),
    ("missing", SWAP, account(S1), {"a": "missing", "b": "conflict"}),
    ("unreadable", CHAIN, account(S1, unreadable=["s2"]), {"a": "conflict", "b": "conflict", "c": "unreadable"}),
    ("missing", CHAIN, account(S2), {"a": "conflict", "b": "missing"}),
    (
        "pinned elsewhere",
        (user("a", renamed_from="b", pin="s1"), user("b", renamed_from="a", pin="s2")),
        account(S1, S2),
        {"a": "pin", "b": "pin"},
    ),
]


@pytest.mark.parametrize(("why", "entries", "listing", "expected"), STUCK)
def test_a_rename_that_cannot_be_done_holds_back_what_needs_the_name_it_would_leave(
    why: str, entries: tuple[DesiredUser, ...], listing: Listing, expected: dict[str, str]
) -> None:
    made = plan(files(*entries), A_AND_B, listing)
    assert reasons(made) == expected
    assert actions(made).keys() & expected.keys() == set()


def test_a_rename_that_cannot_be_done_never_switches_the_old_name_off() -> None:
    made = plan(files(user("b", renamed_from="a", pin="s2")), A_IS_S1, account(S1, S2))
    assert reasons(made) == {"a": "conflict", "b": "pin"}
    assert made.changes == ()


def test_hints_about_a_held_back_rename_use_the_name_that_the_state_has() -> None:
    made = plan(files(user("b", renamed_from="a")), A_IS_S1, account(S2))
    assert "`sarv-sync state rm a`" in blocked(made, "b").hint
    pinned = plan(files(user("b", renamed_from="a", pin="s2")), A_IS_S1, account(S1, S2))
    assert "`sarv-sync state rm a`" in blocked(pinned, "b").hint


def test_a_rename_onto_a_retired_name_lets_go_of_the_retired_user() -> None:
    known = state({"a": bound("s1")}, removed={"b": bound("s2", status="Disable")})
    made = plan(files(user("b", renamed_from="a")), known, account(S1, seen("s2", status="Disable")))
    assert actions(made) == {"b": "rename"}
    assert [one.smtp_user_name for one in made.unmanaged] == ["s2"]


def test_a_user_that_a_rename_lets_go_cannot_be_taken_for_the_user_of_an_open_create() -> None:
    known = state(
        {"a": bound("s1")},
        removed={"b": bound("s2", 4711, 7, "Disable")},
        intents=creating("c"),
        listings={"before": ("s9",)},
    )
    after = moved(known, {"b": "a"})
    assert after.listings == {"before": ("s9", "s2")}
    made = plan(files(user("b", renamed_from="a"), user("c")), known, account(S1, seen("s2", 4711, 7)))
    assert actions(made) == {"b": "rename", "c": "create"}
    assert [one.smtp_user_name for one in made.unmanaged] == ["s2"]


def test_a_rename_with_the_old_name_unfinished_stays_whole_when_blocked() -> None:
    known = state({"x": bound("s9")}, intents=creating("a"), listings={"before": ()})
    twins = account(seen("s1", 4711, 7), seen("s2", 4711, 7), seen("s9"))
    made = plan(files(user("b", renamed_from="a"), user("x")), known, twins)
    assert reasons(made) == {"a": "conflict", "b": "ambiguous"}
    assert "`sarv-sync state resolve a --adopt" in blocked(made, "b").hint


def test_moving_keeps_everything_else_as_it_was() -> None:
    intents = {**creating("a"), **creating("z")}
    known = state({"a": bound("s1"), "z": bound("s9")}, removed={"y": bound("s8")}, intents=intents)
    after = moved(known, {"b": "a"})
    assert after.bindings == {"b": bound("s1", renamed_from="a"), "z": bound("s9")}
    assert after.removed == known.removed
    assert [intent.name for intent in after.intents.values() if isinstance(intent, Intent)] == ["b", "z"]
    assert moved(known, {}) is known


def test_the_moves_that_are_not_done_are_the_rest_of_those_wanted() -> None:
    known = state({"a": bound("s1"), "b": bound("s2"), "x": bound("s3")})
    desired = [user("b", renamed_from="a"), user("y", renamed_from="x")]
    assert (find_moves(desired, known), blocked_moves(desired, known)) == ({"y": "x"}, {"b": "a"})
    assert (find_moves(desired, known, {"y"}), blocked_moves(desired, known, {"y"})) == ({}, {"b": "a", "y": "x"})


@pytest.mark.parametrize(
    ("come", "gone", "said"),
    [
        pytest.param([user("orders", 7)], {"shop": bound("s1", 7)}, True, id="one comes and one goes"),
        pytest.param([user("orders", 8)], {"shop": bound("s1", 7)}, False, id="with other limits"),
        pytest.param(
            [user("orders", 7), user("a", 7)],
            {"shop": bound("s1", 7), "a": bound("s2", 7)},
            False,
            id="with limits that others have too",
        ),
        pytest.param([user("orders", 7), user("x", 7)], {"shop": bound("s1", 7)}, False, id="two come"),
        pytest.param([user("orders", 7)], {"shop": bound("s1", 7), "y": bound("s2", 7)}, False, id="two go"),
    ],
)
def test_a_rename_that_nobody_wrote_down_is_pointed_out(
    come: list[DesiredUser], gone: dict[str, Binding], said: bool
) -> None:
    made = plan(files(*come), state(gone), account(seen("s1", 7), seen("s2", 7)))
    hints = [warning.hint or "" for warning in made.warnings if "renamed_from: shop" in (warning.hint or "")]
    assert bool(hints) is said
    assert {"create", "disable"} == set(actions(made).values())


WAS_SHOP = state({"orders": bound("s1", renamed_from="shop")})


def test_a_rename_is_taken_back_where_its_old_name_is_an_entry_again_and_its_new_one_is_gone() -> None:
    assert renames(user("shop"), known=WAS_SHOP, listing=account(S1)) == {"shop": ("orders", "s1")}


@pytest.mark.parametrize(
    ("configuration", "known", "expected"),
    [
        pytest.param(files(user("shop"), user("orders")), WAS_SHOP, {"shop": "create"}, id="it stays"),
        pytest.param(
            files(user("shop"), user("orders", renamed_from="shop")), WAS_SHOP, {"shop": "create"}, id="with its key"
        ),
        pytest.param(
            files(user("shop"), removed={"orders": "disable"}),
            WAS_SHOP,
            {"shop": "create", "orders": "disable"},
            id="the files say what becomes of it",
        ),
        pytest.param(
            files(user("shop", pin="s2")),
            WAS_SHOP,
            {"shop": "adopt", "orders": "disable"},
            id="the old one is pinned",
        ),
        pytest.param(
            files(user("shop")),
            state({"orders": bound("s1", renamed_from="shop"), "more": bound("s2", renamed_from="shop")}),
            {"shop": "create", "orders": "disable", "more": "disable"},
            id="two were called so",
        ),
    ],
)
def test_a_rename_is_not_taken_back(configuration: Configuration, known: State, expected: dict[str, str]) -> None:
    assert actions(plan(configuration, known, account(S1, S2))) == expected

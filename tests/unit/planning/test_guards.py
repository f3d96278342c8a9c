"""How much one apply may change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sarv_sync.model.configuration import GuardLimit, GuardName, Guards
from sarv_sync.model.plan import Action, Change, FieldChange, Plan, Why
from sarv_sync.model.users import Source
from sarv_sync.planning.guards import check_guards
from tests.unit.planning.builders import FILE, account, actions, bound, files, plan, seen, state, user

WORDS: dict[GuardName, str] = {"max_creates": "create", "max_disables": "disable", "max_updates": "update"}


def count(amount: int) -> GuardLimit:
    return GuardLimit(amount)


def percent(amount: int) -> GuardLimit:
    return GuardLimit(amount, percent=True)


def names(number: int) -> list[str]:
    return [f"u{index:03}" for index in range(number)]


def with_changes(guard: GuardName, changes: int, managed: int, limit: GuardLimit) -> Plan:
    """A plan that makes so many changes of the kind that `guard` counts, among so many managed users."""
    changing, same = names(managed)[:changes], names(managed)[changes:]
    known = {name: bound(f"s-{name}") for name in ([] if guard == "max_creates" else changing) + same}
    rows = account(*(seen(binding.smtp_user_name) for binding in known.values()))
    kept = [user(name) for name in same]
    touched = {
        "max_creates": [user(name) for name in changing],
        "max_disables": [],
        "max_updates": [user(name, 200) for name in changing],
    }[guard]
    options: dict[str, Any] = {guard: limit}
    return plan(files(*kept, *touched, guards=Guards(**options)), state(known), rows)


@pytest.mark.parametrize("guard", ["max_creates", "max_disables", "max_updates"])
@pytest.mark.parametrize(
    ("changes", "managed", "limit", "hit"),
    [
        (0, 5, count(0), False),
        (1, 5, count(0), True),
        (3, 5, count(3), False),
        (4, 5, count(3), True),
        (3, 10, percent(30), False),
        (4, 10, percent(30), True),
        (5, 19, percent(30), False),
        (6, 19, percent(30), True),
        (10, 10, percent(100), False),
        (1, 10, percent(0), True),
        (1, 10, percent(9), True),
        (9, 9, percent(0), False),
        (9, 9, percent(30), False),
        (9, 9, count(8), True),
    ],
)
def test_a_guard_is_hit_by_more_changes_than_it_allows(
    guard: GuardName, changes: int, managed: int, limit: GuardLimit, hit: bool
) -> None:
    made = with_changes(guard, changes, managed, limit)
    assert len(made.changes) == changes
    assert [refusal.reason for refusal in made.refusals] == (["guard"] if hit else [])


@pytest.mark.parametrize("guard", ["max_creates", "max_disables", "max_updates"])
def test_a_refusal_names_the_key_the_count_and_both_ways_to_raise_it(guard: GuardName) -> None:
    [refusal] = with_changes(guard, 4, 20, count(3)).refusals
    assert refusal.message == f"the plan would {WORDS[guard]} 4 users, and guards.{guard} allows 3"
    assert refusal.hint == (
        f"if that is meant, raise guards.{guard} in sarv-sync.yaml, or pass --allow {guard}=4 for this run"
    )


def test_a_percentage_says_what_it_comes_to() -> None:
    [refusal] = with_changes("max_disables", 7, 20, percent(30)).refusals
    assert refusal.message == "the plan would disable 7 users, and guards.max_disables allows 30%, here 6"


def test_one_user_is_no_users() -> None:
    assert "would create 1 user, and" in with_changes("max_creates", 1, 1, count(0)).refusals[0].message


def test_the_defaults_are_a_hundred_creates_and_thirty_percent_disables() -> None:
    assert plan(files(*map(user, names(100)))).refusals == ()
    [refusal] = plan(files(*map(user, names(101)))).refusals
    assert "guards.max_creates allows 100" in refusal.message
    known = state({name: bound(f"s-{name}") for name in names(10)})
    rows = account(*(seen(f"s-{name}") for name in names(10)))
    assert plan(files(*map(user, names(10)[3:])), known, rows).refusals == ()
    [refusal] = plan(files(*map(user, names(10)[4:])), known, rows).refusals
    assert "guards.max_disables allows 30%, here 3" in refusal.message


def test_every_guard_that_is_hit_is_named() -> None:
    guards = Guards(count(0), count(0), count(0))
    known = state({"b": bound("s2"), "c": bound("s3")})
    made = plan(files(user("a"), user("b", 200), guards=guards), known, account(seen("s2"), seen("s3")))
    assert [refusal.message.split(", and ")[1] for refusal in made.refusals] == [
        "guards.max_creates allows 0",
        "guards.max_disables allows 0",
        "guards.max_updates allows 0",
    ]


def test_the_plan_is_shown_although_a_guard_refuses_it() -> None:
    assert with_changes("max_creates", 2, 2, count(1)).summary()["create"] == 2


def test_an_emptied_file_does_not_shrink_the_base_of_its_own_percentage() -> None:
    known = state({name: bound(f"s-{name}") for name in names(20)})
    made = plan(files(), known, account(*(seen(f"s-{name}") for name in names(20))))
    assert [refusal.reason for refusal in made.refusals] == ["guard"]
    assert "allows 30%, here 6" in made.refusals[0].message


def test_a_renamed_user_is_one_user_in_the_base_of_a_percentage() -> None:
    known = state({name: bound(f"s-{name}") for name in names(9)})
    entries = [user("new", 200, renamed_from="u000"), *(user(name, 200) for name in names(9)[1:])]
    configuration = files(*entries, guards=Guards(max_updates=percent(50)))
    made = plan(configuration, known, account(*(seen(f"s-{name}") for name in names(9))))
    assert (len(made.changes), made.refusals) == (9, ())


def test_retired_users_that_are_switched_off_again_count_as_disables() -> None:
    retired = {name: bound(f"s-{name}", status="Disable") for name in names(3)}
    rows = account(*(seen(f"s-{name}") for name in names(3)))
    assert plan(files(), state(removed=retired), rows).refusals == ()
    guards = Guards(max_disables=count(2))
    assert len(plan(files(guards=guards), state(removed=retired), rows).refusals) == 1


@pytest.mark.parametrize(
    ("guard", "counted"),
    [
        ("max_creates", {"create"}),
        ("max_disables", {"disable", "switched off"}),
        ("max_updates", {"update", "switched off", "adopt", "rename"}),
    ],
)
def test_each_guard_counts_its_own_kinds(guard: GuardName, counted: set[str]) -> None:
    kinds = {
        "create": (user("a"), None),
        "created disabled": (user("a", status="Disable"), None),
        "disable": (None, "a"),
        "switched off": (user("a", status="Disable"), "a"),
        "update": (user("a", 200), "a"),
        "adopt": (user("a", 200, pin="s1"), None),
        "adopt as it is": (user("a", pin="s1"), None),
        "rename": (user("a", 200, renamed_from="old"), "old"),
        "rename as it is": (user("a", renamed_from="old"), "old"),
    }
    counted = counted | ({"created disabled"} if guard == "max_creates" else set())
    options: dict[str, Any] = {"max_creates": count(9), "max_disables": count(9), "max_updates": count(9)}
    guards = Guards(**{**options, guard: count(0)})
    for kind, (entry, name) in kinds.items():
        known = state({name: bound("s1")} if name else {})
        made = plan(files(*([entry] if entry else []), guards=guards), known, account(seen("s1")))
        assert len(actions(made)) == 1
        assert (kind, bool(made.refusals)) == (kind, kind in counted)


def change(action: Action, why: Why | None = None) -> Change:
    return Change("a", action, "s1", "config", (FieldChange("hourly_limit", 10, 20),), why=why)


@pytest.mark.parametrize(
    ("made", "hit"),
    [
        (change("create"), "max_creates"),
        (change("adopt", "recycled"), "max_creates"),
        (change("adopt"), "max_updates"),
        (change("update", "returning"), "max_updates"),
        (change("rotate", "asked"), "max_rotations"),
    ],
)
def test_a_retired_user_that_is_used_again_counts_as_a_create_and_as_nothing_else(made: Change, hit: str) -> None:
    guards = Guards(count(0), count(0), count(0), count(0))
    [refusal] = check_guards(files(guards=guards), [made], 1)
    assert f"guards.{hit} allows 0" in refusal.message


def test_a_refusal_says_that_some_of_the_creates_use_a_user_again() -> None:
    changes = [change("create"), change("adopt", "recycled")]
    [refusal] = check_guards(files(guards=Guards(max_creates=count(1))), changes, 2)
    assert refusal.message == "the plan would create or use again 2 users, and guards.max_creates allows 1"


KEY, SECTION = Source(FILE, 7, 10), Source(FILE, 6, 1)


@pytest.mark.parametrize(
    ("sources", "place"),
    [
        ({"guards": SECTION, "max_creates": KEY}, KEY),
        ({"guards": SECTION, "max_updates": KEY}, SECTION),
        ({}, Source(FILE, 1, 1)),
    ],
)
def test_a_refusal_names_the_guards_key_else_its_section_else_the_files_first_line(
    sources: dict[str, Source], place: Source
) -> None:
    guards = Guards(max_creates=count(0), sources=sources)
    assert [refusal.source for refusal in plan(files(user("a"), guards=guards)).refusals] == [place]


def test_the_file_of_a_refusal_is_named_as_that_of_a_change_is() -> None:
    file = "accounts/mail.yaml"
    guards = Guards(max_creates=count(0), sources={"max_creates": Source(file, 7, 10)})
    [refusal] = check_guards(replace(files(guards=guards), file=file), [change("create")], 1)
    assert refusal.source == Source("mail.yaml", 7, 10)
    assert "raise guards.max_creates in mail.yaml, or" in refusal.hint

"""What users may send together, and the labels that each must have."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarv_sync.model.configuration import Budget, Configuration, Guards, RequiredLabel
from sarv_sync.model.evidence import Evidence
from sarv_sync.model.plan import Plan
from sarv_sync.model.rotation import RotationRequest
from sarv_sync.model.state import Binding, State
from sarv_sync.model.users import DesiredUser, ObservedUser, PasswordPolicy, Source, second_name
from sarv_sync.planning.budgets import check_sums
from tests.unit.planning.builders import (
    FILE,
    STEADY,
    account,
    bound,
    creating,
    files,
    placed_at,
    plan,
    seen,
    state,
    user,
)
from tests.unit.planning.carrying_out import carry_out
from tests.unit.planning.worlds import World, worlds

PLACE = Source(FILE, 50, 5)
TEAM = {"team": "finance"}


def budget(hourly: int | None = None, total: int | None = None, /, **labels: str) -> Budget:
    return Budget(tuple(sorted((labels or TEAM).items())), hourly, total, PLACE)


def at_most(hourly: int) -> Guards:
    return Guards(max_total_hourly=hourly, sources={"max_total_hourly": PLACE})


@pytest.mark.parametrize(
    ("users", "hit"),
    [
        ([], False),
        ([user("a", 100, 30), user("b", 100, 30)], False),
        ([user("a", 100, 30), user("b", 100, 31)], True),
        ([user("a", 100, 30), user("b", 100, 31, "Disable")], False),
    ],
)
def test_the_total_is_that_of_all_enabled_users(users: list[DesiredUser], hit: bool) -> None:
    assert [one.reason for one in check_sums(files(*users, guards=at_most(60)))] == (["guard"] if hit else [])


@pytest.mark.parametrize(
    ("limits", "labels", "hits"),
    [
        ((20, None), {"team": "finance"}, 0),
        ((19, None), {"team": "finance"}, 1),
        ((None, 200), {"team": "finance"}, 0),
        ((None, 199), {"team": "finance"}, 1),
        ((19, 199), {"team": "finance"}, 2),
        ((19, 199), {"team": "finance", "tier": "gold"}, 0),
        ((9, 99), {"team": "finance", "tier": "gold"}, 2),
        ((0, 0), {"team": "shop"}, 0),
        ((0, 0), {"tier": "finance"}, 0),
    ],
)
def test_a_budget_counts_the_enabled_users_that_have_all_its_labels(
    limits: tuple[int | None, int | None], labels: dict[str, str], hits: int
) -> None:
    users = (
        user("a", labels=TEAM),
        user("b", labels={**TEAM, "tier": "gold"}),
        user("off", status="Disable", labels={**TEAM, "tier": "gold"}),
        user("other", labels={"team": "sales"}),
        user("none"),
    )
    found = check_sums(files(*users, budgets=(budget(*limits, **labels),)))
    assert [one.reason for one in found] == ["budget"] * hits


def test_a_total_names_the_sum_the_limit_the_largest_users_and_both_ways_to_raise_it() -> None:
    users = [user(f"u{index}", 9000, 1000 * index, line=10 * index) for index in (3, 1, 5, 2, 4)]
    [refusal] = check_sums(files(*users, guards=at_most(14_999)))
    assert refusal.source == PLACE
    assert refusal.message == (
        "the enabled users may send 15,000 e-mails an hour together, and guards.max_total_hourly allows 14,999: "
        "u5 5,000 (sarv-sync.yaml:50), u4 4,000 (sarv-sync.yaml:40), u3 3,000 (sarv-sync.yaml:30) and 2 more"
    )
    assert refusal.hint == (
        "if that is meant, raise guards.max_total_hourly in sarv-sync.yaml, or pass --allow max_total_hourly=15000 "
        "to one apply"
    )


def test_a_budget_names_its_labels_the_sum_the_limit_and_the_largest_users() -> None:
    gold = {**TEAM, "tier": "gold"}
    users = [user("a", 5000, labels=gold, line=3), user("b", 6000, labels=gold, line=9)]
    [refusal] = check_sums(files(*users, budgets=(budget(None, 10_000, **gold),)))
    assert refusal.source == PLACE
    assert refusal.message == (
        "the enabled users with team=finance, tier=gold may send 11,000 e-mails in all together, and their budget "
        "allows 10,000: b 6,000 (sarv-sync.yaml:9) and a 5,000 (sarv-sync.yaml:3)"
    )
    assert refusal.hint.startswith("lower a limit, or raise `total_limit` of the budget in sarv-sync.yaml")


def test_every_user_without_a_required_label_is_told_where_it_stands() -> None:
    wanted = (RequiredLabel("team", Source(FILE, 4, 18)), RequiredLabel("tier", Source(FILE, 4, 24)))
    users = (
        user("a", labels={**TEAM, "tier": "gold"}, line=10),
        user("off", status="Disable", labels=TEAM, line=40),
        user("bare", line=20),
        user("blank", labels={"team": " ", "tier": "gold"}, line=30),
    )
    found = check_sums(files(*users, required_labels=wanted))
    assert [(one.reason, one.source, one.message) for one in found] == [
        ("labels", Source(FILE, line, 3), f"{name} has no label {keys}, which require_labels asks for {place}")
        for line, name, keys, place in (
            (20, "bare", "`team` and no `tier`", "(sarv-sync.yaml:4)"),
            (30, "blank", "`team`", "(sarv-sync.yaml:4)"),
            (40, "off", "`tier`", "(sarv-sync.yaml:4)"),
        )
    ]


def test_everything_that_is_wrong_is_told_at_once() -> None:
    configuration = files(
        user("a", labels=TEAM),
        guards=at_most(9),
        budgets=(budget(10, 99), budget(9), budget(9, 99, team="shop")),
        required_labels=(RequiredLabel("tier", PLACE),),
    )
    assert [one.reason for one in check_sums(configuration)] == ["guard", "budget", "budget", "labels"]
    assert plan(configuration).refusals == check_sums(configuration)


def test_files_are_named_from_the_main_files_folder_on() -> None:
    entry = placed_at(user("a", labels=TEAM), Source("accounts/users/a.yaml", 3, 3))
    place = Source("accounts/mail.yaml", 9, 5)
    configuration = replace(
        files(entry),
        file="accounts/mail.yaml",
        budgets=(replace(budget(1), source=place),),
        required_labels=(RequiredLabel("tier", place),),
    )
    over, missing = check_sums(configuration)
    assert (over.source, missing.source) == (Source("mail.yaml", 9, 5), Source("users/a.yaml", 3, 3))
    assert "a 10 (users/a.yaml:3)" in over.message
    assert "in mail.yaml, where" in over.hint
    assert "(mail.yaml:9)" in missing.message


WRITTEN: list[dict[str, str]] = [{"team": "x"}, {"team": "y"}, {"tier": "x"}, {"team": "x", "tier": "x"}]
LABELS = st.sampled_from([{}, *WRITTEN])
BUDGETS = st.builds(
    lambda labels, hourly, total: budget(hourly, total, **labels),
    st.sampled_from(WRITTEN),
    st.none() | st.integers(0, 60),
    st.none() | st.integers(0, 400),
)
SUMMED = st.builds(
    lambda users, most, budgets: files(
        *(user(f"u{index}", *values, labels=labels) for index, (values, labels) in enumerate(users)),
        guards=Guards(max_total_hourly=most),
        budgets=tuple(budgets),
    ),
    st.lists(
        st.tuples(st.tuples(st.integers(1, 200), st.integers(1, 30), st.sampled_from(("Enable", "Disable"))), LABELS),
        max_size=5,
    ),
    st.none() | st.integers(0, 90),
    st.lists(BUDGETS, max_size=3),
)


def exceeded(configuration: Configuration) -> int:
    """How many sums are too large, said in another way."""
    sending = [one for one in configuration.users.values() if one.settings.status == "Enable"]
    count, most = 0, configuration.guards.max_total_hourly
    if most is not None:
        count += sum(one.settings.hourly_limit for one in sending) > most
    for one in configuration.budgets:
        whose = [each.settings for each in sending if all(label in each.labels for label in one.labels)]
        count += one.hourly_limit is not None and sum(each.hourly_limit for each in whose) > one.hourly_limit
        count += one.total_limit is not None and sum(each.total_limit for each in whose) > one.total_limit
    return count


@STEADY
@given(SUMMED, st.booleans())
def test_a_plan_is_refused_if_and_only_if_a_sum_is_too_large(configuration: Configuration, limited: bool) -> None:
    targets = list(configuration.users)[:1] if limited else []
    refusals = plan(configuration, targets=targets).refusals
    assert len(refusals) == exceeded(configuration)
    assert refusals == check_sums(configuration)


def left_alone(
    known: Binding | None = None, row: ObservedUser | None = None, entry: DesiredUser | None = None, most: int = 50
) -> Plan:
    """A plan of one user whose hourly limit, 10 in the files and 90 in the account, is the account's affair."""
    entry = entry or user("a", ignore=["hourly_limit"])
    return plan(
        files(entry, guards=at_most(most)),
        state({"a": known} if known else {}),
        account(row or seen("s1", 100, 90)),
    )


def test_a_field_that_is_left_alone_counts_as_the_account_has_it() -> None:
    [refusal] = left_alone(bound("s1", 100, 90)).refusals
    assert "may send 90 e-mails an hour together" in refusal.message
    assert "a 90 in the account (sarv-sync.yaml:1)" in refusal.message
    assert left_alone(bound("s1", 100, 90), most=90).refusals == ()
    assert left_alone(bound("s1"), seen("s1", 100, 9)).refusals == ()


@pytest.mark.parametrize(
    ("entry", "known", "hit"),
    [
        (user("a", ignore=["hourly_limit"], pin="s1"), None, True),
        (user("a", ignore=["hourly_limit"], pin="s1", renamed_from="b"), None, True),
        (user("a", ignore=["hourly_limit"]), None, False),
        (user("a", ignore=["total_limit"]), bound("s1"), False),
        (user("a", ignore=["hourly_limit"]), bound("s1", status="Disable"), True),
        (user("a", ignore=["hourly_limit"]), bound("gone"), False),
        (user("a", 100, 60, "Disable", ignore=["status"]), bound("s1"), True),
        (user("a", 100, 60, ignore=["hourly_limit", "status"]), bound("s1"), True),
    ],
)
def test_the_account_decides_only_of_who_is_there_and_of_what_is_left_alone(
    entry: DesiredUser, known: Binding | None, hit: bool
) -> None:
    assert bool(left_alone(known, entry=entry).refusals) == hit


def test_a_plan_refuses_what_the_files_alone_show_though_the_account_has_less() -> None:
    entry = user("a", 100, 60, ignore=["status"])
    refusals = left_alone(bound("s1", 100, 60), seen("s1", 100, 60, "Disable"), entry).refusals
    assert refusals == check_sums(files(entry, guards=at_most(50)))
    assert left_alone(bound("s1", 100, 60), seen("s1", 100, 60, "Disable"), entry, most=60).refusals == ()


@pytest.mark.parametrize(
    ("entry", "known"),
    [
        (
            user("a", ignore=["hourly_limit"]),
            state({"a": bound("s1")}, intents=creating("a"), listings={"before": ()}),
        ),
        (user("a", ignore=["hourly_limit"], pin="s1"), state({"b": bound("s1")})),
    ],
    ids=["a create that is to be finished sets every value", "a pin of a user that is another's is not carried out"],
)
def test_a_user_that_is_not_taken_as_it_is_counts_as_the_files_want_it(entry: DesiredUser, known: State) -> None:
    made = plan(files(entry, guards=at_most(50)), known, account(seen("s1", 100, 90)))
    assert made.refusals == ()


def test_what_a_plan_is_limited_to_changes_no_sum_not_even_that_of_a_rename() -> None:
    configuration = files(
        user("a", ignore=["hourly_limit"], renamed_from="old"), user("b"), guards=at_most(99), unmanaged="ignore"
    )
    known, rows = state({"old": bound("s1", 100, 90), "b": bound("s2")}), account(seen("s1", 100, 90), seen("s2"))
    whole = plan(configuration, known, rows).refusals
    assert len(whole) == 1
    assert plan(configuration, known, rows, targets=["b"]).refusals == whole


def test_an_entry_that_two_users_take_turns_for_counts_once() -> None:
    entry = user("a", password=PasswordPolicy(rotation="alternate"))
    known = state({"a": bound("s1"), second_name("a"): bound("s2")})
    rows = account(seen("s1"), seen("s2"))
    assert plan(files(entry, guards=at_most(10)), known, rows).refusals == ()
    assert len(plan(files(entry, guards=at_most(9)), known, rows).refusals) == 1


def test_new_passwords_alone_are_not_held_up_by_a_sum() -> None:
    configuration = files(user("a"), guards=at_most(1), required_labels=(RequiredLabel("team", PLACE),))
    known, rows = state({"a": bound("s1")}), account(seen("s1"))
    assert len(plan(configuration, known, rows).refusals) == 2
    asked = Evidence(request=RotationRequest(names=("a",)))
    assert plan(configuration, known, rows, evidence=asked).refusals == ()


@STEADY
@given(worlds())
def test_the_total_of_a_plan_is_what_the_account_has_after_the_apply(world: World) -> None:
    first = world.plan()
    if first.refusals or first.blocked:
        return
    known, listing = carry_out(first, world.configuration, world.state, world.listing)
    owned = (listing.users[known.bindings[name].smtp_user_name].settings for name in world.configuration.users)
    total = sum(one.hourly_limit for one in owned if one.status == "Enable")
    wanted = (one.settings for one in world.configuration.users.values())
    total = max(total, sum(one.hourly_limit for one in wanted if one.status == "Enable"))
    guards = world.configuration.guards
    for most, refused in ((total, False), (total - 1, True))[: 1 + bool(total)]:
        limited = replace(world.configuration, guards=replace(guards, max_total_hourly=most))
        assert bool(plan(limited, world.state, world.listing).refusals) == refused

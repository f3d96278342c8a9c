from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.errors import Fault
from sarv_sync.model.plan import Blocked, Change, Drift, FieldChange, Plan, Refusal, UnmanagedUser
from sarv_sync.reporting.drift_text import drift_text
from sarv_sync.reporting.layout import cells
from sarv_sync.reporting.plan_text import plan_text
from sarv_sync.reporting.style import Style
from tests.unit.reporting.sample_plans import ACCOUNT, DIGEST, PLANS, at, moved, set_to

if TYPE_CHECKING:
    from sarv_sync.model.users import Value

TERMINAL = Style(color=False, width=80)


def _plan(**parts: Any) -> Plan:
    return Plan(account=ACCOUNT, digest=DIGEST, **parts)


def _update(name: str, *fields: FieldChange, cause: Any = "config") -> Change:
    return Change(name, "update", "smtp1", cause, fields, at(2))


@pytest.mark.parametrize(
    ("unchanged", "unmanaged", "line"),
    [
        (40, 0, "Nothing to change: 40 users are as the files say."),
        (1, 0, "Nothing to change: 1 user is as the files say."),
        (0, 0, "Nothing to change: no user is managed yet."),
        (2000, 1, "Nothing to change: 2,000 users are as the files say; 1 unmanaged."),
    ],
)
def test_a_plan_without_changes_is_glad(unchanged: int, unmanaged: int, line: str) -> None:
    users = (UnmanagedUser("smtp9", 1, 1, "Enable"),) * unmanaged
    text = plan_text(_plan(unchanged=unchanged, unmanaged=users), TERMINAL)
    assert text.split("\n")[-2:] == [line, f"digest {DIGEST}"]


def test_an_empty_plan_is_two_lines() -> None:
    assert len(plan_text(PLANS["empty"], TERMINAL).split("\n")) == 2


@pytest.mark.parametrize(
    ("plan", "line"),
    [
        ("guard_refused", "Plan: 30 to create; 2 unchanged. Refused: apply would do none of it."),
        ("blocked", "Plan: nothing to apply; 3 unchanged, 2 blocked, 1 drifted."),
        ("drifted", "Plan: 2 to update; 38 unchanged, 4 drifted, 40 unmanaged."),
    ],
)
def test_the_last_but_one_line_sums_up(plan: str, line: str) -> None:
    assert plan_text(PLANS[plan], TERMINAL).split("\n")[-2] == line


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (20, 10, "20 → 10"),
        (200, 201, "200 → 201  ↑"),
        (200, 10_000, "200 → 10,000  ↑ 50 times"),
        (0, 5, "0 → 5  ↑"),
        (-1, 5, "-1 → 5  ↑"),
    ],
)
def test_a_raised_limit_is_marked(before: int, after: int, shown: str) -> None:
    text = plan_text(_plan(changes=(_update("a", moved("total_limit", before, after)),)), TERMINAL)
    assert f"      total_limit   {shown}\n" in text


@pytest.mark.parametrize(("before", "after", "mark"), [("Disable", "Enable", "  ↑"), ("Enable", "Disable", "")])
def test_letting_a_user_send_again_is_a_raise(before: Value, after: Value, mark: str) -> None:
    text = plan_text(_plan(changes=(_update("a", moved("status", before, after)),)), TERMINAL)
    assert f"      status        {before} → {after}{mark}\n" in text


@pytest.mark.parametrize(
    ("drifted", "cause", "note"),
    [
        (None, "config", ""),
        (moved("total_limit", 10, 20), "drift", "  undoes a change made outside"),
        (moved("total_limit", 15, 20), "both", "  also changed outside"),
        (moved("hourly_limit", 15, 20), "both", ""),
        (None, "drift", "  undoes a change made outside"),
    ],
)
def test_each_value_says_who_moved(drifted: FieldChange | None, cause: Any, note: str) -> None:
    drift = (Drift("a", "smtp1", "changed", (drifted,)),) if drifted else ()
    text = plan_text(_plan(changes=(_update("a", moved("total_limit", 20, 10), cause=cause),), drift=drift), TERMINAL)
    assert f"total_limit   20 → 10{note}\n" in text


def test_new_users_take_one_line_each_where_all_fit_and_two_where_not() -> None:
    short = Change("crm", "create", None, "config", set_to(5000, 200), at(30))
    long = Change("a" * 40, "create", None, "config", set_to(9, 3), at(31))
    text = plan_text(_plan(changes=(short,)), TERMINAL)
    assert "  + crm  total_limit 5,000  hourly_limit 200  Enable  sarv-sync.yaml:30\n" in text
    text = plan_text(_plan(changes=(long, short)), TERMINAL)
    assert "  + crm" in text
    assert "      total_limit     9  hourly_limit   3  Enable\n" in text
    assert "      total_limit 5,000  hourly_limit 200  Enable\n" in text


def test_what_cannot_be_undone_is_said_to_be_so() -> None:
    changes = tuple(Change("a", action, "smtp1", "config") for action in ("create", "rotate", "update", "deliver"))
    text = plan_text(_plan(changes=changes), TERMINAL)
    assert re.findall(r"^(\w+) 1 .*\(cannot be undone\)$", text, re.MULTILINE) == ["Create", "Rotate"]


def test_a_user_that_is_made_again_says_why() -> None:
    change = Change("a", "create", None, "drift", set_to(2, 1), at(3), "b")
    text = plan_text(_plan(changes=(change,)), TERMINAL)
    assert "was b, again: its user is missing from the account" in text


def test_names_that_wait_for_a_listing_share_one_entry_unless_there_is_only_one() -> None:
    waiting = Blocked("a", "listing", "a would change, but the listing is bad", "try later")
    other = Blocked("b", "pin", "it pins smtp1", "take it out")
    text = plan_text(_plan(blocked=(waiting, other)), TERMINAL)
    assert "  ! a would change, but the listing is bad\n" in text
    assert "  ! b: it pins smtp1\n" in text
    assert plan_text(PLANS["bad_listing"], TERMINAL).count("hint: try again") == 1


def test_many_unmanaged_users_are_summarised() -> None:
    text = plan_text(PLANS["drifted"], TERMINAL)
    assert text.count("  ? smtp") == 10
    assert "  … and 30 more, 20 of them enabled\n" in text


def test_many_targets_are_summarised() -> None:
    changes = (_update("a", moved("total_limit", 2, 1)),)
    plan = _plan(changes=changes, targets=tuple(f"t{n}" for n in range(12)))
    assert ", limited to t0, t1, t2, t3, t4, t5, t6, t7, t8, t9 and 2 more\n" in plan_text(plan, Style(width=0))


@pytest.mark.parametrize("width", [64, 80, 120])
@pytest.mark.parametrize("name", sorted(PLANS))
def test_no_line_but_the_last_two_is_wider_than_the_terminal(name: str, width: int) -> None:
    lines = plan_text(PLANS[name], Style(color=False, width=width)).split("\n")[:-2]
    assert [line for line in lines if cells(line) > width] == []


def test_color_changes_nothing_but_the_color() -> None:
    for plan in PLANS.values():
        colored = plan_text(plan, Style(color=True, width=80))
        assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plan_text(plan, TERMINAL)
        assert "\x1b[" in colored


def test_a_very_long_name_of_the_provider_is_cut_in_the_middle() -> None:
    text = plan_text(_plan(changes=(Change("a", "update", f"smtp{'9' * 200}end", "config"),)), TERMINAL)
    assert re.search(r"  ~ a  smtp9{22}…9{10}end\n", text)


def test_warnings_come_with_their_place() -> None:
    fault = Fault("it is odd", "change it", "a.yaml", 3, 2, "  x: 1")
    text = plan_text(_plan(warnings=(fault,)), TERMINAL)
    assert "warning: a.yaml:3:2: it is odd\n  3 |   x: 1\n    |  ^\n  hint: change it\n" in text


@pytest.mark.parametrize(
    ("plan", "line"),
    [
        (_plan(), "No drift: every user is as it was last applied."),
        (
            PLANS["drifted"],
            "Drift: 2 changed, 1 with another password, 1 with an undelivered password; 40 unmanaged.",
        ),
        (PLANS["bad_listing"], "Drift cannot be ruled out; 30 blocked."),
        (_plan(blocked=(Blocked("a", "unreadable", "m", "h"),)), "Drift cannot be ruled out; 1 blocked."),
        (
            _plan(refusals=(Refusal("unmanaged", "m", "h"),)),
            "No user drifted, but some users are owned by no entry, which is forbidden.",
        ),
    ],
)
def test_drift_ends_with_a_sentence(plan: Plan, line: str) -> None:
    assert drift_text(plan, TERMINAL).split("\n")[-1] == line


def test_drift_says_what_to_do_where_apply_would_undo_it() -> None:
    assert "apply puts changed values back" in drift_text(PLANS["drifted"], TERMINAL)
    assert "apply puts changed values back" not in drift_text(PLANS["blocked"], TERMINAL)

"""New entries that take retired users: which, when, and what the plan says of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.errors import Refused
from sarv_sync.model.evidence import Evidence
from sarv_sync.model.users import second_name
from sarv_sync.planning.approval import check_approved, timed_by
from tests.unit.planning.builders import (
    account,
    actions,
    bound,
    change,
    creating,
    files,
    plan,
    reasons,
    seen,
    state,
    turns,
    user,
)
from tests.unit.planning.passwords import DAY, NOW, ago, evidence

if TYPE_CHECKING:
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.state import Binding, State
    from sarv_sync.model.users import ObservedUser

MONTH = 30 * DAY
NOWHERE = Evidence(NOW)


def retired(smtp_user_name: str, days: float = 31, *, hours: float = 0) -> Binding:
    return replace(bound(smtp_user_name, status="Disable"), removed_at=ago(days=days, hours=hours))


def off(smtp_user_name: str) -> ObservedUser:
    return seen(smtp_user_name, 50, 5, "Disable")


def wanting(*names: str, **options: Any) -> Configuration:
    return files(*(user(name) for name in names), recycle_after=MONTH, **options)


OLD = state(removed={"old": retired("s1")})


def takes(made: Plan) -> dict[str, tuple[str | None, str | None]]:
    """New name to the user and the name that it was retired under."""
    return {one.name: (one.smtp_user_name, one.former) for one in made.changes if one.why == "recycled"}


def test_a_new_entry_takes_a_user_that_was_retired_long_enough_ago() -> None:
    made = plan(wanting("new"), OLD, account(off("s1")), evidence=NOWHERE)
    assert takes(made) == {"new": ("s1", "old")}
    taken = change(made, "new")
    assert (taken.action, taken.reversible) == ("adopt", False)
    assert taken.fields == (
        turns("total_limit", 50, 100),
        turns("hourly_limit", 5, 10),
        turns("status", "Disable", "Enable"),
    )


@pytest.mark.parametrize(
    ("known", "listed", "configuration"),
    [
        pytest.param(state(removed={"old": retired("s1", 29)}), off("s1"), wanting("new"), id="not yet"),
        pytest.param(state(removed={"old": bound("s1", status="Disable")}), off("s1"), wanting("new"), id="undated"),
        pytest.param(OLD, seen("s1"), wanting("new"), id="enabled by another hand"),
        pytest.param(OLD, seen("s9"), wanting("new"), id="not listed"),
        pytest.param(OLD, off("s1"), files(user("new")), id="not asked for"),
        pytest.param(OLD, off("s1"), wanting("new", removed={"old": "forget"}), id="to be forgotten"),
    ],
)
def test_a_user_that_is_not_free_is_not_taken(
    known: State, listed: ObservedUser, configuration: Configuration
) -> None:
    made = plan(configuration, known, account(listed), evidence=NOWHERE)
    assert takes(made) == {}
    assert actions(made)["new"] == "create"


def test_without_a_clock_nobody_is_taken() -> None:
    assert actions(plan(wanting("new"), OLD, account(off("s1")))) == {"new": "create"}


def test_a_name_that_comes_back_gets_its_own_user_and_no_other_does() -> None:
    made = plan(wanting("new", "old"), OLD, account(off("s1")), evidence=NOWHERE)
    assert actions(made) == {"new": "create", "old": "update"}
    assert change(made, "old").why == "returning"


def test_a_create_that_was_begun_stays_one() -> None:
    known = replace(OLD, intents=creating("new"), listings={"before": ()})
    assert takes(plan(wanting("new"), known, account(off("s1")), evidence=NOWHERE)) == {}


def test_who_was_retired_first_goes_to_the_first_name() -> None:
    known = state(removed={"x": retired("s1", 40), "y": retired("s2", 50), "z": retired("s3", 31)})
    made = plan(wanting("a", "b"), known, account(off("s1"), off("s2"), off("s3")), evidence=NOWHERE)
    assert takes(made) == {"a": ("s2", "y"), "b": ("s1", "x")}


def test_more_users_that_come_of_age_do_not_change_a_plan() -> None:
    known = state(removed={"x": retired("s1", 40), "y": retired("s2", 29)})
    listed = account(off("s1"), off("s2"))
    before = plan(wanting("a", "b"), known, listed, evidence=NOWHERE)
    later = Evidence(NOW.replace(day=3), timed=timed_by(before))
    after = plan(wanting("a", "b"), known, listed, evidence=later)
    assert before.digest == after.digest
    assert takes(
        plan(wanting("a", "b"), known, listed, evidence=replace(later, timed=lambda _, __: True))
    ).keys() == {
        "a",
        "b",
    }


def test_of_two_users_of_an_entry_the_second_is_taken_first() -> None:
    known = state(removed={"x": retired("s1", 50), second_name("x"): retired("s2", 40)})
    made = plan(wanting("a", "b"), known, account(off("s1"), off("s2")), evidence=NOWHERE)
    assert takes(made) == {"a": ("s2", second_name("x"))}


def test_the_new_password_goes_to_every_target_of_the_new_entry() -> None:
    made = plan(wanting("new"), OLD, account(off("s1")), evidence=evidence())
    assert [(one.action, one.sinks) for one in made.changes] == [("adopt", ()), ("deliver", ("vault new",))]


def test_what_an_earlier_run_left_undone_is_planned_as_it_was() -> None:
    reviewed = plan(wanting("new"), OLD, account(off("s1")), evidence=evidence())
    begun = state({"new": replace(bound("s1", 50, 5, "Disable"), recycled_from="old", removed_at=ago(days=31))})
    for listed in (off("s1"), seen("s1", 100, 10, "Disable"), seen("s1")):
        made = plan(wanting("new"), begun, account(listed), evidence=evidence())
        assert takes(made) == {"new": ("s1", "old")}
        check_approved(made, reviewed)
    assert takes(plan(files(user("new")), begun, account(off("s1")), evidence=evidence())) == {"new": ("s1", "old")}


def test_a_user_that_an_entry_pins_is_not_handed_to_another() -> None:
    made = plan(
        files(user("new"), user("heir", pin="s1"), recycle_after=MONTH), OLD, account(off("s1")), evidence=NOWHERE
    )
    assert (takes(made), actions(made), reasons(made)) == ({}, {"new": "create"}, {"heir": "pin"})


def test_an_entry_that_may_be_somebody_elses_new_name_takes_nobody() -> None:
    made = plan(
        files(user("new", renamed_from="odl"), recycle_after=MONTH), OLD, account(off("s1")), evidence=NOWHERE
    )
    assert actions(made) == {"new": "create"}


def test_a_new_password_that_was_reviewed_does_not_cover_an_adoption_without_one() -> None:
    reviewed = plan(wanting("new"), OLD, account(off("s1")), evidence=NOWHERE)
    adopted = plan(files(user("new", pin="s1")), state(), account(off("s1")), evidence=NOWHERE)
    assert actions(adopted) == {"new": "adopt"}
    with pytest.raises(Refused):
        check_approved(adopted, reviewed)

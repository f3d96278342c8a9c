"""What is said of one name's passwords: where they are, when they are due, whose turn it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sarv_sync.model.explanation import Origin
from sarv_sync.model.state import Delivery, State
from sarv_sync.model.users import PasswordPolicy
from tests.unit.planning.builders import account, bound, files, seen, state, user
from tests.unit.planning.explanations import explained, only
from tests.unit.planning.passwords import DAY, IN_TURNS, NOW, OTHER_KEY, ago, evidence, held, proof

PLACE = "vault billing"

HOLDINGS: list[tuple[str, tuple[Delivery, ...], dict[str, Any]]] = [
    ("holds", (Delivery(PLACE, "form", proof("smtp1")),), {}),
    ("new", (), {}),
    ("owed", (Delivery(PLACE, "form"),), {}),
    ("changed", (Delivery(PLACE, "form", proof("smtp1", "before")),), {}),
    ("gone", (Delivery(PLACE, "form", proof("smtp1")),), {"sights": {PLACE: "gone"}}),
    ("other", (Delivery(PLACE, "form", proof("smtp1")),), {"sights": {PLACE: "other"}}),
    ("layout", (Delivery(PLACE, "another form", proof("smtp1")),), {}),
    ("untold", (Delivery(PLACE, "form", proof("smtp1")),), {"verifier": None}),
    ("holds", (Delivery(PLACE, "form", OTHER_KEY.of("smtp1", seen("smtp1").password)),), {}),
]


@pytest.mark.parametrize(("holding", "deliveries", "told"), HOLDINGS)
def test_a_target_holds_the_password_or_what_it_does(
    holding: str, deliveries: tuple[Delivery, ...], told: dict[str, Any]
) -> None:
    known = state({"billing": bound("smtp1", password=replace(held("smtp1"), deliveries=deliveries))})

    found = only(explained("billing", files(user("billing")), known, account(seen("smtp1")), evidence(**told)))

    assert [(one.address, one.holding) for one in found.deliveries] == [(PLACE, holding)]


def test_what_is_told_of_a_target_is_what_the_plan_delivers_to() -> None:
    due = {"new", "owed", "changed", "gone", "other", "layout"}
    for holding, deliveries, told in HOLDINGS:
        known = state({"billing": bound("smtp1", password=replace(held("smtp1"), deliveries=deliveries))})
        explanation = explained("billing", files(user("billing")), known, account(seen("smtp1")), evidence(**told))
        delivered = [address for change in explanation.plan.changes for address in change.sinks]
        assert delivered == ([PLACE] if holding in due else []), holding


def test_a_target_that_no_sink_leads_to_any_more_is_told() -> None:
    known = state({"billing": bound("smtp1", password=held("smtp1", "dotenv old.env", PLACE))})

    found = only(explained("billing", files(user("billing")), known, account(seen("smtp1")), evidence()))

    assert [(one.address, one.holding) for one in found.deliveries] == [("dotenv old.env", "left"), (PLACE, "holds")]


def test_a_retired_users_targets_are_still_told() -> None:
    known = state(removed={"billing": bound("smtp1", status="Disable", password=held("smtp1", PLACE))})

    found = only(explained("billing", files(), known, account(seen("smtp1", status="Disable")), evidence()))

    assert [(one.address, one.holding) for one in found.deliveries] == [(PLACE, "holds")]


def test_the_day_on_which_a_password_is_due_is_told() -> None:
    entry = user("billing", password=PasswordPolicy(every=90 * DAY))
    known = state({"billing": bound("smtp1", password=replace(held("smtp1", PLACE), since=ago(days=30)))})

    found = only(explained("billing", files(entry), known, account(seen("smtp1")), evidence()))

    assert found.due == "2026-04-30T12:00:00Z"
    assert NOW.isoformat() == "2026-03-01T12:00:00+00:00"


def taking_turns(left: str) -> State:
    """A state in which the second user of an entry serves, since `left`."""
    first = replace(held("smtp1", "vault orders"), left=left)
    second = replace(held("smtp2", "vault orders"), turn=1)
    return state({"orders": bound("smtp1", password=first), "orders+2": bound("smtp2", password=second)})


@pytest.mark.parametrize("asked", ["orders", "orders+2", "smtp1", "smtp2"])
def test_an_entry_of_two_users_is_told_with_both(asked: str) -> None:
    entry = user("orders", password=IN_TURNS)
    known = taking_turns(left=ago(hours=1))

    explanation = explained(asked, files(entry), known, account(seen("smtp1"), seen("smtp2")), evidence())

    assert (explanation.name, explanation.standing) == ("orders", "managed")
    assert [(one.name, one.smtp_user_name, one.serves) for one in explanation.users] == [
        ("orders", "smtp1", False), ("orders+2", "smtp2", True),
    ]  # fmt: skip
    assert [len(one.deliveries) for one in explanation.users] == [0, 1]


def test_the_status_of_a_user_that_has_served_follows_from_that() -> None:
    entry = user("orders", password=IN_TURNS)
    known = taking_turns(left=ago(days=3))

    first, second = explained("orders", files(entry), known, account(seen("smtp1"), seen("smtp2")), evidence()).users

    assert (first.fields[2].wanted, first.fields[2].origin) == ("Disable", Origin("turns"))
    assert second.fields[2].origin == Origin("entry", entry.field_sources[2])

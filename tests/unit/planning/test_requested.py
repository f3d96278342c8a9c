"""A rotation that was asked for: whom it is about, and that it does nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.errors import InputError
from sarv_sync.model.rotation import RotationRequest
from sarv_sync.model.state import Delivery, PasswordRecord
from sarv_sync.model.users import PasswordPolicy
from tests.unit.planning.builders import account, bound, creating, files, plan, reasons, seen, state, user
from tests.unit.planning.passwords import DAY, IN_TURNS, ago, evidence, held, proof

if TYPE_CHECKING:
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Listing, Status

AGES = {"a": 10, "b": 100, "c": 40}
FILES = files(
    user("a", labels={"team": "finance", "env": "prod"}, password=PasswordPolicy(every=30 * DAY)),
    user("b", labels={"team": "finance"}, password=PasswordPolicy(every=30 * DAY)),
    user("c"),
)
KNOWN = state({
    name: bound(f"s-{name}", password=held(f"s-{name}", f"vault {name}", since=ago(days=days)))
    for name, days in AGES.items()
})  # fmt: skip
LISTED = account(*(seen(f"s-{name}") for name in AGES))


def asked(
    request: RotationRequest,
    configuration: Any = FILES,
    known: State = KNOWN,
    listing: Listing = LISTED,
    targets: tuple[str, ...] = (),
    **more: Any,
) -> Plan:
    return plan(configuration, known, listing, targets, evidence(request=request, **more))


def steps(made: Plan) -> list[tuple[str, str]]:
    return [(one.name, one.action) for one in made.changes]


def rotated(made: Plan) -> list[str]:
    assert {one.action for one in made.changes} <= {"rotate", "deliver"}
    return [one.name for one in made.changes if one.action == "rotate"]


@pytest.mark.parametrize(
    ("request_", "names"),
    [
        (RotationRequest(("b",)), ["b"]),
        (RotationRequest(("c", "a")), ["a", "c"]),
        (RotationRequest(), ["a", "b", "c"]),
        (RotationRequest(older_than=30 * DAY), ["b", "c"]),
        (RotationRequest(older_than=100 * DAY), ["b"]),
        (RotationRequest(labels=(("team", "finance"),)), ["a", "b"]),
        (RotationRequest(labels=(("team", "finance"), ("env", "prod"))), ["a"]),
        (RotationRequest(labels=(("team", "sales"),)), []),
        (RotationRequest(("a", "c"), (("team", "finance"),)), ["a"]),
        (RotationRequest(labels=(("team", "finance"),), older_than=30 * DAY), ["b"]),
        (RotationRequest(due=True), ["b"]),
        (RotationRequest(("a",), due=True), []),
    ],
)
def test_every_condition_that_is_given_narrows_the_choice(request_: RotationRequest, names: list[str]) -> None:
    assert rotated(asked(request_)) == names


def test_of_a_password_whose_age_is_not_known_it_is_not_said_that_it_is_young() -> None:
    known = state({"c": bound("s-c", password=held("s-c", "vault c", since=None))})
    assert rotated(asked(RotationRequest(older_than=DAY), files(user("c")), known)) == ["c"]


def test_a_name_that_nobody_knows_is_wrong_input() -> None:
    with pytest.raises(InputError, match="no user is called d"):
        asked(RotationRequest(("d",)))


def test_targets_narrow_it_too() -> None:
    assert rotated(asked(RotationRequest(), targets=("c",))) == ["c"]


def test_nothing_else_is_done() -> None:
    wanted = files(
        user("a", 500),
        user("new", 100),
        user("pinned", pin="s-pinned"),
        user("moved", renamed_from="c"),
    )
    made = asked(RotationRequest(), wanted, listing=account(*LISTED.users.values(), seen("s-pinned")))
    assert steps(made) == [("a", "rotate"), ("a", "deliver")]
    assert made.changes[0].fields == ()


def test_a_name_whose_user_is_new_is_left_to_apply() -> None:
    for known in (state(), state(intents=creating("new"), listings={"before": ()})):
        assert asked(RotationRequest(("new",)), files(user("new")), known).changes == ()


def test_blocked_names_are_shown_where_they_were_to_be_rotated_and_only_there() -> None:
    listing = account(seen("s-a"), seen("s-b"))
    assert reasons(asked(RotationRequest(("a",)), listing=listing)) == {}
    assert reasons(asked(RotationRequest(("c",)), listing=listing)) == {"c": "missing"}
    everybody = asked(RotationRequest(), listing=listing)
    assert (rotated(everybody), reasons(everybody)) == (["a", "b"], {"c": "missing"})
    assert reasons(asked(RotationRequest(older_than=50 * DAY), listing=listing)) == {}


def test_what_was_left_undone_is_finished_where_it_is_asked_for_by_name_or_due() -> None:
    owed = held("s-c", since=ago(days=1), deliveries=(Delivery("vault c", "form"),), version=2)
    known = state({**KNOWN.bindings, "c": bound("s-c", password=owed)})
    wanted = files(*FILES.users.values())
    assert steps(asked(RotationRequest(due=True), wanted, known)) == [
        ("b", "rotate"),
        ("b", "deliver"),
        ("c", "deliver"),
    ]
    assert steps(asked(RotationRequest(("a",)), wanted, known)) == [("a", "rotate"), ("a", "deliver")]


ENTRY = user("a", password=IN_TURNS)
BUMPED = user("a", password=replace(IN_TURNS, version=2))


def pair(left: str | None, serves: PasswordRecord, second: Status = "Enable") -> State:
    first = held("s1", left=left, last=proof("s1"))
    return state({
        "a": bound("s1", password=first),
        "a+2": bound("s2", status=second, password=serves),
    })  # fmt: skip


BOTH = account(seen("s1"), seen("s2"))
SERVES = held("s2", "vault a", turn=1, since=ago(days=2))


def test_what_is_due_is_also_that_a_user_leaves_whose_grace_is_over() -> None:
    known = pair(ago(days=2), SERVES)
    assert steps(asked(RotationRequest(due=True), files(ENTRY), known, BOTH)) == [("a", "update")]
    assert asked(RotationRequest(due=True), files(ENTRY), pair(ago(hours=2), SERVES), BOTH).changes == ()


def test_a_user_that_has_left_takes_its_turn_and_is_not_disabled_before() -> None:
    made = asked(RotationRequest(("a",)), files(ENTRY), pair(ago(days=2), SERVES), BOTH)
    assert steps(made) == [("a", "rotate"), ("a", "deliver")]


def test_a_turn_within_the_grace_is_refused_to_whoever_asks() -> None:
    made = asked(RotationRequest(("a",)), files(ENTRY), pair(ago(hours=2), SERVES), BOTH)
    assert (made.changes, reasons(made)) == ((), {"a": "grace"})


def test_a_new_user_that_was_not_made_ready_is_finished_by_name() -> None:
    owed = replace(SERVES, deliveries=(Delivery("vault a", "form"),))
    known = pair(None, owed, "Disable")
    listing = account(seen("s1"), seen("s2", status="Disable"))
    made = asked(RotationRequest(("a",)), files(ENTRY), known, listing)
    assert ("a+2", "update") in steps(made)
    assert ("a+2", "deliver") in steps(made)
    assert ("a", "rotate") not in steps(made), "the one in use is not touched meanwhile"


def test_the_second_user_made_for_a_rotation_has_what_the_first_has_and_not_what_the_files_want() -> None:
    wanted = files(user("a", 500, password=IN_TURNS))
    known = state({"a": bound("s1", password=held("s1", "vault a"))})
    made = asked(RotationRequest(("a",)), wanted, known, account(seen("s1")))
    assert steps(made) == [("a+2", "create"), ("a+2", "deliver")]
    assert [field.after for field in made.changes[0].fields] == [100, 10, "Enable"]
    assert made.changes[0].why == "asked"


def test_drift_of_others_is_seen_and_not_repaired() -> None:
    listing = account(seen("s-a"), seen("s-b", 77), seen("s-c"))
    made = asked(RotationRequest(("a",)), listing=listing)
    assert rotated(made) == ["a"]
    assert [one.kind for one in made.drift] == []
    everybody = asked(RotationRequest(labels=(("team", "finance"),)), listing=listing)
    assert [(one.name, one.kind) for one in everybody.drift] == [("b", "changed")]
    assert all(change.fields == () for change in everybody.changes)

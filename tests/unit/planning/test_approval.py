"""Whether a plan made now is covered by one that was reviewed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from sarv_sync.errors import Refused
from sarv_sync.model.account import Account
from sarv_sync.model.evidence import Timed
from sarv_sync.model.plan import Action, Change, FieldChange, Plan
from sarv_sync.model.plan_document import from_document, to_document
from sarv_sync.model.users import Placed
from sarv_sync.planning.approval import check_approved, check_digest, timed_by
from sarv_sync.planning.digest import digest_of
from tests.unit.planning.builders import (
    ACCOUNT,
    account,
    bound,
    creating,
    files,
    plan,
    seen,
    sets,
    state,
    turns,
    user,
)


def of(*changes: Change) -> Plan:
    return Plan(ACCOUNT, digest_of(ACCOUNT, changes), changes)


def one(
    action: Action, smtp_user_name: str | None = "s1", *fields: FieldChange, renamed_from: str | None = None
) -> Change:
    return Change("a", action, smtp_user_name, "config", fields, renamed_from=renamed_from)


LIMIT = turns("total_limit", 100, 200)
HOURLY = turns("hourly_limit", 10, 20)
CREATE = one("create", None, *sets())
UPDATE = one("update", "s1", LIMIT, HOURLY)
ADOPT = one("adopt", "s1", LIMIT)
RENAME = one("rename", "s1", LIMIT, renamed_from="old")
OTHER = Change("b", "disable", "s2", "config", (turns("status", "Enable", "Disable"),))


@pytest.mark.parametrize(
    ("reviewed", "now"),
    [
        (of(), of()),
        (of(UPDATE), of(UPDATE)),
        (of(UPDATE, OTHER), of(OTHER)),
        (of(UPDATE, OTHER), of()),
        (of(CREATE), of()),
        (of(CREATE), of(CREATE)),
        (of(UPDATE), of(one("update", "s1", HOURLY))),
        (of(ADOPT), of(one("update", "s1", LIMIT))),
        (of(RENAME), of(one("update", "s1", LIMIT))),
        (of(replace(CREATE, renamed_from="old")), of(CREATE)),
        (of(UPDATE), of(replace(UPDATE, cause="both", source=None))),
    ],
    ids=[
        "nothing",
        "the same",
        "part done",
        "all done",
        "create finished",
        "create to be finished",
        "some values set already",
        "adopted, its edit left",
        "renamed, its edit left",
        "renamed, its create left",
        "told otherwise",
    ],
)
def test_what_was_reviewed_or_is_left_of_it_is_covered(reviewed: Plan, now: Plan) -> None:
    check_approved(now, reviewed)


@pytest.mark.parametrize(
    ("reviewed", "now", "difference"),
    [
        (of(), of(UPDATE), "a: update is not in the reviewed plan"),
        (of(OTHER), of(CREATE, OTHER), "a: create is not in the reviewed plan"),
        (
            of(one("update", "s1", LIMIT)),
            of(one("update", "s1", turns("total_limit", 150, 200))),
            "a: not as reviewed: total_limit before: 100 reviewed, 150 now",
        ),
        (
            of(one("update", "s1", LIMIT)),
            of(one("update", "s1", turns("total_limit", 100, 300))),
            "a: not as reviewed: total_limit after: 200 reviewed, 300 now",
        ),
        (
            of(one("update", "s1", LIMIT)),
            of(UPDATE),
            "hourly_limit after: nothing reviewed, 20 now; hourly_limit before: nothing reviewed, 10 now",
        ),
        (of(CREATE), of(one("create", None, *sets(101))), "total_limit after: 100 reviewed, 101 now"),
        (
            of(one("update", "s1", LIMIT)),
            of(one("update", "s9", LIMIT)),
            "smtp_user_name: s1 reviewed, s9 now",
        ),
        (of(UPDATE), of(one("disable", "s1")), "action: update reviewed, disable now"),
        (of(one("update", "s1", LIMIT)), of(ADOPT), "action: update reviewed, adopt now"),
        (of(one("update", "s1", LIMIT)), of(RENAME), "action: update reviewed, rename now"),
        (
            of(RENAME),
            of(replace(RENAME, renamed_from="older")),
            "renamed_from: old reviewed, older now",
        ),
        (of(CREATE), of(replace(CREATE, renamed_from="old")), "renamed_from: nothing reviewed, old now"),
        (of(one("create", None)), of(one("update", "s1")), "smtp_user_name: none reviewed, s1 now"),
    ],
)
def test_a_new_or_different_action_is_refused_with_the_difference(reviewed: Plan, now: Plan, difference: str) -> None:
    with pytest.raises(Refused) as caught:
        check_approved(now, reviewed)
    assert caught.value.exit_code == 4
    assert caught.value.message == "the account or the files have changed since the plan was reviewed"
    [fault] = caught.value.faults
    assert difference in fault.message
    assert fault.hint == "review the plan as it is now, and apply that one"


def test_several_reviewed_plans_cover_what_each_of_them_has_a_part_of() -> None:
    limits, status = one("update", "s1", LIMIT), one("update", "s1", FieldChange("status", "Enable", "Disable"))
    both = one("update", "s1", *limits.fields, *status.fields)
    check_approved(of(CREATE, OTHER), of(CREATE), of(OTHER))
    check_approved(of(both), of(limits), of(status))
    for reviewed in ([of(CREATE)], [of(CREATE), of(limits)], []):
        with pytest.raises(Refused) as caught:
            check_approved(of(CREATE, OTHER), *reviewed)
        assert caught.value.reason == "not-reviewed"


def test_parts_of_different_actions_make_no_reviewed_one() -> None:
    with pytest.raises(Refused):
        check_approved(
            of(one("update", "s1", LIMIT, FieldChange("status", "Enable", "Disable"))),
            of(one("update", "s1", LIMIT)),
            of(one("disable", "s1", FieldChange("status", "Enable", "Disable"))),
        )


def test_every_difference_is_shown() -> None:
    with pytest.raises(Refused) as caught:
        check_approved(of(CREATE, OTHER), of())
    assert [fault.message.split(":")[0] for fault in caught.value.faults] == ["a", "b"]


def test_where_an_action_stands_in_the_files_is_not_part_of_what_is_approved() -> None:
    entry = user("a", 200, line=10)
    known, rows = state({"a": bound("s1")}), account(seen("s1"))
    check_approved(
        plan(files(replace(entry, places=Placed(entry.source, user("a", line=50).field_sources))), known, rows),
        plan(files(entry), known, rows),
    )


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        (Account("https://api.example.org/v1.0", "10042"), "endpoint: https://api.example.org/v1.0 reviewed"),
        (Account(ACCOUNT.endpoint, "10043"), "owner_id: 10043 reviewed, 10042 now"),
    ],
)
def test_a_plan_for_another_account_is_refused(other: Account, difference: str) -> None:
    with pytest.raises(Refused) as caught:
        check_approved(of(), replace(of(), account=other))
    assert caught.value.message.startswith("the reviewed plan is for another account: ")
    assert difference in caught.value.message


def test_a_plan_is_held_against_the_digest_that_was_expected() -> None:
    made = of(UPDATE)
    check_digest(made, made.digest)
    with pytest.raises(Refused, match="sha256:0 was expected"):
        check_digest(made, "sha256:0")


def test_a_plan_that_went_through_a_file_still_covers_itself() -> None:
    made = plan(files(user("a"), user("b", 200), user("d", renamed_from="c")), THREE, ROWS)
    again = from_document(json.loads(json.dumps(to_document(made, "0.1.0"))))
    check_approved(made, again)
    assert again.digest == digest_of(again.account, again.changes)


THREE = state({"b": bound("s2"), "c": bound("s3")})
ROWS = account(seen("s2"), seen("s3"))


def test_a_plan_covers_the_create_that_a_crash_left_half_made() -> None:
    configuration = files(user("a"))
    reviewed = plan(configuration, state(), account())
    unanswered = state(intents=creating("a"), listings={"before": ()})
    half_made = state({"a": bound("s1", 4711, 7)}, intents=creating("a"))
    rows = account(seen("s1", 4711, 7))
    for known, listing in [(unanswered, account()), (unanswered, rows), (half_made, rows)]:
        now = plan(configuration, known, listing)
        assert [entry.action for entry in now.changes] == ["create"]
        check_approved(now, reviewed)


def test_the_digest_of_a_create_that_a_crash_left_half_made_is_the_same() -> None:
    configuration = files(user("a"))
    half_made = state({"a": bound("s1", 4711, 7)}, intents=creating("a"))
    now = plan(configuration, half_made, account(seen("s1", 4711, 7)))
    assert now.digest == plan(configuration, state(), account()).digest


def test_a_reviewed_plan_that_was_edited_afterwards_is_refused() -> None:
    reviewed = of(UPDATE)
    with pytest.raises(Refused, match="edited or damaged"):
        check_approved(of(), replace(reviewed, changes=(*reviewed.changes, OTHER)))


def test_what_is_done_of_itself_has_to_be_in_a_reviewed_plan() -> None:
    rotate, deliver = one("rotate"), replace(one("deliver"), sinks=("vault a",))
    timed = timed_by(of(rotate), of(deliver, OTHER))
    allowed: list[tuple[Timed, str]] = [("rotate", "a"), ("repair", "vault a"), ("leave", "b")]
    refused: list[tuple[Timed, str]] = [("rotate", "b"), ("repair", "vault b"), ("repair", "a"), ("leave", "a")]
    assert [asked for asked in (*allowed, *refused) if timed(*asked)] == allowed
    assert not any(timed_by()(*asked) for asked in allowed)


def delivers(smtp_user_name: str | None, *sinks: str, forms: tuple[str, ...] = ()) -> Change:
    return replace(one("deliver", smtp_user_name), sinks=sinks, forms=forms)


ROTATE = replace(one("rotate", "s1", LIMIT), why="version")


@pytest.mark.parametrize(
    ("reviewed", "now"),
    [
        (of(CREATE, delivers(None, "vault a")), of(delivers("s1", "vault a"))),
        (of(CREATE, delivers(None, "aws {smtp_user_name}")), of(delivers("s1", "aws s1"))),
        (of(delivers("s1", "aws a", "vault a")), of(delivers("s1", "vault a"))),
        (of(delivers("s1", "vault a", forms=("f",))), of(delivers("s1", "vault a", forms=("f",)))),
        (of(ROTATE, delivers("s1", "vault a")), of(one("update", "s1", LIMIT), delivers("s1", "vault a"))),
        (of(ROTATE), of(one("rotate"))),
    ],
    ids=[
        "made since",
        "made since, its name filled in",
        "some targets reached already",
        "laid out as reviewed",
        "changed, its edit left",
        "set already, its password left",
    ],
)
def test_what_is_left_of_reviewed_passwords_is_covered(reviewed: Plan, now: Plan) -> None:
    check_approved(now, reviewed)


@pytest.mark.parametrize(
    ("reviewed", "now", "difference"),
    [
        (of(delivers("s1", "vault a")), of(delivers("s1", "vault b")), "vault b"),
        (of(delivers("s1", "vault a")), of(delivers("s1", "vault a", "vault b")), "vault b"),
        (of(delivers("s1", "vault a")), of(delivers("s2", "vault a")), "smtp_user_name: s1 reviewed, s2 now"),
        (of(delivers(None, "aws {smtp_user_name}")), of(delivers("s1", "aws s2")), "aws s2"),
        (of(delivers("s1", "v", forms=("f",))), of(delivers("s1", "v", forms=("g",))), "laid out as f"),
        (of(delivers("s1", "aws {smtp_user_name}")), of(delivers(None, "vault a")), "vault a"),
        (of(ROTATE), of(delivers("s1", "vault a")), "action: rotate reviewed, deliver now"),
        (of(one("update", "s1", LIMIT)), of(ROTATE), "action: update reviewed, rotate now"),
        (of(one("rotate")), of(one("update", "s1", LIMIT)), "action: rotate reviewed, update now"),
        (of(CREATE), of(one("rotate")), "action: create reviewed, rotate now"),
    ],
)
def test_another_target_layout_user_or_password_is_refused(reviewed: Plan, now: Plan, difference: str) -> None:
    with pytest.raises(Refused) as caught:
        check_approved(now, reviewed)
    assert difference in caught.value.faults[0].message


def test_a_user_made_for_its_turn_was_reviewed_as_a_rotation_and_a_new_entry_was_not() -> None:
    second = replace(CREATE, name="a+2", why="age")
    assert timed_by(of(second))("rotate", "a")
    assert not timed_by(of(CREATE))("rotate", "a")

"""What is said of one name: the sides of a plan in, an explanation out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.errors import InputError
from sarv_sync.model.explanation import Origin
from sarv_sync.model.plan import FieldChange
from sarv_sync.model.state import Census, PastChange
from sarv_sync.model.users import FIELDS, Placed, Source
from sarv_sync.planning.explaining import LAST
from tests.unit.planning.builders import account, bound, creating, files, given_up, seen, state, user
from tests.unit.planning.explanations import explained, only, run
from tests.unit.planning.passwords import DAY, ago, evidence

if TYPE_CHECKING:
    from sarv_sync.model.users import Listing

BILLING = {"billing": bound("smtp1")}
SHOP = {"shop": bound("smtp1")}

RENAMED = files(user("orders", renamed_from="shop")), state(SHOP), account(seen("smtp1"))

STANDINGS: list[tuple[str, str | None, str, str | None, tuple[Any, ...]]] = [
    ("billing", "billing", "managed", "smtp1", (files(user("billing")), state(BILLING), account(seen("smtp1")))),
    ("smtp1", "billing", "managed", "smtp1", (files(user("billing")), state(BILLING), account(seen("smtp1")))),
    ("billing", "billing", "managed", "smtp1", (files(user("billing")), state(BILLING))),
    ("crm", "crm", "new", None, (files(user("crm")),)),
    ("legacy", "legacy", "new", "smtp2", (files(user("legacy", pin="smtp2")), state(), account(seen("smtp2")))),
    ("smtp2", "legacy", "new", "smtp2", (files(user("legacy", pin="smtp2")), state(), account(seen("smtp2")))),
    ("crm", "crm", "creating", None, (files(user("crm")), state(intents=creating("crm"), listings={"before": ()}))),
    (
        "crm", "crm", "creating", "smtp9",
        (
            files(user("crm")),
            state(intents=creating("crm"), listings={"before": ()}),
            account(seen("smtp9", 4711, 7)),
        ),
    ),
    (
        "billing", "billing", "returning", "smtp1",
        (files(user("billing")), state(removed=BILLING), account(seen("smtp1", status="Disable"))),
    ),
    ("billing", "billing", "gone", "smtp1", (files(), state(BILLING), account(seen("smtp1")))),
    (
        "billing", "billing", "retired", "smtp1",
        (files(), state(removed=BILLING), account(seen("smtp1", status="Disable"))),
    ),
    ("old", "old", "forgotten", None, (files(removed={"old": "forget"}),)),
    ("smtp9", None, "unmanaged", "smtp9", (files(), state(), account(seen("smtp9")))),
    ("shop", "orders", "managed", "smtp1", RENAMED),
    ("orders", "orders", "managed", "smtp1", RENAMED),
    ("smtp1", "orders", "managed", "smtp1", RENAMED),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "name", "standing", "smtp_user_name", "parts"), STANDINGS)
def test_a_user_is_found_by_any_of_its_names_and_is_what_it_is(
    asked: str, name: str | None, standing: str, smtp_user_name: str | None, parts: tuple[Any, ...]
) -> None:
    explanation = explained(asked, *parts)

    assert (explanation.name, explanation.standing) == (name, standing)
    assert only(explanation).smtp_user_name == smtp_user_name


def test_a_spare_is_told_by_either_name() -> None:
    known = state(retired=(given_up("crm"),), listings={"before": ()})
    parts = files(), known, account(seen("smtp9", 4711, 7))

    for asked in ("smtp9", "crm~smtp9"):
        explanation = explained(asked, *parts)
        assert (explanation.standing, only(explanation).smtp_user_name) == ("spare", "smtp9")
        assert [change.action for change in explanation.plan.changes] == ["disable"]


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("bilin", "did you mean billing?"),
        ("smtp21", "did you mean smtp2?"),
        ("shop", "it was renamed: it is billing now"),
        ("gone-long-ago", "`sarv-sync history --target gone-long-ago` shows what was done to it"),
        ("zzzzzz", "the names are those of the files, of the state, and the provider's own"),
    ],
)
def test_a_name_that_nobody_bears_is_wrong_input_with_a_way_on(asked: str, hint: str) -> None:
    known = state(
        {"billing": bound("smtp1", renamed_from="shop")},
        history=(run("1", PastChange("gone-long-ago", "forget", "smtp77", "applied")),),
    )
    with pytest.raises(InputError) as caught:
        explained(asked, files(user("billing")), known, account(seen("smtp1"), seen("smtp2")))
    assert (caught.value.exit_code, caught.value.hint) == (3, hint)


def test_each_value_is_told_on_every_side() -> None:
    entry = user("billing", 5000, 200, ignore=["total_limit"])
    known = state({"billing": bound("smtp1", 4000, 100)})

    total, hourly, status = only(explained("billing", files(entry), known, account(seen("smtp1", 77, 900)))).fields

    assert (total.wanted, total.applied, total.observed, total.planned) == (5000, 4000, 77, None)
    assert (total.ignored, total.drifted) == (True, False)
    assert (hourly.wanted, hourly.applied, hourly.observed, hourly.planned) == (200, 100, 900, 200)
    assert (hourly.ignored, hourly.drifted) == (False, True)
    assert (status.wanted, status.applied, status.observed, status.planned) == ("Enable", "Enable", "Enable", None)
    assert [one.origin for one in (total, hourly, status)] == [Origin("entry", at) for at in entry.field_sources]


def test_places_are_named_as_the_plan_names_them() -> None:
    def at(line: int) -> Source:
        return Source("mail/users/a.yaml", line, 1)

    entry = replace(user("billing", 5000), places=Placed(at(3), (at(4), at(5), at(6))))
    configuration = replace(files(entry), file="mail/sarv-sync.yaml")

    explanation = explained("billing", configuration, state(BILLING), account(seen("smtp1")))

    [change] = explanation.plan.changes
    assert change.source == Source("users/a.yaml", 4, 1)
    assert explanation.entry is not None
    assert explanation.entry.source.file == "users/a.yaml"
    assert only(explanation).fields[0].origin == Origin("entry", change.source)


@pytest.mark.parametrize(
    ("listing", "listed", "fault"),
    [
        (account(seen("smtp2")), "missing", None),
        (account(unreadable=["smtp1"]), "unreadable", "status is missing"),
        (account(repeated=["smtp1"]), "unreadable", "more than one row bears its name"),
        (account(seen("smtp1")), "listed", None),
    ],
)
def test_a_user_that_cannot_be_seen_is_told_with_the_reason(listing: Listing, listed: str, fault: str | None) -> None:
    explanation = explained("billing", files(user("billing")), state(BILLING), listing)

    found = only(explanation)
    assert (found.listed, found.fault) == (listed, fault)
    assert (found.fields[0].applied, found.fields[0].observed) == (100, 100 if listed == "listed" else None)


def test_only_what_the_plan_says_of_it_is_told_and_what_refuses_everything() -> None:
    configuration = files(user("a", 5), user("b", 6), user("c", 7), unmanaged="forbid")
    known = state({"a": bound("smtp1"), "b": bound("smtp2"), "c": bound("smtp3")})
    listing = account(seen("smtp1"), seen("smtp2", 9), seen("smtp8"))

    explanation = explained("b", configuration, known, listing)

    made = explanation.plan
    assert [change.name for change in made.changes] == ["b"]
    assert [entry.name for entry in made.drift] == ["b"]
    assert (made.blocked, made.unmanaged) == ((), ())
    assert [refusal.reason for refusal in made.refusals] == ["unmanaged"]
    assert [entry.reason for entry in explained("c", configuration, known, listing).plan.blocked] == ["missing"]


def test_warnings_that_name_it_are_told_and_no_others() -> None:
    configuration = files(user("billing", recreate=True), user("bill", recreate=True))
    known = state({"billing": bound("smtp1"), "bill": bound("smtp10")})

    explanation = explained("bill", configuration, known, account(seen("smtp1"), seen("smtp10")))

    assert [warning.message.partition(" ")[0] for warning in explanation.plan.warnings] == ["bill"]


def test_a_retired_user_that_another_entry_takes_shows_that() -> None:
    configuration = files(user("crm"), recycle_after=DAY)
    known = state(removed={"old": replace(bound("smtp1", status="Disable"), removed_at=ago(days=3))})

    explanation = explained("old", configuration, known, account(seen("smtp1", status="Disable")), evidence())

    assert explanation.standing == "retired"
    assert [(change.name, change.why) for change in explanation.plan.changes if change.action == "adopt"] == [
        ("crm", "recycled")
    ]


def test_what_was_done_to_it_is_told_newest_first_by_whatever_name() -> None:
    update = PastChange("billing", "update", "smtp1", "applied", (FieldChange("hourly_limit", 1, 2),))
    history = (
        run("1", PastChange("invoices", "create", "smtp1", "applied"), PastChange("a", "create", "smtp2", "applied")),
        run("2", PastChange("billing", "rename", "smtp1", "applied", was="invoices")),
        run("3", PastChange("crm", "update", "smtp2", "applied")),
        run("4", update, PastChange("billing", "deliver", "smtp1", "failed")),
    )
    known = state(BILLING, history=history)

    explanation = explained("billing", files(user("billing")), known, account(seen("smtp1")))

    told = [(touch.run.id, touch.change.name, touch.change.action) for touch in explanation.history]
    assert told == [
        ("4", "billing", "update"), ("4", "billing", "deliver"), ("2", "billing", "rename"),
        ("1", "invoices", "create"),
    ]  # fmt: skip
    assert explanation.touches == 4


def test_the_past_of_another_user_that_had_the_name_is_not_told() -> None:
    history = (
        run("1", PastChange("billing", "create", None, "failed")),
        run(
            "2",
            PastChange("billing", "update", "smtp2", "applied"),
            PastChange("orders", "update", "smtp1", "applied"),
        ),
        run("3", PastChange("billing", "rename", "smtp1", "applied", was="orders")),
        run("4", PastChange("orders", "rename", "smtp2", "applied", was="billing")),
    )
    swapped = {"billing": bound("smtp1"), "orders": bound("smtp2")}
    sides = files(user("billing"), user("orders"), user("crm")), state(swapped, history=history)

    explanation = explained("billing", *sides, account(seen("smtp1"), seen("smtp2")))

    assert [(touch.run.id, touch.change.name) for touch in explanation.history] == [
        ("3", "billing"), ("2", "orders"), ("1", "billing"),
    ]  # fmt: skip


def test_of_a_name_without_a_user_everything_is_told_that_was_done_under_it() -> None:
    history = (
        run("1", PastChange("crm", "forget", "smtp7", "applied")),
        run("2", PastChange("crm", "create", None, "failed")),
    )
    explanation = explained("crm", files(user("crm")), state(history=history), account())
    assert [touch.run.id for touch in explanation.history] == ["2", "1"]


def test_runs_of_which_not_every_change_is_kept_are_counted() -> None:
    whole = run("1", PastChange("billing", "create", "smtp1", "applied"))
    known = state(BILLING, history=(replace(whole, changes=(), left_out=9), whole))
    assert explained("billing", files(user("billing")), known, account(seen("smtp1"))).shortened == 1


def test_of_a_long_history_the_end_is_told_and_how_long_it_is() -> None:
    history = tuple(run(str(number), PastChange("billing", "update", "smtp1", "applied")) for number in range(1, 10))

    known = state(BILLING, history=history)

    explanation = explained("billing", files(user("billing")), known, account(seen("smtp1")))

    assert [touch.run.id for touch in explanation.history] == ["9", "8", "7", "6", "5"]
    assert (LAST, explanation.touches) == (5, 9)


CENSUS = Census(known=("smtp1",), appeared=("smtp2",))


@pytest.mark.parametrize(
    ("asked", "census", "unsettled", "told", "spared"),
    [
        ("smtp1", None, False, False, False),
        ("smtp1", CENSUS, False, False, False),
        ("smtp2", CENSUS, True, True, False),
        ("smtp3", CENSUS, True, False, False),
        ("test-1", CENSUS, True, False, True),
    ],
)
def test_a_user_of_nobody_is_told_with_what_the_census_knows(
    asked: str, census: Census | None, unsettled: bool, told: bool, spared: bool
) -> None:
    listing = account(seen("smtp1"), seen("smtp2"), seen("smtp3"), seen("test-1"))
    for policy in ("report", "ignore"):
        configuration = files(unmanaged=policy, unmanaged_except=("test-*",))
        explanation = explained(asked, configuration, state(census=census), listing)
        unowned = explanation.unowned
        assert unowned is not None
        assert (unowned.counted, unowned.unsettled, unowned.told, unowned.spared) == (
            census is not None, unsettled, told, spared,
        )  # fmt: skip
        assert [field.observed for field in only(explanation).fields] == [100, 10, "Enable"]


def test_a_user_of_nobody_that_may_be_somebodys_says_whose() -> None:
    known = state(intents=creating("crm"), listings={"before": ()}, echoes_limits=None)

    explanation = explained("smtp9", files(user("crm")), known, account(seen("smtp9")))

    assert explanation.unowned is not None
    assert (explanation.unowned.may_be, explanation.unowned.unsettled) == (("crm",), False)


def test_the_same_sides_give_the_same_explanation() -> None:
    parts = files(user("a", 5), user("b")), state({"a": bound("smtp1"), "b": bound("smtp2")})
    one = explained("a", *parts, account(seen("smtp1"), seen("smtp2")))
    other = explained("a", *parts, account(seen("smtp2"), seen("smtp1")))
    assert one == other
    assert [field.field for field in only(one).fields] == list(FIELDS)

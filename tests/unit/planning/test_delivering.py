"""Which passwords have to be delivered, and where to: a row of the table in `planning.delivering` at a time."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.model.plan_document import to_document
from sarv_sync.model.secret import Secret
from sarv_sync.model.state import Delivery, PasswordRecord
from tests.unit.planning.builders import account, actions, bound, creating, files, plan, seen, state, user
from tests.unit.planning.passwords import (
    IN_TURNS,
    KEY,
    OTHER_KEY,
    Places,
    ago,
    evidence,
    held,
    proof,
)

if TYPE_CHECKING:
    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.state import Binding

DELIVERED = held("s1", "vault a")
RESET = replace(seen("s1"), password=Secret("another"))


def of(record: PasswordRecord, known: Evidence | None = None, listing: Any = None, **more: Any) -> Plan:
    """Plan for the entry `a`, which is bound to `s1` and has this record."""
    configuration = more.pop("configuration", files(user("a")))
    bindings: dict[str, Binding] = {"a": bound("s1", password=record)}
    return plan(configuration, state(bindings), listing or account(seen("s1")), evidence=known or evidence())


def delivered(made: Plan) -> list[tuple[str, str | None, str, tuple[str, ...]]]:
    return [(one.name, one.smtp_user_name, one.cause, one.sinks) for one in made.changes if one.action == "deliver"]


def kinds(made: Plan) -> list[tuple[str, str, str]]:
    return [(one.name, one.smtp_user_name, one.kind) for one in made.drift]


TO_VAULT = ("a", "s1", "config", ("vault a",))
REPAIR = ("a", "s1", "drift", ("vault a",))


def test_a_password_that_arrived_is_left_alone() -> None:
    made = of(DELIVERED)
    assert (made.changes, made.drift, made.unchanged) == ((), (), 1)


def test_where_there_is_no_sink_nothing_is_delivered() -> None:
    made = of(PasswordRecord(), evidence(routes=Places(())))
    assert (made.changes, made.drift) == ((), ())


def test_a_new_user_is_delivered_to_every_target_before_its_name_is_known() -> None:
    known = evidence("vault {name}", "aws mail/{smtp_user_name}")
    made = plan(files(user("a")), state(), account(), evidence=known)
    assert [one.action for one in made.changes] == ["create", "deliver"]
    assert delivered(made) == [("a", None, "config", ("aws mail/{smtp_user_name}", "vault a"))]
    assert made.drift == ()


def test_a_create_to_be_finished_is_delivered_as_it_was_reviewed() -> None:
    known = state({"a": bound("s1", 4711, 7)}, intents=creating("a"))
    reviewed = plan(files(user("a")), state(), account(), evidence=evidence())
    made = plan(files(user("a")), known, account(seen("s1", 4711, 7)), evidence=evidence())
    assert (made.changes, made.digest) == (reviewed.changes, reviewed.digest)


def test_an_adopted_user_is_delivered_as_it_is() -> None:
    known = evidence("aws {smtp_user_name}")
    made = plan(files(user("a", 200, pin="s1")), state(), account(seen("s1")), evidence=known)
    assert [one.action for one in made.changes] == ["adopt", "deliver"]
    assert delivered(made) == [("a", "s1", "config", ("aws s1",))]


def test_a_sink_that_was_added_gets_what_the_others_have() -> None:
    made = of(DELIVERED, evidence("vault {name}", "dotenv {name}.env"))
    assert delivered(made) == [("a", "s1", "config", ("dotenv a.env",))]
    assert made.drift == ()


def test_a_sink_that_was_taken_out_is_of_no_concern() -> None:
    made = of(held("s1", "vault a", "dotenv a.env"))
    assert made.changes == ()


def test_a_sink_is_only_for_whom_it_is_meant() -> None:
    team = evidence(routes=Places(team="finance"))
    assert delivered(of(PasswordRecord(), team)) == []
    labelled = files(user("a", labels={"team": "finance"}))
    assert delivered(of(PasswordRecord(), team, configuration=labelled)) == [TO_VAULT]


def test_what_would_be_laid_out_in_another_way_by_now_is_delivered_again() -> None:
    other = evidence(routes=Places(form="other"))
    assert delivered(of(DELIVERED, other)) == [TO_VAULT]
    looks = replace(other, sights={"vault a": "other"}, timed=lambda _, __: False)
    assert delivered(of(DELIVERED, looks)) == [TO_VAULT], "what it looks like follows from what the files say"
    assert of(DELIVERED, looks).drift == ()


def test_what_never_arrived_is_drift_and_delivered() -> None:
    made = of(replace(DELIVERED, deliveries=(Delivery("vault a", "form"),)))
    assert delivered(made) == [REPAIR]
    assert kinds(made) == [("a", "s1", "undelivered")]


def test_a_password_that_somebody_changed_is_drift_and_delivered() -> None:
    made = of(DELIVERED, listing=account(RESET))
    assert delivered(made) == [REPAIR]
    assert kinds(made) == [("a", "s1", "password_changed")]


@pytest.mark.parametrize(("sight", "due"), [("gone", [REPAIR]), ("other", [REPAIR]), ("there", []), (None, [])])
def test_what_a_target_shows_decides(sight: str | None, due: list[Any]) -> None:
    made = of(DELIVERED, evidence(sights={} if sight is None else {"vault a": sight, "vault b": "gone"}))
    assert delivered(made) == due
    assert kinds(made) == [("a", "s1", "undelivered")] * len(due)


@pytest.mark.parametrize("sight", ["gone", "other"])
def test_what_nobody_could_review_is_not_repaired(sight: str) -> None:
    asked: list[tuple[str, str]] = []

    def timed(what: str, name: str) -> bool:
        asked.append((what, name))
        return False

    made = of(DELIVERED, evidence(sights={"vault a": sight}, timed=timed))
    assert made.changes == ()
    assert kinds(made) == [("a", "s1", "undelivered")]
    assert any("nobody has reviewed that" in warning.message for warning in made.warnings)
    assert asked == [("repair", "vault a")]


def test_a_password_that_somebody_changed_since_the_review_is_drift_and_left_alone() -> None:
    made = of(DELIVERED, evidence(timed=lambda _, __: False), listing=account(RESET))
    assert made.changes == ()
    assert kinds(made) == [("a", "s1", "password_changed")]
    assert any("nobody has reviewed that" in warning.message for warning in made.warnings)


@pytest.mark.parametrize(
    "known", [evidence(verifier=None), evidence(verifier=OTHER_KEY)], ids=["no key", "another key"]
)
def test_without_the_key_nothing_is_delivered_in_a_storm(known: Evidence) -> None:
    made = of(DELIVERED, known, listing=account(RESET))
    assert (made.changes, made.drift) == ((), ())
    told = [fault.message for fault in made.warnings]
    assert told == ([] if known.verifier is None else [told[0]])
    assert all("the API token has changed since 1 password was delivered" in message for message in told)


def test_without_the_key_what_never_arrived_is_delivered_all_the_same() -> None:
    made = of(PasswordRecord(deliveries=(Delivery("vault a", "form"),)), evidence(verifier=None))
    assert delivered(made) == [REPAIR]


def test_several_needs_are_one_delivery_with_both_causes() -> None:
    deliveries = (Delivery("dotenv a", "form"), Delivery("vault a", "form", proof("s1", "older")))
    made = of(
        replace(DELIVERED, deliveries=deliveries),
        evidence("vault {name}", "dotenv {name}", "aws {name}"),
    )
    assert delivered(made) == [("a", "s1", "both", ("aws a", "dotenv a", "vault a"))]
    assert kinds(made) == [("a", "s1", "password_changed"), ("a", "s1", "undelivered")]


def test_the_password_from_before_a_change_is_never_delivered() -> None:
    """Only a listing that lags shows it: no reset gives it again, and it would take away the one that works."""
    record = replace(
        DELIVERED,
        since=ago(hours=0.5),
        former=proof("s1"),
        deliveries=(Delivery("vault a", "form", proof("s1", "new")),),
    )
    made = of(record)
    assert (made.changes, made.drift) == ((), ())
    assert "still lists the password that a had before" in made.warnings[0].message
    assert delivered(of(record, listing=account(replace(seen("s1"), password=Secret("new"))))) == []
    assert delivered(of(record, listing=account(RESET))) == [REPAIR]
    assert delivered(of(replace(record, former=proof("s1", "older")))) == [REPAIR]
    assert delivered(of(replace(record, since=ago(hours=1)))) == [REPAIR], "no listing lags for so long"


def test_of_a_password_that_the_listing_hides_nothing_is_told() -> None:
    made = of(DELIVERED, listing=account(replace(seen("s1"), password=Secret(""))))
    assert (made.changes, made.drift) == ((), ())


def test_whoever_is_blocked_gets_nothing() -> None:
    owed = replace(DELIVERED, deliveries=(Delivery("vault a", "form"),))
    for listing in (account(seen("s9")), account(seen("s9"), unreadable=["s1"])):
        made = of(owed, listing=listing)
        assert made.changes == ()
        assert [entry.name for entry in made.blocked] == ["a"]


def test_a_listing_that_cannot_be_relied_on_is_no_reason_to_deliver() -> None:
    made = of(replace(DELIVERED, deliveries=(Delivery("vault a", "form"),)), listing=account())
    assert made.changes == ()
    assert made.refusals


def test_an_entry_that_is_gone_gets_nothing() -> None:
    owed = bound("s1", password=replace(DELIVERED, deliveries=(Delivery("vault a", "form"),)))
    made = plan(files(), state({"a": owed}), account(seen("s1")), evidence=evidence())
    assert actions(made) == {"a": "disable"}
    assert made.drift == ()


def test_a_returning_name_gets_what_its_user_has_by_now() -> None:
    back = bound("s1", status="Disable", password=held("s1", "vault a"))
    known = state(removed={"a": back})
    made = plan(files(user("a")), known, account(seen("s1", status="Disable")), evidence=evidence())
    assert actions(made) == {"a": "update"}
    changed = account(replace(RESET, settings=back.applied))
    made = plan(files(user("a")), known, changed, evidence=evidence())
    assert [one.action for one in made.changes] == ["update", "deliver"]


def test_a_renamed_user_is_delivered_under_its_new_name() -> None:
    known = state({"old": bound("s1", password=held("s1", "vault old"))})
    made = plan(files(user("a", renamed_from="old")), known, account(seen("s1")), evidence=evidence())
    assert [one.action for one in made.changes] == ["rename", "deliver"]
    assert delivered(made) == [TO_VAULT]


def test_a_rename_that_is_held_back_delivers_nothing() -> None:
    known = state({"old": bound("s1", password=held("s1", "vault old"))})
    made = plan(files(user("a", renamed_from="old")), known, account(seen("s9")), evidence=evidence())
    assert made.changes == ()


def test_of_two_users_only_the_one_that_serves_is_delivered() -> None:
    owed = (Delivery("vault a", "form"),)
    pair = state({
        "a": bound("s1", password=PasswordRecord(ago(days=9), deliveries=owed, left=ago(hours=1))),
        "a+2": bound("s2", password=PasswordRecord(ago(days=9), turn=1, deliveries=owed)),
    })  # fmt: skip
    made = plan(files(user("a", password=IN_TURNS)), pair, account(seen("s1"), seen("s2")), evidence=evidence())
    assert delivered(made) == [("a+2", "s2", "drift", ("vault a",))]
    assert kinds(made) == [("a+2", "s2", "undelivered")]


def test_a_plan_of_some_names_delivers_to_those() -> None:
    known = state({"a": bound("s1"), "b": bound("s2"), "b+2": bound("s3", password=PasswordRecord(turn=1))})
    configuration = files(user("a"), user("b", password=IN_TURNS))
    listing = account(seen("s1"), seen("s2"), seen("s3"))
    for target, name in {"a": "a", "b": "b+2"}.items():
        made = plan(configuration, known, listing, [target], evidence())
        assert [one.name for one in made.changes if one.action == "deliver"] == [name]


def test_entries_that_share_a_target_are_refused() -> None:
    made = plan(files(user("a"), user("b")), state(), account(), evidence=evidence("dotenv .env"))
    [refusal] = made.refusals
    assert (refusal.reason, "a and b have the same target, dotenv .env" in refusal.message) == ("sinks", True)
    assert "{name}" in refusal.hint
    apart = evidence(routes=Places(("dotenv .env",), team="finance"))
    one = files(user("a", labels={"team": "finance"}), user("b"))
    assert plan(one, state(), account(), evidence=apart).refusals == ()


def test_names_of_the_provider_tell_targets_apart_that_are_not_known_yet() -> None:
    made = plan(files(user("a"), user("b")), state(), account(), evidence=evidence("aws {smtp_user_name}"))
    assert made.refusals == ()


def test_sinks_that_share_a_target_are_refused() -> None:
    """Whatever one laid out there the other would overwrite, and so on at every run."""
    twice = evidence("dotenv {name}.env", "dotenv {name}.env")
    [refusal] = plan(files(user("a")), state(), account(), evidence=twice).refusals
    assert refusal.reason == "sinks"
    assert "dotenv a.env" in refusal.message


def test_a_plan_of_deliveries_holds_no_password() -> None:
    made = of(DELIVERED, listing=account(replace(seen("s1"), password=Secret("c4nary+/é"))))
    assert delivered(made) == [REPAIR]
    text = json.dumps(to_document(made, "0"), ensure_ascii=False)
    assert "c4nary" not in text
    assert KEY.key_id not in text


def test_a_day_has_no_part_in_what_is_delivered() -> None:
    assert of(replace(DELIVERED, since=ago(days=4000))).changes == ()
    assert of(DELIVERED, evidence(now=None)).changes == ()

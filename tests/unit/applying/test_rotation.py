"""Passwords are changed once each, delivered at once, and nothing is lost in between."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sarv_sync.errors import AuthenticationFailed, Interrupted
from sarv_sync.model.rotation import RotationRequest
from sarv_sync.model.secret import Secret
from sarv_sync.model.state import Binding, Delivery, PasswordRecord
from sarv_sync.model.users import PasswordPolicy
from tests.unit.applying.rotating import (
    BUMPED,
    FORM,
    FULL,
    OFF,
    OLD,
    ON,
    delivered,
    in_place_again,
    record,
    sink_of,
    stage_of,
)
from tests.unit.applying.stage import (
    KEY,
    REFUSED,
    UNHEARD,
    entry,
    files,
    names,
    values,
)


def test_a_password_is_changed_once_and_delivered_at_once() -> None:
    stage = stage_of()

    outcome = stage.run().outcome

    assert stage.provider.made("reset") == [("smtp1",)]
    new = stage.provider.password("smtp1")
    assert sink_of(stage).holds == {"memory a": ("smtp1", new.reveal())}
    assert [(one.name, one.action) for one in outcome.applied] == [("a", "rotate")]
    assert names(outcome.delivered) == ["a"]
    assert record(stage) == PasswordRecord(
        since="2026-03-01T12:00:00.000000Z",
        version=2,
        deliveries=(Delivery("memory a", FORM, KEY.of("smtp1", new)),),
        former=KEY.of("smtp1", Secret("pass word")),
    )
    assert outcome.complete
    assert stage.plan().changes == ()


def test_what_is_about_to_be_changed_is_written_down_before_the_call() -> None:
    stage = stage_of()
    seen: list[Any] = []
    stage.provider.before_call = lambda kind: seen.append(record(stage).rotating) if kind == "reset" else None

    stage.run()

    [rotating] = seen
    assert (rotating.before, rotating.version) == (KEY.of("smtp1", Secret("pass word")), 2)
    assert record(stage).rotating is None


def test_no_password_is_in_the_state_or_the_outcome() -> None:
    stage = stage_of()
    execution = stage.run()
    shown = repr(execution) + repr(stage.journal.writes)
    assert "pass word" not in shown
    assert "new pass" not in shown


def test_one_in_use_is_delivered_before_the_rest_is_set() -> None:
    stage = stage_of()
    stage.configuration = files(entry("a", 9000, password=BUMPED))
    order: list[str] = []
    stage.provider.before_call = order.append
    sink_of(stage).before_delivery = lambda _: order.append("deliver")

    assert stage.run().outcome.complete

    assert [step for step in order if step != "list"] == ["reset", "deliver", "edit"]
    assert stage.journal.state.bindings["a"].applied == values(9000, 200)


def test_one_that_is_enabled_with_it_is_made_ready_first() -> None:
    stage = stage_of(users={"a": Binding("smtp1", OFF, password=delivered("smtp1"))})
    order: list[str] = []
    stage.provider.before_call = order.append
    sink_of(stage).before_delivery = lambda _: order.append("deliver")

    assert stage.run().outcome.complete

    assert [step for step in order if step != "list"] == ["reset", "edit", "deliver"]


def test_a_reset_that_is_refused_changes_nothing_and_is_tried_again_by_the_next_run() -> None:
    stage = stage_of()
    stage.provider.reset_errors["smtp1"] = REFUSED

    outcome = stage.run().outcome

    [failed] = outcome.failed
    assert (failed.action, failed.message) == ("rotate", "the limits are not allowed")
    assert outcome.undelivered == ()
    assert record(stage).rotating is None
    assert sink_of(stage).holds == {"memory a": ("smtp1", "pass word")}
    in_place_again(stage)
    assert len(stage.provider.made("reset")) == 2


def test_a_reset_without_an_answer_that_took_effect_is_found_in_the_listing_and_delivered() -> None:
    stage = stage_of()
    stage.provider.reset_errors["smtp1"], stage.provider.takes_effect = UNHEARD, True

    outcome = stage.run().outcome

    assert stage.provider.made("reset") == [("smtp1",)]
    assert names(outcome.applied) == ["a"]
    assert outcome.complete
    assert sink_of(stage).holds == {"memory a": ("smtp1", stage.provider.password("smtp1").reveal())}


def test_a_reset_without_an_answer_that_does_not_show_is_unknown_and_not_repeated() -> None:
    stage = stage_of()
    stage.provider.reset_errors["smtp1"] = UNHEARD

    outcome = stage.run().outcome

    [unknown] = outcome.unknown
    assert "the account still shows the password from before" in (unknown.message or "")
    assert stage.provider.made("reset") == [("smtp1",)]
    assert stage.watcher.time >= stage.configuration.account.settle, "it was waited for"
    assert record(stage).rotating is not None, "the next run may find it changed"
    assert sink_of(stage).made("deliver") == []


def test_a_change_that_shows_only_to_the_next_run_is_not_made_again() -> None:
    stage = stage_of()
    stage.provider.reset_errors["smtp1"] = UNHEARD
    stage.run()
    stage.provider.passwords["smtp1"] = Secret("late")

    in_place_again(stage)

    assert stage.provider.made("reset") == [("smtp1",)]
    assert record(stage).version == 2


def test_a_run_that_ends_after_the_call_is_followed_by_one_that_delivers() -> None:
    stage = stage_of()

    def die(_: str) -> None:
        raise KeyboardInterrupt

    sink_of(stage).before_delivery = die
    with pytest.raises(KeyboardInterrupt):
        stage.run()
    sink_of(stage).before_delivery = lambda _: None
    assert [one.action for one in stage.plan().changes] == ["deliver"]

    in_place_again(stage)

    assert len(stage.provider.made("reset")) == 1


def test_a_delivery_that_fails_does_not_undo_the_change() -> None:
    stage = stage_of()
    sink_of(stage).failure = FULL

    outcome = stage.run().outcome

    assert (names(outcome.applied), names(outcome.undelivered)) == (["a"], ["a"])
    assert record(stage).version == 2
    in_place_again(stage)
    assert len(stage.provider.made("reset")) == 1


def test_an_edit_that_fails_leaves_the_new_password_delivered() -> None:
    stage = stage_of()
    stage.configuration = files(entry("a", 9000, password=BUMPED))
    stage.provider.edit_errors["smtp1"] = REFUSED

    outcome = stage.run().outcome

    assert (outcome.failed[0].message or "").startswith("the password was changed, but not the rest: ")
    assert names(outcome.delivered) == ["a"]
    assert [one.action for one in stage.plan().changes] == ["update"]
    in_place_again(stage)
    assert len(stage.provider.made("reset")) == 1


def test_refused_credentials_end_the_run() -> None:
    stage = stage_of()
    stage.provider.reset_errors["smtp1"] = AuthenticationFailed("the token was refused")
    execution = stage.run()
    assert isinstance(execution.error, AuthenticationFailed)
    assert record(stage).rotating is None


def test_a_stop_leaves_what_has_not_begun_as_it_was() -> None:
    bindings = {name: Binding(f"smtp{name}", ON, password=PasswordRecord(OLD)) for name in "abc"}
    stage = stage_of(users=bindings)
    stage.configuration = files(*(entry(name, password=BUMPED) for name in "abc"))
    stage.provider.before_call = lambda kind: setattr(stage.watcher, "stopped", kind == "reset")

    execution = stage.run()

    assert isinstance(execution.error, Interrupted)
    assert len(stage.provider.made("reset")) == 1
    assert [record(stage, name).rotating for name in "abc"] == [None] * 3
    assert names(execution.outcome.not_attempted) != []
    stage.watcher.stopped, stage.provider.before_call = False, lambda _: None
    assert stage.run().outcome.complete
    assert len(stage.provider.made("reset")) == 3


def test_many_are_changed_once_each_several_at_a_time() -> None:
    everybody = [f"u{number}" for number in range(9)]
    bindings = {name: Binding(f"smtp-{name}", ON, password=PasswordRecord(OLD)) for name in everybody}
    stage = stage_of(users=bindings, parallelism=3)
    stage.configuration = files(*(entry(name, password=BUMPED) for name in everybody))

    assert stage.run().outcome.complete

    assert sorted(stage.provider.made("reset")) == [(f"smtp-{name}",) for name in everybody]
    assert {
        address: password for address, (_, password) in sink_of(stage).holds.items() if address != "memory a"
    } == {
        f"memory {user.removeprefix('smtp-')}": password.reveal()
        for user, password in stage.provider.passwords.items()
    }


def test_what_is_asked_for_can_be_asked_for_again_and_again() -> None:
    stage = stage_of(PasswordPolicy(), request=RotationRequest(("a",)))
    for _ in range(3):
        assert stage.run().outcome.complete
        stage.now += timedelta(hours=2)
    assert len(stage.provider.made("reset")) == 3
    stage.request = None
    assert stage.plan().changes == ()

"""Passwords are changed once each, delivered at once, and nothing is lost in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sarv_sync.errors import AuthenticationFailed, Interrupted, SinkError
from sarv_sync.model.rotation import RotationRequest
from sarv_sync.model.secret import Secret
from sarv_sync.model.state import Binding, Delivery, PasswordRecord
from sarv_sync.model.users import PasswordPolicy, Settings
from tests.unit.applying.memory_sink import MemorySink, outlets_of
from tests.unit.applying.stage import (
    KEY,
    NOW,
    REFUSED,
    UNHEARD,
    Journal,
    Provider,
    Stage,
    entry,
    files,
    names,
    state,
    values,
)

ON, OFF = values(5000, 200), values(5000, 200, on=False)
OLD = "2026-01-01T00:00:00.000000Z"
BUMPED = PasswordPolicy(version=2)
IN_TURNS = PasswordPolicy(rotation="alternate", grace=3600.0)
TURN = replace(IN_TURNS, version=2)
FORM = outlets_of(MemorySink()).targets(entry("a"), None)[0].form
FULL = SinkError("the disk is full")


def delivered(user: str, password: str = "pass word", **more: Any) -> PasswordRecord:
    verifier = KEY.of(user, Secret(password))
    return replace(PasswordRecord(OLD, deliveries=(Delivery("memory a", FORM, verifier),)), **more)


def stage_of(policy: PasswordPolicy = BUMPED, users: dict[str, Binding] | None = None, **more: Any) -> Stage:
    """A stage for the entry `a` with this policy, whose password its sink holds; or whose users are these."""
    bindings = users or {"a": Binding("smtp1", ON, password=delivered("smtp1"))}
    held = MemorySink(holds={"memory a": ("smtp1", "pass word")})
    return Stage(
        files(entry("a", password=policy)),
        Provider({binding.smtp_user_name: binding.applied for binding in bindings.values()}),
        Journal(replace(state(), bindings=bindings)),
        outlets=outlets_of(held),
        **more,
    )


def sink_of(stage: Stage) -> MemorySink:
    sink = stage.outlets._outlets[0].sink
    assert isinstance(sink, MemorySink)
    return sink


def record(stage: Stage, name: str = "a") -> PasswordRecord:
    return stage.journal.state.bindings[name].password


def kinds(stage: Stage) -> list[str]:
    return [call[0] for call in stage.provider.calls if call[0] != "list"]


def in_place_again(stage: Stage) -> None:
    """The next run of the program, with nothing in its way."""
    stage.provider.reset_errors.clear()
    stage.provider.edit_errors.clear()
    stage.provider.before_call = lambda _: None
    sink_of(stage).failure = None
    assert stage.run().outcome.complete
    assert sink_of(stage).holds == {"memory a": ("smtp1", stage.provider.password("smtp1").reveal())}
    assert stage.plan().changes == ()


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


def test_the_first_turn_makes_a_second_user_that_takes_over() -> None:
    stage = stage_of(TURN)

    assert stage.run().outcome.complete

    assert kinds(stage) == ["add", "edit"]
    assert sink_of(stage).holds == {"memory a": ("smtp002", "pass word")}
    assert record(stage, "a+2").turn == 1
    assert (record(stage).left, record(stage).deliveries) == ("2026-03-01T12:00:00.000000Z", ())
    assert stage.provider.users["smtp1"].status == "Enable", "it has its grace"
    assert stage.plan().changes == ()


def test_a_user_that_has_served_is_disabled_by_a_run_after_its_grace() -> None:
    stage = stage_of(TURN)
    stage.run()
    stage.now = NOW + timedelta(minutes=59)
    assert stage.plan().changes == ()
    stage.now = NOW + timedelta(hours=1)

    assert stage.run().outcome.complete

    assert stage.provider.users["smtp1"].status == "Disable"
    assert stage.plan().changes == ()
    assert sink_of(stage).holds == {"memory a": ("smtp002", "pass word")}


def idle(status: Settings = OFF) -> dict[str, Binding]:
    """Two users of which the second serves, the first has left."""
    left = PasswordRecord(OLD, left=OLD, last=KEY.of("smtp1", Secret("pass word")))
    return {
        "a": Binding("smtp1", status, password=left),
        "a+2": Binding("smtp2", ON, password=delivered("smtp2", turn=1)),
    }


def turning(**more: Any) -> Stage:
    stage = stage_of(TURN, idle(), **more)
    sink_of(stage).holds = {"memory a": ("smtp2", "pass word")}
    return stage


def test_the_idle_user_is_changed_and_enabled_before_anybody_learns_of_it() -> None:
    stage = turning()
    order: list[str] = []
    stage.provider.before_call = order.append
    sink_of(stage).before_delivery = lambda _: order.append("deliver")

    assert stage.run().outcome.complete

    assert [step for step in order if step != "list"] == ["reset", "edit", "deliver"]
    assert sink_of(stage).holds == {"memory a": ("smtp1", stage.provider.password("smtp1").reveal())}
    assert (record(stage).turn, record(stage).left) == (2, None)
    assert record(stage, "a+2").left == "2026-03-01T12:00:00.000000Z"
    assert "add" not in order


def test_a_turn_whose_edit_fails_delivers_nothing_until_the_user_is_ready() -> None:
    stage = turning()
    stage.provider.edit_errors["smtp1"] = REFUSED

    outcome = stage.run().outcome

    assert sink_of(stage).holds == {"memory a": ("smtp2", "pass word")}, "what is in use stays there"
    assert (names(outcome.failed), outcome.delivered) == (["a"], ())
    assert record(stage, "a+2").left is None, "no grace begins before somebody can change over"
    stage.now = NOW + timedelta(days=9)
    in_place_again(stage)
    assert len(stage.provider.made("reset")) == 1


def test_a_turn_whose_delivery_fails_disables_nobody_however_long_it_takes() -> None:
    stage = turning()
    sink_of(stage).failure = FULL
    stage.run()
    stage.now = NOW + timedelta(days=9)

    stage.run()

    assert stage.provider.users["smtp2"].status == "Enable"
    in_place_again(stage)
    assert stage.provider.users["smtp2"].status == "Enable"


def test_where_a_disabled_user_may_not_have_a_new_password_it_is_enabled_first() -> None:
    stage = turning()
    calls: list[str] = []

    def refuse_disabled(kind: str) -> None:
        calls.append(kind)
        off = stage.provider.users["smtp1"].status == "Disable"
        stage.provider.reset_errors.update({"smtp1": REFUSED} if off else {})
        if not off:
            stage.provider.reset_errors.clear()

    stage.provider.before_call = refuse_disabled

    assert stage.run().outcome.complete

    assert [step for step in calls if step != "list"][:3] == ["reset", "edit", "reset"]
    assert sink_of(stage).holds == {"memory a": ("smtp1", stage.provider.password("smtp1").reveal())}


def test_a_user_that_may_have_no_new_password_at_all_fails() -> None:
    stage = turning()
    stage.provider.reset_errors["smtp1"] = REFUSED
    outcome = stage.run().outcome
    assert names(outcome.failed) == ["a"]
    assert sink_of(stage).holds == {"memory a": ("smtp2", "pass word")}


def test_what_is_asked_for_can_be_asked_for_again_and_again() -> None:
    stage = stage_of(PasswordPolicy(), request=RotationRequest(("a",)))
    for _ in range(3):
        assert stage.run().outcome.complete
        stage.now += timedelta(hours=2)
    assert len(stage.provider.made("reset")) == 3
    stage.request = None
    assert stage.plan().changes == ()


def test_two_users_take_turns_for_ever_and_there_is_never_a_third() -> None:
    stage = stage_of(IN_TURNS, request=RotationRequest(("a",)))
    for number in range(1, 6):
        assert stage.run().outcome.complete
        user, password = sink_of(stage).holds["memory a"]
        assert user == ("smtp002" if number % 2 else "smtp1")
        assert password == stage.provider.password(user).reveal()
        assert stage.provider.users[user].status == "Enable"
        stage.now += timedelta(hours=2)
    assert len(stage.provider.users) == 2


def test_after_the_last_sink_is_gone_an_unfinished_turn_disables_nobody() -> None:
    stage = turning()
    sink_of(stage).failure = FULL
    stage.run()
    stage.outlets = outlets_of(MemorySink(), only=(("team", "none"),))
    for _ in range(2):
        stage.run()
        stage.now += timedelta(days=9)
    assert [user.status for user in stage.provider.users.values()] == ["Enable", "Enable"]


def test_the_grace_of_a_second_user_that_was_adopted_enabled_begins_with_it() -> None:
    stage = stage_of(replace(IN_TURNS, alternate_pin="smtp2"))
    stage.provider.users["smtp2"] = ON
    assert stage.run().outcome.complete
    assert stage.plan().changes == ()
    for _ in range(2):
        stage.run()
        stage.now += timedelta(hours=2)
    assert [one.why for one in stage.plan().changes] in ([], ["left"])
    stage.run()
    stage.request = RotationRequest(("a",))
    assert [one.action for one in stage.plan().changes] == ["rotate", "deliver"]

"""Two users take turns: nobody is locked out, and there is never a third."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sarv_sync.model.rotation import RotationRequest
from sarv_sync.model.secret import Secret
from sarv_sync.model.state import Binding, PasswordRecord
from sarv_sync.model.users import Settings
from tests.unit.applying.memory_sink import MemorySink, outlets_of
from tests.unit.applying.rotating import (
    FULL,
    IN_TURNS,
    OFF,
    OLD,
    ON,
    TURN,
    delivered,
    in_place_again,
    kinds,
    record,
    sink_of,
    stage_of,
)
from tests.unit.applying.stage import KEY, NOW, REFUSED, Journal, Stage, entry, files, names


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


def test_a_user_that_serves_again_since_the_other_was_forgotten_has_its_whole_grace_at_the_next_turn() -> None:
    stage = turning()
    bindings = dict(stage.journal.state.bindings)
    del bindings["a+2"]
    stage.journal = Journal(replace(stage.journal.state, bindings=bindings))
    stage.configuration = files(entry("a", password=IN_TURNS))
    assert stage.run().outcome.complete
    assert sink_of(stage).holds == {"memory a": ("smtp1", "pass word")}

    stage.request = RotationRequest(("a",))
    assert stage.run().outcome.complete

    assert record(stage).left == "2026-03-01T12:00:00.000000Z"
    assert stage.provider.users["smtp1"].status == "Enable"
    stage.request = None
    assert stage.plan().changes == ()


def test_an_idle_user_that_is_made_anew_stays_idle() -> None:
    stage = turning()
    stage.configuration = files(entry("a", password=IN_TURNS, recreate=True))
    del stage.provider.users["smtp1"]

    assert stage.run().outcome.complete

    made = stage.journal.state.bindings["a"].smtp_user_name
    assert stage.provider.users[made].status == "Disable"
    assert sink_of(stage).holds == {"memory a": ("smtp2", "pass word")}
    assert stage.plan().changes == ()

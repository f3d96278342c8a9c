"""Passwords arrive at every target, and the state says how far each has come."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.errors import AuthenticationFailed, InputError, SinkError
from sarv_sync.model.secret import Secret
from sarv_sync.model.state import Binding, Delivery, PasswordRecord
from sarv_sync.model.users import PasswordPolicy
from tests.unit.applying.memory_sink import MemorySink, outlets_of
from tests.unit.applying.stage import (
    KEY,
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

if TYPE_CHECKING:
    from sarv_sync.model.sink import Credential

FULL = SinkError("the disk is full", "make room")
ON = values(5000, 200)
IN_TURNS = PasswordPolicy(rotation="alternate", grace=3600.0)


def stage_of(*sinks: MemorySink, entries: tuple[str, ...] = ("billing",), **more: Any) -> Stage:
    return Stage(files(*(entry(name) for name in entries)), outlets=outlets_of(*sinks), **more)


def bound(sink: MemorySink, *, at: str | None = "memory billing", **more: Any) -> Stage:
    """A stage whose one user is as it should be, with this record of a delivery to `at`."""
    record = PasswordRecord("2026-01-01T00:00:00.000000Z", deliveries=(Delivery(at, FORM),) if at else ())
    known = replace(state(), bindings={"billing": Binding("smtp1", ON, password=record)})
    return stage_of(sink, provider=Provider({"smtp1": ON}), journal=Journal(known), **more)


FORM = outlets_of(MemorySink()).targets(entry("billing"), None)[0].form


def deliveries(stage: Stage, name: str = "billing") -> dict[str, str | None]:
    return {one.address: one.verifier for one in stage.journal.state.bindings[name].password.deliveries}


def test_a_new_user_is_delivered_with_the_password_of_the_answer() -> None:
    sink = MemorySink()
    stage = stage_of(sink)

    outcome = stage.run().outcome

    assert sink.holds == {"memory billing": ("smtp001", "pass word")}
    assert [(one.name, one.action, one.smtp_user_name) for one in outcome.delivered] == [
        ("billing", "deliver", "smtp001")
    ]
    assert deliveries(stage) == {"memory billing": KEY.of("smtp001", Secret("pass word"))}
    assert outcome.complete
    assert stage.plan().changes == ()


def test_a_delivery_is_owed_in_the_state_before_it_is_made() -> None:
    sink = MemorySink()
    stage = stage_of(sink)
    owed: list[dict[str, str | None]] = []
    sink.before_delivery = lambda _: owed.append(deliveries(stage))

    stage.run()

    assert owed == [{"memory billing": None}]


def test_a_user_that_existed_is_delivered_with_the_password_of_the_listing() -> None:
    sink = MemorySink()
    stage = bound(sink)
    stage.provider.passwords["smtp1"] = Secret("listed")

    assert stage.run().outcome.complete

    assert sink.holds == {"memory billing": ("smtp1", "listed")}


def test_no_password_is_in_the_state_or_the_outcome() -> None:
    sink = MemorySink()
    stage = bound(sink)
    stage.provider.passwords["smtp1"] = Secret("c4nary")

    execution = stage.run()

    assert sink.holds["memory billing"][1] == "c4nary"
    assert "c4nary" not in repr(execution) + repr(stage.journal.writes)


def test_every_target_is_tried_and_the_ones_that_failed_are_owed() -> None:
    full, fine = MemorySink("full {name}", failure=FULL), MemorySink("fine {name}")
    stage = stage_of(full, fine)

    outcome = stage.run().outcome

    [undelivered] = outcome.undelivered
    assert undelivered.message == "memory: the disk is full (make room)"
    assert names(outcome.applied) == ["billing"]
    assert not outcome.complete
    assert deliveries(stage) == {
        "fine billing": KEY.of("smtp001", Secret("pass word")),
        "full billing": None,
    }
    [due] = stage.plan().changes
    assert (due.action, due.sinks) == ("deliver", ("full billing",))
    full.failure = None
    assert stage.run().outcome.complete
    assert fine.made("deliver") == [("fine billing", "smtp001")], "what has arrived is not delivered again"


def test_the_passwords_of_others_arrive_where_one_fails() -> None:
    sink = MemorySink(failure=FULL, failing={"memory b"})
    stage = stage_of(sink, entries=("a", "b", "c"), parallelism=2)

    outcome = stage.run().outcome

    assert (names(outcome.delivered), names(outcome.undelivered)) == (["a", "c"], ["b"])
    assert set(sink.holds) == {"memory a", "memory c"}


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (FULL, "memory: the disk is full (make room)"),
        (SinkError("it refused"), "memory: it refused"),
        (InputError("no such path", None), "memory: no such path"),
        (RuntimeError("pass word"), "memory: the sink failed with RuntimeError, which is a fault of its own"),
    ],
)
def test_why_a_delivery_failed_is_told_without_what_it_held(failure: Exception, message: str) -> None:
    [undelivered] = stage_of(MemorySink(failure=failure)).run().outcome.undelivered
    assert undelivered.message == message


def test_a_sink_that_is_not_ready_gets_nothing() -> None:
    sink = MemorySink(unready=InputError("no token", None))
    [undelivered] = bound(sink).run().outcome.undelivered
    assert undelivered.message == "memory: no token"
    assert sink.made("deliver") == []


def test_where_the_create_failed_nothing_is_delivered() -> None:
    sink = MemorySink()
    stage = stage_of(sink, provider=Provider(add_errors=[REFUSED]))

    outcome = stage.run().outcome

    assert names(outcome.failed) == ["billing"]
    assert (sink.made("deliver"), outcome.delivered, outcome.undelivered) == ([], (), ())


def test_a_user_whose_create_was_not_heard_is_delivered_with_the_password_of_the_listing() -> None:
    sink = MemorySink()
    stage = stage_of(sink, provider=Provider(add_errors=[UNHEARD], takes_effect=True))
    stage.provider.passwords["smtp001"] = Secret("listed")

    assert stage.run().outcome.complete

    assert sink.holds == {"memory billing": ("smtp001", "listed")}


def test_a_run_that_has_to_end_still_delivers_what_it_made() -> None:
    sink = MemorySink()
    stage = stage_of(sink, entries=("a", "b"), provider=Provider(add_errors=[None, UNHEARD]))
    outcome = stage.run().outcome
    assert names(outcome.delivered) == ["a"]


def test_refused_credentials_end_the_run_and_what_was_not_delivered_is_said() -> None:
    sink = MemorySink()
    stage = bound(sink)
    stage.configuration = files(entry("billing"), entry("other", 1, 1))
    known = stage.journal.state
    other = Binding("smtp2", values(2, 2))
    stage.journal = Journal(replace(known, bindings={**known.bindings, "other": other}))
    stage.provider.users["smtp2"] = values(2, 2)
    stage.provider.edit_errors["smtp2"] = AuthenticationFailed("the token was refused")

    execution = stage.run()

    assert execution.error is not None
    assert sink.holds == {}
    assert ("billing", "deliver") in [(one.name, one.action) for one in execution.outcome.not_attempted]
    assert [one.name for one in stage.plan().changes if one.action == "deliver"] == ["billing", "other"]


def test_a_user_whose_password_does_not_show_is_undelivered() -> None:
    stage = bound(MemorySink())
    stage.provider.passwords["smtp1"] = Secret("")

    [undelivered] = stage.run().outcome.undelivered

    assert undelivered.message == "the account does not list its password"


def test_what_somebody_did_to_a_target_is_repaired() -> None:
    sink = MemorySink()
    stage = bound(sink)
    stage.run()
    for meddle in (sink.holds.clear, lambda: sink.holds.update({"memory billing": ("smtp1", "other")})):
        meddle()
        assert [one.kind for one in stage.plan().drift] == ["undelivered"]
        assert stage.run().outcome.complete
        assert sink.holds == {"memory billing": ("smtp1", "pass word")}


def test_a_target_that_is_none_any_more_is_let_go_of() -> None:
    stage = bound(MemorySink(), at="memory of old")
    stage.run()
    assert set(deliveries(stage)) == {"memory billing"}


def test_a_name_that_is_in_the_address_is_filled_in_when_it_is_known() -> None:
    sink = MemorySink("memory {smtp_user_name}")
    stage = stage_of(sink)
    assert stage.plan().changes[1].sinks == ("memory {smtp_user_name}",)

    stage.run()

    assert sink.holds == {"memory smtp001": ("smtp001", "pass word")}
    assert set(deliveries(stage)) == {"memory smtp001"}
    assert stage.plan().changes == ()


class Logins:
    """A server to log in at, and how it answers."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.failure = failure
        self.tried: list[tuple[str, str]] = []

    def __call__(self, credential: Credential) -> None:
        self.tried.append((credential.username, credential.password.reveal()))
        if self.failure is not None:
            raise self.failure


def verified(logins: Logins, sink: MemorySink, **more: Any) -> Stage:
    stage = stage_of(sink, **more)
    stage.outlets = outlets_of(sink, verify=True, log_in=logins)
    return stage


def test_what_was_delivered_is_proven_by_a_login_where_that_is_wanted() -> None:
    logins, sink = Logins(), MemorySink()
    assert verified(logins, sink).run().outcome.complete
    assert logins.tried == [("smtp001", "pass word")]
    unwanted = Logins()
    stage = stage_of(MemorySink())
    stage.outlets = outlets_of(MemorySink(), log_in=unwanted)
    stage.run()
    assert unwanted.tried == []


def test_a_login_that_fails_makes_the_run_incomplete_and_is_tried_again_by_the_next() -> None:
    logins, sink = Logins(SinkError("535 refused")), MemorySink()
    stage = verified(logins, sink)

    [undelivered] = stage.run().outcome.undelivered

    assert undelivered.message == "it was delivered, but logging in: 535 refused"
    assert deliveries(stage) == {"memory billing": None}
    logins.failure = None
    assert stage.run().outcome.complete
    assert len(logins.tried) == 2


def test_nobody_logs_in_as_a_user_that_is_disabled_or_where_a_delivery_failed() -> None:
    logins = Logins()
    off = verified(logins, MemorySink())
    off.configuration = files(replace(entry("billing"), settings=values(5000, 200, on=False)))
    assert off.run().outcome.complete
    verified(logins, MemorySink(failure=FULL)).run()
    assert logins.tried == []


def test_where_no_server_is_known_nobody_logs_in() -> None:
    stage = stage_of(MemorySink())
    stage.outlets = outlets_of(MemorySink(), verify=True)
    assert stage.run().outcome.complete


def test_a_password_that_changes_meanwhile_is_not_called_delivered() -> None:
    sink = MemorySink()
    stage = bound(sink)

    def reset(_: str) -> None:
        stage.provider.passwords["smtp1"] = Secret("by hand")

    sink.before_delivery = reset
    outcome = stage.run().outcome

    assert outcome.delivered == ()
    assert "another password than the one delivered" in (outcome.undelivered[0].message or "")
    assert not outcome.complete
    sink.before_delivery = lambda _: None
    assert stage.run().outcome.complete
    assert sink.holds["memory billing"][1] == "by hand"

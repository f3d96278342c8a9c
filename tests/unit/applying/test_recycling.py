"""Retired users that new entries take: in which order, and what is left when a step fails."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import SinkError
from sarv_sync.model.state import Binding, PasswordRecord, State
from tests.unit.applying.memory_sink import MemorySink, outlets_of
from tests.unit.applying.rotating import FULL, OLD, kinds, record, sink_of
from tests.unit.applying.stage import (
    KEY,
    REFUSED,
    UNHEARD,
    UNREACHABLE,
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
    from sarv_sync.errors import ProviderError
    from sarv_sync.model.secret import Secret

OFF = values(50, 5, on=False)
BEGUN = Binding("smtp1", OFF, password=PasswordRecord(OLD), removed_at=OLD, recycled_from="old")
RETIRED = replace(state(), removed={"old": Binding("smtp1", OFF, removed_at=OLD)})


def stage_of(known: State = RETIRED, **more: object) -> Stage:
    """A stage for the entry `a`, in an account with a user that was retired as `old` two months ago."""
    configuration = replace(files(entry("a")), recycle_after=30 * 86400.0)
    return Stage(configuration, Provider({"smtp1": OFF}), Journal(known), outlets=outlets_of(MemorySink()), **more)  # type: ignore[arg-type]


def password(stage: Stage) -> Secret:
    return stage.provider.password("smtp1")


def test_it_is_reset_while_disabled_then_gets_its_limits_its_delivery_and_only_then_may_send() -> None:
    stage = stage_of()
    sink_of(stage).before_delivery = lambda _: stage.provider.calls.append(("deliver",))
    assert stage.run().outcome.complete
    assert [call for call in stage.provider.calls if call[0] != "list"] == [
        ("reset", "smtp1"),
        ("edit", "smtp1", {"total_limit": 5000, "hourly_limit": 200}),
        ("deliver",),
        ("edit", "smtp1", {"status": "Enable"}),
    ]
    assert sink_of(stage).holds == {"memory a": ("smtp1", password(stage).reveal())}
    after = stage.journal.state
    assert after.removed == {}
    assert (after.bindings["a"].applied, after.bindings["a"].recycled_from) == (values(5000, 200), None)
    assert stage.plan().changes == ()


def test_for_an_entry_that_is_disabled_it_gets_all_but_the_right_to_send() -> None:
    stage = stage_of()
    disabled = replace(entry("a"), settings=values(5000, 200, on=False))
    stage.configuration = replace(stage.configuration, users={"a": disabled})
    assert stage.run().outcome.complete
    assert kinds(stage) == ["reset", "edit"]
    assert stage.provider.users["smtp1"] == values(5000, 200, on=False)
    assert sink_of(stage).holds == {"memory a": ("smtp1", password(stage).reveal())}
    assert stage.plan().changes == ()


def test_the_state_says_whose_it_is_before_the_first_call() -> None:
    stage = stage_of()
    seen: list[State] = []
    stage.provider.before_call = lambda kind: seen.append(stage.journal.state) if kind == "reset" else None
    stage.run()
    assert (seen[0].bindings["a"].smtp_user_name, seen[0].bindings["a"].recycled_from) == ("smtp1", "old")
    assert "old" not in seen[0].removed


def test_a_listing_that_lags_is_not_believed_afterwards() -> None:
    stage = stage_of()
    before = KEY.of("smtp1", password(stage))
    stage.run()
    assert record(stage).former == before


@pytest.mark.parametrize("error", [UNHEARD, UNREACHABLE])
def test_without_a_new_password_it_stays_disabled_and_the_next_run_goes_on(error: ProviderError) -> None:
    stage = stage_of()
    stage.provider.reset_errors["smtp1"] = error
    assert not stage.run().outcome.complete
    assert kinds(stage) == ["reset"]
    assert stage.provider.users["smtp1"] == OFF
    assert sink_of(stage).holds == {}
    stage.provider.reset_errors.clear()
    assert stage.run().outcome.complete
    assert stage.plan().changes == ()


def test_where_a_disabled_user_gets_no_new_password_it_stays_retired_under_its_name() -> None:
    stage = stage_of()
    stage.provider.reset_errors["smtp1"] = REFUSED
    outcome = stage.run().outcome
    assert names(outcome.failed) == ["a"]
    assert "take `recycle` out of the files" in (outcome.failed[0].message or "")
    after = stage.journal.state
    assert (after.bindings, after.removed) == ({}, RETIRED.removed)
    assert stage.provider.users["smtp1"] == OFF


def test_it_is_not_enabled_while_its_password_has_not_arrived() -> None:
    stage = stage_of()
    sink_of(stage).failure = FULL
    outcome = stage.run().outcome
    assert (names(outcome.failed), names(outcome.undelivered)) == (["a"], ["a"])
    assert stage.provider.users["smtp1"].status == "Disable"
    sink_of(stage).failure = None
    assert stage.run().outcome.complete
    assert sink_of(stage).holds == {"memory a": ("smtp1", password(stage).reveal())}


def test_a_refused_edit_leaves_it_to_the_next_run() -> None:
    stage = stage_of()
    stage.provider.edit_errors["smtp1"] = REFUSED
    outcome = stage.run().outcome
    assert (names(outcome.failed), stage.provider.users["smtp1"]) == (["a"], OFF)
    stage.provider.edit_errors.clear()
    assert stage.run().outcome.complete


def test_the_time_of_users_retired_before_it_was_written_down_begins_with_recycling() -> None:
    undated = replace(state(), removed={"old": Binding("smtp1", OFF)})
    stage = stage_of(undated)
    assert kinds(stage) == []
    stage.run()
    assert stage.journal.state.removed["old"].removed_at == "2026-03-01T12:00:00.000000Z"


def test_the_time_of_a_user_that_somebody_enabled_meanwhile_begins_anew() -> None:
    stage = stage_of()
    stage.provider.users["smtp1"] = values(50, 5)
    assert stage.run().outcome.complete
    assert stage.journal.state.removed["old"].removed_at == "2026-03-01T12:00:00.000000Z"


def test_it_is_not_enabled_while_the_account_shows_the_old_password() -> None:
    """An answer may be wrong, and whoever had the user before still knows what the account shows."""
    stage = stage_of()
    old = password(stage)
    stage.provider.before_call = lambda kind: stage.provider.passwords.update(
        {"smtp1": old} if kind == "list" else {}
    )
    outcome = stage.run().outcome
    assert names(outcome.failed) == ["a"]
    assert "stays disabled" in (outcome.failed[0].message or "")
    assert stage.provider.users["smtp1"].status == "Disable"
    assert sink_of(stage).holds == {}


def test_a_login_that_is_asked_for_is_tried_once_the_user_is_enabled() -> None:
    seen: list[str] = []
    stage = stage_of()
    stage.outlets = outlets_of(
        MemorySink(), verify=True, log_in=lambda _: seen.append(stage.provider.users["smtp1"].status)
    )
    assert stage.run().outcome.complete
    assert seen == ["Enable"]
    assert kinds(stage).count("reset") == 1


def test_a_login_that_fails_is_told_and_delivered_again_without_another_reset() -> None:
    def fail(_: object) -> None:
        raise SinkError("the server refused the login")

    stage = stage_of()
    sink = MemorySink()
    stage.outlets = outlets_of(sink, verify=True, log_in=fail)
    assert names(stage.run().outcome.undelivered) == ["a"]
    stage.outlets = outlets_of(sink, verify=True, log_in=lambda _: None)
    assert stage.run().outcome.complete
    assert kinds(stage).count("reset") == 1


def test_a_refusal_in_a_later_run_takes_nobodys_user_away() -> None:
    """The run before may have reset it, delivered it, and died before it wrote that down."""
    stage = stage_of(replace(state(), bindings={"a": BEGUN}))
    stage.provider.users["smtp1"] = values(5000, 200)
    stage.provider.reset_errors["smtp1"] = REFUSED
    assert names(stage.run().outcome.failed) == ["a"]
    after = stage.journal.state
    assert (after.bindings["a"].smtp_user_name, after.removed) == ("smtp1", {})
    stage.provider.reset_errors.clear()
    assert stage.run().outcome.complete
    assert stage.provider.users["smtp1"] == values(5000, 200)


def test_one_that_somebody_enabled_meanwhile_is_disabled_before_its_password_is_changed() -> None:
    stage = stage_of(replace(state(), bindings={"a": BEGUN}))
    stage.provider.users["smtp1"] = values(50, 5)
    sink_of(stage).failure = FULL
    stage.run()
    assert [call[0] for call in stage.provider.calls if call[0] != "list"][:2] == ["edit", "reset"]
    assert stage.provider.users["smtp1"].status == "Disable"

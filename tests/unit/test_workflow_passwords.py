"""The use cases where passwords are delivered or changed, with everything real but account, store and sinks."""

from __future__ import annotations

from contextlib import closing, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync import apply_workflow, workflow
from sarv_sync.applying.crew import Threads
from sarv_sync.applying.run import Surroundings
from sarv_sync.errors import EXIT_DONE, EXIT_INCOMPLETE, Refused, SinkError
from sarv_sync.model.configuration import SinkSettings
from sarv_sync.model.rotation import RotationRequest
from sarv_sync.model.secret import Secret
from sarv_sync.model.users import PasswordPolicy
from sarv_sync.signing.verifier import verifiers
from tests.unit.applying.memory_sink import MemorySink, outlets_of
from tests.unit.applying.stage import ACCOUNT, Provider, Watcher, entry, files, values
from tests.unit.state.scripted_store import ScriptedStore
from tests.unit.test_workflow import HOLDER, STATE_WORLD

if TYPE_CHECKING:
    from sarv_sync.applying.executor import Execution
    from sarv_sync.model.plan import Plan

TOKEN, OTHER = Secret("token"), Secret("another token")
MONTHLY = PasswordPolicy(every=30 * 86_400.0)


class Office:
    """A project with one sink, whose token and clock a test sets."""

    def __init__(self, *policies: PasswordPolicy, sink: MemorySink | None = None) -> None:
        self.sink = sink or MemorySink()
        names = ("billing", "orders")
        given = policies or (PasswordPolicy(),)
        entries = (entry(name, password=one) for name, one in zip(names, given, strict=False))
        self.configuration = replace(files(*entries), sinks=(SinkSettings("memory"),))
        self.provider = Provider()
        self.store = ScriptedStore(None)
        self.now = datetime(2026, 1, 1, tzinfo=timezone.utc)
        self.token: Secret | None = TOKEN
        self.asked: list[Plan] = []

    @property
    def project(self) -> workflow.Project:
        passwords = workflow.Passwords(
            outlets_of(self.sink), None if self.token is None else verifiers(self.token), lambda: self.now
        )
        return workflow.Project(self.configuration, ACCOUNT, self.store, self.provider, passwords)

    def plan(self, rotation: RotationRequest | None = None) -> Plan:
        return workflow.plan(self.project, (), rotation)

    def apply(self, rotation: RotationRequest | None = None, reviewed: Plan | None = None) -> Execution:
        def ask(plan: Plan) -> bool:
            self.asked.append(plan)
            return True

        approval = apply_workflow.Approval(
            lambda _: None, ask, apply_workflow.review_check(reviewed, None), apply_workflow.review_timing(reviewed)
        )
        watcher, project = Watcher(), self.project
        with closing(Threads(2, watcher)) as crew:
            outlets = project.passwords.outlets
            world = Surroundings(self.provider, watcher, Random(1), watcher, watcher, crew, 2, outlets)
            means = apply_workflow.Means(HOLDER, world, STATE_WORLD, nullcontext)
            return apply_workflow.apply(project, approval, (), means, rotation)

    def meddle(self, **passwords: str) -> None:
        self.provider.passwords.update({user: Secret(password) for user, password in passwords.items()})


def settled(*policies: PasswordPolicy) -> Office:
    office = Office(*policies)
    assert apply_workflow.exit_code(office.apply()) == EXIT_DONE
    office.asked.clear()
    return office


def steps(plan: Plan) -> list[tuple[str, str]]:
    return [(one.name, one.action) for one in plan.changes]


def test_a_plan_looks_at_targets_and_writes_nowhere() -> None:
    office = settled()
    office.sink.calls.clear()
    attempts = office.store.attempts

    assert office.plan().changes == ()

    assert office.sink.calls == [("read back", "memory billing")]
    assert office.store.attempts == attempts


def test_what_is_new_is_made_and_delivered_and_then_nothing_is_left() -> None:
    office = Office()

    execution = office.apply()

    assert apply_workflow.exit_code(execution) == EXIT_DONE
    assert execution.outcome.warnings == ()
    assert office.sink.holds == {"memory billing": ("smtp001", "pass word")}
    attempts = office.store.attempts
    assert office.apply().outcome.verified
    assert office.store.attempts == attempts, "there is nothing to note either"


@pytest.mark.parametrize("failing", ["refusal", "unready"])
def test_a_sink_that_cannot_be_written_is_found_out_before_any_user_is_made(failing: str) -> None:
    office = Office(sink=MemorySink(**{failing: SinkError("the disk is full", "make room")}))  # type: ignore[arg-type]

    with pytest.raises(Refused) as refused:
        office.apply()

    assert refused.value.exit_code == 4
    assert "the disk is full" in refused.value.faults[0].message
    assert [call for call in office.provider.calls if call[0] != "list"] == []
    assert office.store.state.lock is None
    assert office.store.state.intents == {}


def test_a_delivery_that_fails_is_made_up_for_by_the_next_apply() -> None:
    office = Office(sink=MemorySink(failure=SinkError("gone away")))
    assert apply_workflow.exit_code(office.apply()) == EXIT_INCOMPLETE
    assert steps(office.plan()) == [("billing", "deliver")]
    office.sink.failure = None
    assert apply_workflow.exit_code(office.apply()) == EXIT_DONE
    assert len(office.provider.made("add")) == 1


def test_a_password_that_somebody_changed_is_drift_and_delivered() -> None:
    office = settled()
    office.meddle(smtp001="by hand")

    plan = office.plan()

    assert [one.kind for one in plan.drift] == ["password_changed"]
    assert workflow.drift_exit_code(plan) == 2
    assert "by hand" not in repr(plan)
    assert apply_workflow.exit_code(office.apply()) == EXIT_DONE
    assert office.sink.holds == {"memory billing": ("smtp001", "by hand")}
    assert workflow.drift_exit_code(office.plan()) == 0


def test_another_token_is_noted_without_asking_and_delivers_nothing() -> None:
    office = settled()
    office.token = OTHER
    office.sink.calls.clear()

    assert "the API token has changed" in office.plan().warnings[0].message
    assert apply_workflow.exit_code(office.apply()) == EXIT_DONE

    assert office.asked == []
    assert office.sink.made("deliver") == []
    assert office.plan().warnings == ()
    office.meddle(smtp001="by hand")
    assert [one.kind for one in office.plan().drift] == ["password_changed"], "from now on it can be told again"


def test_a_plan_without_a_token_tells_no_more_than_the_targets_show() -> None:
    office = settled()
    office.sink.unseen = SinkError("it cannot be read")
    office.meddle(smtp001="by hand")
    office.token = None
    plan = office.plan()
    assert (plan.changes, plan.drift) == ((), ())


def test_a_rotation_that_is_asked_for_changes_those_passwords_and_nothing_else() -> None:
    office = settled(PasswordPolicy(), PasswordPolicy())
    office.provider.users["smtp001"] = values(1, 1)
    office.now += timedelta(days=1)

    execution = office.apply(RotationRequest(("orders",)))

    assert apply_workflow.exit_code(execution) == EXIT_DONE
    assert office.provider.made("reset") == [("smtp002",)]
    assert office.sink.holds["memory orders"] == ("smtp002", office.provider.password("smtp002").reveal())
    assert office.provider.users["smtp001"] == values(1, 1), "that is for apply"


def test_what_is_due_is_changed_by_apply_and_by_nobody_who_was_not_told_so() -> None:
    office = settled(MONTHLY)
    reviewed = office.plan()
    office.now += timedelta(days=31)

    assert apply_workflow.exit_code(office.apply(reviewed=reviewed)) == EXIT_DONE
    assert office.provider.made("reset") == []
    assert apply_workflow.exit_code(office.apply()) == EXIT_DONE
    assert office.provider.made("reset") == [("smtp001",)]
    assert office.plan().changes == ()


def test_a_reviewed_rotation_is_carried_out_however_long_the_review_took() -> None:
    office = settled(MONTHLY)
    office.now += timedelta(days=31)
    reviewed = office.plan()
    office.now += timedelta(days=2)
    assert apply_workflow.exit_code(office.apply(reviewed=reviewed)) == EXIT_DONE
    assert len(office.provider.made("reset")) == 1


def test_what_somebody_did_after_the_review_is_left_to_the_next() -> None:
    office = settled()
    reviewed = office.plan()
    office.sink.holds.clear()
    assert apply_workflow.exit_code(office.apply(reviewed=reviewed)) == EXIT_DONE
    assert office.sink.holds == {}
    assert apply_workflow.exit_code(office.apply()) == EXIT_DONE
    assert set(office.sink.holds) == {"memory billing"}


def test_without_any_sink_where_new_passwords_went_is_said() -> None:
    office = Office()
    project = replace(office.project, passwords=workflow.Passwords())
    project = replace(project, configuration=replace(project.configuration, sinks=()))
    watcher = Watcher()
    with closing(Threads(1, watcher)) as crew:
        world = Surroundings(office.provider, watcher, Random(1), watcher, watcher, crew, 1)
        approval: Any = apply_workflow.Approval(lambda _: None, lambda _: True)
        means = apply_workflow.Means(HOLDER, world, STATE_WORLD, nullcontext)
        execution = apply_workflow.apply(project, approval, (), means)
    assert "delivered nowhere" in execution.outcome.warnings[0].message
    assert steps(office.plan()) == [("billing", "deliver")], "a sink that is added later gets it all the same"

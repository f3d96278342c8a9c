"""What an apply notes in the state before its first call."""

from __future__ import annotations

from dataclasses import replace

from sarv_sync.model.configuration import RemovedEntry
from sarv_sync.model.state import Binding, Birthmark, Intent, PasswordRecord, Retired
from sarv_sync.model.users import PasswordPolicy, Source
from tests.unit.applying.memory_sink import MemorySink, outlets_of
from tests.unit.applying.stage import Journal, Provider, Stage, entry, files, state, values

MARK = Birthmark(311, 7)


def test_entries_that_once_swapped_their_names_do_not_swap_them_again_after_a_lost_state() -> None:
    stage = Stage(files(entry("a", renamed_from="b"), entry("b", renamed_from="a")))

    assert stage.run().outcome.verified
    owners = {name: binding.smtp_user_name for name, binding in stage.journal.state.bindings.items()}

    assert stage.plan().changes == ()
    assert stage.run().outcome.verified
    assert {name: binding.smtp_user_name for name, binding in stage.journal.state.bindings.items()} == owners


def test_a_forgotten_user_is_never_taken_for_the_user_of_an_unheard_create() -> None:
    old = state(old=("smtp1", values(MARK.total_limit, MARK.hourly_limit)))
    intent = Intent("i", "billing", MARK, "l")
    journal = Journal(replace(old, intents={"i": intent}, listings={"l": ()}))
    configuration = files(entry("billing"))
    gone = {"old": RemovedEntry("old", "forget", Source("sarv-sync.yaml", 9, 3))}
    provider = Provider({"smtp1": values(MARK.total_limit, MARK.hourly_limit)})
    stage = Stage(replace(configuration, removed=gone), provider, journal)

    assert stage.run().outcome.verified

    assert stage.journal.state.bindings["billing"].smtp_user_name != "smtp1"
    assert stage.provider.users["smtp1"] == values(MARK.total_limit, MARK.hourly_limit)


def test_a_spare_is_disabled_after_a_crash_whatever_happens_to_vanished_entries() -> None:
    given_up = replace(state(), retired=(Retired("gone", MARK, "l"),), listings={"l": ()})
    stage = Stage(
        replace(files(), on_removal="forbid"),
        Provider({"spare": values(MARK.total_limit, MARK.hourly_limit), "other": values(1, 1)}),
        Journal(given_up),
    )

    def crash(kind: str) -> None:
        if kind == "edit":
            raise KeyboardInterrupt

    stage.provider.before_call = crash
    try:
        stage.run()
    except KeyboardInterrupt:
        stage.provider.before_call = lambda _: None

    assert stage.run().outcome.verified
    assert stage.provider.users["spare"].status == "Disable"
    assert stage.plan().changes == ()


def test_a_retired_name_keeps_what_was_applied_to_it() -> None:
    stage = Stage(
        files(),
        Provider({"smtp1": values(50, 5), "other": values(1, 1)}),
        Journal(state(old=("smtp1", values(50, 5)))),
    )

    assert stage.run().outcome.verified

    assert stage.journal.state.removed == {"old": Binding("smtp1", values(50, 5, on=False))}


def test_values_that_never_took_effect_are_not_called_drift_afterwards() -> None:
    stage = Stage(
        files(entry("billing", 5000)),
        Provider({"smtp1": values(600, 200)}, cap=600),
        Journal(state(billing=("smtp1", values(600, 200)))),
    )

    outcome = stage.run().outcome
    plan = stage.plan()

    assert [one.name for one in outcome.failed] == ["billing"]
    assert plan.drift == ()
    assert [(change.action, change.cause) for change in plan.changes] == [("update", "config")]


def test_a_returning_user_that_somebody_enabled_already_is_delivered_at_once() -> None:
    sink = MemorySink()
    gone = Binding("smtp1", values(5000, 200, on=False), password=PasswordRecord(turn=1))
    for policy in (PasswordPolicy(), PasswordPolicy(rotation="alternate")):
        stage = Stage(
            files(entry("billing", password=policy)),
            Provider({"smtp1": values(5000, 200)}),
            Journal(replace(state(), removed={"billing": gone})),
            outlets=outlets_of(sink),
        )

        assert stage.run().outcome.complete

        assert stage.journal.state.bindings["billing"].applied == values(5000, 200)
        assert stage.plan().changes == ()

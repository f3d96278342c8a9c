"""Entries that are removed, adopted, renamed, forgotten, or come back."""

from __future__ import annotations

from dataclasses import replace

from sarv_sync.model.configuration import RemovedEntry
from sarv_sync.model.state import Binding
from sarv_sync.model.users import Source
from tests.unit.applying.stage import (
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

OLD = values(100, 10)


def stage_of(*users: str, **more: object) -> Stage:
    """Return a stage on which each of `users` has old values, and the files want new ones."""
    provider = Provider({f"smtp-{name}": OLD for name in users})
    bound = state(**{name: (f"smtp-{name}", OLD) for name in users})
    return Stage(files(*(entry(name, **more) for name in users)), provider, Journal(bound))  # type: ignore[arg-type]


def test_a_removed_entry_is_disabled_with_that_value_alone_and_remembered() -> None:
    stage = stage_of("billing")
    stage.configuration = files()

    outcome = stage.run().outcome

    assert stage.provider.made("edit") == [("smtp-billing", {"status": "Disable"})]
    assert [(entry.name, entry.action) for entry in outcome.applied] == [("billing", "disable")]
    assert stage.journal.state.bindings == {}
    assert stage.journal.state.removed == {"billing": Binding("smtp-billing", replace(OLD, status="Disable"))}


def test_a_disable_without_an_answer_is_remembered_once_it_shows() -> None:
    stage = stage_of("billing")
    stage.configuration = files()
    stage.provider.edit_errors["smtp-billing"] = UNHEARD
    stage.provider.takes_effect = True

    assert stage.run().outcome.verified

    assert list(stage.journal.state.removed) == ["billing"]


def test_a_disable_that_did_not_happen_leaves_the_name_bound() -> None:
    stage = stage_of("billing")
    stage.configuration = files()
    stage.provider.edit_errors["smtp-billing"] = REFUSED

    outcome = stage.run().outcome

    assert names(outcome.failed) == ["billing"]
    assert list(stage.journal.state.bindings) == ["billing"]


def test_a_user_that_was_disabled_by_hand_is_noted_as_removed_without_a_call() -> None:
    stage = stage_of("billing")
    stage.configuration = files()
    stage.provider.users["smtp-billing"] = replace(OLD, status="Disable")

    assert stage.run().outcome.verified

    assert stage.provider.made("edit") == []
    assert list(stage.journal.state.removed) == ["billing"]


def test_an_adopted_user_is_bound_before_it_is_edited() -> None:
    stage = Stage(files(entry("billing", smtp_user_name="smtp1")), Provider({"smtp1": OLD}), Journal(state()))
    bound_at_edit: list[Binding | None] = []

    def look(kind: str) -> None:
        if kind == "edit":
            bound_at_edit.append(stage.journal.state.bindings.get("billing"))

    stage.provider.before_call = look

    assert stage.run().outcome.verified

    assert bound_at_edit == [Binding("smtp1", OLD)]
    assert stage.journal.state.bindings["billing"] == Binding("smtp1", values(5000, 200))


def test_adopting_a_user_that_is_as_desired_takes_no_call() -> None:
    provider = Provider({"smtp1": values(5000, 200)})
    stage = Stage(files(entry("billing", smtp_user_name="smtp1")), provider, Journal(state()))

    outcome = stage.run().outcome

    assert [(entry.action, entry.smtp_user_name) for entry in outcome.applied] == [("adopt", "smtp1")]
    assert provider.made("edit") == []
    assert outcome.verified


def test_a_renamed_user_keeps_its_user_and_gets_its_new_values() -> None:
    stage = stage_of("shop")
    stage.configuration = files(entry("orders", renamed_from="shop"))

    assert stage.run().outcome.verified

    assert stage.journal.state.bindings == {"orders": Binding("smtp-shop", values(5000, 200), "shop")}
    assert stage.plan().changes == ()


def test_a_forgotten_user_is_let_go_without_a_call() -> None:
    stage = stage_of("billing")
    forget = RemovedEntry("billing", "forget", Source("sarv-sync.yaml", 1, 1))
    stage.configuration = replace(files(), removed={"billing": forget})

    outcome = stage.run().outcome

    assert [(entry.action, entry.smtp_user_name) for entry in outcome.applied] == [("forget", "smtp-billing")]
    assert stage.provider.made("edit") == []
    assert stage.journal.state.bindings == {}
    assert outcome.verified


def test_a_returning_name_gets_its_own_user_back() -> None:
    disabled = replace(OLD, status="Disable")
    stage = Stage(files(entry("billing")), Provider({"smtp1": disabled}), Journal(state()))
    stage.journal.state = replace(state(), removed={"billing": Binding("smtp1", disabled)})

    assert stage.run().outcome.verified

    assert stage.journal.state.bindings == {"billing": Binding("smtp1", values(5000, 200))}
    assert stage.journal.state.removed == {}


def test_a_returning_name_whose_user_is_as_desired_is_only_noted() -> None:
    stage = Stage(files(entry("billing")), Provider({"smtp1": values(5000, 200)}), Journal(state()))
    stage.journal.state = replace(state(), removed={"billing": Binding("smtp1", OLD)})

    assert stage.run().outcome.verified

    assert stage.provider.made("edit") == []
    assert list(stage.journal.state.bindings) == ["billing"]


def test_a_target_leaves_everything_else_alone() -> None:
    stage = stage_of("billing", "news", "orders")
    stage.configuration = files(entry("billing"), entry("news", 100, 10))
    stage.targets = ("billing",)

    assert stage.run().outcome.verified

    assert stage.provider.made("edit") == [("smtp-billing", {"total_limit": 5000, "hourly_limit": 200})]
    assert sorted(stage.journal.state.bindings) == ["billing", "news", "orders"]

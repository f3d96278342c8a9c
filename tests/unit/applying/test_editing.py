from __future__ import annotations

from dataclasses import replace

import pytest

from sarv_sync.errors import ProviderError
from tests.unit.applying.stage import (
    REFUSED,
    SETTLE,
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

OLD = values(100, 10)


def stage_of(*users: str, **more: object) -> Stage:
    """Return a stage on which each of `users` has old values, and the files want new ones."""
    provider = Provider({f"smtp-{name}": OLD for name in users})
    bound = state(**{name: (f"smtp-{name}", OLD) for name in users})
    return Stage(files(*(entry(name, **more) for name in users)), provider, Journal(bound))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("total", "hourly", "status", "sent"),
    [
        (200, 10, "Enable", {"total_limit": 200}),
        (100, 20, "Enable", {"hourly_limit": 20}),
        (100, 10, "Disable", {"status": "Disable"}),
        (200, 20, "Disable", {"total_limit": 200, "hourly_limit": 20, "status": "Disable"}),
    ],
)
def test_an_update_sends_what_changed_and_nothing_else_in_one_call(
    total: int, hourly: int, status: str, sent: dict[str, object]
) -> None:
    stage = stage_of("billing")
    user = replace(entry("billing"), settings=values(total, hourly, on=status == "Enable"))
    stage.configuration = files(user)

    execution = stage.run()

    assert stage.provider.made("edit") == [("smtp-billing", sent)]
    assert (names(execution.outcome.applied), execution.outcome.verified, execution.error) == (
        ["billing"],
        True,
        None,
    )
    assert stage.journal.state.bindings["billing"].applied == user.settings
    assert stage.watcher.ended == [("billing", "update", "applied")]
    assert stage.watcher.total == 1


def test_an_ignored_value_is_neither_sent_nor_noted_as_applied() -> None:
    stage = stage_of("billing", ignore_changes=("total_limit",))

    assert stage.run().outcome.verified

    assert stage.provider.made("edit") == [("smtp-billing", {"hourly_limit": 200})]
    assert stage.journal.state.bindings["billing"].applied == values(100, 200)
    assert stage.plan().changes == ()


def test_a_user_that_is_as_desired_is_not_called_for() -> None:
    stage = stage_of("billing")
    stage.provider.users["smtp-billing"] = values(5000, 200)

    execution = stage.run()

    assert stage.provider.made("edit") == []
    assert execution.outcome.verified
    assert stage.journal.state.bindings["billing"].applied == values(5000, 200)


def test_one_failure_does_not_stop_the_others() -> None:
    stage = stage_of("billing", "news", "orders")
    stage.provider.edit_errors["smtp-news"] = REFUSED

    outcome = stage.run().outcome

    assert (names(outcome.applied), names(outcome.failed)) == (["billing", "orders"], ["news"])
    assert outcome.failed[0].message == REFUSED.message
    assert outcome.failed[0].smtp_user_name == "smtp-news"
    assert not outcome.verified
    assert stage.journal.state.bindings["news"].applied == OLD
    assert names(stage.plan().changes) == ["news"]


def test_an_edit_without_an_answer_that_the_listing_shows_is_applied() -> None:
    stage = stage_of("billing")
    stage.provider.edit_errors["smtp-billing"] = UNHEARD
    stage.provider.takes_effect = True

    outcome = stage.run().outcome

    assert (names(outcome.applied), outcome.unknown, outcome.verified) == (["billing"], (), True)
    assert outcome.applied[0].message is None
    assert stage.journal.state.bindings["billing"].applied == values(5000, 200)


def test_an_edit_without_an_answer_that_the_listing_does_not_show_is_unknown() -> None:
    stage = stage_of("billing")
    stage.provider.edit_errors["smtp-billing"] = UNHEARD

    outcome = stage.run().outcome

    assert (names(outcome.unknown), outcome.verified) == (["billing"], False)
    assert outcome.unknown[0].message == UNHEARD.message
    assert stage.watcher.time == pytest.approx(SETTLE)
    assert stage.journal.state.bindings["billing"].applied == OLD


def test_an_edit_that_provably_never_left_is_not_waited_for() -> None:
    stage = stage_of("billing")
    stage.provider.edit_errors["smtp-billing"] = UNREACHABLE

    outcome = stage.run().outcome

    assert names(outcome.failed) == ["billing"]
    assert stage.watcher.time == 0


def test_a_confirmed_edit_that_the_account_capped_has_failed_and_says_with_what_values() -> None:
    stage = stage_of("billing")
    stage.provider.cap = 1000

    outcome = stage.run().outcome

    assert (names(outcome.failed), outcome.verified) == (["billing"], False)
    message = outcome.failed[0].message or ""
    for word in ("total_limit", "1000", "5000"):
        assert word in message
    assert "hourly_limit" not in message


def test_a_confirmed_edit_of_a_user_that_vanished_has_failed() -> None:
    stage = stage_of("billing", "news")

    def vanish(kind: str) -> None:
        if kind == "list" and stage.provider.made("edit"):
            stage.provider.users.pop("smtp-billing", None)

    stage.provider.before_call = vanish

    outcome = stage.run().outcome

    assert (names(outcome.applied), names(outcome.failed)) == (["news"], ["billing"])
    assert "does not list" in (outcome.failed[0].message or "")


def test_a_listing_that_lags_is_waited_for() -> None:
    stage = stage_of("billing")
    stage.provider.lag = 2

    outcome = stage.run().outcome

    assert outcome.verified
    assert 0 < stage.watcher.time < SETTLE
    assert stage.watcher.waits
    assert all(0 < left <= SETTLE for _, left in stage.watcher.waits)


def test_a_listing_that_lags_for_longer_than_the_settle_time_proves_nothing() -> None:
    stage = stage_of("billing")
    stage.provider.lag = 99

    outcome = stage.run().outcome

    assert not outcome.verified
    assert stage.watcher.time == pytest.approx(SETTLE)


def test_a_settle_time_of_nothing_means_one_look() -> None:
    stage = stage_of("billing")
    stage.configuration = files(entry("billing"), settle=0)
    stage.provider.lag = 99

    stage.run()

    assert len(stage.provider.made("list")) == 2
    assert stage.watcher.time == 0


def test_what_cannot_be_proven_for_want_of_a_listing_is_not_verified() -> None:
    stage = stage_of("billing")

    def fail_after_the_edit(kind: str) -> None:
        if kind == "list" and stage.provider.made("edit"):
            raise ProviderError("no listing today")

    stage.provider.before_call = fail_after_the_edit

    execution = stage.run()

    assert names(execution.outcome.applied) == ["billing"]
    assert not execution.outcome.verified
    assert execution.error is not None


def test_what_the_files_took_over_counts_as_applied_field_by_field() -> None:
    """An ignored field that differs is no reason not to note the others."""
    stage = Stage(
        files(entry("a", 5000, 300, ignore_changes=("total_limit",))),
        Provider({"smtp1": values(9000, 300)}),
        Journal(state(a=("smtp1", values(5000, 200)))),
    )
    stage.run()
    assert stage.journal.state.bindings["a"].applied == values(5000, 300)

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sarv_sync.model.answers import Created
from sarv_sync.model.secret import Secret
from sarv_sync.model.state import Binding, Birthmark
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

if TYPE_CHECKING:
    from sarv_sync.model.answers import AddAnswer

UNKNOWN_ACCOUNT = replace(state(), echoes_limits=None)
MARK = Birthmark(1234, 7)
BORN = values(1234, 7)


def creating(*users: str, known: bool = True, **more: object) -> Stage:
    """Return a stage on which `users` are to be made; `known` says that the account is known to echo limits."""
    journal = Journal(state() if known else UNKNOWN_ACCOUNT)
    return Stage(files(*(entry(name, **more) for name in users)), Provider(), journal)  # type: ignore[arg-type]


def test_a_user_is_born_with_its_birthmark_and_then_gets_its_values() -> None:
    stage = creating("billing")

    outcome = stage.run().outcome

    ((total, hourly),) = stage.provider.made("add")
    assert hourly <= 64
    assert total % 10
    assert stage.provider.made("edit") == [("smtp001", {"total_limit": 5000, "hourly_limit": 200})]
    assert [(one.name, one.action, one.smtp_user_name) for one in outcome.applied] == [
        ("billing", "create", "smtp001")
    ]
    assert outcome.verified
    assert stage.journal.state.bindings == {"billing": Binding("smtp001", values(5000, 200))}
    assert (stage.journal.state.intents, stage.journal.state.listings) == ({}, {})
    assert stage.plan().changes == ()


def test_the_intent_is_written_before_the_call_and_the_binding_before_the_edit() -> None:
    stage = creating("billing")
    stage.provider.users["smtp900"] = values(5000, 200)
    seen: dict[str, object] = {}
    stage.provider.before_call = lambda kind: seen.__setitem__(kind, stage.journal.state)

    stage.run()

    at_add, at_edit = seen["add"], seen["edit"]
    (intent,) = at_add.intents.values()  # type: ignore[attr-defined]
    ((total, hourly),) = stage.provider.made("add")
    assert (intent.name, intent.birthmark) == ("billing", Birthmark(total, hourly))
    assert at_add.listings[intent.listing] == ("smtp900",)  # type: ignore[attr-defined]
    assert at_edit.bindings == {"billing": Binding("smtp002", values(total, hourly))}  # type: ignore[attr-defined]
    assert list(at_edit.intents.values()) == [intent]  # type: ignore[attr-defined]


def test_a_user_that_is_to_be_disabled_is_made_and_disabled() -> None:
    stage = creating()
    stage.configuration = files(replace(entry("billing"), settings=values(5000, 200, on=False)))

    assert stage.run().outcome.verified

    assert stage.provider.users == {"smtp001": values(5000, 200, on=False)}


def test_a_new_user_gets_all_its_values_even_those_whose_changes_are_ignored_later() -> None:
    stage = creating("billing", ignore_changes=("total_limit", "hourly_limit", "status"))

    assert stage.run().outcome.verified

    assert stage.provider.users == {"smtp001": values(5000, 200)}


@pytest.mark.parametrize("error", [REFUSED, UNREACHABLE])
def test_a_refused_create_leaves_nothing_behind_and_does_not_stop_the_others(error: Exception) -> None:
    stage = creating("billing", "news", "orders")
    stage.provider.add_errors = [None, error, None]  # type: ignore[list-item]

    outcome = stage.run().outcome

    assert (names(outcome.applied), names(outcome.failed)) == (["billing", "orders"], ["news"])
    assert outcome.failed[0].message == str(error)
    assert not outcome.verified
    assert stage.journal.state.intents == {}
    assert stage.journal.state.retired == ()
    assert stage.watcher.time == 0
    assert stage.run().outcome.verified
    assert len(stage.provider.users) == 3


def test_a_create_whose_answer_was_lost_is_found_by_its_birthmark() -> None:
    stage = creating("billing")
    stage.provider.add_errors = [UNHEARD]
    stage.provider.takes_effect = True

    outcome = stage.run().outcome

    assert (names(outcome.applied), outcome.unknown, outcome.verified) == (["billing"], (), True)
    assert len(stage.provider.made("add")) == 1
    assert stage.provider.users == {"smtp001": values(5000, 200)}


def test_a_create_whose_answer_was_lost_is_waited_for_while_the_listing_lags() -> None:
    stage = creating("billing")
    stage.provider.add_errors, stage.provider.takes_effect, stage.provider.lag = [UNHEARD], True, 3

    assert stage.run().outcome.verified

    assert 0 < stage.watcher.time < 2 * SETTLE
    assert "1 unanswered create" in stage.watcher.waits[0][0]


def test_a_create_that_never_shows_counts_as_never_made_and_its_birthmark_is_given_up() -> None:
    stage = creating("billing")
    stage.provider.add_errors = [UNHEARD]

    outcome = stage.run().outcome

    assert (names(outcome.unknown), outcome.verified) == (["billing"], False)
    message = outcome.unknown[0].message or ""
    assert UNHEARD.message in message
    assert "5 s" in message
    ((total, hourly),) = stage.provider.made("add")
    (retired,) = stage.journal.state.retired
    assert (retired.name, retired.birthmark) == ("billing", Birthmark(total, hourly))
    assert stage.journal.state.intents == {}
    assert stage.watcher.time == pytest.approx(SETTLE)


def test_a_create_that_counts_as_never_made_is_made_by_the_next_run_under_another_birthmark() -> None:
    stage = creating("billing")
    stage.provider.add_errors = [UNHEARD]
    stage.run()

    assert stage.run().outcome.verified

    first, second = stage.provider.made("add")
    assert first != second


def test_all_creates_without_an_answer_are_waited_for_together_at_the_end() -> None:
    stage = creating(*(f"user{number}" for number in range(30)))
    stage.provider.add_errors = [UNHEARD, None, None, UNHEARD, None, None, None, UNHEARD]
    before_wait: list[int] = []
    stage.watcher.before_sleep = lambda: before_wait.append(len(stage.provider.made("add")))

    outcome = stage.run().outcome

    assert before_wait[0] == 30
    assert stage.watcher.time == pytest.approx(SETTLE)
    assert (len(outcome.applied), len(outcome.unknown)) == (27, 3)
    assert len(stage.provider.made("add")) == 30


def test_a_provider_that_falls_silent_in_the_middle_of_a_batch_is_asked_no_more() -> None:
    stage = creating(*(f"user{number:03}" for number in range(100)))
    stage.provider.add_errors = [None] * 20 + [UNHEARD] * 999

    execution = stage.run()

    assert execution.error is not None
    assert len(stage.provider.made("add")) == 20 + 10
    assert len(execution.outcome.unknown) == 10
    assert len(execution.outcome.not_attempted) == 70
    assert len(stage.journal.state.bindings) == 20
    assert stage.journal.state.intents == {}


def test_a_provider_that_answers_badly_but_makes_users_is_gone_on_with() -> None:
    stage = creating(*(f"user{number:03}" for number in range(40)))
    stage.provider.add_errors = [None] * 5 + [UNHEARD] * 25
    stage.provider.takes_effect = True

    assert stage.run().outcome.verified

    assert len(stage.provider.users) == 40


def test_where_another_hand_has_been_at_it_a_person_is_asked() -> None:
    stage = creating("billing")
    stage.provider.add_errors, stage.provider.takes_effect = [UNHEARD], True

    def meddle(kind: str) -> None:
        if kind == "list" and "smtp001" in stage.provider.users:
            seen = stage.provider.users["smtp001"]
            stage.provider.users["smtp001"] = replace(seen, total_limit=seen.total_limit + 1)
            stage.provider.before_call = lambda _: None

    stage.provider.before_call = meddle

    outcome = stage.run().outcome

    assert names(outcome.unknown) == ["billing"]
    assert "smtp001" in (outcome.unknown[0].message or "")
    assert len(stage.journal.state.intents) == 1
    assert [blocked.reason for blocked in stage.plan().blocked] == ["ambiguous"]
    assert stage.run().outcome.blocked
    assert len(stage.provider.made("add")) == 1


@pytest.mark.parametrize("users", [2, 3, 40])
def test_two_batches_without_a_usable_answer_stop_creating(users: int) -> None:
    stage = creating(*(f"user{number:02}" for number in range(users)))
    stage.provider.add_errors = [UNHEARD] * 99
    stage.journal.state = UNKNOWN_ACCOUNT

    execution = stage.run()

    assert len(stage.provider.made("add")) == 2
    assert execution.error is not None
    assert execution.error.hint
    assert len(execution.outcome.unknown) == 2
    assert len(execution.outcome.not_attempted) == users - 2
    assert not execution.outcome.verified


def test_a_batch_with_one_usable_answer_is_no_reason_to_stop() -> None:
    stage = creating(*(f"user{number}" for number in range(6)))
    stage.provider.add_errors = [UNHEARD, None, UNHEARD, UNHEARD, REFUSED, UNHEARD]

    execution = stage.run()

    assert execution.error is None
    assert len(stage.provider.made("add")) == 6


def test_a_user_that_was_found_by_its_birthmark_is_not_believed_to_be_made_by_another_call() -> None:
    stage = creating(*(f"user{number:02}" for number in range(20)))
    stage.provider.add_errors = [UNHEARD] * 10
    stage.provider.takes_effect = True
    add = stage.provider.add_user

    def repeat_an_answer(total_limit: int, hourly_limit: int) -> AddAnswer:
        answer = add(total_limit, hourly_limit)
        return Created("smtp001", Secret("pass word")) if len(stage.provider.made("add")) == 11 else answer

    stage.provider.add_user = repeat_an_answer  # type: ignore[method-assign]

    stage.run()

    owners = [binding.smtp_user_name for binding in stage.journal.state.bindings.values()]
    assert len(owners) == len(set(owners)) == 20
    assert stage.run().outcome.verified

"""What an earlier run left open, and how this one goes on from there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sarv_sync.model.configuration import RemovedEntry
from sarv_sync.model.state import Binding, Birthmark, Intent, State
from sarv_sync.model.users import Settings, Source
from tests.unit.applying.stage import (
    REFUSED,
    SETTLE,
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

MARK = Birthmark(1234, 7)
BORN = values(1234, 7)


def under_way(*users: str, **bound: str) -> State:
    """Return a state in which `users` are being made, those in `bound` as far as to be bound."""
    intents = {f"i-{name}": Intent(f"i-{name}", name, MARK, "l") for name in users}
    bindings = {name: Binding(user, BORN) for name, user in bound.items()}
    return replace(state(), bindings=bindings, intents=intents, listings={"l": ("smtp900",)})


def stage_of(journal: State, *users: str, **shown: Settings) -> Stage:
    provider = Provider({"smtp900": BORN, **shown})
    return Stage(files(*(entry(name) for name in users)), provider, Journal(journal))


def test_a_create_that_was_heard_of_no_more_is_found_and_finished() -> None:
    stage = stage_of(under_way("billing"), "billing", smtp1=BORN)

    outcome = stage.run().outcome

    assert stage.provider.made("add") == []
    assert [(one.name, one.action, one.smtp_user_name) for one in outcome.applied] == [("billing", "create", "smtp1")]
    assert outcome.verified
    assert stage.watcher.time == 0
    assert stage.journal.state.bindings == {"billing": Binding("smtp1", values(5000, 200))}
    assert stage.journal.state.intents == {}


def test_a_user_that_was_there_before_is_never_taken_for_the_new_one() -> None:
    stage = stage_of(under_way("billing"), "billing")

    assert stage.run().outcome.verified

    assert stage.provider.users["smtp900"] == BORN
    assert stage.journal.state.bindings["billing"].smtp_user_name == "smtp002"


def test_a_create_of_which_nothing_shows_is_waited_for_and_then_made_anew() -> None:
    stage = stage_of(under_way("billing"), "billing")

    outcome = stage.run().outcome

    assert outcome.verified
    assert len(stage.provider.made("add")) == 1
    assert stage.watcher.time == pytest.approx(SETTLE)
    assert [retired.birthmark for retired in stage.journal.state.retired] == [MARK]


def test_other_work_is_done_while_it_is_waited_for() -> None:
    stage = stage_of(under_way("billing"), "billing", "news", "orders", smtp2=values(1, 1))
    stage.journal.state = replace(stage.journal.state, bindings={"orders": Binding("smtp2", values(1, 1))})

    assert stage.run().outcome.verified

    kinds = [call[0] for call in stage.provider.calls]
    assert kinds.index("edit") < kinds.index("add")
    assert len(stage.provider.made("add")) == 2
    assert stage.watcher.time == pytest.approx(SETTLE)


def test_a_half_made_user_gets_what_it_lacks() -> None:
    journal = under_way("billing", billing="smtp1")
    stage = stage_of(journal, "billing", smtp1=BORN)

    outcome = stage.run().outcome

    assert [one.action for one in outcome.applied] == ["create"]
    assert stage.provider.made("edit") == [("smtp1", {"total_limit": 5000, "hourly_limit": 200})]
    assert (outcome.verified, stage.journal.state.intents) == (True, {})


def test_a_half_made_user_whose_last_edit_had_arrived_is_only_noted() -> None:
    stage = stage_of(under_way("billing", billing="smtp1"), "billing", smtp1=values(5000, 200))

    assert stage.run().outcome.verified

    assert stage.provider.made("edit") == []
    assert stage.journal.state.intents == {}
    assert stage.journal.state.bindings["billing"].applied == values(5000, 200)


def test_a_half_made_user_that_somebody_switched_off_is_switched_on() -> None:
    stage = stage_of(under_way("billing", billing="smtp1"), "billing", smtp1=values(1234, 7, on=False))

    assert stage.run().outcome.verified

    assert stage.provider.users["smtp1"] == values(5000, 200)


def test_a_half_made_user_whose_edit_fails_again_stays_to_be_finished() -> None:
    stage = stage_of(under_way("billing", billing="smtp1"), "billing", smtp1=BORN)
    stage.provider.edit_errors["smtp1"] = REFUSED

    outcome = stage.run().outcome

    assert names(outcome.failed) == ["billing"]
    assert len(stage.journal.state.intents) == 1
    assert [change.action for change in stage.plan().changes] == ["create"]


def test_a_half_made_user_whose_edit_had_no_answer_is_finished_once_it_shows() -> None:
    stage = stage_of(under_way("billing", billing="smtp1"), "billing", smtp1=BORN)
    stage.provider.edit_errors["smtp1"] = UNHEARD
    stage.provider.takes_effect = True

    assert stage.run().outcome.verified

    assert stage.journal.state.intents == {}


def test_a_user_that_shows_late_is_found_and_finished() -> None:
    stage = stage_of(under_way("billing"), "billing")

    def appear(kind: str) -> None:
        if stage.watcher.time > 1:
            stage.provider.users.setdefault("smtp1", BORN)

    stage.provider.before_call = appear

    assert stage.run().outcome.verified

    assert stage.provider.made("add") == []
    assert stage.journal.state.bindings["billing"].smtp_user_name == "smtp1"


def test_two_users_that_show_the_birthmark_late_are_a_question_for_a_person() -> None:
    stage = stage_of(under_way("billing"), "billing")

    def appear(kind: str) -> None:
        if stage.watcher.time > 1:
            stage.provider.users.update(smtp1=BORN, smtp2=BORN)

    stage.provider.before_call = appear

    outcome = stage.run().outcome

    assert names(outcome.failed) == ["billing"]
    assert "smtp1, smtp2" in (outcome.failed[0].message or "")
    assert stage.journal.state.bindings == {}
    assert len(stage.journal.state.intents) == 1
    assert stage.provider.made("add") == stage.provider.made("edit") == []


def test_what_a_person_has_to_decide_first_is_left_alone() -> None:
    stage = stage_of(under_way("billing"), "billing", smtp1=BORN, smtp2=BORN)

    outcome = stage.run().outcome

    assert [blocked.reason for blocked in outcome.blocked] == ["ambiguous"]
    assert stage.watcher.time == 0
    assert len(stage.journal.state.intents) == 1


def test_what_is_not_targeted_is_left_alone() -> None:
    stage = stage_of(under_way("billing"), "billing", "news")
    stage.targets = ("news",)

    stage.run()

    assert "i-billing" in stage.journal.state.intents
    assert list(stage.journal.state.bindings) == ["news"]


def test_a_create_whose_entry_is_gone_is_given_up_once_nothing_shows() -> None:
    stage = stage_of(under_way("billing"))

    outcome = stage.run().outcome

    assert outcome.verified
    assert stage.journal.state.intents == {}
    assert len(stage.journal.state.retired) == 1


def test_a_user_whose_entry_is_gone_is_found_and_disabled() -> None:
    stage = stage_of(under_way("billing"), smtp1=BORN)

    assert stage.run().outcome.verified

    assert stage.provider.users["smtp1"] == values(1234, 7, on=False)
    assert list(stage.journal.state.removed) == ["billing"]
    assert stage.plan().changes == ()


def test_a_user_whose_entry_is_gone_and_that_shows_late_is_not_called_done() -> None:
    stage = stage_of(under_way("billing"))

    def appear(kind: str) -> None:
        if stage.watcher.time > 1:
            stage.provider.users.setdefault("smtp1", BORN)

    stage.provider.before_call = appear

    assert not stage.run().outcome.verified
    assert [change.action for change in stage.plan().changes] == ["disable"]
    assert stage.run().outcome.verified


def test_a_user_whose_entry_is_gone_may_be_forgotten_instead() -> None:
    stage = stage_of(under_way("billing"), smtp1=BORN)
    forget = RemovedEntry("billing", "forget", Source("sarv-sync.yaml", 1, 1))
    stage.configuration = replace(files(), removed={"billing": forget})

    assert stage.run().outcome.verified

    assert (stage.journal.state.intents, stage.journal.state.bindings) == ({}, {})
    assert stage.provider.users["smtp1"] == BORN


def test_pinning_another_user_gives_the_create_up_and_does_not_forget_it() -> None:
    stage = stage_of(under_way("billing"), smtp1=values(1, 1))
    stage.configuration = files(entry("billing", smtp_user_name="smtp1"))
    stage.journal.state = replace(stage.journal.state, listings={"l": ("smtp1", "smtp900")})

    assert stage.run().outcome.verified

    assert stage.journal.state.bindings["billing"].smtp_user_name == "smtp1"
    assert [retired.birthmark for retired in stage.journal.state.retired] == [MARK]


def test_pinning_one_of_two_with_the_birthmark_does_not_make_the_other_ours() -> None:
    stage = stage_of(under_way("billing"), smtp1=BORN, smtp2=BORN)
    stage.configuration = files(entry("billing", smtp_user_name="smtp1"))

    assert stage.run().outcome.verified

    assert stage.journal.state.bindings["billing"].smtp_user_name == "smtp1"
    assert stage.journal.state.retired == ()
    assert [user.smtp_user_name for user in stage.plan().unmanaged] == ["smtp2", "smtp900"]

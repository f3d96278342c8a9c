from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sarv_sync.model.answers import Created
from sarv_sync.model.state import Binding, Birthmark, Intent, Retired
from tests.unit.applying.stage import (
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
    unmade,
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


class TestLearningWhetherLimitsAreEchoed:
    def test_an_account_that_lists_what_it_was_given_is_known_to(self) -> None:
        stage = creating("billing", known=False)

        assert stage.run().outcome.verified

        assert stage.journal.state.echoes_limits is True

    def test_it_is_found_out_with_one_user_at_stake(self) -> None:
        stage = creating(*(f"user{number}" for number in range(5)), known=False)
        stage.parallelism = 4
        journalled: list[int] = []

        def look(kind: str) -> None:
            if kind == "add":
                journalled.append(len(unmade(stage)))

        stage.provider.before_call = look

        assert stage.run().outcome.verified

        assert journalled == [1, 4, 4, 4, 4]

    def test_it_is_still_one_user_after_a_first_create_that_failed(self) -> None:
        stage = creating(*(f"user{number}" for number in range(5)), known=False)
        stage.parallelism = 4
        stage.provider.add_errors = [REFUSED]
        journalled: list[int] = []

        def look(kind: str) -> None:
            if kind == "add":
                journalled.append(len(unmade(stage)))

        stage.provider.before_call = look
        stage.run()

        assert journalled == [1, 1, 3, 3, 3]

    def test_an_account_that_caps_limits_is_known_not_to(self) -> None:
        stage = creating("billing", known=False, total=50, hourly=5)
        stage.provider.cap = 10

        stage.run()

        assert stage.journal.state.echoes_limits is False

    def test_where_limits_are_capped_no_user_is_bound_without_a_persons_word(self) -> None:
        stage = creating("billing", "news", known=False, total=50, hourly=5)
        stage.provider.cap = 60
        stage.provider.add_errors, stage.provider.takes_effect = [None, UNHEARD], True

        outcome = stage.run().outcome

        assert (names(outcome.applied), names(outcome.unknown)) == (["billing"], ["news"])
        assert "news" not in stage.journal.state.bindings
        assert [(blocked.name, blocked.reason) for blocked in stage.plan().blocked] == [("news", "ambiguous")]
        stage.configuration = files(entry("billing", 50, 5), entry("news", 50, 5, smtp_user_name="smtp002"))
        assert stage.run().outcome.verified
        assert stage.journal.state.bindings["news"].smtp_user_name == "smtp002"
        assert len(stage.provider.users) == 2

    def test_where_limits_are_capped_every_value_is_set_even_one_that_the_user_was_to_be_born_with(self) -> None:
        stage = creating("billing", known=False, total=1, hourly=1)
        stage.journal.state = replace(stage.journal.state, echoes_limits=False)

        stage.run()

        assert [sorted(fields) for _, fields in stage.provider.made("edit")] == [
            ["hourly_limit", "status", "total_limit"]
        ]

    def test_nothing_is_learnt_from_a_listing_that_lags_too_long(self) -> None:
        stage = creating("billing", known=False)
        stage.provider.lag = 99

        stage.run()

        assert stage.journal.state.echoes_limits is None

    def test_a_lagging_listing_is_waited_for(self) -> None:
        stage = creating("billing", known=False)
        stage.provider.lag = 2

        assert stage.run().outcome.verified

        assert stage.journal.state.echoes_limits is True


class TestSpares:
    def stage(self, *users: str, spares: int = 1) -> Stage:
        """Return a stage with users of given-up creates that turned up after all."""
        marks = [Birthmark(MARK.total_limit + number, MARK.hourly_limit) for number in range(spares)]
        given_up = tuple(Retired("gone", mark, "l") for mark in marks)
        journal = Journal(replace(state(), retired=given_up, listings={"l": ("smtp900",)}))
        shown = {f"spare{number}": values(mark.total_limit, 7) for number, mark in enumerate(marks)}
        provider = Provider({"smtp900": BORN, **shown})
        return Stage(files(*(entry(name) for name in users)), provider, journal)

    def test_a_spare_serves_the_next_create(self) -> None:
        stage = self.stage("billing")

        outcome = stage.run().outcome

        assert stage.provider.made("add") == []
        assert [(one.name, one.smtp_user_name) for one in outcome.applied] == [("billing", "spare0")]
        assert outcome.verified
        assert stage.journal.state.bindings == {"billing": Binding("spare0", values(5000, 200))}
        assert (stage.journal.state.retired, stage.journal.state.intents) == ((), {})

    def test_spares_that_are_too_few_are_all_used(self) -> None:
        stage = self.stage("billing", "news", "orders", spares=2)

        assert stage.run().outcome.verified

        assert len(stage.provider.made("add")) == 1
        owners = {name: binding.smtp_user_name for name, binding in stage.journal.state.bindings.items()}
        assert set(owners.values()) == {"spare0", "spare1", "smtp004"}

    def test_a_spare_that_is_not_needed_is_disabled_and_remembered(self) -> None:
        stage = self.stage()

        outcome = stage.run().outcome

        assert [(one.action, one.smtp_user_name) for one in outcome.applied] == [("disable", "spare0")]
        assert outcome.verified
        assert stage.provider.made("edit") == [("spare0", {"status": "Disable"})]
        assert [binding.smtp_user_name for binding in stage.journal.state.removed.values()] == ["spare0"]
        assert stage.journal.state.retired == ()
        assert stage.plan().changes == ()

    def test_a_spare_is_bound_before_it_is_disabled(self) -> None:
        stage = self.stage()
        owned: list[set[str]] = []

        def look(kind: str) -> None:
            if kind == "edit":
                owned.append(set(stage.journal.state.owned()))

        stage.provider.before_call = look

        stage.run()

        assert owned == [{"spare0"}]

    def test_a_plan_that_is_limited_to_a_name_leaves_spares_alone_and_tells_of_them(self) -> None:
        stage = self.stage("billing")
        stage.provider.users["smtp1"] = values(5000, 200)
        stage.journal.state = replace(stage.journal.state, bindings={"billing": Binding("smtp1", values(5000, 200))})
        stage.targets = ("billing",)

        plan = stage.plan()

        assert plan.changes == ()
        assert "spare0" in plan.warnings[0].message

    def test_of_two_users_with_a_given_up_birthmark_neither_is_taken(self) -> None:
        stage = self.stage("billing")
        stage.provider.users["another"] = BORN

        assert stage.run().outcome.verified

        assert len(stage.provider.made("add")) == 1
        assert stage.provider.users["another"] == stage.provider.users["spare0"] == BORN


class TestMakingAnew:
    def stage(self) -> Stage:
        return Stage(
            files(entry("billing", recreate=True)),
            Provider({"smtp900": values(1, 1)}),
            Journal(state(billing=("smtp100", values(5000, 200)))),
        )

    def test_a_missing_user_is_made_anew_where_the_file_says_so(self) -> None:
        stage = self.stage()

        assert stage.run().outcome.verified

        assert stage.journal.state.bindings["billing"].smtp_user_name == "smtp002"

    def test_a_user_that_turns_up_after_all_is_kept_and_none_is_made(self) -> None:
        stage = self.stage()

        def turn_up(kind: str) -> None:
            if stage.watcher.time > 1:
                stage.provider.users["smtp100"] = values(5000, 200)

        stage.provider.before_call = turn_up

        outcome = stage.run().outcome

        assert stage.provider.made("add") == []
        assert names(outcome.failed) == ["billing"]
        assert stage.journal.state.bindings["billing"].smtp_user_name == "smtp100"
        assert stage.plan().changes == ()

    @pytest.mark.parametrize("error", [REFUSED, UNREACHABLE])
    def test_if_no_other_can_be_made_the_name_keeps_the_user_it_had(self, error: Exception) -> None:
        stage = self.stage()
        stage.provider.add_errors = [error]  # type: ignore[list-item]

        assert names(stage.run().outcome.failed) == ["billing"]

        assert stage.journal.state.bindings["billing"].smtp_user_name == "smtp100"
        assert stage.journal.state.intents == {}

    def test_a_half_made_user_that_vanished_is_a_spare_should_it_turn_up(self) -> None:
        stage = self.stage()
        half_made = replace(state(billing=("smtp100", BORN)), listings={"l": ()})
        stage.journal.state = replace(half_made, intents={"i": Intent("i", "billing", MARK, "l")})

        assert stage.run().outcome.verified
        stage.provider.users["smtp100"] = BORN

        (change,) = stage.plan().changes
        assert (change.action, change.smtp_user_name) == ("disable", "smtp100")


class TestAnswersThatCannotBeTrue:
    def test_a_new_user_that_was_there_before_is_not_bound(self) -> None:
        stage = creating("billing")
        stage.provider.users["smtp900"] = values(1, 1)
        add = stage.provider.add_user

        def name_another(total_limit: int, hourly_limit: int) -> AddAnswer:
            answer = add(total_limit, hourly_limit)
            assert isinstance(answer, Created)
            return Created("smtp900", answer.password)

        stage.provider.add_user = name_another  # type: ignore[method-assign]

        assert stage.run().outcome.verified

        assert stage.journal.state.bindings["billing"].smtp_user_name == "smtp002"
        assert stage.provider.users["smtp900"] == values(1, 1)

    def test_one_user_that_was_made_for_two_names_is_sorted_out_by_the_birthmarks(self) -> None:
        stage = creating("billing", "news")
        add = stage.provider.add_user

        def name_the_first(total_limit: int, hourly_limit: int) -> AddAnswer:
            answer = add(total_limit, hourly_limit)
            assert isinstance(answer, Created)
            return Created("smtp001", answer.password)

        stage.provider.add_user = name_the_first  # type: ignore[method-assign]

        assert stage.run().outcome.verified

        owners = {binding.smtp_user_name for binding in stage.journal.state.bindings.values()}
        assert owners == {"smtp001", "smtp002"}

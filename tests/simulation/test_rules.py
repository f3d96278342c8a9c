"""The rules, one by one, over histories in which everything went wrong once.

What the histories are is in `scenarios` and `schedule`; that each rule can be broken, and that it is noticed then, is
in `test_checks`; longer searches, which hold every rule in every schedule, are in `test_schedules`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import pytest

from tests.simulation.history import replay
from tests.simulation.menus import KNOWN
from tests.simulation.placing import everywhere, troubled_run
from tests.simulation.quick import quickly
from tests.simulation.rules import RULES
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.schedule import FAULTS, Event, Schedule, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.simulation.rules import Breach, Rule
    from tests.simulation.schedule import Deed

pytestmark = pytest.mark.xdist_group("rules")


@lru_cache(maxsize=1)
def breaches() -> list[tuple[Schedule, Breach]]:
    """Return whatever is broken in all these histories."""
    with quickly():
        return [
            (schedule, breach)
            for name in SCENARIOS
            for schedule in troubled(Schedule(name))
            for breach in replay(schedule).breaches
        ]


def troubled(schedule: Schedule) -> Iterator[Schedule]:
    """Yield `schedule` with a crash at any call, and with each mishap at the first call of its kind in each run."""
    yield schedule
    yield from everywhere(schedule, "crash after")
    for run in range(2):
        done: set[tuple[str, Deed]] = set(KNOWN)
        for point, label in enumerate(troubled_run(schedule, run).trace):
            for deed in FAULTS[kind := kind_of(label)]:
                if (kind, deed) not in done:
                    done.add((kind, deed))
                    yield schedule._replace(events=(Event(run, point, deed),))


def broken(rule: Rule) -> list[tuple[Schedule, Breach]]:
    return [(schedule, breach) for schedule, breach in breaches() if breach.rule == rule]


def test_no_user_is_bound_edited_or_taken_for_a_spare_that_is_not_proven_ours() -> None:
    assert not broken("no user is touched that is not proven ours")


def test_name_to_user_is_one_to_one() -> None:
    assert not broken("name to user is one to one")


def test_every_user_we_caused_is_bound_pending_spare_or_reported() -> None:
    assert not broken("every user we caused is accounted for")


def test_an_intent_is_durable_before_its_call() -> None:
    assert not broken("an intent is durable before its call")


def test_a_binding_is_durable_before_the_edit() -> None:
    assert not broken("a binding is durable before the edit")


def test_every_password_can_still_be_delivered() -> None:
    assert not broken("every password can be delivered")


def test_no_call_follows_a_lost_swap() -> None:
    assert not broken("no call follows a lost swap")


def test_a_crash_leaves_the_old_document_or_the_new() -> None:
    assert not broken("the document is the old one or the new one")


def test_after_whatever_happened_running_again_converges_and_the_next_plan_is_empty() -> None:
    assert not broken("running again converges")


def test_no_secret_is_in_a_document_a_message_or_an_outcome() -> None:
    assert not broken("no secret is anywhere")


def test_a_plan_writes_nothing() -> None:
    assert not broken("a plan writes nothing")


def test_nobody_writes_to_the_account_without_the_lock() -> None:
    assert not broken("no write to the account without the lock")


def test_a_lock_is_given_back() -> None:
    assert not broken("a lock is given back")


def test_a_birthmark_is_one_that_nobody_in_the_account_has() -> None:
    assert not broken("a birthmark is unused")


def test_what_a_run_claims_is_so() -> None:
    assert not broken("what a run claims is so")


def test_what_a_run_heard_is_written_when_it_ends() -> None:
    assert not broken("what a run heard is written when it ends")


def test_nothing_is_kept_that_is_done_with() -> None:
    assert not broken("nothing is kept that is done with")


def test_no_run_ends_in_a_way_that_nobody_foresaw() -> None:
    assert not broken("no run ends in a way that nobody foresaw")


def test_these_are_all_the_rules() -> None:
    tests = [name for name in globals() if name.startswith("test_")]
    assert len(tests) == len(RULES) + 1

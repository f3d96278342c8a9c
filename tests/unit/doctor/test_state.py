from __future__ import annotations

from dataclasses import replace

import pytest

from sarv_sync.doctor.evidence import StatePlace
from sarv_sync.doctor.state import check_folder, check_lock, check_state, usable
from sarv_sync.errors import Fault
from sarv_sync.model.state import Lock, State
from tests.unit.doctor.sound import PLACE, STATE, bound

WRONG = Fault("it is wrong", "put it right")
LOCK = Lock("7f2a", "ann on laptop", "sarv-sync apply", "2025-01-02T03:04:05Z", "2025-01-02T03:09:05Z")
NONE_YET = PLACE._replace(document=None)
DAMAGED = PLACE._replace(document=WRONG)


def test_a_state_is_counted() -> None:
    state = replace(STATE, serial=1204, bindings=bound(a="smtp1", b="smtp2"), removed=bound(c="smtp3"))
    found = check_state(PLACE._replace(document=state))
    assert (found.verdict, found.message) == ("ok", "sarv-sync.state.json: serial 1,204, 2 users bound, 1 removed")


@pytest.mark.parametrize(
    ("place", "verdict", "message"),
    [
        (NONE_YET, "ok", "there is none yet at sarv-sync.state.json: the first apply makes it"),
        (DAMAGED, "failed", "it is wrong"),
        (None, "skipped", "depends on configuration"),
    ],
)
def test_there_may_be_no_state_yet_but_none_that_cannot_be_used(
    place: StatePlace | None, verdict: str, message: str
) -> None:
    found = check_state(place)
    assert (found.verdict, found.message) == (verdict, message)


@pytest.mark.parametrize(
    ("place", "held"),
    [(PLACE, STATE), (DAMAGED, "depends on state"), (None, "depends on state")],
)
def test_only_a_state_that_can_be_used_is_held_against_the_account(
    place: StatePlace | None, held: State | str
) -> None:
    assert usable(place) == held


def test_a_state_that_is_not_there_yet_holds_nobody() -> None:
    state = usable(NONE_YET)
    assert isinstance(state, State)
    assert (state.bindings, state.echoes_limits) == ({}, None)


@pytest.mark.parametrize(
    ("lock", "taken", "verdict", "message", "remedy"),
    [
        (None, False, "ok", "free", None),
        (None, True, "warning", "another run is just taking or leaving it", "wait"),
        (LOCK, True, "warning", "held by ann on laptop: sarv-sync apply, since 2025-01-02T03:04:05Z", "unlock 7f2a"),
        (LOCK, False, "warning", "left behind by ann on laptop: sarv-sync apply, since 2025", "takes it over"),
        (LOCK, WRONG, "failed", "it is wrong", "put it right"),
    ],
)
def test_whose_the_lock_is_and_whether_that_run_lives(
    lock: Lock | None, taken: bool | Fault, verdict: str, message: str, remedy: str | None
) -> None:
    found = check_lock(PLACE._replace(lock=lock, taken=taken))
    assert (found.verdict, found.message.startswith(message)) == (verdict, True), found
    assert (found.remedy is None) == (remedy is None)
    assert (remedy or "") in (found.remedy or "")


def test_a_folder_that_cannot_be_written_fails() -> None:
    assert check_folder(PLACE).verdict == "ok"
    found = check_folder(PLACE._replace(trouble=WRONG))
    assert (found.verdict, found.message, found.remedy) == ("failed", "it is wrong", "put it right")


def test_without_a_configuration_nobody_knows_where_the_state_is() -> None:
    assert {check_lock(None).verdict, check_folder(None).verdict} == {"skipped"}

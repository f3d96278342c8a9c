from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from sarv_sync.state.http import holder
from sarv_sync.state.http.holder import is_dead, is_ours, new_id

ELSEWHERE = "sarv-sync-0123456789ab-77-5-00112233aabbccdd"


def test_no_two_ids_are_the_same_and_all_are_ours() -> None:
    ids = {new_id() for _ in range(100)}

    assert len(ids) == 100
    assert all(is_ours(lock_id) for lock_id in ids)
    assert all(re.fullmatch(r"[a-z0-9-]{40,80}", lock_id) for lock_id in ids)


@pytest.mark.parametrize(
    "lock_id",
    ["", "sarv-sync-", "sarv-sync-x", f"{ELSEWHERE}\n", f" {ELSEWHERE}", ELSEWHERE.upper(),
     ELSEWHERE.replace("77", "0"), ELSEWHERE.replace("77", "9" * 30), "5b7d4b0a-9d6e-4ad6-a4a8-2f1a5f4a5a2f"],
)  # fmt: skip
def test_other_ids_are_not_ours_and_their_holders_are_not_known_to_be_dead(lock_id: str) -> None:
    assert (is_ours(lock_id), is_dead(lock_id)) == (False, False)


def test_a_process_of_another_machine_is_not_known_to_be_dead() -> None:
    assert (is_ours(ELSEWHERE), is_dead(ELSEWHERE)) == (True, False)


def test_this_process_lives() -> None:
    assert not is_dead(new_id())


def test_a_process_of_this_machine_is_dead_when_it_ended_be_it_that_nobody_noticed() -> None:
    names_itself = "from sarv_sync.state.http.holder import new_id; print(new_id(), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", names_itself], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        lock_id = other.stdout.readline().decode().strip()
        alive = is_dead(lock_id)
        other.kill()
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        zombie = is_dead(lock_id)

    assert (alive, zombie, is_dead(lock_id)) == (False, True, True)


def test_a_number_that_another_process_has_by_now_is_a_dead_holder_s() -> None:
    parts = new_id().split("-")
    parts[4] = str(int(parts[4]) - 1)

    assert is_dead("-".join(parts))


def test_a_process_that_cannot_be_looked_at_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    lock_id = new_id()
    monkeypatch.setattr(holder, "_process", lambda number: None)
    assert not is_dead(lock_id), "it can be signalled"

    def not_allowed(number: int, signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", not_allowed)
    assert not is_dead(lock_id)


def test_where_nothing_is_known_of_processes_nobody_is_known_to_be_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holder, "_place", lambda: None)
    monkeypatch.setattr(holder, "_process", lambda number: None)
    lock_id = new_id()

    assert (is_ours(lock_id), is_dead(lock_id)) == (True, False)

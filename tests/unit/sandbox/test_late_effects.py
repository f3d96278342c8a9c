"""Effects that land when nobody waits for them, without a clock where that can be helped."""

from __future__ import annotations

import http.client
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from sarv_sync.sandbox.memory import MemoryAccount
from tests.unit.sandbox.asking import Caller

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.users import ObservedUser
    from tests.unit.sandbox.conftest import Start

LIMITS = {"total_limit": 1, "hourly_limit": 1}


class Watched(MemoryAccount):
    """Says when something was done."""

    def __init__(self) -> None:
        self.changed = threading.Event()
        super().__init__(save=self._note)

    def _note(self, changed: Sequence[ObservedUser]) -> None:
        self.changed.set()


def test_a_late_commit_lands_when_the_calls_have_come(start: Start) -> None:
    sandbox, caller = start("addSmtp:late-commit:calls=2,first=1")
    with pytest.raises(http.client.RemoteDisconnected):
        caller.ask("addSmtp", **LIMITS)
    assert [len(caller.names()) for _ in range(3)] == [0, 1, 1]
    assert sandbox.calls[0] == ("addSmtp", "late-commit")


def test_a_late_commit_lands_when_the_time_has_come(start: Start) -> None:
    account = Watched()
    _, caller = start("addSmtp:late-commit:seconds=0.05", account=account)
    with pytest.raises(http.client.RemoteDisconnected):
        caller.ask("addSmtp", **LIMITS)
    assert account.changed.wait(20)


@pytest.mark.parametrize("when", ["seconds=3600", "calls=1"])
def test_a_late_commit_that_has_not_landed_when_it_stops_never_will(when: str, start: Start) -> None:
    sandbox, caller = start(f"addSmtp:late-commit:{when}")
    with pytest.raises(http.client.RemoteDisconnected):
        caller.ask("addSmtp", **LIMITS)
    sandbox.stop()
    sandbox.start()
    assert caller.names() == []


def test_a_held_call_is_answered_in_the_end(start: Start) -> None:
    sandbox, caller = start("addSmtp:late-commit:hold=true,seconds=0.01")
    assert caller.ask("addSmtp", **LIMITS).json["status"] == "success"
    assert sandbox.calls == (("addSmtp", "success"),)


def test_what_is_answered_late_is_done_at_once(start: Start) -> None:
    account = Watched()
    sandbox, caller = start("addSmtp:late:seconds=3600", account=account)
    caller.connection.timeout = 0.1
    with pytest.raises(TimeoutError):
        caller.ask("addSmtp", **LIMITS)
    assert account.changed.wait(20)
    assert sandbox.calls == ()


def test_a_held_call_is_done_after_the_client_gave_up(start: Start) -> None:
    account = Watched()
    _, caller = start("addSmtp:late-commit:hold=true,seconds=0.2", account=account)
    caller.connection.timeout = 0.05
    with pytest.raises(TimeoutError):
        caller.ask("addSmtp", **LIMITS)
    assert account.changed.wait(20)


def test_a_call_that_waits_holds_nobody_else_up(start: Start) -> None:
    account = Watched()
    sandbox, caller = start("addSmtp:late:seconds=3600", account=account)
    with closing(Caller(sandbox.url)) as other:
        caller.connection.timeout = 0.1
        with pytest.raises(TimeoutError):
            caller.ask("addSmtp", **LIMITS)
        assert account.changed.wait(20)
        assert len(other.names()) == 1


def test_latency_comes_before_anything_is_done(start: Start) -> None:
    sandbox, caller = start(latency=3600)
    caller.connection.timeout = 0.1
    with pytest.raises(TimeoutError):
        caller.ask("addSmtp", **LIMITS)
    sandbox.stop()
    assert sandbox.account.users() == ()

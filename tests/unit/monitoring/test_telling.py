from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from sarv_sync.errors import Fault, InputError, SarvSyncError
from sarv_sync.monitoring.metrics import Check
from sarv_sync.monitoring.notification import Notifier
from sarv_sync.monitoring.telling import Telling


@dataclass
class Taken:
    """An outlet that keeps what it is given, or refuses it."""

    works: bool = True
    checks: list[Check] = field(default_factory=list)

    def send(self, check: Check) -> None:
        self.checks.append(check)
        if not self.works:
            raise SarvSyncError("not taken")


def telling(*outlets: Taken) -> tuple[Telling, list[Fault]]:
    said: list[Fault] = []

    def complain(faults: Sequence[Fault]) -> None:
        said.extend(faults)

    return Telling("a.yaml", outlets, complain, lambda: 5.0), said


def test_one_outlet_that_fails_keeps_no_other_from_its_metrics() -> None:
    bad, good = Taken(works=False), Taken()
    told, said = telling(bad, good, bad)
    told.record(2, None, 7)
    assert good.checks == [Check("a.yaml", 2, 5.0, None, 7)]
    assert [fault.message for fault in said] == ["not taken", "not taken"]


@pytest.mark.parametrize(("error", "code"), [(SarvSyncError("x"), 1), (InputError("x"), 3), (ZeroDivisionError(), 1)])
def test_an_error_is_recorded_with_its_exit_code(error: Exception, code: int) -> None:
    outlet = Taken()
    telling(outlet)[0].record_failure(error)
    assert outlet.checks == [Check("a.yaml", code, 5.0)]


@pytest.mark.parametrize(("works", "codes"), [(True, [0, 1, 2, 3, 4]), (False, [1, 1, 2, 3, 4])])
def test_not_being_heard_changes_the_code_of_success_alone(works: bool, codes: list[int]) -> None:
    told, _ = telling(Taken(works=works))
    told.record(0)
    assert [told.exit_code(code) for code in range(5)] == codes


def test_a_message_that_cannot_be_sent_is_a_failure_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise SarvSyncError("nobody there")

    monkeypatch.setattr(Notifier, "send", broken)
    told, said = telling()
    told.announce(Notifier(()), "t", "b")
    assert (told.failed, [fault.message for fault in said]) == (True, ["nobody there"])

"""Says, at the end of a run, how many schedules were searched."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from tests.simulation.quick import quickly
from tests.simulation.scenarios import SCENARIOS
from tests.simulation.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.simulation.search import Menu

_SCHEDULES, _RUNS = "schedules searched", "runs of the program"


class Searching(Protocol):
    """Searches the schedules of a scenario, and has them counted in the summary."""

    def __call__(self, scenario: str, *menus: Menu) -> None: ...


@pytest.fixture
def search(record_property: Callable[[str, object], None]) -> Searching:
    def search_and_count(scenario: str, *menus: Menu) -> None:
        with quickly():
            found = Search(SCENARIOS[scenario], menus).all()
        assert found.schedules > 0
        record_property(_SCHEDULES, found.schedules)
        record_property(_RUNS, found.runs)

    return search_and_count


def pytest_terminal_summary(terminalreporter: Any) -> None:
    counts: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed"):
        counts.update({key: value for key, value in report.user_properties if key in {_SCHEDULES, _RUNS}})
    if counts:
        terminalreporter.write_line(
            f"{counts[_SCHEDULES]:,} schedules searched in {counts[_RUNS]:,} runs; every rule held in each"
        )

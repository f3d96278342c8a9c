"""Says, at the end of a run, how many schedules were searched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulation.search import search

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.simulation.schedule import Schedule

_SEARCHED = "schedules searched"


@pytest.fixture
def searched(record_property: Callable[[str, object], None]) -> Callable[[Iterable[Schedule]], None]:
    """Search schedules, and have them counted in the summary."""

    def search_and_count(schedules: Iterable[Schedule]) -> None:
        count = search(schedules)
        assert count > 0
        record_property(_SEARCHED, count)

    return search_and_count


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = terminalreporter.getreports("passed")
    counts = [value for report in reports for key, value in report.user_properties if key == _SEARCHED]
    if counts:
        terminalreporter.write_line(f"{sum(counts)} schedules searched, every invariant held in each")

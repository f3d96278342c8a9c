"""Two users to be created, two crashes, one call that times out and one act of another person: all of it.

Every combination of these at every place where it can make a difference, in an account of which it is known that it
echoes limits, and in one of which it is not. A call that times out took effect before, does so one, three or forty
listings later, when everything else is over, or never; what is safe to repeat is then repeated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulation.menus import EXHAUSTIVE

if TYPE_CHECKING:
    from tests.simulation.conftest import Searching


@pytest.mark.parametrize("scenario", ["create two", "create two, limits known to be echoed"])
def test_two_crashes_a_time_out_and_a_person_do_no_harm_together(scenario: str, search: Searching) -> None:
    search(scenario, *EXHAUSTIVE)

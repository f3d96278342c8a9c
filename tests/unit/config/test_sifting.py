"""Leaving out what is refused, with few attempts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sarv_sync.config.sifting import sift
from sarv_sync.errors import Fault, InputError, Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence


def refusing(bad: Collection[int], tried: list[Sequence[int]]) -> Callable[[Sequence[int]], None]:
    """What refuses each of `bad`, naming the first."""

    def attempt(items: Sequence[int]) -> None:
        tried.append(items)
        found = [item for item in items if item in bad]
        if found:
            raise Refused(f"not {found[0]}")

    return attempt


@pytest.mark.parametrize("bad", [(), (0,), (99,), (3, 4, 50), range(0, 100, 2), range(100)], ids=str)
def test_what_is_refused_is_left_out_each_with_its_own_reason(bad: Collection[int]) -> None:
    taken, refused = sift(range(100), refusing(bad, []))
    assert taken == [item for item in range(100) if item not in bad]
    assert [(item, [fault.message for fault in faults]) for item, faults in refused] == [
        (item, [f"not {item}"]) for item in sorted(bad)
    ]


def test_one_of_many_is_found_with_few_attempts() -> None:
    tried: list[Sequence[int]] = []
    sift(range(10_000), refusing((4711,), tried))
    assert len(tried) < 40


def test_what_is_about_no_one_of_them_is_not_looked_for() -> None:
    tried: list[Sequence[int]] = []

    def attempt(items: Sequence[int]) -> None:
        tried.append(items)
        raise Refused("the whole section")

    taken, refused = sift(range(10_000), attempt)
    assert (taken, len(refused), len(tried)) == ([], 10_000, 3)
    assert {faults for _, faults in refused} == {(Fault("the whole section"),)}


def test_nothing_is_attempted_for_nothing_and_another_error_goes_on_its_way() -> None:
    tried: list[Sequence[int]] = []
    assert (sift([], refusing((), tried)), tried) == (([], []), [])

    def attempt(_: Sequence[int]) -> None:
        raise InputError("the file is gone")

    with pytest.raises(InputError):
        sift([1], attempt)

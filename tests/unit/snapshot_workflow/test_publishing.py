"""Of several snapshots, the newest that a plan would take is the one that stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from sarv_sync.errors import EXIT_REFUSED, Refused, SwapLost
from sarv_sync.model.account import Account
from sarv_sync.model.snapshot import Snapshot, parse_snapshot, snapshot_text
from sarv_sync.snapshot_workflow.publishing import publish
from sarv_sync.snapshot_workflow.trust import Trust
from sarv_sync.state.local import LocalStore
from tests.unit.snapshot_workflow.snapshots import ACCOUNT, ANY, KEY, NOW, OTHER_KEY, SIGNED, snapshot

OLD, NEW, NEWEST = (snapshot(timedelta(hours=age)) for age in (3, 2, 1))


class Contested(LocalStore):
    """A file that somebody else writes, too: `meanwhile` before each swap."""

    def __init__(self, path: Path, meanwhile: Callable[[], None]) -> None:
        super().__init__(path)
        self._meanwhile = meanwhile

    def swap(self, expected: str | None, data: bytes) -> str:
        self._meanwhile()
        return super().swap(expected, data)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "snapshot.state.json"


def put(path: Path, content: Snapshot | bytes) -> None:
    path.write_bytes(content if isinstance(content, bytes) else snapshot_text(content).encode())


def there(path: Path) -> Snapshot:
    return parse_snapshot(path.read_bytes(), "there")


def test_the_first_one_is_put_there(path: Path) -> None:
    assert publish(LocalStore(path), NEW, ANY, NOW) == there(path) == replace(NEW, serial=1)


@pytest.mark.parametrize(
    ("before", "made", "trust", "stays"),
    [
        (OLD, NEW, ANY, False),
        (NEW, NEW, ANY, False),
        (NEWEST, NEW, ANY, True),
        (snapshot(timedelta(hours=1), KEY), snapshot(timedelta(hours=2), KEY), SIGNED, True),
        # What no plan would take keeps nobody out.
        (NEWEST, snapshot(timedelta(hours=2), KEY), SIGNED, False),
        (snapshot(timedelta(hours=1), OTHER_KEY), snapshot(timedelta(hours=2), KEY), SIGNED, False),
        (snapshot(timedelta(days=-9)), NEW, ANY, False),
    ],
)
def test_a_newer_one_stays_if_it_can_be_used(
    path: Path, before: Snapshot, made: Snapshot, trust: Trust, stays: bool
) -> None:
    put(path, replace(before, serial=4))
    expected = replace(before, serial=4) if stays else replace(made, serial=5)
    assert publish(LocalStore(path), made, trust, NOW) == there(path) == expected


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"format": "sarv-sync-snapshot/2"}'])
def test_what_cannot_be_read_is_replaced_under_a_number_that_was_never_reached(path: Path, content: bytes) -> None:
    put(path, content)
    assert publish(LocalStore(path), NEW, ANY, NOW) == there(path) == replace(NEW, serial=int(NOW.timestamp()))


def test_a_number_beyond_all_counting_does_not_end_it(path: Path) -> None:
    put(path, replace(OLD, serial=2**53 - 1))
    assert publish(LocalStore(path), NEW, ANY, NOW).serial == int(NOW.timestamp())


def test_another_accounts_snapshot_is_left_alone(path: Path) -> None:
    other = replace(OLD, account=Account(ACCOUNT.endpoint, "7"))
    put(path, other)
    with pytest.raises(Refused, match=r"is of account 7 .*so that of 10042 .* was not published") as caught:
        publish(LocalStore(path), NEW, ANY, NOW)
    assert (caught.value.exit_code, there(path)) == (EXIT_REFUSED, other)


@pytest.mark.parametrize(("other", "stays"), [(OLD, False), (NEWEST, True)])
def test_of_two_at_once_the_newer_one_stays(path: Path, other: Snapshot, stays: bool) -> None:
    others = iter([other])

    def meanwhile() -> None:
        for each in others:
            put(path, replace(each, serial=1))

    expected = replace(other, serial=1) if stays else replace(NEW, serial=2)
    assert publish(Contested(path, meanwhile), NEW, ANY, NOW) == there(path) == expected


def test_who_is_always_too_late_gives_up(path: Path) -> None:
    turns: list[int] = []

    def meanwhile() -> None:
        turns.append(len(turns))
        put(path, replace(OLD, serial=len(turns)))

    with pytest.raises(SwapLost):
        publish(Contested(path, meanwhile), NEW, ANY, NOW)
    assert there(path).taken_at == OLD.taken_at
    assert len(turns) < 20

"""How much of the state's history is kept in git."""

from __future__ import annotations

from pathlib import Path

import pytest

from sarv_sync.errors import SwapLost
from tests.engines.git import FILE, REF, bare, git, put
from tests.unit.state.git_stores import beside, content, log, opened, write


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return bare(tmp_path / "state.git")


def numbered(first: int, last: int) -> list[bytes]:
    return [f'{{\n  "serial": {number},\n}}\n'.encode() for number in range(first, last + 1)]


def test_a_history_is_cut_when_it_is_twice_as_long_as_what_is_kept(repository: Path) -> None:
    documents = numbered(1, 11)
    everything = "%T %an %ae %ad %cn %ce %cd %s %(trailers:only,separator=%x2C)"

    write(repository, *documents[:6], history=3)
    whole = log(repository, everything)
    write(repository, documents[6], history=3)
    cut = log(repository, everything)
    write(repository, *documents[7:10], history=3)
    grown = log(repository, "%s")
    write(repository, documents[10], history=3)

    assert len(whole) == 6
    assert cut[1:] == whole[:2], "trees, names, dates and messages stay as they are"
    assert grown == [f"serial {number}: nobody at work" for number in (10, 9, 8, 7, 6, 5)]
    assert log(repository, "%s") == [f"serial {number}: nobody at work" for number in (11, 10, 9)]
    assert git(repository, "show", f"{REF}~2:{FILE}").encode() == documents[8].strip()
    git(repository, "fsck", "--strict")


def test_one_run_cuts_as_it_writes(repository: Path) -> None:
    store = opened(beside(repository), remote=str(repository), history=2)
    version = None
    for data in numbered(1, 9):
        version = store.swap(version, data)

    assert log(repository, "%s") == [f"serial {number}: nobody at work" for number in (9, 8, 7)]


def test_of_a_history_of_one_there_is_at_most_one_commit_more(repository: Path) -> None:
    write(repository, *numbered(1, 5), history=1)

    assert log(repository, "%s") == ["serial 5: nobody at work"]


def test_a_history_that_was_never_cut_is_cut_in_the_end(repository: Path) -> None:
    write(repository, *numbered(1, 10))

    write(repository, *numbered(11, 13), history=3)

    assert log(repository, "%s") == [f"serial {number}: nobody at work" for number in (13, 12, 11)]


def test_who_cuts_a_history_that_has_just_grown_loses(repository: Path) -> None:
    write(repository, *numbered(1, 6), history=3)
    store = opened(beside(repository), remote=str(repository), history=3)
    stored = store.read()
    assert stored is not None
    put(repository, b"somebody else's")

    with pytest.raises(SwapLost):
        store.swap(stored.version, b"late")

    assert len(log(repository, "%H")) == 7
    assert content(store) == b"somebody else's"


def test_a_server_that_keeps_its_history_gets_the_next_commit_of_it(repository: Path) -> None:
    git(repository, "config", "receive.denyNonFastForwards", "true")

    write(repository, *numbered(1, 11), history=2, ref="refs/heads/state")

    assert len(log(repository, "%H", "refs/heads/state")) == 11

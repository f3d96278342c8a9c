"""What lies beside the state is a place of its own, wherever the state is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.model.configuration import StateSettings
from sarv_sync.state.beside import What, beside
from sarv_sync.state.http.backend import open_http
from sarv_sync.state.interface import Site
from tests.contract.conftest import Place
from tests.engines.interface import Access
from tests.engines.terraform_server import WRITER, Rules, serving

if TYPE_CHECKING:
    from sarv_sync.state.interface import Store

SWAPPERS = 8
ROUNDS = 2
BOTH: tuple[What, ...] = get_args(What)


def next_to(place: Place, what: What) -> Place:
    options = dict(place.access.settings)
    settings = beside(StateSettings(options.pop("backend"), options), what, place.folder)
    access = Access({"backend": settings.backend, **settings.options}, place.access.environment)
    return Place(place.kind, place.engine, place.folder, access)


def kept(store: Store) -> tuple[bytes, str] | None:
    stored = store.read()
    return None if stored is None else (stored.data, stored.version)


def test_neither_the_state_nor_what_lies_beside_it_sees_a_write_of_the_other(place: Place) -> None:
    state, reviews, snapshot = place(), next_to(place, "reviews")(), next_to(place, "snapshot")()

    first = reviews.swap(None, b"a review")
    assert (state.read(), snapshot.read()) == (None, None)
    version = state.swap(None, b"the state")
    other = snapshot.swap(None, b"a listing")
    second = reviews.swap(first, b"two reviews")

    assert kept(place()) == (b"the state", version)
    assert kept(next_to(place, "reviews")()) == (b"two reviews", second)
    assert kept(next_to(place, "snapshot")()) == (b"a listing", other)


def test_it_is_written_while_another_run_holds_the_states_lock(place: Place) -> None:
    holder = place.other_process("hold")
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    version = place.version()

    store = next_to(place, "reviews")()
    store.swap(store.swap(None, b"first"), b"second")

    assert place.version() == version
    holder.communicate(timeout=60)
    assert holder.returncode == 0


def test_of_processes_that_race_for_it_one_wins_each_round(place: Place) -> None:
    version = place().swap(None, b"the state")

    rounds = next_to(place, "reviews").said("race", SWAPPERS, ROUNDS, 1)

    assert rounds == [f"1 won, {SWAPPERS - 1} lost"] * ROUNDS
    assert kept(place()) == (b"the state", version)


@pytest.mark.parametrize("what", BOTH)
def test_one_that_was_read_too_early_is_not_replaced(place: Place, what: What) -> None:
    there = next_to(place, what)
    first = there().swap(None, b"first")
    there().swap(first, b"second")

    for stale in (None, first):
        with pytest.raises(SwapLost):
            there().swap(stale, b"late")

    assert there.content() == b"second"


def test_gitlab_itself_takes_a_document_with_a_serial_of_its_own() -> None:
    """Which is why whatever is kept beside a state counts its writes in `serial`."""
    with serving(Rules(like="gitlab", etags=True)) as server:
        settings = StateSettings("http", server.settings("mail", ""))
        state, reviews = (
            open_http(options, Site(Path(), dict(zip(("TF_HTTP_USERNAME", "TF_HTTP_PASSWORD"), WRITER, strict=True))))
            for options in (settings.options, beside(settings, "reviews", Path()).options)
        )
        version = state.swap(None, b'{"serial": 7}')
        first = reviews.swap(None, b'{"serial": 1}')
        reviews.swap(first, b'{"serial": 2}')

        assert kept(state) == (b'{"serial": 7}', version)
        with pytest.raises(StateError):
            reviews.swap(reviews.version(), b'{"no": "serial"}')


def test_its_history_stays_short(place: Place) -> None:
    """Where a place says how much it keeps, the state may keep everything, and what lies beside it does not."""
    if place.kind not in {"git", "git_http"}:
        return
    there = next_to(place, "snapshot")
    store, version = there(), None
    for number in range(25):
        version = store.swap(version, b"listing %d" % number)

    from tests.engines.git import Repositories, git

    assert isinstance(place.engine, Repositories)
    repository = place.engine.repository(place.folder)
    assert int(git(repository, "rev-list", "--count", there.access.settings["ref"])) <= 20

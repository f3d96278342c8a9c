"""The lock around a swap over HTTP: whose is waited for, whose is released, and what a lost one leads to."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta

import pytest

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.state.http.holder import new_id
from tests.contract.http_world import LATE, World, state, world
from tests.engines.terraform_server import Rules

GITLAB = Rules(like="gitlab", etags=True)
BOTH = pytest.mark.parametrize("rules", [Rules(), GITLAB], ids=["terraform", "gitlab"])
PERSON = "5b7d4b0a-9d6e-4ad6-a4a8-2f1a5f4a5a2f"


def written(w: World) -> bytes:
    """Have the first document there, and forget how."""
    w.store().swap(None, state(1))
    w.server.requests.clear()
    return state(1)


def unlocked(w: World) -> list[str]:
    """Return the IDs that were to be unlocked so far."""
    sent = w.server.said("UNLOCK", "DELETE")
    return [json.loads(request.body)["ID"] for request in sent]


def dead_id() -> str:
    """Return the ID of a section of a process of this machine that is no more."""
    names_itself = "from sarv_sync.state.http.holder import new_id; print(new_id())"
    return subprocess.run(
        [sys.executable, "-c", names_itself], capture_output=True, text=True, check=True
    ).stdout.strip()


@BOTH
def test_the_lock_of_terraform_or_a_person_is_waited_for_and_never_released(rules: Rules) -> None:
    with world(rules) as w:
        first = written(w)
        held = w.lock(PERSON, age=7200)
        store = w.store()
        with pytest.raises(StateError) as refused:
            store.swap(store.version(), state(2))

        assert type(refused.value) is StateError
        for word in ("is locked on its server by bob@laptop", str(held["Created"]), PERSON):
            assert word in refused.value.message
        assert "GitLab" in str(refused.value.hint)
        assert 20 <= w.passed < 25
        assert (unlocked(w), w.document.lock, w.content()) == ([], held, first)


@BOTH
def test_a_lock_that_is_given_back_meanwhile_is_taken(rules: Rules) -> None:
    with world(rules) as w:
        written(w)
        w.lock(PERSON)
        store = w.store()
        version = store.version()
        w.on_sleep = lambda: setattr(w.document, "lock", None) if w.passed > 3 else None

        store.swap(version, state(2))
        assert w.content() == state(2)


@BOTH
@pytest.mark.parametrize("age", [61, 86400])
def test_a_section_that_was_left_behind_is_over_after_a_minute_by_the_servers_clock(rules: Rules, age: float) -> None:
    with world(rules) as w:
        written(w)
        w.lock(LATE, age)
        store = w.store()
        store.swap(store.version(), state(2))

        assert w.content() == state(2)
        assert unlocked(w)[0] == LATE
        assert w.passed < 1


@BOTH
def test_a_section_that_may_be_at_work_is_left_alone_until_then(rules: Rules) -> None:
    with world(rules) as w:
        written(w)
        w.lock(LATE, age=20)
        store = w.store()
        store.swap(store.version(), state(2))

        assert w.content() == state(2)
        assert 39 <= w.passed <= 42


@BOTH
def test_a_clock_that_is_wrong_here_changes_nothing(rules: Rules) -> None:
    with world(rules) as w:
        w.server.ahead = timedelta(days=400)
        written(w)
        w.lock(LATE, age=30)
        store = w.store()
        store.swap(store.version(), state(2))

        assert 29 <= w.passed <= 32


@pytest.mark.parametrize("created", ["", "yesterday", "9999-99-99T00:00:00Z", "2999-01-01T00:00:00Z"])
def test_where_its_age_cannot_be_told_a_section_is_watched_for_a_minute(created: str) -> None:
    with world() as w:
        written(w)
        w.lock(LATE)["Created"] = created
        store = w.store()
        store.swap(store.version(), state(2))

        assert 60 <= w.passed <= 62
        assert unlocked(w)[0] == LATE


def test_a_server_without_a_clock_is_watched_too() -> None:
    with world(Rules(dated=False)) as w:
        written(w)
        w.lock(LATE, age=86400)
        store = w.store()
        store.swap(store.version(), state(2))

        assert 60 <= w.passed <= 62


@BOTH
def test_nobody_waits_for_a_dead_process_of_this_machine(rules: Rules) -> None:
    with world(rules) as w:
        written(w)
        w.lock(left := dead_id())
        store = w.store()
        store.swap(store.version(), state(2))

        assert w.passed < 1
        assert unlocked(w)[0] == left


@BOTH
def test_a_living_process_of_this_machine_is_waited_for(rules: Rules) -> None:
    with world(rules) as w:
        written(w)
        w.lock(new_id())
        store = w.store()
        store.swap(store.version(), state(2))

        assert w.passed >= 58, "its time is told to the second"


def test_a_server_that_tells_only_the_id_tells_enough() -> None:
    with world(Rules(names_holder="id")) as w:
        written(w)
        w.lock(LATE)
        store = w.store()
        store.swap(store.version(), state(2))

        assert w.passed >= 60
        assert w.content() == state(2)


def test_a_holder_that_the_server_does_not_name_is_somebody_else() -> None:
    with world(Rules(names_holder="nothing")) as w:
        first = written(w)
        w.lock(LATE, age=86400)
        store = w.store()
        with pytest.raises(StateError, match=r"it is locked on its server$"):
            store.swap(store.version(), state(2))

        assert (unlocked(w), w.content()) == ([], first)


@BOTH
def test_who_loses_while_waiting_stops_waiting(rules: Rules) -> None:
    with world(rules) as w:
        written(w)
        store = w.store()
        version = store.version()
        w.lock(PERSON)

        def wrote() -> None:
            w.document.data, w.document.versions[2] = state(2), state(2)

        w.on_sleep = wrote
        with pytest.raises(SwapLost):
            store.swap(version, state(3))

        assert w.passed < 1
        assert (unlocked(w), w.content()) == ([], state(2))


@pytest.mark.parametrize("answer", [(404, b"", {}), (405, b"", {}), (501, b"Unsupported method ('LOCK')", {})])
def test_a_server_without_locking_is_refused(answer: tuple[int, bytes, dict[str, str]]) -> None:
    with world() as w:
        w.server.script["LOCK"] = [answer]
        with pytest.raises(StateError, match="does not lock it: the server answered") as refused:
            w.store().swap(None, b"first")

        assert "lock_address" in str(refused.value.hint)
        assert (w.content(), w.server.said("POST", "UNLOCK")) == (None, [])

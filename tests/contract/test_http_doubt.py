"""A swap over HTTP whose requests get lost, or that is overtaken: at most one write, and no lock left behind."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.state.http import exchange
from tests.contract.http_world import World, state, world
from tests.engines.terraform_server import Request, Rules

GITLAB = Rules(like="gitlab", etags=True)
BOTH = pytest.mark.parametrize("rules", [Rules(), GITLAB], ids=["terraform", "gitlab"])


def written(w: World) -> bytes:
    """Have the first document there, and forget how."""
    w.store().swap(None, state(1))
    w.server.requests.clear()
    return state(1)


def is_locked(w: World) -> bool:
    return w.document.lock is not None


def locking(request: Request) -> bool:
    return request.method == "LOCK" or request.path.endswith("/lock")


@BOTH
@pytest.mark.parametrize("event", ["before", "after"])
def test_a_lost_answer_to_locking_is_found_out_by_locking_again(rules: Rules, event: str) -> None:
    with world(rules) as w:
        written(w)
        method = "LOCK" if rules.like == "terraform" else "POST"
        w.server.script[method] = [event]  # type: ignore[list-item]
        store = w.store()
        store.swap(store.version(), state(2))

        assert (w.content(), w.document.lock) == (state(2), None)
        assert len({json.loads(r.body)["ID"] for r in w.server.said() if locking(r)}) == 1
        assert w.passed < 1


@BOTH
def test_a_lock_that_nobody_knows_of_is_given_back(rules: Rules) -> None:
    with world(rules) as w:
        first = written(w)
        method = "LOCK" if rules.like == "terraform" else "POST"
        w.server.script[method] = ["after"] * 9
        store = w.store()
        with pytest.raises(StateError, match=r"cannot lock the state .* the connection broke"):
            store.swap(store.version(), state(2))

        assert (w.content(), w.document.lock) == (first, None)
        assert len([r for r in w.server.said(method) if locking(r)]) == 3, "it is not asked for for ever"


@BOTH
def test_who_loses_in_doubt_about_the_lock_gives_it_back(rules: Rules) -> None:
    with world(rules) as w:
        written(w)
        store = w.store()
        version = store.version()
        w.server.script["LOCK" if rules.like == "terraform" else "POST"] = ["after"]

        def wrote() -> None:
            w.document.data, w.document.versions[2] = state(2), state(2)

        w.on_sleep = wrote
        with pytest.raises(SwapLost):
            store.swap(version, state(3))

        assert w.document.lock is None


@BOTH
@pytest.mark.parametrize("events", [["before"], ["after"], ["before", "after"]])
def test_unlocking_is_tried_twice(rules: Rules, events: list[str]) -> None:
    with world(rules) as w:
        w.server.script["UNLOCK" if rules.like == "terraform" else "DELETE"] = events  # type: ignore[assignment]
        w.store().swap(None, state(1))

        assert (w.content(), w.document.lock) == (state(1), None)


@BOTH
def test_a_lock_that_could_not_be_given_back_is_in_nobodys_way(rules: Rules) -> None:
    with world(rules) as w:
        method = "UNLOCK" if rules.like == "terraform" else "DELETE"
        w.server.script[method] = ["before", (500, b"", {})]
        store = w.store()
        first = store.swap(None, state(1))
        assert is_locked(w)

        store.swap(first, state(2))
        assert (w.content(), is_locked(w)) == (state(2), False)
        assert w.passed < 1


@BOTH
@pytest.mark.parametrize("answer", [(500, b"", {}), (503, b"", {}), (429, b"", {})])
def test_a_server_in_trouble_is_asked_again(rules: Rules, answer: tuple[int, bytes, dict[str, str]]) -> None:
    with world(rules) as w:
        written(w)
        w.server.script["GET"] = [answer, answer]
        w.server.script["LOCK" if rules.like == "terraform" else "POST"] = [answer]
        store = w.store()
        store.swap(store.version(), state(2))

        assert (w.content(), w.document.lock) == (state(2), None)


def overtaking(w: World, rival: Callable[[], object]) -> None:
    """Have the next write stalled for so long that another run takes its section over, and writes."""

    def stalled() -> None:
        w.sleep(61)
        rival()

    w.server.before_write.append(stalled)


@BOTH
def test_an_overtaken_holder_does_not_write(rules: Rules) -> None:
    with world(rules) as w:
        written(w)
        slow, fast = w.store(), w.store()
        version = slow.version()
        overtaking(w, lambda: fast.swap(version, state(2, "fast")))
        with pytest.raises(SwapLost):
            slow.swap(version, state(2, "slow"))

        assert (w.content(), w.document.lock) == (state(2, "fast"), None)


@BOTH
def test_who_was_overtaken_for_nothing_writes_once_more(rules: Rules) -> None:
    with world(rules) as w:
        written(w)
        store = w.store()
        version = store.version()

        def broken() -> None:
            w.document.lock = None

        w.server.before_write.append(broken)
        store.swap(version, state(2))

        assert (w.content(), w.document.lock) == (state(2), None)


def test_a_server_that_takes_each_serial_once_refuses_the_second_of_two_that_follow_the_same() -> None:
    with world(GITLAB) as w:
        written(w)
        store = w.store()
        version = store.version()

        def forced() -> None:
            w.document.versions[2] = state(2, "forced")

        w.server.before_write.append(forced)
        with pytest.raises(SwapLost):
            store.swap(version, state(2))

        assert w.content() == state(2, "forced")


@BOTH
def test_a_holder_that_notices_a_stall_locks_anew(rules: Rules) -> None:
    with world(rules) as w:
        written(w)
        store = w.store()
        version = store.version()

        def stalled() -> None:
            w.passed += 31

        w.after_lock(stalled)
        store.swap(version, state(2))

        assert [locking(r) for r in w.server.said("LOCK", "POST")] == [True, True, False], "it is written once"
        assert w.content() == state(2)


@pytest.mark.parametrize("checks_id", ["locked", "never"])
def test_where_a_write_is_not_checked_who_was_overtaken_later_than_that_is_found_out_at_the_next_write(
    checks_id: str,
) -> None:
    with world(Rules(checks_id=checks_id)) as w:  # type: ignore[arg-type]
        written(w)
        slow, fast = w.store(), w.store()
        version = slow.version()
        seen: list[str] = []
        overtaking(w, lambda: seen.append(fast.swap(version, state(2, "fast"))))
        slow.swap(version, state(2, "slow"))

        with pytest.raises(SwapLost):
            fast.swap(seen[0], state(3, "fast"))


@BOTH
def test_a_write_that_cannot_be_read_back_is_found_out_later(rules: Rules) -> None:
    with world(rules) as w:
        written(w)
        store = w.store()
        version = store.version()
        w.server.script["GET"] = [None, None, *[(503, b"", {})] * 3]
        w.server.requests.clear()

        assert store.swap(version, state(2)) == store.version()
        assert [locking(request) for request in w.server.said("LOCK", "POST")] == [True, False], "it is written once"


def test_an_answer_without_end_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "_LARGEST", 1000)
    with world() as w:
        w.store().swap(None, b"x" * 1000)
        w.document.data = b"x" * 1001
        with pytest.raises(StateError, match="the answer was larger than"):
            w.store().read()


def test_an_answer_that_drips_for_ever_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "_WHOLE", -1.0)
    with world() as w:
        w.document.data = b"x"
        with pytest.raises(StateError, match="the answer took too long"):
            w.store().read()

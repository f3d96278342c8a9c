from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from itertools import groupby

import pytest

from sarv_sync.applying.batches import batches, first_size
from sarv_sync.model.state import PastChange, PastRun, State
from sarv_sync.state.document import encode
from tests.unit.applying.stage import Journal, Provider, Stage, entry, files, state, unmade, values


@pytest.mark.parametrize(
    ("count", "first", "sizes"),
    [
        (0, 4, []),
        (1, 4, [1]),
        (4, 4, [4]),
        (5, 4, [4, 1]),
        (40, 4, [4, 8, 16, 12]),
        (3, 0, [1, 2]),
        (2000, 300, [300, 512, 512, 512, 164]),
        (20_000, 600, [600, 1200, 2400, 4800, 5000, 5000, 1000]),
    ],
)
def test_batches_double_up_to_a_quarter_of_all(count: int, first: int, sizes: list[int]) -> None:
    cut = batches(range(count), first)

    assert [len(batch) for batch in cut] == sizes
    assert [item for batch in cut for item in batch] == list(range(count))


def test_there_are_not_many_more_batches_however_much_there_is() -> None:
    assert len(batches(range(1_000_000), 16)) < len(batches(range(10_000), 16)) + 10


PAST = PastRun("1", "", "", "", None, "", tuple(PastChange(f"{n}", "update", None, "planned") for n in range(1600)))


@pytest.mark.parametrize(
    ("bound", "history", "size"), [(0, (), 8), (100, (), 8), (1600, (), 100), (0, (PAST,), 100), (1600, (PAST,), 200)]
)
def test_a_first_batch_is_a_sixteenth_of_what_the_state_holds(
    bound: int, history: tuple[PastRun, ...], size: int
) -> None:
    held = replace(
        state(**{f"u{number}": (f"smtp{number}", values(1, 1)) for number in range(bound)}), history=history
    )

    assert first_size(held, 8) == size


def creating(count: int, bound: int = 0) -> Stage:
    """Return a stage on which so many users are to be made, beside those that are there already."""
    there = {f"old{number}": (f"old-smtp{number}", values(5000, 200)) for number in range(bound)}
    wanted = [entry(name) for name in (*there, *(f"user{number}" for number in range(count)))]
    provider = Provider(dict(there.values()))
    return Stage(files(*wanted), provider, Journal(state(**there)), parallelism=8)


def test_what_is_written_grows_with_the_changes_and_not_with_their_square() -> None:
    few, many = creating(200), creating(2000)

    for stage in (few, many):
        assert stage.run().outcome.verified

    few_bytes, many_bytes = (sum(len(encode(each)) for each in stage.journal.writes) for stage in (few, many))
    assert many_bytes / 2000 <= 2 * few_bytes / 200


def test_a_few_changes_to_a_large_account_are_one_batch() -> None:
    stage = creating(100, bound=3000)

    assert stage.run().outcome.verified

    writes = [(len(each.bindings) - 3000, len(each.intents)) for each in stage.journal.writes]
    assert writes[0] == (0, 100), "the intents of all"
    assert writes[-1] == (100, 0)
    assert len(writes) <= 6


def updating(count: int) -> Stage:
    """Return a stage on which so many users are to be edited."""
    there = {f"user{number}": (f"smtp{number}", values(1, 1)) for number in range(count)}
    provider = Provider(dict(there.values()))
    return Stage(files(*(entry(name, 2, 1) for name in there)), provider, Journal(state(**there)), parallelism=8)


def test_edits_are_written_when_more_are_begun_and_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = updating(12)
    stage.parallelism = 1
    noted, ended = threading.Event(), stage.watcher.change_ended

    def note(name: str, action: str, end: str) -> None:
        ended(name, action, end)
        if len(stage.watcher.ended) == 11:
            noted.set()

    def wait(called: str) -> None:
        if called == "edit" and len(stage.provider.made("edit")) == 11:
            assert noted.wait(10), "what the others came to is not noted while the last one is under way"

    monkeypatch.setattr(stage.watcher, "change_ended", note)
    stage.provider.before_call = wait

    assert stage.run().outcome.verified

    assert len(stage.journal.writes) == 2, "four are a batch, the other eight the next"


def test_until_the_end_nothing_is_written_that_lets_no_call_begin() -> None:
    stage = creating(200)

    assert stage.run().outcome.verified

    first, *others = stage.journal.writes[:-1]
    for before, after in zip([first, *others], others, strict=False):
        assert after.bindings.keys() - before.bindings.keys() or after.intents.keys() - before.intents.keys()


@pytest.mark.parametrize(
    ("stage", "kind", "within"),
    [
        (creating(100, bound=3000), "add", lambda now: len(now.bindings) > 3000),
        (updating(64), "edit", lambda now: any(each.applied == values(2, 1) for each in now.bindings.values())),
    ],
    ids=["creates", "updates"],
)
def test_what_was_heard_is_written_now_and_then_within_a_batch(
    monkeypatch: pytest.MonkeyPatch, stage: Stage, kind: str, within: Callable[[State], bool]
) -> None:
    monkeypatch.setattr("sarv_sync.applying.unwritten._SECONDS", 0.0)
    written, commit = threading.Event(), stage.journal.commit

    def watched(state: State) -> None:
        commit(state)
        if within(state):
            written.set()

    def wait(called: str) -> None:
        if called == kind and len(stage.provider.made(kind)) == 20:
            assert written.wait(10), "the rest of the batch still waits, and nothing is written"

    stage.journal.commit = watched  # type: ignore[method-assign]
    stage.provider.before_call = wait

    assert stage.run().outcome.verified


def test_state_writes_grow_with_batches_and_not_with_creates() -> None:
    few = Stage(files(*(entry(f"user{number}") for number in range(100))), parallelism=8)
    many = Stage(files(*(entry(f"user{number}") for number in range(1000))), parallelism=8)

    for stage in (few, many):
        assert stage.run().outcome.verified

    assert len(many.journal.writes) <= len(few.journal.writes) + 3 * 4
    assert len(many.provider.made("add")) == len(many.provider.made("edit")) == 1000


def test_state_writes_grow_with_batches_and_not_with_updates() -> None:
    stage = updating(1000)

    assert stage.run().outcome.verified

    assert len(stage.provider.made("edit")) == 1000
    assert len(stage.journal.writes) <= 6


def test_all_creates_of_a_batch_are_journalled_before_the_first_is_called() -> None:
    stage = Stage(files(*(entry(f"user{number}") for number in range(20))), parallelism=4)
    open_at_call: list[int] = []
    stage.provider.before_call = lambda kind: open_at_call.append(len(unmade(stage)) if kind == "add" else 0)

    stage.run()

    assert sorted(set(open_at_call)) == [0, 4, 8]


def test_a_listing_of_a_moment_ago_serves_the_next_batch_too() -> None:
    stage = Stage(files(*(entry(f"user{number}") for number in range(100))), parallelism=4)

    assert stage.run().outcome.verified

    assert len(stage.provider.made("list")) == 2, "the plan's and the proof's"


def test_an_older_listing_is_made_anew_before_a_batch() -> None:
    stage = Stage(files(*(entry(f"user{number}") for number in range(100))), parallelism=4)

    def let_time_pass(kind: str) -> None:
        stage.watcher.time += 0.1 if kind == "add" else 0

    stage.provider.before_call = let_time_pass

    assert stage.run().outcome.verified

    assert len(stage.provider.made("list")) > 2


def test_users_that_a_listing_shows_while_they_are_being_made_are_believed_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_for: list[set[str]] = []

    def recover(run: object, names: set[str], since: float | None) -> dict[str, object]:
        looked_for.append(names)
        return {}

    monkeypatch.setattr("sarv_sync.applying.creation.recover", recover)
    stage = Stage(files(*(entry(f"user{number}") for number in range(100))), parallelism=4)

    def let_time_pass(kind: str) -> None:
        stage.watcher.time += 1 if kind == "add" else 0

    stage.provider.before_call = let_time_pass

    assert stage.run().outcome.verified

    assert len(stage.provider.made("list")) > 3
    assert set().union(*looked_for) == set()


def test_where_limits_are_not_echoed_the_account_is_listed_before_every_batch() -> None:
    stage = Stage(files(*(entry(f"user{number}") for number in range(100))), parallelism=4)
    stage.journal.state = replace(stage.journal.state, echoes_limits=False)

    assert stage.run().outcome.verified

    kinds = [kind for kind, _ in groupby(call[0] for call in stage.provider.calls)]
    assert kinds.count("add") > 3
    assert kinds.count("list") == kinds.count("add") + 1


def test_users_get_their_values_while_others_are_made() -> None:
    stage = Stage(files(*(entry(f"user{number}") for number in range(100))), parallelism=4)

    assert stage.run().outcome.verified

    kinds = [call[0] for call in stage.provider.calls]
    assert kinds.index("edit") < len(kinds) - 1 - kinds[::-1].index("add")
    assert len(stage.journal.writes) < 30


def test_several_calls_are_under_way_at_once() -> None:
    import threading

    meeting = threading.Barrier(3, timeout=10)
    stage = Stage(files(*(entry(f"user{number}") for number in range(3))), parallelism=3)
    add = stage.provider.add_user

    def together(total_limit: int, hourly_limit: int) -> object:
        meeting.wait()
        return add(total_limit, hourly_limit)

    stage.provider.add_user = together  # type: ignore[assignment, method-assign]

    assert stage.run().outcome.verified

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import pytest

from sarv_sync.applying.run import batches
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


def test_state_writes_grow_with_batches_and_not_with_creates() -> None:
    few = Stage(files(*(entry(f"user{number}") for number in range(100))), parallelism=8)
    many = Stage(files(*(entry(f"user{number}") for number in range(1000))), parallelism=8)

    for stage in (few, many):
        assert stage.run().outcome.verified

    assert len(many.journal.writes) <= len(few.journal.writes) + 3 * 4
    assert len(many.provider.made("add")) == len(many.provider.made("edit")) == 1000


def test_state_writes_grow_with_batches_and_not_with_updates() -> None:
    users = {f"smtp{number:03}": values(1, 1) for number in range(1000)}
    bindings = state(**{f"user{number}": (name, values(1, 1)) for number, name in enumerate(users)})
    configuration = files(*(entry(f"user{number}", 2, 1) for number in range(1000)))
    stage = Stage(configuration, Provider(users), Journal(bindings), parallelism=8)

    assert stage.run().outcome.verified

    assert len(stage.provider.made("edit")) == 1000
    assert len(stage.journal.writes) <= 7


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

"""How much is done between two writes of the state.

Each write is of the whole document, so the writes of an apply cost the least if there are few of them, and a run that
is killed leaves the least if there are many. Batches grow with both:

- with the state: none is smaller than a sixteenth of what that holds. So a few changes to a large account are one
  batch, and what a killed run leaves, open creates for the most part, stays small beside the rest.
- with the work: each is twice the one before, up to a quarter of all, or 512 if that is more. So all documents that
  an apply writes come to a few times the last one, however many changes there are: they grow with the changes, and
  not with their square.

Nothing rests on the size of a batch: an intent is written before its call, whether alone or with a thousand. What a
killed run has not written is found again: a user by its birthmark, an edit by its values, a password by the listing.
Calls may be slow, too; so what was heard is written now and then within a batch (see `unwritten`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sarv_sync.applying.draft import Draft
    from sarv_sync.applying.interface import Answer, Item, Left
    from sarv_sync.applying.run import Run
    from sarv_sync.model.state import State

_LARGEST = 512
_BATCHES = 4
_SHARE = 16


def first_size(state: State, least: int) -> int:
    """Return the size of the first batch of changes to what `state` holds, at least `least`."""
    held = len(state.bindings) + len(state.removed) + sum(len(past.changes) for past in state.history)
    return max(least, held // _SHARE)


def larger(size: int, work: int) -> int:
    """Return the size of the batch after one of `size`, when there are `work` items in all."""
    return min(size * 2, max(_LARGEST, work // _BATCHES, size))


def batches(items: Sequence[Item], first: int) -> list[Sequence[Item]]:
    """Cut `items` into batches, the first one of size `first`."""
    cut: list[Sequence[Item]] = []
    size, start = max(1, first), 0
    while start < len(items):
        cut.append(items[start : start + size])
        start, size = start + size, larger(size, len(items))
    return cut


def in_batches(
    run: Run,
    items: Sequence[Item],
    call: Callable[[Item], Answer],
    note: Callable[[Draft, Item, Answer | Left], None],
    announce: Callable[[Draft, Item], None] = lambda _draft, _item: None,
) -> None:
    """Make `call` for all of `items`, and write what `note` makes of the answers once for each batch.

    What `announce` notes of an item is written before the batch that it is in begins. Raises what ends the run.
    """
    coming = iter(batches(items, first_size(run.journal.state, 4 * run.world.parallelism)))
    draft = run.draft()

    def take(ended: list[tuple[Item, Answer | Left]]) -> None:
        for item, answer in ended:
            note(draft, item, answer)

    def write() -> None:
        nonlocal draft
        run.write(draft)
        draft = run.draft()

    def record(ended: list[tuple[Item, Answer | Left]]) -> None:
        take(ended)
        write()

    def feed(ended: list[tuple[Item, Answer | Left]]) -> Sequence[Item]:
        take(ended)
        batch = next(coming, ()) if run.goes_on() else ()
        for item in batch:
            announce(draft, item)
        if batch:
            write()
        return batch

    run.stream(call, feed, record=record)
    write()
    run.check_stop()

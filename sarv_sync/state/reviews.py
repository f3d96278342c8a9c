"""The plans that pull requests have shown, kept next to the state until they are applied.

One document, `sarv-sync-reviews/1`, holds them oldest first, each signed with a key that only who has the token can
derive. Whoever can write the document can delete plans, which leads to a refusal, and put back plans that were there
before; nobody can make one. The newest heads of each pull request are kept, and of all so many as fit.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.model.review import read_review, review_document
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sarv_sync.model.review import Review
    from sarv_sync.signing.mac import Sealer, Verdict
    from sarv_sync.state.interface import Store

FORMAT = "sarv-sync-reviews/1"
PURPOSE = "sarv-sync reviewed plan"

_HEADS = 3
_ENTRIES = 300
_SIZE = 16 << 20
_TRIES = 12

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept plan, and what its signature says. `review` can be relied on if that is `valid`, and else only shown."""

    review: Review
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The document as it was read. `version` is None where there is none yet."""

    entries: list[Entry]
    serial: int
    version: str | None


class Reviews:
    """The document in `store`. `pause` waits before a write that somebody else was faster with is tried again."""

    def __init__(self, store: Store, sealer: Sealer, pause: Callable[[], None]) -> None:
        self._store = store
        self._sealer = sealer
        self._pause = pause

    def keep(self, review: Review) -> None:
        """Add `review`, in place of an earlier one of the same head. Raises `StateError`."""
        entry = self._entry(review)
        self._change(lambda entries: _trimmed([*_without(entries, entry["review"]), entry]))

    def withdraw(self, review: Review) -> None:
        """Remove what is kept of the head of `review`: there is nothing any more to approve. Raises `StateError`."""
        self._change(lambda entries: _without(entries, review_document(review)))

    def found(self, repository: str, configuration: str) -> tuple[Kept, ...]:
        """Return what is kept for one main file, oldest first. Raises `StateError`."""
        kept = []
        for entry in self._read().entries:
            document, signature = entry["review"], entry["signature"]
            review = read_review(document)
            if review is not None and (review.repository, review.configuration) == (repository, configuration):
                kept.append(Kept(review, self._sealer.verify(_bytes(document), signature)))
        return tuple(kept)

    def replace(self, changes: Sequence[tuple[Review, Review | None]]) -> None:
        """Put what is left of a review, or nothing, in the place of each. Raises `StateError`."""
        documents = [(review_document(old), None if new is None else self._entry(new)) for old, new in changes]

        def changed(entries: list[Entry]) -> list[Entry]:
            found = [next((new for old, new in documents if old == each["review"]), each) for each in entries]
            return [each for each in found if each is not None]

        if documents:
            self._change(changed)

    def _entry(self, review: Review) -> Entry:
        document = review_document(review)
        return {"review": document, "signature": self._sealer.sign(_bytes(document))}

    def _change(self, changed: Callable[[list[Entry]], list[Entry]]) -> None:
        for _ in range(_TRIES):
            shelf = self._read()
            wanted = changed(shelf.entries)
            if wanted == shelf.entries:
                return
            # GitLab takes a document only with a serial that it has not seen yet.
            document = {"format": FORMAT, "serial": shelf.serial + 1, "reviews": wanted}
            try:
                self._store.swap(shelf.version, json.dumps(document, indent=1).encode() + b"\n")
            except SwapLost:
                self._pause()
            else:
                return
        message = f"the reviewed plans at {self._store.describe()} are written by others all the time"
        raise StateError(message, "run this again")

    def _read(self) -> _Shelf:
        stored = self._store.read()
        if stored is None:
            return _Shelf([], 0, None)
        try:
            document = json.loads(stored.data)
        except (ValueError, RecursionError):
            document = None
        match document:
            case {"format": "sarv-sync-reviews/1", "serial": int(serial), "reviews": list(entries)} if (
                serial > 0 and all(map(_fits, entries))
            ):
                return _Shelf(entries, serial, stored.version)
        raise StateError(
            f"the reviewed plans at {self._store.describe()} cannot be read: this is no document of {FORMAT}",
            "remove it, and plan the open pull requests again",
        )


def _fits(entry: object) -> bool:
    match entry:
        case {"review": dict(), "signature": str()}:
            return True
    return False


def _bytes(document: Entry) -> bytes:
    """Return what is signed: the same bytes for the same values, whoever wrote them down."""
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def _without(entries: Sequence[Entry], document: Entry) -> list[Entry]:
    """Return `entries` but for those of the same head, pull request and main file as `document`."""
    keys = ("repository", "pull_request", "configuration", "head")
    return [each for each in entries if any(each["review"].get(key) != document[key] for key in keys)]


def _trimmed(entries: Sequence[Entry]) -> list[Entry]:
    """Return the newest heads of each pull request, and of all the newest that fit; the last one in any case."""
    kept: list[Entry] = []
    heads: dict[str, int] = {}
    size = 0
    for entry in reversed(entries):
        review = entry["review"]
        origin = json.dumps([review.get(key) for key in ("repository", "pull_request", "configuration")])
        heads[origin] = heads.get(origin, 0) + 1
        length = len(_bytes(entry))
        fits = size + length <= _SIZE and len(kept) < _ENTRIES and heads[origin] <= _HEADS
        if fits or not kept:
            kept.insert(0, entry)
            size += length
    return kept

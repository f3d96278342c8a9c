"""From YAML events to plain Python values with positions, in one pass.

Works on events, not on PyYAML's node tree: positions then cost one integer each. libyaml proves that a file is well
formed; what it refuses, the pure parser reads again and decides, so that verdict, wording and position of a syntax
error do not depend on which of the two is installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
)

from sarv_sync.config import keys, scalars, syntax, tags
from sarv_sync.config.anchors import Anchors
from sarv_sync.config.nodes import BROKEN, KEY_SHIFT, Map, Seq, key_offset, new_marks, pack
from sarv_sync.config.stop import Stop

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.config.source_file import SourceFile

DEEPEST = 100
"""How many collections may stand inside one another."""

_LARGEST_TO_EXPLAIN = 200_000
"""Characters. The pure parser takes a second or two for this much; beyond it, libyaml's own verdict must do."""

_MOST_KEYS = 1000
"""How many different keys are remembered. Most keys of a large file repeat; the names of users do not."""

_MOST_WORDS = 10_000
"""How many different words that are no text are remembered with their meaning."""

_EMPTY = ("the file is empty", "write the settings, or remove the file")

_NEW: Any = object()

_ODD_KEYS = frozenset(("", "<<"))
"""Plain keys that begin like text and are none."""

_Firsts: TypeAlias = "dict[str, int]"


class EventSource(Protocol):
    """What both of PyYAML's parsers are."""

    def get_event(self) -> Any:
        """Return the next event, None after the last."""
        ...


def pure(text: str) -> EventSource:
    """Return the pure parser, which is there wherever PyYAML is."""
    from sarv_sync.config.tolerant_scanner import TolerantParser

    return TolerantParser(text)


FAST: Callable[[str], EventSource] | None = getattr(yaml, "CSafeLoader", None)
"""libyaml's parser, None where PyYAML was built without it."""


def read(file: SourceFile) -> Any:
    """Return the value of the only document of `file`: `Map`, `Seq`, a scalar, or BROKEN if it cannot be read.

    What is wrong is recorded in `file`.
    """
    try:
        return _attempt(file)
    except Stop as stop:
        file.error(stop.at, stop.message, stop.hint, hidden=stop.hidden)
        return BROKEN


def _attempt(file: SourceFile) -> Any:
    if FAST is not None:
        try:
            return _Reader(file, FAST(file.text)).document()
        except yaml.YAMLError as refused:
            mark = getattr(refused, "problem_mark", None)
            if mark is not None and mark.index > _LARGEST_TO_EXPLAIN:
                raise syntax.explain(file, refused) from None
            file.forget()
    try:
        return _Reader(file, pure(file.text)).document()
    except yaml.YAMLError as refused:
        raise syntax.explain(file, refused) from None


def _is_long(word: str) -> bool:
    """Whether `word` is too long for one of those that begin like it and are not text, such as `false`."""
    return len(word) > 5 and word[0] in "ntf"


def _firsts(entries: Map, known: _Firsts | None) -> _Firsts:
    """Return which of its places each key of `entries` has. However many are repeated, they are counted once."""
    return {key: index for index, key in enumerate(entries)} if known is None else known


class _Reader:
    """Reads one file once. Nested collections recurse, at most `DEEPEST` levels."""

    def __init__(self, file: SourceFile, parser: EventSource) -> None:
        self._file = file
        self._next = parser.get_event
        self._anchors = Anchors()
        self._keys: dict[str, str] = {}
        self._words: dict[str, Any] = {}
        self._marks = new_marks()

    def document(self) -> Any:
        """Read the stream: exactly one document that holds something."""
        self._next()
        if not isinstance(self._next(), DocumentStartEvent):
            raise Stop(0, *_EMPTY)
        event: Any = self._next()
        value = self._value(event, 0)
        if value is None:
            raise Stop(event.start_mark.index, *_EMPTY)
        self._next()
        event = self._next()
        at: int = event.start_mark.index
        if event.__class__ is DocumentStartEvent:
            raise Stop(
                at,
                "a second YAML document begins here",
                "keep one document in a file; split the rest into files named by `include`",
            )
        return value

    def _value(self, event: Any, depth: int) -> Any:
        kind = event.__class__
        if kind is ScalarEvent:
            value = self._scalar(event)
        elif kind is AliasEvent:
            return self._anchors.use(event.anchor, event.start_mark.index, self._file)
        else:
            return self._collection(event, depth + 1)
        if event.anchor is not None:
            self._anchors.define(event.anchor, value)
        return value

    def _collection(self, event: Any, depth: int) -> Any:
        if depth > DEEPEST:
            raise Stop(
                event.start_mark.index,
                f"more than {DEEPEST} collections stand inside one another here",
                "no setting needs that; check the brackets and the indentation",
            )
        if event.anchor is not None:
            self._anchors.open(event.anchor)
        value: Any = (
            self._mapping(event, depth) if event.__class__ is MappingStartEvent else self._sequence(event, depth)
        )
        if event.tag is not None and not tags.fits_collection(self._file, event):
            value = BROKEN
        if event.anchor is not None:
            self._anchors.define(event.anchor, value)
        return value

    def _sequence(self, start: Any, depth: int) -> Seq:
        items = Seq()
        items.at = start.start_mark.index
        items.marks = []
        while (event := self._next()).__class__ is not SequenceEndEvent:
            items.marks.append(event.start_mark.index)
            items.append(self._value(event, depth))
        return items

    def _mapping(self, start: Any, depth: int) -> Map:
        entries = Map()
        entries.at = start.start_mark.index
        places: list[int] = []
        firsts: _Firsts | None = None
        advance, known, words = self._next, self._keys, self._words
        starts, is_number = scalars.STARTS, scalars.NUMBER.fullmatch
        while (event := advance()).__class__ is not MappingEndEvent:
            key = None
            if event.__class__ is ScalarEvent and event.tag is event.anchor is None:
                word = event.value
                key = known.get(word)
                if key is None and word not in _ODD_KEYS and (word[0] not in starts or _is_long(word)):
                    key = self._remembered(word) if len(known) < _MOST_KEYS else word
            if key is None or key in entries:
                firsts = self._unusual_entry(event, entries, places, firsts, depth)
                continue
            if firsts is not None:
                firsts[key] = len(places)
            at = event.start_mark.index
            event = advance()
            places.append(at << KEY_SHIFT | event.start_mark.index)  # what `pack` returns, without the call
            if event.__class__ is ScalarEvent and event.anchor is None:
                word = event.value
                plain = event.implicit[0] and event.tag is None
                value = words.get(word, _NEW) if plain else _NEW
                if value is _NEW:
                    value = int(word) if plain and is_number(word) else self._scalar(event)
                entries[key] = value
            elif event.__class__ is MappingStartEvent and event.tag is event.anchor is None and depth < DEEPEST:
                entries[key] = self._mapping(event, depth + 1)
            else:
                entries[key] = self._value(event, depth)
        entries.marks, entries.start = self._marks, len(self._marks)
        self._marks.fromlist(places)
        return entries

    def _remembered(self, key: str) -> str:
        """Return the one object for this text, so that a key which a million users have is kept once."""
        return self._keys.setdefault(key, key) if len(self._keys) < _MOST_KEYS else key

    def _unusual_entry(
        self, event: Any, entries: Map, places: list[int], firsts: _Firsts | None, depth: int
    ) -> _Firsts | None:
        """Read an entry whose key is repeated, or perhaps not a key one may write.

        `firsts` say which of `places` a key has, once one is known to be repeated; return them as they are then.
        """
        key, first = self._value(event, depth), None
        if isinstance(key, str) and key in entries:
            firsts = _firsts(entries, firsts)
            first = key_offset(places[firsts[key]])
        verdict = keys.judge(self._file, event, key, first, entries)
        following = self._next()
        if verdict is keys.SECRET:
            self._file.hide(event.start_mark.index, self._skip(following))
            return firsts
        value = self._value(following, depth)
        if isinstance(verdict, str):
            place = pack(event.start_mark.index, following.start_mark.index)
            if verdict in entries:
                firsts = _firsts(entries, firsts)
                places[firsts[verdict]] = place
            else:
                places.append(place)
                if firsts is not None:
                    firsts[verdict] = len(places) - 1
            entries[verdict] = value
            if event.__class__ is ScalarEvent and event.implicit[0] and key is verdict:
                self._remembered(verdict)
        return firsts

    def _skip(self, event: Any) -> int:
        """Pass over the value that `event` begins, without keeping any of it; return the offset of its end."""
        open_collections = 0
        while True:
            open_collections += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if not open_collections:
                return int(event.end_mark.index) - 1
            event = self._next()

    def _scalar(self, event: Any) -> Any:
        if event.tag is not None:
            return tags.scalar(self._file, event)
        word: str = event.value
        if not event.implicit[0]:
            return word
        if word and (word[0] not in scalars.STARTS or _is_long(word)):
            return word
        value = self._words.get(word, _NEW)
        if value is _NEW:
            value = scalars.resolve(word)
            if isinstance(value, scalars.Problem):
                self._file.error(event.start_mark.index, value.message, value.hint)
                return BROKEN
            if not isinstance(value, str) and len(self._words) < _MOST_WORDS:
                self._words[word] = value
        return value

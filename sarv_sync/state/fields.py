"""Reading a JSON object field by field, exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from sarv_sync.model.users import Status

Word = TypeVar("Word", bound=str)
Made = TypeVar("Made")


class Unreadable(Exception):  # translated into StateError where the document's place is known
    """A document that is JSON, but not what it should be."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class Reader:
    """One JSON object of which every key has to be asked for."""

    __slots__ = ("_asked", "_document", "_what")

    def __init__(self, document: dict[str, Any], what: str) -> None:
        self._document = document
        self._what = what
        self._asked: set[str] = set()

    @classmethod
    def of(cls, value: Any, what: str) -> Reader:
        """Return a reader of `value`, called `what` in messages."""
        if not isinstance(value, dict):
            raise Unreadable(f"{what} is not an object")
        return cls(value, what)

    def text(self, key: str) -> str:
        """Return a non-empty string."""
        value = self._get(key)
        if not isinstance(value, str) or not value:
            raise self._wrong(key, "a text")
        return value

    def optional_text(self, key: str) -> str | None:
        """Return a non-empty string, or None where the key is absent or null."""
        return None if self._get(key) is None else self.text(key)

    def count(self, key: str) -> int:
        """Return a whole number from 0."""
        value = self._get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._wrong(key, "a whole number")
        return value

    def optional_count(self, key: str) -> int | None:
        """Return a whole number from 0, or None where the key is absent or null."""
        return None if self._get(key) is None else self.count(key)

    def optional_flag(self, key: str) -> bool | None:
        """Return a truth value or None."""
        value = self._get(key)
        if value is None or isinstance(value, bool):
            return value
        raise self._wrong(key, "true, false or null")

    def status(self, key: str) -> Status:
        """Return `Enable` or `Disable`."""
        match self._get(key):
            case "Enable":
                return "Enable"
            case "Disable":
                return "Disable"
        raise self._wrong(key, "Enable or Disable")

    def one_of(self, key: str, words: Collection[Word]) -> Word:
        """Return the text under `key`, which has to be one of `words`."""
        value = self._get(key)
        for word in words:
            if word == value:
                return word
        raise self._wrong(key, f"one of {', '.join(map(str, words))}")

    def value(self, key: str) -> int | str | None:
        """Return a whole number from 0, a non-empty text, or None where the key is absent or null."""
        return self.optional_text(key) if isinstance(self._get(key), str) else self.optional_count(key)

    def section(self, key: str) -> Reader:
        """Return the object under `key`."""
        return Reader.of(self._get(key), f"{key!r} in {self._what}")

    def optional_section(self, key: str) -> Reader | None:
        """Return the object under `key`, None where it is null."""
        return None if self._get(key) is None else self.section(key)

    def rows(self, key: str) -> Iterator[tuple[str, Reader]]:
        """Yield the objects of the object under `key`, with their names."""
        part = self.section(key)
        for name in part.names():
            yield name, part.section(name)

    def items(self, key: str) -> Iterator[Reader]:
        """Yield the objects of the list under `key`."""
        for index, item in enumerate(self._list(key)):
            yield Reader.of(item, f"item {index} of {key!r}")

    def made_rows(self, key: str, kind: type[Made], read: Callable[[Reader], Made]) -> dict[str, Made]:
        """Return the object under `key`: what is of `kind` already as it is, and what `read` makes of the rest."""
        part = self.section(key)
        document = part._document  # noqa: SLF001 - of its own kind
        if set(map(type, document.values())) <= {kind}:
            return document
        return {name: row if isinstance(row, kind) else read(part.section(name)) for name, row in document.items()}

    def made_items(self, key: str, kind: type[Made], read: Callable[[Reader], Made]) -> Iterator[Made]:
        """Yield the list under `key`: what is of `kind` already as it is, and what `read` makes of the rest."""
        for index, item in enumerate(self._list(key)):
            yield item if isinstance(item, kind) else read(Reader.of(item, f"item {index} of {key!r}"))

    def optional_items(self, key: str) -> Iterator[Reader]:
        """Yield the objects of the list under `key`, none where it is absent or null."""
        return iter(()) if self._get(key) is None else self.items(key)

    def name_lists(self, key: str) -> Iterator[tuple[str, list[str]]]:
        """Yield the lists of strings of the object under `key`, with their names."""
        part = self.section(key)
        for name in part.names():
            yield name, part.texts(name)

    def texts(self, key: str) -> list[str]:
        """Return a list of strings."""
        value = self._get(key)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(key, "a list of texts")
        return value

    def names(self) -> tuple[str, ...]:
        """Return the keys of the object."""
        return tuple(self._document)

    def nothing_else(self) -> None:
        """Raise `Unreadable` if the object has a key that was never asked for."""
        for key in sorted(self._document.keys() - self._asked):
            raise Unreadable(
                f"{self._what} has {key!r}, which this version does not know",
                "use the version of sarv-sync that wrote it, or a newer one",
            )

    def _list(self, key: str) -> list[Any]:
        value = self._get(key)
        if not isinstance(value, list):
            raise self._wrong(key, "a list")
        return value

    def _get(self, key: str) -> Any:
        self._asked.add(key)
        return self._document.get(key)

    def _wrong(self, key: str, expected: str) -> Unreadable:
        return Unreadable(f"{key!r} in {self._what} is not {expected}")

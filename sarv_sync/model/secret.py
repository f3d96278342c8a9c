"""A string that does not show itself."""

from __future__ import annotations

from typing import NoReturn

REDACTED = "[redacted]"


class Secret:
    """A password or token. Every ordinary way to look at it yields a placeholder; `reveal` is the one way in.

    Equality compares the contents, so that two answers can be held against each other without opening either.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the raw text. Only the wire and the sinks may call this."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return f"Secret({REDACTED})"

    def __str__(self) -> str:
        return REDACTED

    def __format__(self, spec: str) -> str:
        return format(REDACTED, spec)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret cannot be pickled or copied")

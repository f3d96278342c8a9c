"""A string that does not show itself."""

from __future__ import annotations

from typing import NoReturn

REDACTED = "[redacted]"


class Secret:
    """A password or token. Every ordinary way to look at it yields a placeholder; `reveal` is the one way in.

    Equality compares the contents, so that two answers can be held against each other without opening either.
    The slot's name is mangled because DeepDiff opens the slots of whatever it is given, except private ones.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """Return the raw text. Only the wire and the sinks may call this."""
        return self.__value

    def __bool__(self) -> bool:
        return bool(self.__value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other.__value == self.__value

    def __hash__(self) -> int:
        return hash(self.__value)

    def __repr__(self) -> str:
        return f"Secret({REDACTED})"

    def __str__(self) -> str:
        return REDACTED

    def __format__(self, spec: str) -> str:
        return format(REDACTED, spec)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret cannot be pickled or copied")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a Secret has no state to hand out")

"""Dataclasses with slots whose methods are made when the first of their values is.

`dataclasses.dataclass` writes and compiles up to six functions for a class. That takes half a millisecond, and a
plan loads a hundred classes, half of which it has no value of. To a type checker, and to whoever uses a class, it is
all the same.
"""

from __future__ import annotations

import dataclasses
from threading import RLock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass
else:

    def dataclass(*, slots: bool, **options: bool) -> Callable[[type], type]:
        """Make a class a dataclass. `options` are those of `dataclasses.dataclass`, `slots` is always true.

        A class that inherits fields is none for this: use `dataclasses` for it.
        """
        assert slots
        return lambda plain: _slotted(plain, options)


__all__ = ["dataclass"]

_LOCK = RLock()

_LATE = (
    "__init__", "__repr__", "__eq__", "__hash__", "__match_args__", "__dataclass_fields__", "__dataclass_params__",
)  # fmt: skip


class _Late:
    """Stands in the class `made` for what a dataclass of `plain` has, until some of it is asked for."""

    __slots__ = ("made", "name", "options", "plain")

    def __init__(self, name: str, plain: type, options: dict[str, bool]) -> None:
        self.name = name
        self.plain = plain
        self.options = options
        self.made: type

    def __set_name__(self, owner: type, name: str) -> None:
        self.made = owner

    def __get__(self, instance: object, owner: type) -> Any:
        self._finish()
        found = vars(self.made)[self.name]
        return found.__get__(instance, owner) if hasattr(found, "__get__") else found

    def _finish(self) -> None:
        with _LOCK:
            late = [name for name in _LATE if isinstance(vars(self.made).get(name), _Late)]
            if late:  # or another thread was faster
                source: type = dataclasses.dataclass(slots=True, **self.options)(_copy(self.plain))
                for name in late:
                    setattr(self.made, name, vars(source)[name])


def _copy(plain: type) -> type:
    """Return another such class: should this be interrupted, `plain` is as it was, and it can be done again."""
    body = {name: value for name, value in vars(plain).items() if name not in {"__dict__", "__weakref__"}}
    return type(plain)(plain.__name__, plain.__bases__, body)


def _slotted(plain: type, options: dict[str, bool]) -> type:
    names = tuple(name for name, kind in plain.__annotations__.items() if not kind.startswith("ClassVar"))
    late = _LATE if options.get("eq", True) else tuple(name for name in _LATE if name not in {"__eq__", "__hash__"})
    body = {
        **{name: _Late(name, plain, options) for name in late},
        **{name: value for name, value in vars(plain).items() if name not in {*names, "__dict__", "__weakref__"}},
        "__slots__": names,
        "__qualname__": plain.__qualname__,
    }
    if options.get("frozen"):
        body |= {
            "__setattr__": _refuse_to_set,
            "__delattr__": _refuse_to_delete,
            "__getstate__": _state,
            "__setstate__": _set_state,
        }
    return type(plain)(plain.__name__, plain.__bases__, body)


def _refuse_to_set(_: object, name: str, __: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    """Return what `copy` and `pickle` take along."""
    return [getattr(self, name) for name in self.__slots__]


def _set_state(self: Any, state: list[Any]) -> None:
    for name, value in zip(self.__slots__, state, strict=True):
        object.__setattr__(self, name, value)

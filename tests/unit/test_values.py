"""Whoever uses a class of `sarv_sync.values` finds what `dataclasses` would have made of it."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest

from sarv_sync import values

PACKAGE = Path(values.__file__).parent


class Plain:
    """As it is written."""

    kinds: ClassVar[int] = 7
    name: str
    size: int = 3
    parts: list[str] = dataclasses.field(default_factory=list, compare=False)

    @property
    def double(self) -> int:
        return 2 * self.size


class WithItsOwnWords(Plain):
    """Says how it is shown, and what it equals."""

    name: str
    size: int = 3

    def __repr__(self) -> str:
        return self.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WithItsOwnWords)

    def __hash__(self) -> int:
        return 7


class Begun(Plain):
    """Is given no size."""

    name: str
    size: int = dataclasses.field(init=False, default=1)

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", len(self.name))


class Counting(Plain):
    """Is given no size, and has one."""

    name: str = "a"
    size: int = dataclasses.field(init=False, default=1)
    parts: list[str] = dataclasses.field(init=False, default_factory=list)


OPTIONS: list[dict[str, bool]] = [{"frozen": True}, {}, {"eq": False}, {"frozen": True, "eq": False}]
CLASSES = (Plain, WithItsOwnWords, Begun, Counting)


def made(by: Any, plain: type, options: dict[str, bool]) -> Any:
    """Return the class that `by` makes of one that is written as `plain` is."""
    body = {name: value for name, value in vars(plain).items() if name not in {"__dict__", "__weakref__"}}
    return by(slots=True, **options)(type(plain.__name__, (), {**body, "__qualname__": plain.__qualname__}))


@pytest.fixture(params=[(plain, options) for plain in CLASSES for options in OPTIONS], ids=str)
def both(request: pytest.FixtureRequest) -> tuple[Any, Any]:
    plain, options = request.param
    return made(values.dataclass, plain, options), made(dataclasses.dataclass, plain, options)


def outcome(deed: Callable[[], Any]) -> tuple[str, str]:
    """Return what came of `deed`, in words."""
    try:
        said = repr(deed())
    except Exception as error:  # noqa: BLE001 - the other class has to fail in the same way
        said = f"{type(error).__name__}: {error}"
    return re.sub(r" at 0x\w+", "", said), type(said).__name__


DEEDS: dict[str, Callable[[Any], Any]] = {
    "made": lambda kind: kind("a"),
    "made by keywords": lambda kind: kind(name="a"),
    "made of too little": lambda kind: kind(),
    "made of too much": lambda kind: kind("a", 1, [], 4),
    "made of what it does not have": lambda kind: kind("a", colour="red"),
    "default": lambda kind: kind("a").size,
    "factory": lambda kind: kind("a").parts,
    "property": lambda kind: kind("abc").double,
    "class variable": lambda kind: kind.kinds,
    "equal": lambda kind: (kind("a") == kind("a"), kind("a") == kind("b"), kind("a") == "a", kind("a") != kind("a")),
    "hashed": lambda kind: len({kind("a"), "b"}),
    "set": lambda kind: setattr(kind("a"), "name", "b"),
    "deleted": lambda kind: delattr(kind("a"), "name"),
    "fields, before there is a value": lambda kind: [each.name for each in dataclasses.fields(kind)],
    "parameters": lambda kind: (kind.__dataclass_params__.frozen, kind.__dataclass_params__.eq),
    "replaced": lambda kind: dataclasses.replace(kind("a"), name="b").name,
    "as a dictionary": lambda kind: dataclasses.asdict(kind("a")),
    "copied": lambda kind: copy.copy(kind("a")).name,
    "copied deeply": lambda kind: copy.deepcopy(kind("a")).size,
    "slots": lambda kind: (kind.__slots__, hasattr(kind("a"), "__dict__")),
    "match": lambda kind: kind.__match_args__,
    "names": lambda kind: (kind.__name__, kind.__qualname__, kind.__module__, kind.__doc__),
}  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_it_is_all_the_same_as_with_a_dataclass(both: tuple[Any, Any], deed: Callable[[Any], Any]) -> None:
    ours, theirs = (outcome(partial(deed, kind)) for kind in both)
    assert ours == theirs
    again, _ = (outcome(partial(deed, kind)) for kind in both)
    assert again == theirs


def test_a_class_takes_part_in_a_match_before_it_has_a_value() -> None:
    kind = made(values.dataclass, Plain, {"frozen": True})
    match "something else":
        case kind(name=name):
            raise AssertionError(name)
    match kind("a", 5):
        case kind("a", size):
            assert size == 5


def test_what_inherits_may_begin_in_its_own_way() -> None:
    kind = made(values.dataclass, Plain, {"frozen": True})

    class Longer(kind):  # type: ignore[misc, valid-type] # it is made here
        def __init__(self) -> None:
            super().__init__("longer", 9)

    assert (Longer().name, Longer().size) == ("longer", 9)


def test_many_threads_may_make_the_first_value() -> None:
    for _ in range(20):
        kind = made(values.dataclass, Plain, {"frozen": True})
        start = threading.Barrier(8)
        found: list[Any] = []

        def make(kind: Any = kind, start: Any = start, found: Any = found) -> None:
            start.wait()
            found.append(kind("a", parts=["b"]))

        threads = [threading.Thread(target=make) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [kind("a")] * 8


def test_a_value_can_be_sent_to_a_process_that_has_none() -> None:
    from sarv_sync.model.account import Account

    program = "import pickle, sys; one = pickle.load(sys.stdin.buffer); print(one, one == one, hash(one) != 0)"
    sent = pickle.dumps(Account("https://a.example", "1"))
    done = subprocess.run([sys.executable, "-c", program], input=sent, capture_output=True, check=True)
    assert done.stdout.decode().split() == [*repr(Account("https://a.example", "1")).split(), "True", "True"]


def test_no_class_of_the_program_is_made_at_the_start() -> None:
    """It would take longer to load, and nobody would see why."""
    others = [
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(r"^from dataclasses import .*\bdataclass\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert others == [], "import dataclass from sarv_sync.values"

"""Small damage to a document: what a slip of the hand, or another version of the program, could make of it."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

Place = tuple[Any, Any]
"""A dict or list, and the key or index of something in it."""

JUNK: list[Any] = [
    None, True, False, 0, 1, -1, 2, 10**40, "", "x", "Enable", "30%", "101%", "5s", "٣s", "a\n", "http://h",
    "http://h/\n", "https://u@h", "A", "é", "local", "disable", "never", "\x1b", [], ["status"], ["status", "status"],
    [1, True], [[], []], [{"a": 1}, {"a": 1}], {}, {"a": 1}, {"A": {}}, {"sink": "age"}, {"sink": 1}, {"a\n": None},
]  # fmt: skip


class Damage:
    """What documents of one schema can be damaged with: values that it names, values at its bounds, and junk."""

    def __init__(self, schema: Any, junk: Sequence[Any] = ()) -> None:
        rules = list(_rules(schema))
        known = {key for rule, keys in rules if rule == "properties" for key in keys}
        found = [*JUNK, *junk, *_named(rules), *_edges(rules)]
        self.values = [*{repr(value): value for value in found}.values()]
        self.words = [*sorted(known), "", "x", "A", "a\n", "a" * 63, "a" * 64]

    def done_to(self, whole: Any, most: int = 3) -> st.SearchStrategy[Any]:
        """Return copies of `whole` with up to `most` changes of the kinds at the end of this file."""
        return _damaged(self, whole, most)

    def one_by_one(self, whole: Any) -> Iterator[Any]:
        """Yield `whole` without each thing in it, and with every value in its place: always the same object."""
        whole = copy.deepcopy(whole)
        for parent, key in list(places(whole)):
            before = copy.copy(parent)
            del parent[key]
            yield whole
            _restore(parent, before)
            for value in self.values:
                parent[key] = value
                yield whole
            _restore(parent, before)


def _restore(parent: Any, before: Any) -> None:
    parent.clear()
    (parent.extend if isinstance(parent, list) else parent.update)(before)


def _named(rules: list[tuple[str, Any]]) -> list[Any]:
    several = [value for rule, values in rules if rule in {"enum", "examples"} for value in values]
    return several + [value for rule, value in rules if rule in {"const", "default"}]


def _edges(rules: list[tuple[str, Any]]) -> Iterator[Any]:
    """Yield values on both sides of every bound: numbers, and texts and lists by their length."""
    for rule, bound in rules:
        around = (bound - 1, bound, bound + 1) if isinstance(bound, int) else ()
        match rule:
            case "minimum" | "maximum":
                yield from around
            case "minLength" | "maxLength":
                yield from ("a" * length for length in around)
            case "minItems" | "maxItems":
                yield from (["a"] * length for length in around)
            case "pattern":  # its braces are the bounds
                yield from ("a" * (int(most) + more) for most in re.findall(r",(\d+)\}", bound) for more in range(3))


def _rules(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        yield from node.items()
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _rules(inner)


def places(node: Any) -> Iterator[Place]:
    """Return every place in `node`, however deep."""
    for key in list(node) if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        yield node, key
        yield from places(node[key])


@st.composite
def _damaged(draw: st.DrawFn, damage: Damage, whole: Any, most: int) -> Any:
    whole = copy.deepcopy(whole)
    for _ in range(draw(st.integers(0, most))):
        if not (known := list(places(whole))):
            break
        parent, key = draw(st.sampled_from(known))
        value, word = copy.deepcopy(draw(st.sampled_from(damage.values))), draw(st.sampled_from(damage.words))
        elsewhere, where = draw(st.sampled_from(known))
        draw(st.sampled_from(_WAYS))(parent, key, value, word, elsewhere[where])
    return whole


def _replace(parent: Any, key: Any, value: Any, _word: str, _other: Any) -> None:
    parent[key] = value


def _remove(parent: Any, key: Any, _value: Any, _word: str, _other: Any) -> None:
    del parent[key]


def _add(parent: Any, key: Any, value: Any, word: str, _other: Any) -> None:
    if isinstance(parent, dict):
        parent[word] = value
    else:
        parent.insert(key, value)


def _rename(parent: Any, key: Any, _value: Any, word: str, _other: Any) -> None:
    if isinstance(parent, dict):
        parent[word] = parent.pop(key)
    else:
        parent.reverse()


def _nudge(parent: Any, key: Any, value: Any, word: str, _other: Any) -> None:
    """Change the value a little: to a neighbour, or to the same in another type."""
    match parent[key]:
        case bool(found):
            parent[key] = int(found)
        case int(found):
            parent[key] = found + len(word) % 2 * 2 - 1
        case str(found):
            changed = (f"{found}\n", f" {found}", found[:-1], found.swapcase(), f"{found}a", f"{found}{word}")
            parent[key] = changed[len(repr(value)) % len(changed)]
        case found:
            parent[key] = str(found)


def _wrap(parent: Any, key: Any, _value: Any, word: str, _other: Any) -> None:
    parent[key] = [parent[key]] if len(word) % 2 else {word: parent[key]}


def _copy_here(parent: Any, key: Any, _value: Any, _word: str, other: Any) -> None:
    parent[key] = copy.deepcopy(other)


def _repeat(parent: Any, key: Any, _value: Any, word: str, _other: Any) -> None:
    if isinstance(parent, dict):
        parent[word] = copy.deepcopy(parent[key])
    else:
        parent.append(copy.deepcopy(parent[key]))


_WAYS: list[Callable[[Any, Any, Any, str, Any], None]] = [
    _replace, _replace, _remove, _add, _rename, _nudge, _nudge, _wrap, _copy_here, _repeat,
]  # fmt: skip

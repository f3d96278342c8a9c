"""Setting keys of one entry of `users:` or `profiles:` in a text.

::

    the entry is            a key that it lacks goes
    ---------------------   -----------------------------------------------------------------------------
    lines below its name    on a line below its last key, and below the comments indented like that key
    `{…}`                   behind its last key: on a line of its own if that one has a line of its own
    empty                   on a line below its name; in braces where everything around it is
    `~` or `null`           in braces in place of that word
    an alias                in braces in place of the alias, with all that the alias stands for
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sarv_sync.config.text_edits import Edit, begins_line, below, next_line
from sarv_sync.config.value_edits import fill, set_value, written
from sarv_sync.config.writing import inline, quoted
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.config.outline import Node

_STEP = 2
_COMMENT = re.compile(r"#[^\n]*")


@dataclass(frozen=True, slots=True)
class Place:
    """An entry in the outline of a text: `root` holds `section`, and that holds `entry` under `name`."""

    text: str
    root: Node
    section: Node
    name: str

    @property
    def entry(self) -> Node:
        """The entry itself."""
        return self.section.entries[self.name]

    @property
    def json(self) -> bool:
        """Whether the file is written like JSON, where the entry does not show otherwise."""
        return self.root.flow

    @property
    def step(self) -> int:
        """How much further in than its name an entry's keys stand."""
        for other in self.section.entries.values():
            if other.is_mapping and not other.flow:
                return other.column - self.section.column
        return max(self.section.column - self.root.column, _STEP)


def set_keys(place: Place, values: Mapping[str, int | str], whole: Mapping[str, Any]) -> list[Edit]:
    """Return the edits that give the entry `values`, by key; `whole` is all that it is then to hold."""
    entry = place.entry
    if entry.is_alias:
        return [Edit(entry.start, entry.end, inline(dict(whole), json=place.json))]
    if not entry.is_mapping:
        return _fill(place, values)
    there = {key: value for key, value in values.items() if key in entry.entries}
    new = {key: value for key, value in values.items() if key not in there}
    edits = [set_value(place.text, entry.entries[key], value, json=place.json) for key, value in there.items()]
    if not new:
        return edits
    return edits + (_into_flow(place, new) if entry.flow else [_into_block(place, new)])


def _lines(values: Mapping[str, int | str]) -> list[str]:
    return [f"{key}: {inline(value)}" for key, value in values.items()]


def _into_block(place: Place, new: Mapping[str, int | str]) -> Edit:
    column = place.entry.column
    return below(place.text, place.entry.end, column, [" " * column + line for line in _lines(new)])


def _fill(place: Place, values: Mapping[str, int | str]) -> list[Edit]:
    """Give keys to an entry that is null."""
    text, entry, column = place.text, place.entry, place.section.column
    parts = written(text, entry)
    braces = inline(dict(values), json=place.json)
    if place.section.flow or parts.tag or parts.body < entry.end:
        return fill(text, entry, braces)
    if not parts.anchor and text[entry.end - 1] != ":":  # `? name` alone
        return [below(text, entry.end, column + 1, [f"{' ' * column}: {braces}"])]
    return [below(text, entry.end, column + 1, [" " * (column + place.step) + line for line in _lines(values)])]


def _into_flow(place: Place, new: Mapping[str, int | str]) -> list[Edit]:
    text, entry = place.text, place.entry
    at, tail = entry.inside_end, _COMMENT.sub("", text[entry.inside_end : entry.end - 1])
    pairs = _pairs(place, new)
    if not entry.entries:
        apart = " " if text[entry.inside] == "#" else ""
        return [Edit(entry.inside, entry.inside, ", ".join(pairs) + apart)]
    last = next(reversed(entry.keys.values())).start
    here, newline, further = tail.partition("\n")
    apart = " " if text[at - 1] == ":" else ""  # there is a value that is not written
    if not newline or "," in further or not begins_line(text, last):
        return [Edit(at, at, apart + "".join(f", {pair}" for pair in pairs))]
    indent = text[text.rfind("\n", 0, last) + 1 : last]
    spot, comma = next_line(text, at), "," if "," in here else ""
    lines = f",\n{indent}".join(pairs)
    return [*([] if comma else [Edit(at, at, f"{apart},")]), Edit(spot, spot, f"{indent}{lines}{comma}\n")]


def _pairs(place: Place, new: Mapping[str, int | str]) -> list[str]:
    """Return the pairs as they stand in braces: quoted where the last key before them is."""
    keys = place.entry.keys.values()
    last = next(reversed(keys)) if keys else None
    json = last.style == '"' if last else place.json
    return [f"{quoted(key) if json else key}: {inline(value, json=json)}" for key, value in new.items()]

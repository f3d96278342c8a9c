"""Giving values to keys of entries in the content of one file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from sarv_sync.config.disk import decoded
from sarv_sync.config.entry_edits import Place, set_keys
from sarv_sync.config.handing_on import hand_on
from sarv_sync.config.nodes import Map, plain
from sarv_sync.config.outline import whole_outline
from sarv_sync.config.reader import read
from sarv_sync.config.text_edits import applied
from sarv_sync.config.wording import nearest, shown
from sarv_sync.errors import Fault, InputError, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.config.outline import Node
    from sarv_sync.config.source_file import SourceFile
    from sarv_sync.config.text_edits import Edit

Values: TypeAlias = "dict[str, int | str]"
Wanted: TypeAlias = "dict[tuple[str, str], Values]"
"""What keys are to hold, by section and name of the entry."""

BY_HAND = "nothing was written; edit the file by hand"


def assigned(content: bytes, name: str, wanted: Wanted) -> bytes:
    """Return `content`, of a file called `name` that has no errors, with what is `wanted` in it.

    It says what it said, and that. Raises `InputError` for an entry that it does not have, `Refused` where that
    cannot be done.
    """
    file = decoded(content, name)
    data = read(file)
    lacking = {entry: _lacking(data, file, entry, values) for entry, values in wanted.items()}
    lacking = {entry: values for entry, values in lacking.items() if values}
    if not lacking:
        return content
    after = applied(content, _Assigning(file, data).edits(lacking))
    _compare(file, data, after, lacking)
    return after


def nowhere(section: str, name: str, known: Iterable[str], file: str) -> InputError:
    """Return the error that `section` has no entry called `name`."""
    close = nearest(name, known)
    message = f"there is no `{shown(name)}` under `{section}`, in {file} or a file that it includes"
    return InputError(message, f"did you mean `{shown(close)}`?" if close else "check the name")


def _lacking(data: Map, file: SourceFile, entry: tuple[str, str], values: Values) -> Values:
    """Return those of `values` that `entry` does not have yet."""
    section, name = entry
    entries = data.get(section)
    if not isinstance(entries, Map) or name not in entries:
        raise nowhere(section, name, entries or (), file.name)
    has = entries[name] or {}
    return {key: value for key, value in values.items() if key not in has or has[key] != value}


class _Assigning:
    """One file. What is written is the outline's, what it means is in `data`."""

    def __init__(self, file: SourceFile, data: Map) -> None:
        self._file = file
        self._data = data
        self._outline = whole_outline(file.text)
        self._aliases = self._outline.aliases()

    def edits(self, wanted: Wanted) -> list[Edit]:
        """Return what is to be done in the text."""
        root = self._outline.root
        for section in dict.fromkeys(section for section, _ in wanted):
            self._check_alone(section, root.entries[section])
        places = [Place(self._file.text, root, root.entries[section], name) for section, name in wanted]
        changes = list(zip(places, wanted.values(), map(self._has, wanted), strict=True))
        changing = [part for place, values, has in changes for part in _changing(place, values, has)]
        replaced = {id(node) for node, _ in changing if node.is_alias}
        edits = [self._handed_on(node, value, replaced) for node, value in changing if not node.is_alias]
        edits += [set_keys(place, values, {**(has or {}), **values}) for place, values, has in changes]
        return [edit for some in edits for edit in some]

    def _has(self, entry: tuple[str, str]) -> Any:
        section, name = entry
        return plain(self._data[section][name])

    def _handed_on(self, node: Node, value: Any, replaced: set[int]) -> list[Edit]:
        """Return what keeps the aliases that stand for `node`, whose `value` changes, but for those in `replaced`."""
        aliases = [alias for alias in self._aliases.get(id(node), ()) if id(alias) not in replaced]
        return hand_on(self._file.text, node, aliases, value, json=self._outline.root.flow)

    def _check_alone(self, section: str, node: Node) -> None:
        """Raise `Refused` if the whole of a section stands in several places: no part of it can change in one."""
        if node.is_alias or self._aliases.get(id(node)):
            at = self._file.source(node.start)
            message = f"`{section}` is shared with another part of the file, so no entry of it can be changed alone"
            hint = "nothing was written; write the entries out in place of the alias, and run the command again"
            raise Refused(message, hint, faults=(Fault(message, hint, at.file, at.line, at.column),))


def _changing(place: Place, values: Values, has: Any) -> list[tuple[Node, Any]]:
    """Return the parts of the text that will mean something else, each with what it means so far."""
    entry = place.entry
    return [(entry, has), *((entry.entries[key], has[key]) for key in values if key in entry.entries)]


def _compare(file: SourceFile, data: Map, after: bytes, wanted: Wanted) -> None:
    """Raise `Refused` unless `after` says what `data` says, and what is `wanted`."""
    expected = plain(data)
    for (section, name), values in wanted.items():
        expected[section][name] = {**(expected[section][name] or {}), **values}
    new = decoded(after, file.name)
    said = plain(read(new))
    # As JSON text, so that 1, 1.0 and true are told apart, and the order of keys counts.
    if new.clean and json.dumps(said) == json.dumps(expected):
        return
    (section, name), values = next(iter(wanted.items()))
    at = file.source(data[section].key_at(name))
    keys = " and ".join(f"`{key}: {shown(str(value))}`" for key, value in values.items())
    message = f"{keys} cannot be written into `{shown(name)}` without changing what else the file says"
    raise Refused(message, BY_HAND, faults=(Fault(message, BY_HAND, at.file, at.line, at.column),))

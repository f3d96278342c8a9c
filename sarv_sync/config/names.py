"""What holds between users: names, former names and pins are each one user's, over all files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Any, NamedTuple

from sarv_sync.config.nodes import BROKEN, Map
from sarv_sync.config.wording import shown
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sarv_sync.config.source_file import SourceFile


class Entry(NamedTuple):
    """An entry of `users:` or `removed:`, at offset `at` of `file`. `value` is as written: it may be BROKEN."""

    file: SourceFile
    name: str
    at: int
    value: Any


class Opened(NamedTuple):
    """A file and what it holds. `odd` are the names of those of its `users` that are not plain: see `plain`."""

    file: SourceFile
    data: Map
    odd: Collection[str]

    def section(self, key: str) -> Map | None:
        """Return the mapping under `key`, None if there is none."""
        value = self.data.get(key)
        return value if isinstance(value, Map) else None


@dataclass(frozen=True, slots=True)
class Entries(Mapping[str, Entry]):
    """The entries that `section` holds in all files, by name. One is made when somebody asks for it."""

    section: str
    files: Sequence[Opened]
    holders: dict[str, Opened] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Entry:
        holder = self.holders[name]
        mapping = holder.data[self.section]
        return Entry(holder.file, name, mapping.key_at(name), mapping[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.holders)

    def __len__(self) -> int:
        return len(self.holders)

    def odd(self) -> Iterator[Entry]:
        """Yield the entries of `users` that are not plain: only they can contradict another one."""
        return (self[name] for holder in self.files for name in holder.odd if self.holders.get(name) is holder)


def entries(files: Sequence[Opened], section: str) -> Entries:
    """Return the entries that `section` holds in all files; record names that two files hold."""
    found = Entries(section, files)
    holders = found.holders
    for opened in files:
        mapping = opened.section(section)
        if mapping is None:
            continue
        twice = holders.keys() & mapping.keys()
        for name in sorted(twice, key=mapping.key_at):
            entry = Entry(opened.file, name, mapping.key_at(name), mapping[name])
            message = f"`{shown(name)}` stands under `{section}` in two files; the first is {_at(entry, found[name])}"
            entry.file.error(entry.at, message, "keep one of the two, or give one another name")
        holders.update(dict.fromkeys([name for name in mapping if name not in twice] if twice else mapping, opened))
    return found


def check_names(users: Entries, removed: Entries) -> None:
    """Record what the names, former names and pins of `users`, and the names in `removed`, contradict."""
    for name in removed.holders.keys() & users.holders.keys():
        entry = removed[name]
        message = f"`{shown(name)}` is in `removed` and in `users` ({_at(entry, users[name])})"
        entry.file.error(entry.at, message, "keep the user, or remove it: not both")
    _check_pins(users)
    _check_former_names(users, removed)


def _written(entry: Entry, key: str) -> str | None:
    value = entry.value.get(key) if isinstance(entry.value, Map) else None
    return None if value is BROKEN else value


def _check_pins(users: Entries) -> None:
    holders: dict[str, Entry] = {}
    for entry in users.odd():
        for key in ("smtp_user_name", "alternate_smtp_user_name"):
            pin = _written(entry, key)
            if pin is None:
                continue
            if pin in holders:
                first = holders[pin]
                message = f"`{shown(pin)}` is the pin of `{shown(first.name)}` already ({_at(entry, first)})"
                entry.file.error(entry.value.value_at(key), message, "pin each user of the account once")
            holders.setdefault(pin, entry)


def _check_former_names(users: Entries, removed: Entries) -> None:
    heirs: dict[str, Entry] = {}
    for entry in users.odd():
        former = _written(entry, "renamed_from")
        if former is None:
            continue
        at, old = entry.value.value_at("renamed_from"), shown(former)
        if (first := heirs.setdefault(former, entry)) is not entry:
            message = f"`{shown(first.name)}` is renamed from `{old}` already ({_at(entry, first)})"
            entry.file.error(at, message, "let one of the two have the old user; the other is a new one")
        elif former == entry.name:
            entry.file.error(at, f"`{old}` cannot be renamed from itself", "write the former name, or drop the key")
        elif former in users and _written(users[former], "renamed_from") is None:
            message = f"`{old}` is an entry of its own ({_at(entry, users[former])}), so nothing is renamed from it"
            hint = f"drop `renamed_from` if the rename is done; else remove `{old}` from `users`"
            entry.file.warning(at, message, hint)
        elif former in removed:
            message = f"`{old}` is in `removed` too ({_at(entry, removed[former])}), which has no effect"
            entry.file.warning(at, message, f"drop `{old}` from `removed`: the renamed user keeps what it was")


def _at(reader: Entry, other: Entry) -> str:
    """Return where `other` is, for somebody who is looking at `reader`."""
    place = other.file.source(other.at)
    return f"line {place.line}" if other.file is reader.file else f"{shown(place.file)}:{place.line}"

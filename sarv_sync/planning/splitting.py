"""Which file each exported user goes into.

::

    a rule                          users that                            go into
    -----------------------------   -----------------------------------   -----------------------------------
    team                            have that label                       users/VALUE.yaml
    bill*=users/billing.yaml        are called so, here or there          users/billing.yaml

The first rule that fits counts. Users that none fits stay in the main file. Label values are anybody's words: what is
made of one is a plain name of a file, never a way out of the folder, and two values never share a file.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, TypeAlias

from sarv_sync.errors import Fault, InputError
from sarv_sync.planning.naming import Apart, fitted
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.export import ExportedUser
    from sarv_sync.model.users import DesiredUser

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9 _.+-]*")
_ENDINGS = (".yaml", ".yml")
_LONGEST = 255
_FOLDER = "users"
_FEW = 5


@dataclass(frozen=True, slots=True)
class ByLabel:
    """A file for each value of the label `key`."""

    key: str


@dataclass(frozen=True, slots=True)
class ByPattern:
    """One `file` for the users whose name, in the files or the account, matches `pattern`."""

    pattern: str
    file: str

    def takes(self, user: ExportedUser) -> bool:
        """Say whether `user` goes into the file."""
        return fnmatchcase(user.name, self.pattern) or fnmatchcase(user.smtp_user_name, self.pattern)


Rule: TypeAlias = ByLabel | ByPattern


def read_rule(text: str, main: str) -> Rule:
    """Return the rule that `text` is; `main` is the name of the main file. Raises `InputError`."""
    pattern, equals, file = text.rpartition("=")
    if not equals:
        if not text:
            raise _wrong(text, "this names no label", "give a label, as in --split team")
        return ByLabel(text)
    path = PurePosixPath(file)
    if not pattern:
        raise _wrong(text, "there is no pattern before the `=`", "write --split 'bill*=users/billing.yaml'")
    if path.is_absolute() or ".." in path.parts:
        raise _wrong(text, f"{file} leads outside the folder", "name a file inside it, such as users/billing.yaml")
    if path.suffix not in _ENDINGS:
        raise _wrong(text, f"{file} is no YAML file", "name a file that ends in .yaml, such as users/billing.yaml")
    if not all(_PART.fullmatch(part) and len(part) <= _LONGEST for part in path.parts):
        hint = "use letters, digits, `_`, `-`, `.`, `+` and spaces, and no dot in front"
        raise _wrong(text, f"{file} cannot be the name of a file here", hint)
    if str(path).casefold() == main.casefold():
        raise _wrong(text, f"{file} is the main file", "leave out the rule: whom no rule fits stays in the main file")
    return ByPattern(pattern, str(path))


def split(users: Iterable[ExportedUser], rules: Sequence[Rule]) -> dict[str | None, tuple[ExportedUser, ...]]:
    """Return the users of each file, the files sorted; None is the main file."""
    return _grouped(users, rules, {})


def split_like(
    users: Iterable[ExportedUser],
    rules: Sequence[Rule],
    configuration: Configuration,
    spelled: Mapping[str, str | None],
) -> dict[str | None, tuple[ExportedUser, ...]]:
    """Return the users of each file as `split` does. A label's users go where all entries with its value are.

    `spelled` is what each file of `configuration` is called here, None for the main file.
    """
    homes: dict[tuple[str, str], set[str]] = {}
    for entry in configuration.users.values():
        for label in entry.labels:
            homes.setdefault(label, set()).add(entry.source.file)
    known = {label: spelled[min(files)] for label, files in homes.items() if len(files) == 1}
    return _grouped(users, rules, known)


def idle_rules(
    rules: Sequence[Rule], users: Sequence[ExportedUser], entries: Collection[DesiredUser] = ()
) -> Iterator[Fault]:
    """Yield which rules fit none of `users`, whatever comes before them, and none of the `entries` that are there.

    Where there are no users at all, nothing is said.
    """
    if not users:
        return
    keys = {key for user in users for key, _ in user.remarks.labels}
    keys |= {key for entry in entries for key, _ in entry.labels}
    names = {name for user in users for name in (user.name, user.smtp_user_name)}
    names |= {name for entry in entries for name in (entry.name, entry.smtp_user_name) if name is not None}
    for rule in rules:
        match rule:
            case ByLabel(key) if key not in keys:
                yield Fault(f"--split {key}: no user has a label called {key}", _nearest(key, keys))
            case ByPattern(pattern, file) if not any(fnmatchcase(name, pattern) for name in names):
                hint = "`sarv-sync show` and the account have the names; `*` stands for any characters, `?` for one"
                yield Fault(f"--split {pattern}={file}: the name of no user matches {pattern}", hint)


def _nearest(key: str, known: Collection[str]) -> str:
    from difflib import get_close_matches

    if any(sign in key for sign in "*?["):
        return f"a pattern needs a file: --split '{key}=users/billing.yaml'"
    if near := get_close_matches(key, sorted(known), n=1):
        return f"did you mean {near[0]}?"
    if known:
        return f"the labels are {', '.join(sorted(known)[:_FEW])}" + (", and others" if len(known) > _FEW else "")
    return "no user has any label: entries have them, and the columns of --names"


def _grouped(
    users: Iterable[ExportedUser], rules: Sequence[Rule], homes: Mapping[tuple[str, str], str | None]
) -> dict[str | None, tuple[ExportedUser, ...]]:
    users = tuple(users)
    files: dict[tuple[str, str], str | None] = {**_files(users, rules), **homes}
    groups: dict[str | None, list[ExportedUser]] = {}
    for user in users:
        groups.setdefault(_file_of(user, rules, files), []).append(user)
    return {file: tuple(groups[file]) for file in sorted(groups, key=lambda one: one or "")}


def _file_of(user: ExportedUser, rules: Sequence[Rule], files: Mapping[tuple[str, str], str | None]) -> str | None:
    labels = dict(user.remarks.labels)
    for rule in rules:
        match rule:
            case ByLabel(key) if key in labels:
                return files[key, labels[key]]
            case ByPattern(_, file) if rule.takes(user):
                return file
    return None


def _files(users: Iterable[ExportedUser], rules: Sequence[Rule]) -> dict[tuple[str, str], str]:
    """Return the file for each label that a rule splits by: of values that look alike, all but one get a number."""
    keys = [rule.key for rule in rules if isinstance(rule, ByLabel)]
    labels = {label for user in users for label in user.remarks.labels if label[0] in keys}
    named = (PurePosixPath(rule.file.casefold()) for rule in rules if isinstance(rule, ByPattern))
    apart = Apart(path.stem for path in named if path.parent == PurePosixPath(_FOLDER))
    ordered = sorted(labels, key=lambda one: (fitted(one[1]) != one[1], one))
    return {label: f"{_FOLDER}/{apart.unlike(fitted(label[1], 'unnamed'))}.yaml" for label in ordered}


def _wrong(text: str, message: str, hint: str) -> InputError:
    return InputError(f"--split {text}: {message}", hint)

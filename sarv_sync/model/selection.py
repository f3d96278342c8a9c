"""Which names a command is limited to: by themselves, by patterns (`*`, `?`, `[…]`) and by labels."""

from __future__ import annotations

import re
from fnmatch import translate
from typing import TYPE_CHECKING, NamedTuple

from sarv_sync.errors import Fault, InputError
from sarv_sync.model.users import entry_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sarv_sync.model.configuration import Configuration

Labels = tuple[tuple[str, str], ...]
"""Keys and values, all of which an entry must have."""

_PATTERN = re.compile(r"[*?\[]")
_GAPS = re.compile(r"[*?\[\]!]+")
_FEW = 5
_OF_THE_FILES = "the names are those of the files, not smtp_user_names"


def select(
    targets: Iterable[str], known: Collection[str], who: str = "user", hint: str = _OF_THE_FILES
) -> frozenset[str]:
    """Return those of the names `known` that `targets`, names or patterns of names, mean.

    Raises `InputError` for all the targets that mean none of them. `who` says whose names they are, and `hint` what
    is said of a target that is near to none.
    """
    names, chosen, unknown = frozenset(known), set(), []
    for target in dict.fromkeys(targets):
        found = {target} if target in names else _matching(target, names)
        chosen |= found
        if not found:
            unknown.append(target)
    faults = tuple(Fault(_none(target, who), _nearest(target, sorted(names)) or hint) for target in unknown)
    if len(faults) == 1:
        raise InputError(faults[0].message, faults[0].hint)
    if faults:
        raise InputError(f"no {who}s are called {', '.join(unknown)}", faults=faults)
    return frozenset(chosen)


class Selection(NamedTuple):
    """What was given: names or patterns of names, and labels. Each of both narrows the choice; nothing means all."""

    targets: tuple[str, ...] = ()
    labels: Labels = ()

    def __bool__(self) -> bool:
        return bool(self.targets or self.labels)


EVERYBODY = Selection()


def read_selection(targets: Iterable[str], labels: Iterable[str]) -> Selection:
    """Return what `--target NAME` and `--label KEY=VALUE` gave. Raises `InputError` for what is no label."""
    return Selection(tuple(targets), read_labels(labels))


def check_alone(wanted: Selection) -> None:
    """Raise `InputError` where something is chosen beside a saved plan."""
    if wanted:
        given = "--target" if wanted.targets else "--label"
        raise InputError(f"{given} cannot be given with a saved plan", "the plan knows what it was limited to")


def limited_to(configuration: Configuration, wanted: Selection) -> tuple[str, ...]:
    """Return what a plan is to be limited to: the targets, or those of the entries with all the labels.

    Nothing is returned only where nothing is wanted. Raises `InputError` where nobody is left.
    """
    if not wanted.labels:
        return wanted.targets
    names = labelled(configuration, wanted.labels)
    who, hint = f"user with {_written(wanted.labels)}", f"those with that are {_few(names)}"
    return tuple(sorted(select(wanted.targets, names, who, hint))) if wanted.targets else names


def labelled(configuration: Configuration, labels: Labels) -> tuple[str, ...]:
    """Return, sorted, the entries that have all of `labels`. Raises `InputError` if none does."""
    wanted = frozenset(labels)
    names = sorted(name for name, user in configuration.users.items() if wanted <= set(user.labels))
    if names:
        return tuple(names)
    faults = tuple(_label_faults(configuration, labels))
    if not faults:
        hint = "each of these labels is in the files, but no entry has them all"
        raise InputError(f"no user has {_written(labels)}", hint)
    raise InputError(faults[0].message, faults[0].hint, faults=faults)


def read_labels(texts: Iterable[str]) -> Labels:
    """Return the labels that `--label KEY=VALUE` gave. Raises `InputError` for what is none."""
    return tuple(map(_label, texts))


def _label(text: str) -> tuple[str, str]:
    key, sign, value = text.partition("=")
    if not (key and sign):
        raise InputError(f"--label {text}: this is no label", "write KEY=VALUE, as in team=finance")
    return key, value


def is_pattern(target: str) -> bool:
    """Say whether `target` may mean other names than its own. No name of a file looks like this."""
    return _PATTERN.search(target) is not None


def is_meant(name: str, targets: Iterable[str]) -> bool:
    """Say whether one of `targets`, names or patterns of names, means `name`."""
    return any(name == target or _matching(target, (name,)) for target in targets)


def _matching(target: str, names: Iterable[str]) -> set[str]:
    if not is_pattern(target):
        return set()
    matches = re.compile(translate(target)).match
    return {name for name in names if matches(name)}


def _none(target: str, who: str) -> str:
    return f"no {who} {'matches' if is_pattern(target) else 'is called'} {target}"


def _nearest(target: str, known: Sequence[str]) -> str | None:
    from difflib import get_close_matches

    if is_pattern(target):
        near = get_close_matches(_GAPS.sub("", target), known, n=3)
        names = f"the nearest {'name is' if len(near) == 1 else 'names are'} {', '.join(near)}"
    else:
        near = get_close_matches(entry_name(target), known, n=1)
        names = f"did you mean {', '.join(near)}?"
    return names if near else None


def _label_faults(configuration: Configuration, labels: Labels) -> Iterator[Fault]:
    """Yield a fault for each of `labels` that no entry has, with the nearest that some have."""
    values: dict[str, set[str]] = {}
    for user in configuration.users.values():
        for key, value in user.labels:
            values.setdefault(key, set()).add(value)
    for key, value in dict.fromkeys(labels):
        if key not in values:
            yield Fault(f"no user has a label called {key}", _nearest_of(key, values, "the labels of the files are"))
        elif value not in values[key]:
            hint = _nearest_of(value, values[key], f"the values of {key} are", f"{key}=")
            yield Fault(f"no user has the label {key}={value}", hint)


def _nearest_of(text: str, known: Collection[str], others: str, prefix: str = "") -> str:
    from difflib import get_close_matches

    names = sorted(known)
    if not names:
        return "no entry has a label: write `labels: {team: finance}`, say, into an entry"
    if near := get_close_matches(text, names, n=1):
        return f"did you mean {prefix}{near[0]}?"
    return f"{others} {_few(names)}"


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _FEW:,} more" if len(names) > _FEW else ""
    return f"{', '.join(names[:_FEW])}{more}"


def _written(labels: Labels) -> str:
    return " and ".join(f"{key}={value}" for key, value in labels)

"""How the runner of GitHub Actions reads what a step prints and writes, told again from its source.

It follows `ActionCommand.cs`, `ActionCommandManager.cs` and the file commands of actions/runner, on Linux, and shares
nothing with the program. Strings are compared by their characters; the runner's own comparison may pass over
characters without width, which moves where a command's name begins and so never makes one that is not found here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

REGISTERED = frozenset((
    "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice", "remove-matcher",
    "save-state", "set-env", "set-output", "stop-commands", "warning",
))  # fmt: skip
"""The commands that the runner knows. It takes every other name for text."""

_WHITE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
"""What `String.Trim` of .NET takes off. `str.strip` would take more."""

_DATA = (("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
_PROPERTY = (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%"))
_OLD = (("%3B", ";"), ("%0D", "\r"), ("%0A", "\n"), ("%5D", "]"), ("%25", "%"))


@dataclass(frozen=True)
class Command:
    """One command: its name and its properties' names in lower case, as the runner ignores theirs."""

    name: str
    data: str = ""
    properties: dict[str, str] = field(default_factory=dict)


class Malformed(Exception):
    """The runner fails the step that wrote such a file."""


def lines_of(log: str) -> list[str]:
    r"""Return the lines of what was printed: a lone `\r` ends one too."""
    return re.split(r"\r\n|\r|\n", log)


def commands_in(log: str, names: frozenset[str] | None = REGISTERED) -> list[Command]:
    """Return the commands that the runner obeys in `log`, in their order. `names=None` takes any word for a name.

    After `stop-commands` there are none until the token that it gave is read.
    """
    found: list[Command] = []
    token: str | None = None
    for line in lines_of(log):
        known = names if token is None or names is None else names | {token}
        command = parse(line, known)
        if command is None:
            continue
        if token is None:
            found.append(command)
            token = command.data.lower() if command.name == "stop-commands" else None
        elif command.name == token:
            token = None
    return found


def openings_in(log: str) -> list[str]:
    """Return the lines that look like a command to anybody: `::` after white space, or a `##[` anywhere."""
    return [line for line in lines_of(log) if line.lstrip(_WHITE).startswith("::") or "##[" in line]


def parse(line: str, names: frozenset[str] | None = REGISTERED) -> Command | None:
    """Return the command that one line is, None for text."""
    return _new(line, names) or _old(line, names)


def _new(line: str, names: frozenset[str] | None) -> Command | None:
    """`::name key=value,key=value::data`, after any white space."""
    line = line.lstrip(_WHITE)
    if not line.startswith("::"):
        return None
    end = line.find("::", 2)
    if end < 0:
        return None
    name, properties = _head(line[2:end])
    if not _is_known(name, names):
        return None
    return Command(name.lower(), _unescaped(line[end + 2 :], _DATA), _pairs(properties.strip(_WHITE), ",", _PROPERTY))


def _old(line: str, names: frozenset[str] | None) -> Command | None:
    """`##[name key=value;key=value]data`, anywhere in the line. Only the first `##[` counts."""
    start = line.find("##[")
    end = line.find("]", start) if start >= 0 else -1
    if end < 0:
        return None
    name, properties = _head(line[start + 3 : end])
    if not _is_known(name, names):
        return None
    return Command(name.lower(), _unescaped(line[end + 1 :], _OLD), _pairs(properties, ";", _OLD))


def _head(text: str) -> tuple[str, str]:
    name, _, properties = text.partition(" ")
    return name, properties


def _is_known(name: str, names: frozenset[str] | None) -> bool:
    return bool(name) if names is None else name.lower() in names


def _pairs(text: str, separator: str, escapes: tuple[tuple[str, str], ...]) -> dict[str, str]:
    properties = {}
    for piece in text.split(separator):
        # Empty pieces are left out, also around `=`: `=key` and `key=` are no pairs, and `key==value` is `value`.
        key, _, value = piece.lstrip("=").partition("=")
        value = value.lstrip("=")
        if key and value:
            properties[key.lower()] = _unescaped(value, escapes)
    return properties


def _unescaped(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for escape, character in escapes:
        text = text.replace(escape, character)
    return text


def outputs_in(file_text: str) -> dict[str, str]:
    """Return what a step set by its `GITHUB_OUTPUT`; raise `Malformed` where the runner fails the step.

    `NAME=VALUE`, or `NAME<<DELIMITER`, the lines of the value, `DELIMITER`. The sign that comes first decides.
    """
    outputs: dict[str, str] = {}
    lines = iter(_ended_lines(file_text.removeprefix("\ufeff")))
    for line, _ in lines:
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and not 0 <= heredoc < equals:
            name, value = line.split("=", 1)
            rest = "value"
        elif heredoc >= 0:
            name, rest = line.split("<<", 1)
            value = _heredoc(lines, rest)
        else:
            raise Malformed(f"invalid format: {line!r}")
        if not name or not rest:
            raise Malformed("a name and a delimiter must not be empty")
        outputs[name] = value
    return outputs


def _heredoc(lines: Iterator[tuple[str, bool]], delimiter: str) -> str:
    taken: list[str] = []
    for line, ended in lines:
        if line == delimiter:
            return "\n".join(taken)
        if not ended:
            raise Malformed("the end mark is missing its new line")
        taken.append(line)
    raise Malformed("there is no matching delimiter")


def _ended_lines(text: str) -> list[tuple[str, bool]]:
    r"""Return the lines, and whether a `\n` ended each. A `\r` is a part of its line."""
    *ended, last = text.split("\n")
    return [*((line, True) for line in ended), *([(last, False)] if last else [])]

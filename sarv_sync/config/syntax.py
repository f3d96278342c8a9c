"""What a syntax error is called, and where it is pointed out.

The words are chosen by the problem the parser names: by either parser, though libyaml's problems come here only from
far into a file. Both word their problems for people who know YAML's grammar; these say what is wrong with the line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.config.source_file import may_hold_secret
from sarv_sync.config.stop import Stop
from sarv_sync.config.wording import shown

if TYPE_CHECKING:
    from yaml import YAMLError

    from sarv_sync.config.source_file import SourceFile

_QUOTE = "quote a text that holds `: ` or begins with a sign"

_WORDS: tuple[tuple[str | tuple[str, ...], str, str], ...] = (
    ("found a tab character", "a tab stands where only spaces may", "indent with spaces"),
    ("found character", "a plain text cannot begin with {char}", _QUOTE),
    ("mapping values are not allowed", "a `:` cannot stand here", f"check the indentation of this line, or {_QUOTE}"),
    (
        "could not find expected ':'",
        "this is neither `key: value` nor an item of a list",
        "add the `:` after the key, or check the indentation",
    ),
    (
        ("sequence entries are not allowed", "block sequence entries"),
        "a list cannot begin here",
        "put `- ` on a line of its own below the key",
    ),
    ("mapping keys are not allowed", "a key cannot stand here", "write `key: value` on a line of its own"),
    (
        "expected ',' or ']'",
        "the list that `[` begins on line {line} has no `,` or `]` here",
        "add the comma or close the list",
    ),
    (
        "expected ',' or '}'",
        "the mapping that `{{` begins on line {line} has no `,` or `}}` here",
        "add the comma or close the mapping",
    ),
    (
        ("expected <block end>", "expected key", "expected '-' indicator"),
        "this does not fit the lines above it",
        f"give every key of a mapping, and every item of a list, the same indentation; {_QUOTE}",
    ),
    (
        ("expected the node content", "expected node content"),
        "a value is missing here",
        "write the value, or remove the comma or bracket",
    ),
    (
        ("expected '<document start>'", "expected <document start>"),
        "this cannot follow what stands above it",
        "check the brackets and the indentation",
    ),
    ("found unexpected end of stream", "the quote that begins here is never closed", "close the quote"),
    ("found unexpected document separator", "the quote that begins here is never closed", "close the quote"),
    ("found unknown escape", "this backslash begins no escape that YAML knows", "use single quotes around the text"),
    (
        ("expected escape sequence", "expected hexdecimal"),
        "this escape lacks hexadecimal digits",
        "use single quotes around the text",
    ),
    ("found invalid Unicode", "an escape in this text names no character", "use single quotes around the text"),
    ("expected alphabetic or numeric", "an anchor or alias needs a name", _QUOTE),
    ("found undefined tag handle", "the tag here has an unknown prefix", "drop the tag; " + _QUOTE),
    (
        ("expected chomping or indentation", "expected comment or line break"),
        "`|` or `>` must end its line",
        "put the text on the lines below, indented",
    ),
)
_AT_CONTEXT = ("found unexpected end of stream", "found unexpected document separator", "could not find expected ':'")
_OTHERWISE = ("this is not valid YAML", _QUOTE)


def explain(file: SourceFile, refused: YAMLError) -> Stop:
    """Return the end of reading `file` that the parser's error `refused` stands for."""
    problem = str(getattr(refused, "problem", None) or "").removeprefix("did not find ")
    at = min(_offset(refused, problem), len(file.text))
    if problem.startswith("found character") and file.text[at : at + 1] == "\t":
        problem = "found a tab character"
    if problem.startswith("found unknown escape") and file.text[at : at + 1] != "\\":
        at -= 1  # The pure parser points behind the backslash.
    message, hint = next((words for start, *words in _WORDS if problem.startswith(start)), _OTHERWISE)
    char = shown(file.text[at : at + 1])
    named = "a backtick" if char == "`" else f"`{char}`"
    began = getattr(refused, "context_mark", None)
    line = file.source(0 if began is None else began.index).line
    hidden = may_hold_secret(file.text[: _line_end(file.text, at)])
    return Stop(at, message.format(char=named, line=line), hint, hidden=hidden)


def _offset(refused: Any, problem: str) -> int:
    """Return where to point: the spot the parser noticed, or the beginning of what it could not finish."""
    noticed = getattr(refused, "problem_mark", None)
    began = getattr(refused, "context_mark", None)
    if began is not None and (noticed is None or problem.startswith(_AT_CONTEXT) or "'<stream end>'" in problem):
        return int(began.index)
    return int(noticed.index) if noticed is not None else 0


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end

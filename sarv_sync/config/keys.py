"""The keys of mappings: which are taken, and why others are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sarv_sync.config.nodes import BROKEN, Map, Seq
from sarv_sync.config.wording import found, shown, word

if TYPE_CHECKING:
    from sarv_sync.config.source_file import SourceFile


class _Verdict:
    __slots__ = ()


DROP: Final = _Verdict()
"""The entry is wrong and was reported: read its value, keep nothing."""

SECRET: Final = _Verdict()
"""The entry holds the API token: do not even read its value."""


_SINK_HINT = (
    "remove it here, and make a new token if this file was ever shared; tokens of sinks come from the environment:"
    " docs/credentials.md says which variables"
)


def judge(file: SourceFile, event: Any, key: Any, first: int | None, entries: Map) -> str | _Verdict:
    """Return the text of the key that `event` began and that reads as `key`, or what to do with its entry.

    `entries` are those before it; `first` is the offset of the same key among them, if it is there.
    """
    at = int(event.start_mark.index)
    if isinstance(key, str) and key == "<<" and getattr(event, "implicit", (False,))[0]:
        file.error(
            at,
            "merge keys (`<<`) are not supported",
            "put the shared values into a profile and name it: `profile: NAME`",
        )
        return key
    if not isinstance(key, str):
        return _not_text(file, at, key)
    if key.casefold() == "token" and "sink" in entries:
        file.error(at, "the token of a sink must not stand in a file", _SINK_HINT, hidden=True)
        return SECRET
    if key.casefold() == "token":
        file.error(
            at,
            "the API token must not stand in a file",
            "remove it here, make a new token if this file was ever shared, and set the environment variable"
            " SARV_TOKEN or SARV_TOKEN_FILE",
            hidden=True,
        )
        return SECRET
    if first is not None:
        line = file.source(first).line
        file.error(at, f"`{shown(key)}` is written twice; the first is on line {line}", "keep one of the two")
        return DROP
    return key


def _not_text(file: SourceFile, at: int, key: Any) -> str | _Verdict:
    """Report a key that is not text; go on with the text it was written as, where that is one word."""
    if key is BROKEN:
        return DROP
    if key is None:
        file.error(at, "a key is missing before this colon", "write a plain word, or quote it if it is `null` or `~`")
        return DROP
    written = file.text[at : at + 80]
    if isinstance(key, Map | Seq):
        file.error(at, f"a key must be text, not {found(key, written)}", "write a plain word before the colon")
        return DROP
    file.error(at, f"a key must be text, not {found(key, written)}", f'quote it: "{word(written)}"')
    return word(written)

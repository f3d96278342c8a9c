"""What every Markdown text must hold to, whatever words went into it: its structure is ours alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from tests.unit.reporting.text_rules import assert_plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

OUR_HTML = re.compile(r"(</?details>|<summary><b>[A-Za-z0-9 ,:()]+</b></summary>|<br>|<wbr>|</?span>|\s)*")
_AUTOLINK = re.compile(r"https?://|www\.|[a-z]+:\S+@\w", re.IGNORECASE)
_REFERENCE = re.compile(r"@\w|#\d|\bgh-\d", re.IGNORECASE)
_ALLOWED = {"code_inline", "text", "html_inline", "html_block", "softbreak", "inline"}
_BLOCKS = re.compile(r"(heading|paragraph|table|thead|tbody|tr|th|td)_(open|close)")
_OURS_IN_LINE = {"strong_open", "strong_close"}


def parse(text: str) -> list[Token]:
    """Return the tokens of `text`, read with tables and HTML as GitHub reads it."""
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)


def flat(tokens: list[Token]) -> Iterator[Token]:
    """Return all tokens, those within lines included."""
    for token in tokens:
        yield token
        yield from flat(token.children or [])


def assert_only_our_structure(text: str) -> None:
    """Assert that no HTML, link, image, mention, reference or table cell comes from the words in `text`."""
    assert_plain(text)
    tokens = parse(text)
    for token in flat(tokens):
        known = token.type in _ALLOWED | _OURS_IN_LINE or _BLOCKS.fullmatch(token.type)
        assert known, f"{token.type}: {token.content!r}"
        if token.type.startswith("html"):
            assert OUR_HTML.fullmatch(token.content), token.content
        if token.type == "strong_open":
            assert token.markup == "**"
        if token.type == "text":
            assert not _AUTOLINK.search(token.content), token.content
            assert not _REFERENCE.search(token.content), token.content


def shape(text: str) -> list[tuple[str, int]]:
    """Return the kinds of the blocks of `text`, in order: equal shapes are equal structures."""
    return [(token.type, token.level) for token in parse(text)]


def rows_of(text: str) -> list[list[str]]:
    """Return the cells of every row of every table in `text`."""
    rows: list[list[str]] = []
    for before, token in zip([None, *parse(text)], parse(text), strict=False):
        if token.type == "tr_open":
            rows.append([])
        if before is not None and before.type in {"td_open", "th_open"}:
            rows[-1].append(token.content)
    return rows

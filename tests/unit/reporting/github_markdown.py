"""GitHub's Markdown, read by its own parser (cmark-gfm), and what GitHub does to the result afterwards.

The steps behind the parser are modelled here from GitHub's documentation, "Autolinked references and URLs" and "Basic
writing and formatting syntax", rather harsher than it says: comments are taken out before text is looked at, and what
is looked at is every text that no element interrupts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

from tests.unit.reporting.text_rules import assert_plain

_OPTIONS = Options.CMARK_OPT_UNSAFE | Options.CMARK_OPT_FOOTNOTES
_EXTENSIONS = ["table", "autolink", "tagfilter", "strikethrough", "tasklist"]

_BLOCKS = {
    "h3", "h4", "p", "table", "thead", "tbody", "tr", "th", "td", "details", "summary", "blockquote", "pre",
    "ol", "li",
}  # fmt: skip
_INLINE = {"strong", "em", "b", "code", "br", "wbr", "span", "a"}
_ATTRIBUTES = {
    ("details", "open", None),
    ("th", "align", "right"),
    ("td", "align", "right"),
    ("code", "class", "language-yaml"),
}
_VOID = {"br", "wbr"}

FORBIDDEN = {
    "mention": re.compile(r"@[a-z0-9]", re.IGNORECASE),
    "reference": re.compile(r"#\d|\bGH-\d|\bGHSA-\w|\bCVE-\d", re.IGNORECASE),
    "commit": re.compile(r"[0-9a-f]{7,}", re.IGNORECASE),
    "address": re.compile(r"[a-z][a-z0-9+.-]*://|www\.|mailto:\S|xmpp:\S|\w@\w", re.IGNORECASE),
    "emoji": re.compile(r":[a-z0-9_+-]+:", re.IGNORECASE),
}


@dataclass(slots=True)
class Page:
    """What is on the page. `blocks` is its structure; `texts` are texts outside code, uninterrupted by elements."""

    blocks: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    texts: list[tuple[str, str]] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)


def read(text: str) -> Page:
    """Return what GitHub makes of `text`."""
    reader = _Reader()
    reader.feed(cmarkgfm.markdown_to_html_with_extensions(text, _OPTIONS, _EXTENSIONS))
    reader.close()
    reader.page.strange += [f"<{tag}> is never closed" for tag in reader.inside]
    return reader.page


def findings(text: str) -> list[str]:
    """Return everything on the page that is not our structure."""
    page = read(text)
    found = list(page.strange)
    for parent, piece in page.texts:
        found += [f"{name}: {piece!r}" for name, pattern in FORBIDDEN.items() if pattern.search(piece)]
        if "$" in piece and (parent, piece) != ("span", "$"):
            found.append(f"formula: {piece!r}")
    if "$`" in text or "`$" in text:
        found.append("formula in backticks")
    return found


def assert_only_ours(text: str, links: frozenset[str] = frozenset()) -> Page:
    """Assert that the page holds nothing but our structure, links to `links` alone, and only visible characters."""
    assert_plain(text)
    assert findings(text) == []
    page = read(text)
    assert set(page.links) <= links
    return page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.inside: list[str] = []
        self._in_text = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_text = False
        if tag not in _BLOCKS | _INLINE:
            self.page.strange.append(f"<{tag}>")
        for name, value in attrs:
            if (tag, name) == ("a", "href"):
                self.page.links.append(value or "")
            elif (tag, name, value) not in _ATTRIBUTES:
                self.page.strange.append(f"<{tag} {name}={value!r}>")
        if tag in _BLOCKS:
            self.page.blocks.append(tag)
        if tag not in _VOID:
            self.inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._in_text = False
        if tag in _BLOCKS:
            self.page.blocks.append(f"/{tag}")
        if not self.inside or self.inside.pop() != tag:
            self.page.strange.append(f"</{tag}> closes another element")

    def handle_data(self, data: str) -> None:
        if "code" in self.inside:
            return
        if self._in_text:
            parent, before = self.page.texts.pop()
            self.page.texts.append((parent, before + data))
        else:
            self.page.texts.append((self.inside[-1] if self.inside else "", data))
        self._in_text = True

    def handle_comment(self, data: str) -> None:
        self.page.comments.append(data)

    def handle_decl(self, decl: str) -> None:
        self.page.strange.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.page.strange.append(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self.page.strange.append(f"<![{data}]>")

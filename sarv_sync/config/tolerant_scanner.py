"""PyYAML's own parser, brought to accept what its libyaml parser accepts.

libyaml reads tabs as blanks wherever they do not indent, and question marks inside plain words of flow collections;
PyYAML's pure parser refuses both. A file must not depend on which of the two is installed, so the scanning steps
that differ follow libyaml's scanner.c here (`yaml_parser_scan_to_next_token`, `yaml_parser_scan_plain_scalar`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError
from yaml.tokens import ScalarToken

if TYPE_CHECKING:
    from collections.abc import Callable

_SURROGATE = re.compile("[\ud800-\udfff]")
_BREAKS = "\r\n\x85\u2028\u2029"
_ENDS = "\0 \t" + _BREAKS


class TolerantParser(Reader, Scanner, Parser):
    """PyYAML's pure parser with libyaml's reading of tabs and question marks."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def scan_to_next_token(self) -> None:
        """Skip blanks, comments and line breaks. A tab is a blank, except where a key of a block may begin."""
        while True:
            while self.peek() == " " or (self.peek() == "\t" and (self.flow_level or not self.allow_simple_key)):
                self.forward()
            if self.peek() == "#":
                while self.peek() not in "\0" + _BREAKS:
                    self.forward()
            if not self._line_break():
                return
            if not self.flow_level:
                self.allow_simple_key = True

    def _line_break(self) -> str:
        scan: Callable[[], str] = self.scan_line_break
        return scan()

    def scan_plain(self) -> ScalarToken:
        """Scan a plain scalar, with tabs as blanks and question marks as letters."""
        start = end = self.get_mark()
        chunks: list[str] = []
        blanks: list[str] | None = []
        while blanks is not None and self.peek() != "#":
            length = self._plain_run()
            if not length:
                break
            self.allow_simple_key = False
            chunks += [*blanks, self.prefix(length)]
            self.forward(length)
            end = self.get_mark()
            blanks = self._plain_blanks(self.indent + 1, start)
        return ScalarToken("".join(chunks), plain=True, start_mark=start, end_mark=end)

    def _plain_run(self) -> int:
        """Return how many characters from here on belong to the scalar without a blank between them."""
        flow = ",[]{}" if self.flow_level else ""
        length = 0
        while (char := self.peek(length)) not in _ENDS + flow:
            if char == ":" and self.peek(length + 1) in _ENDS + flow:
                break
            length += 1
        return length

    def _plain_blanks(self, indent: int, start: Any) -> list[str] | None:
        """Skip blanks and line breaks and return what they fold to, None where the scalar ends for good."""
        spaces = ""
        breaks: list[str] = []
        while self.peek() in " \t" + _BREAKS:
            if (char := self.peek()) in " \t":
                if breaks and self.column < indent and char == "\t":
                    problem = "found a tab character that violates indentation"
                    raise ScannerError("while scanning a plain scalar", start, problem, self.get_mark())
                spaces += "" if breaks else char
                self.forward()
            else:
                breaks.append(self._line_break())
                self.allow_simple_key = True
                if self.prefix(3) in {"---", "..."} and self.peek(3) in _ENDS:
                    return None
        if not breaks:
            return [spaces] if spaces else None
        if not self.flow_level and self.column < indent:
            return None
        return [" "] if len(breaks) == 1 else breaks[1:]

    def scan_flow_scalar_non_spaces(self, double: bool, start_mark: Any) -> list[str]:  # noqa: FBT001 - PyYAML's own
        """Scan a run of a quoted scalar; refuse escapes that name no character, as libyaml does."""
        try:
            chunks: list[str] = super().scan_flow_scalar_non_spaces(double, start_mark)
        except (ValueError, OverflowError):
            chunks = ["\ud800"]
        if _SURROGATE.search("".join(chunks)):
            problem = "found invalid Unicode character escape code"
            raise ScannerError("while scanning a double-quoted scalar", start_mark, problem, start_mark)
        return chunks

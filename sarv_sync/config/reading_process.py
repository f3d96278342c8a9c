"""A process that reads files for another one: see `beside`.

It is given a list of texts, and returns a list of what they hold: nothing for a file about which there is anything to
say, which the other one reads again by itself. Both lists are what `marshal` makes of them.
"""

from __future__ import annotations

import marshal
import sys

from sarv_sync.config.packed import pack_file
from sarv_sync.config.reader import read
from sarv_sync.config.source_file import SourceFile
from sarv_sync.model.collector import paused


def main() -> None:
    """Read from standard input, write to standard output."""
    texts: list[str] = marshal.load(sys.stdin.buffer)  # noqa: S302 - of our own process
    with paused():
        marshal.dump([_packed(text) for text in texts], sys.stdout.buffer)


def _packed(text: str) -> bytes:
    file = SourceFile("", text)
    data = read(file)
    return pack_file(data) if file.silent else b""


if __name__ == "__main__":
    main()

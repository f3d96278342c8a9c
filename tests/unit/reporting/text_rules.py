"""What every text must hold to, whatever words went into it."""

from __future__ import annotations

import re

_SGR = re.compile(r"\x1b\[[0-9;]+m")
_COMMAND = re.compile(r"^\s*::|##\[", re.MULTILINE)
_INVISIBLE = re.compile("[\u00ad\u034f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ud800-\udfff]")


def assert_plain(text: str, *, color: bool = False) -> None:
    """Assert that `text` holds nothing but visible characters, newlines and, with `color`, SGR codes."""
    bare = _SGR.sub("", text) if color else text
    strange = [character for line in bare.split("\n") for character in line if not character.isprintable()]
    assert strange == []
    assert not _INVISIBLE.search(bare)
    assert not _COMMAND.search(text)
    assert not _COMMAND.search(bare)

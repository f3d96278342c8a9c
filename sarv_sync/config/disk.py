"""From a path to the text of a configuration file."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from sarv_sync.config.source_file import SourceFile
from sarv_sync.errors import Fault

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 64 * 1024 * 1024
"""Bytes. A file beyond it is refused before it is read."""

_PIECE = 1024 * 1024

_PRINTABLE = r"\t\n\x20-\x7e"
_BEYOND_ASCII = r"\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
"""What YAML 1.2 (chapter 5.1) allows in a text, but for the byte order mark, and the three characters that YAML 1.1
takes for line breaks and YAML 1.2 does not."""


def display(path: Path, cwd: Path) -> str:
    """Return `path` as messages show it: relative to `cwd` when inside it, else absolute."""
    absolute = os.path.normpath(cwd / path)
    below = os.path.normpath(cwd).rstrip(os.sep) + os.sep
    return absolute.removeprefix(below)


def open_file(path: Path, name: str) -> SourceFile | Fault:
    """Return the text of the file at `path`, called `name` in messages, or why there is none."""
    try:
        content = _content(path)
    except FileNotFoundError:
        return Fault("the file does not exist", "check the path, or write a first file with `sarv-sync init`", name)
    except IsADirectoryError:
        return Fault("this is a directory, not a file", "name the file inside it", name)
    except PermissionError:
        return Fault("the file may not be read", "give your account permission to read it", name)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not valid"
        return Fault(f"the file cannot be read: {reason}", "check the path", name)
    if content is None:
        return Fault("the file is larger than 64 MiB", "split it into files named by `include`", name)
    return decoded(content, name)


def _content(path: Path) -> bytes | None:
    """Return the bytes of the file, None if there are more than `LARGEST`."""
    about = path.stat()
    if stat.S_ISREG(about.st_mode) and about.st_size > LARGEST:
        return None
    with path.open("rb") as stream:
        content = stream.read(about.st_size + 1)  # room for as much as it asks for is made before anything is read
        while len(content) <= LARGEST and (more := stream.read(_PIECE)):
            content += more
    return None if len(content) > LARGEST else content


def decoded(content: bytes, name: str) -> SourceFile:
    """Return the text that `content` is, with what is wrong with it as text recorded."""
    body = content.removeprefix(b"\xef\xbb\xbf")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        return _not_utf8(body, error, name)
    file = SourceFile(name, unix_lines(text))
    # Most files are ASCII, and a pattern of all characters takes a fiftieth of the time of a small plan to compile.
    printable = _PRINTABLE if file.text.isascii() else _PRINTABLE + _BEYOND_ASCII
    for bad in re.finditer(f"[^{printable}]", file.text):
        number = f"U+{ord(bad.group()):04X}"
        message = f"the character {number} cannot be written in a YAML file as it is"
        file.error(bad.start(), message, f'remove it, or write it as an escape in double quotes ("\\u{number[2:]}")')
    return file


def _not_utf8(body: bytes, error: UnicodeDecodeError, name: str) -> SourceFile:
    file = SourceFile(name, unix_lines(body.decode("utf-8", errors="replace")))
    at = len(unix_lines(body[: error.start].decode("utf-8")))
    message = f"the byte 0x{body[error.start]:02x} here is not UTF-8"
    file.error(at, message, "save the file in the encoding UTF-8", hidden=True)
    return file


def unix_lines(text: str) -> str:
    """Return `text` with every line break one `\\n`, so that lines are counted alike by everybody."""
    return text.replace("\r\n", "\n").replace("\r", "\n")

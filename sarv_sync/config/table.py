"""From a CSV file to its rows."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from sarv_sync.config.disk import LARGEST, display
from sarv_sync.errors import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_HINT = "save it as CSV in UTF-8, with commas between the cells and double quotes around those that have one"


def read_table(path: str, cwd: Path) -> tuple[str, list[tuple[int, Sequence[str]]]]:
    """Return how messages call the file at `path` (as the user typed it, relative to `cwd`), and its rows.

    Each comes with the line it begins on. Raises `InputError` for what cannot be read.
    """
    name = display(cwd / path, cwd)
    return name, list(_rows(_text(cwd / path, name), name))


def _text(path: Path, name: str) -> str:
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its name is not valid"
        raise InputError(f"cannot read {name}: {reason}", "check the path and its permissions") from None
    if len(content) > LARGEST:
        raise InputError(f"{name} is larger than 64 MiB", "split it")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"the byte 0x{content[error.start]:02x} here is not UTF-8"
        raise _wrong(message, name, line) from None


def _rows(text: str, name: str) -> Iterator[tuple[int, Sequence[str]]]:
    # csv of Python 3.10 stops at a NUL with an error, later ones do not: no cell has a use for one.
    if "\0" in text:
        raise _wrong("there is a NUL character here", name, text.count("\n", 0, text.index("\0")) + 1)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _wrong(f"this is no CSV: {error}", name, line) from None
        yield line, row


def _wrong(message: str, name: str, line: int) -> InputError:
    return InputError(message, _HINT, faults=(Fault(message, _HINT, name, line),))

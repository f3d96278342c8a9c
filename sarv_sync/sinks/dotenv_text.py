r"""Lines `KEY=value`, such that those who read dotenv files read the same.

There is no standard. A POSIX shell (`set -a; . file`) reads every value right; what else does depends on the value:

============================================  ==========  =====================================================
a value                                       is written  and read right by
============================================  ==========  =====================================================
of letters, digits and `_@%+,./:=-`           bare        shells, python-dotenv, `docker --env-file`, Compose
without `'` and `\`                           `'…'`       shells, python-dotenv, Compose
without `$` and backtick, no `\` at its end   `"…"`       shells, python-dotenv
of any other kind                             `'…'\''…'`  shells
============================================  ==========  =====================================================

`docker run --env-file` takes quotes for part of the value. python-dotenv fills in `${NAME}` even between single
quotes, unless it is called with `interpolate=False`.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError, SinkError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HEADER = "# Written by sarv-sync: the whole file is replaced by the next delivery."
"""The first line. A file without it is not replaced, so another wording would disown the files that are there."""

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_BARE = re.compile(r"[A-Za-z0-9_@%+,./:=-]*")
_UNFIT = re.compile("[\n\r\0\ud800-\udfff]")


def check_keys(keys: Iterable[str]) -> None:
    """Raise `InputError` if one of `keys` is no name of a variable."""
    for key in keys:
        if not _KEY.fullmatch(key):
            raise InputError(
                f"`keys`: {key!r} is no name of a variable", "use letters, digits and `_`, with no digit in front"
            )


def dotenv(values: Mapping[str, str]) -> bytes:
    """Return the file. Raises `SinkError` for a value that has no place in a line."""
    lines = [HEADER, *(f"{key}={_written(key, value)}" for key, value in values.items())]
    return "".join(f"{line}\n" for line in lines).encode()


def entries(file: bytes) -> list[bytes]:
    """Return the lines of `file` that say something: no comments, and no empty ones."""
    return [line for line in file.splitlines() if line.strip() and not line.lstrip().startswith(b"#")]


def _written(key: str, value: str) -> str:
    if _UNFIT.search(value):
        raise SinkError(
            f"the value of {key} holds a line end, or something else that no line of a dotenv file can hold",
            "reset the password, or deliver it to another kind of sink",
        )
    if _BARE.fullmatch(value):
        return value
    if "'" not in value and "\\" not in value:
        return f"'{value}'"
    # python-dotenv takes a backslash before the closing quote for an escape of that quote.
    if "$" not in value and "`" not in value and not value.endswith("\\"):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return shlex.quote(value)

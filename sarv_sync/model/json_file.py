"""Reading a JSON file that anybody may have written."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, NoReturn

from sarv_sync.errors import Fault, InputError

SIZE_MAX = 256 * 1024 * 1024
"""Bytes. A plan takes some 500 bytes for each change."""

_HINT = "give a file that `sarv-sync plan --out FILE` wrote"


def read_json(path: Path | str, hint: str = _HINT, name: str | None = None) -> Any:
    """Return the JSON value in the file `path`, which people call `name`.

    Raises `InputError` for anything wrong, with `hint` as what to do about it.
    """
    name = name or str(path)
    return parse_json(_content(str(path), name, hint), name, hint)


def parse_json(content: bytes, file: str, hint: str) -> Any:
    """Return the JSON value that `content` is; `file` says to people where it is from.

    Stricter than the format: a key that occurs twice in one object, a number that is no integer, and `NaN` are
    errors, because two readers could take such a document for two things. Raises `InputError` for anything wrong.
    """
    try:
        text = content.decode("utf-8")
        return json.loads(text, object_pairs_hook=_object, parse_float=_no_float, parse_constant=_no_float)
    except UnicodeDecodeError as error:
        message = f"the file is not UTF-8: byte {error.start + 1} cannot be decoded"
        raise _fault(file, message, hint) from None
    except json.JSONDecodeError as error:
        raise _fault(file, f"this is not JSON: {error.msg}", hint, error.lineno, error.colno) from None
    except ValueError as error:
        raise _fault(file, str(error), hint) from None
    except RecursionError:
        raise _fault(file, "this JSON is nested too deeply", hint) from None


def _content(path: str, file: str, hint: str) -> bytes:
    try:
        with Path(path).open("rb") as stream:
            content = stream.read(SIZE_MAX + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise _fault(file, f"the file cannot be read: {reason}", hint) from None
    if len(content) > SIZE_MAX:
        raise _fault(file, f"the file is larger than {SIZE_MAX:,} bytes", hint)
    return content


def _fault(file: str, message: str, hint: str, line: int | None = None, column: int | None = None) -> InputError:
    return InputError(f"{file}: {message}", hint, faults=(Fault(message, hint, file, line, column),))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        key = Counter(key for key, _ in pairs).most_common(1)[0][0]
        raise ValueError(f"the key {key!r} occurs twice in one object")
    return value


def _no_float(text: str) -> NoReturn:
    raise ValueError(f"the number {text[:40]} is not an integer")

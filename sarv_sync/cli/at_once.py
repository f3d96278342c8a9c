"""What needs no command line read to be answered: the version, and the help as nearly everybody sees it.

Importing click takes four times as long as both. Its help is laid out for the width of the terminal, but from 80
columns on it is always the same: that is kept in `help.txt`, and a test holds it to what click makes. It is written
anew with `COLUMNS=80 sarv-sync --help > sarv_sync/cli/help.txt`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from sarv_sync import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

_HELP = os.path.join(os.path.dirname(__file__), "help.txt")  # noqa: PTH118, PTH120 - pathlib takes longer than this
_WIDE_ENOUGH = 80


def answered_at_once(arguments: Sequence[str]) -> bool:
    """Print what `arguments` ask for, and return True, if it is one of the two.

    What cannot be written is left to click, as all else is: it knows who has to be told what.
    """
    match list(arguments):
        case ["--version"]:
            text = f"sarv-sync {__version__}\n"
        case ["--help" | "-h"] if _is_wide():
            with open(_HELP, encoding="utf-8") as file:  # noqa: PTH123 - as above
                text = file.read()
        case _:
            return False
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError:
        return False
    return True


def _is_wide() -> bool:
    """Say whether the help is shown in 80 columns. COLUMNS may say anything, and is left to click."""
    if "COLUMNS" in os.environ:
        return False
    try:
        columns = os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else -1).columns
    except (OSError, ValueError):
        return True  # no terminal: 80 is what is taken for one
    return columns == 0 or columns >= _WIDE_ENOUGH

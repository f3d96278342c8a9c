"""Libraries have no say in what is printed."""

from __future__ import annotations


def hush_libraries() -> None:
    """Have nothing shown of what libraries log.

    URLs, headers and bodies are in it, and Python prints warnings and errors that nobody handles. Called where
    libraries come in, and not earlier: `logging` is slow to import.
    """
    import logging

    if not logging.root.handlers:
        logging.root.addHandler(logging.NullHandler())

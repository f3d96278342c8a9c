"""Log lines on standard error, scrubbed."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell


def start_logging(shell: Shell) -> None:
    """Show the program's log from INFO on (`-v`) or everything (`-vv`). Without `-v` there is no log.

    What libraries log is never in it.
    """
    from sarv_sync.transport.quiet import hush_libraries

    hush_libraries()
    if not shell.verbosity:
        return
    import logging
    import sys

    from sarv_sync.model.scrub import ScrubbingFilter
    from sarv_sync.model.visible import printable

    class Printable(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            return printable(super().format(record))

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Printable("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(ScrubbingFilter(shell.scrubber))
    logger = logging.getLogger("sarv_sync")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG if shell.verbosity > 1 else logging.INFO)
    logger.propagate = False

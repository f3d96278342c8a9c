"""What the demo looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.demo.stage import ACCOUNT
from sarv_sync.model.visible import printable
from sarv_sync.sandbox.defaults import OWNER_ID

if TYPE_CHECKING:
    from sarv_sync.cli.shell import Shell
    from sarv_sync.demo.stage import Stage

_WIDTH = 80


def show(shell: Shell, kind: str, text: str) -> None:
    """Print one part of a step."""
    style = shell.style()
    match kind:
        case "heading":
            shell.result("\n" + style.paint("strong", f"── {text} ".ljust(_WIDTH, "─")))
        case "text":
            shell.result(text + "\n\n")
        case "command":
            shell.result(style.paint("strong", text))
        case "note":
            shell.result(style.paint("faint", text))
        case _:
            shell.result(text)


def farewell(stage: Stage, *, keep: bool) -> str:
    """Return the last words, and, if the folder is kept, how to go on in it."""
    if not keep:
        return "\nThat was it, and nothing of it is left. Your turn: `sarv-sync init`"
    port = stage.url.rpartition(":")[2].partition("/")[0]
    return (
        f"\nThat was it. Kept in {printable(str(stage.folder))}; to go on there, run\n"
        f"  sarv-sync sandbox --data {ACCOUNT} --port {port} --owner-id {OWNER_ID}\n"
        "and, in another terminal, set what it prints, and `sarv-sync plan`."
    )

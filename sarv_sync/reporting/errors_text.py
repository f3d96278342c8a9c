"""Errors and warnings as text: what is wrong, the line it is on, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sarv_sync.model.visible import printable
from sarv_sync.reporting.extent import EVERY_CHANGE
from sarv_sync.reporting.layout import ELLIPSIS, cells, finish, hanging, head_of, tail_of, wrapped
from sarv_sync.reporting.similar import fault_likeness, similar
from sarv_sync.reporting.style import WIDTH_UNLIMITED
from sarv_sync.reporting.text_parts import hint_lines, more_lines
from sarv_sync.reporting.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.errors import Fault
    from sarv_sync.reporting.extent import Extent
    from sarv_sync.reporting.style import Role, Style

Kind = Literal["error", "warning"]

_ROLES: dict[Kind, Role] = {"error": "trouble", "warning": "notice"}
_EXCERPT_MAX = 120
"""Cells. A longer line is cut around the column."""
_TAB = " " * 4


def faults_text(faults: Sequence[Fault], style: Style, kind: Kind = "error") -> str:
    """Return `faults` in their order, empty lines between them, and their number where they are several."""
    lines: list[str] = []
    for fault in faults:
        lines += [*([""] if lines else []), *_fault_lines(fault, style, kind)]
    if len(faults) > 1:
        lines += ["", style.paint("strong", counted(len(faults), kind))]
    return finish(lines)


def warning_lines(style: Style, warnings: Sequence[Fault], extent: Extent = EVERY_CHANGE) -> list[str]:
    """Return `warnings` as a section of a longer text."""
    lines: list[str] = []
    for kind in similar(warnings, fault_likeness, extent.alike):
        for fault in kind.shown:
            lines += ["", *_fault_lines(fault, style, "warning", style.room)]
        lines += more_lines(kind.rest, "  ")
    return lines


def _fault_lines(fault: Fault, style: Style, kind: Kind, room: int = WIDTH_UNLIMITED) -> list[str]:
    """Return `error: path:line:column: message`, by default on one line for the editors that parse it."""
    position = "".join(f"{part}:" for part in (fault.file, fault.line, fault.column) if part is not None)
    said = f"{printable(position)} {printable(fault.message)}" if position else printable(fault.message)
    first = f"{kind}: "
    lines = hanging(first, wrapped(said, room - len(first)))
    lines[0] = f"{style.paint(_ROLES[kind], f'{kind}:')} {lines[0][len(first) :]}"
    if fault.excerpt is not None and fault.line is not None:
        lines += _excerpt_lines(fault.excerpt, fault.line, fault.column, style, _ROLES[kind])
    return lines + hint_lines(style, fault.hint, "  ")


def _excerpt_lines(excerpt: str, line: int, column: int | None, style: Style, role: Role) -> list[str]:
    gutter = f"  {line} | "
    index = min((column or 1) - 1, len(excerpt))
    before, behind = _around(excerpt, index, min(style.room, _EXCERPT_MAX) - len(gutter))
    lines = [f"{style.paint('faint', gutter)}{before}{behind}".rstrip()]
    if column is not None:
        pointer = f"{style.paint('faint', ' ' * (len(gutter) - 2) + '| ')}{' ' * cells(before)}"
        lines.append(f"{pointer}{style.paint(role, '^')}")
    return lines


def _around(excerpt: str, index: int, room: int) -> tuple[str, str]:
    """Return what is left and right of `index`, made printable and cut so that both fit into `room` cells.

    Only as many characters as could fit are looked at: a line may be as long as a file.
    """
    before = _shown(excerpt[max(index - room, 0) : index])
    behind = _shown(excerpt[index : index + room])
    most_before = room * 2 // 3
    if index > room or cells(before) > most_before:
        before = ELLIPSIS + tail_of(before, most_before - 1)
    left = room - cells(before)
    if index + room < len(excerpt) or cells(behind) > left:
        behind = head_of(behind, left - 1) + ELLIPSIS
    return before, behind


def _shown(piece: str) -> str:
    return printable(piece.rstrip("\r\n").replace("\t", _TAB))

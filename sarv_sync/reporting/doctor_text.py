"""A diagnosis as text: a checklist, with what to do about each thing that is not right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.diagnosis import VERDICTS
from sarv_sync.model.visible import printable
from sarv_sync.reporting.layout import finish, hanging, pad, wrapped
from sarv_sync.reporting.text_parts import heading, hint_lines
from sarv_sync.reporting.wording import counted

if TYPE_CHECKING:
    from sarv_sync.errors import Fault
    from sarv_sync.model.diagnosis import Diagnosis, Finding, Verdict
    from sarv_sync.reporting.style import Role, Style

_ROLES: dict[Verdict, Role] = {"ok": "add", "warning": "notice", "failed": "trouble", "skipped": "faint"}
_VERDICT_WIDTH = max(map(len, VERDICTS))
_NARROWEST = 24
"""Cells. With less room beside it, a message stands below its check."""


def doctor_text(diagnosis: Diagnosis, style: Style) -> str:
    """Return `diagnosis` in words, without a final newline; the last line sums it up."""
    width = max((len(finding.name) for part in diagnosis.parts for finding in part.findings), default=0)
    lines: list[str] = []
    for part in diagnosis.parts:
        lines += heading(style, part.title.capitalize())
        for finding in part.findings:
            lines += _finding_lines(finding, width, style)
    return finish([*lines[1:], "", style.paint("strong", _summary(diagnosis))])


def _finding_lines(finding: Finding, width: int, style: Style) -> list[str]:
    """Return a check, its verdict in front, and below it what is behind the verdict and what to do."""
    verdict = style.paint(_ROLES[finding.verdict], pad(finding.verdict, _VERDICT_WIDTH))
    below = " " * (2 + _VERDICT_WIDTH + 2)
    beside = " " * (len(below) + width + 2)
    message = printable(finding.message)
    if style.room - len(beside) >= _NARROWEST:
        first, *rest = wrapped(message, style.room - len(beside))
        lines = [f"  {verdict}  {pad(finding.name, width)}  {first}", *(beside + line for line in rest)]
    else:
        lines = [
            f"  {verdict}  {finding.name}",
            *(below + line for line in wrapped(message, style.room - len(below))),
        ]
    for fault in finding.faults:
        lines += _fault_lines(fault, below, style)
    return lines + hint_lines(style, finding.remedy, below)


def _fault_lines(fault: Fault, indent: str, style: Style) -> list[str]:
    position = "".join(f"{part}:" for part in (fault.file, fault.line, fault.column) if part is not None)
    said = f"{printable(position)} {printable(fault.message)}" if position else printable(fault.message)
    first = f"{indent}- "
    lines = hanging(first, wrapped(said, style.room - len(first)))
    return lines + hint_lines(style, fault.hint, f"{indent}  ")


def _summary(diagnosis: Diagnosis) -> str:
    summary = diagnosis.summary()
    counts = [f"{summary['ok']:,} ok"]
    counts += [counted(summary["warning"], "warning")] if summary["warning"] else []
    counts += [f"{summary[verdict]:,} {verdict}" for verdict in ("failed", "skipped") if summary[verdict]]
    return f"{'Healthy' if diagnosis.healthy else 'Not healthy'}: {', '.join(counts)}."

"""What an apply did as GitHub flavoured Markdown, for a job's summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.github_texts import SUMMARY_MAX
from sarv_sync.reporting.alike import kinds_of
from sarv_sync.reporting.cutting import cut
from sarv_sync.reporting.markdown_parts import blocked_section, code, prose, section, table, warnings_section
from sarv_sync.reporting.outcome_text import outcome_line
from sarv_sync.reporting.summary_markdown import IN_JSON
from sarv_sync.reporting.wording import DONE, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.outcome import Entry, Outcome


def outcome_markdown(outcome: Outcome, limit: int = SUMMARY_MAX) -> str:
    """Return `outcome` in at most `limit` bytes, without a final newline: what did not end well first."""
    first, _, rest = outcome_line(outcome).partition(". ")
    lines = [f"### {first.removesuffix('.')}", "", *([rest, ""] if rest else [])]
    lines += _undone("Failed: {}", outcome.failed)
    lines += _undone("Unknown: {}, the next apply finds out whether they were made", outcome.unknown)
    lines += _undelivered(outcome.undelivered)
    lines += _undone("Not attempted: {}, the run stopped before", outcome.not_attempted)
    lines += blocked_section(outcome.blocked)
    lines += warnings_section(outcome.warnings)
    lines += _done(f"Applied: {counted(len(outcome.applied), 'change')}", outcome.applied)
    lines += _done(f"Delivered: {counted(len(outcome.delivered), 'password')}", outcome.delivered)
    return cut("\n".join([*lines, f"Digest {code(outcome.digest)}"]), limit, IN_JSON)


_HEADER = ("Name", "Action", "SMTP user", "Why")


def _undone(title: str, entries: Sequence[Entry]) -> list[str]:
    if not entries:
        return []
    rows = [_undone_row(entry) for entry in entries]
    return section(title.format(counted(len(entries), "change")), table(_HEADER, rows), len(rows))


def _undelivered(entries: Sequence[Entry]) -> list[str]:
    """Return the passwords that did not arrive: all where they are few, else some for each reason."""
    if not entries:
        return []
    rows = []
    for kind in kinds_of(entries):
        rows += [_undone_row(entry) for entry in kind.shown]
        rows += [("", "", "", kind.rest)] if kind.more else []
    title = f"Undelivered: {counted(len(entries), 'password')}, the next apply delivers what the account has"
    return section(title, table(_HEADER, rows), len(rows))


def _undone_row(entry: Entry) -> tuple[str, str, str, str]:
    return code(entry.name), entry.action, code(entry.smtp_user_name or ""), prose(entry.message or "")


def _done(title: str, entries: Sequence[Entry]) -> list[str]:
    if not entries:
        return []
    rows = [(code(entry.name), DONE[entry.action], code(entry.smtp_user_name or "")) for entry in entries]
    return section(title, table(("Name", "Done", "SMTP user"), rows), len(rows))

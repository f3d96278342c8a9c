"""What an apply did, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.visible import printable
from sarv_sync.reporting.alike import kinds_of
from sarv_sync.reporting.errors_text import warning_lines
from sarv_sync.reporting.layout import ELLIPSIS, finish, pad, wrapped
from sarv_sync.reporting.text_parts import (
    SHOWN_MAX,
    SYMBOLS,
    blocked_lines,
    columns,
    entry_lines,
    heading,
    name_cell,
    user_cell,
)
from sarv_sync.reporting.wording import DONE, ORDER, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.outcome import Entry, Outcome
    from sarv_sync.reporting.style import Role, Style


_REMARKS = {
    "Not attempted": "the run stopped before these",
    "Undelivered": "nothing is lost: the next apply delivers what the account has",
    "Unknown": "no answer proves whether these were done; the next apply finds out",
}


def outcome_text(outcome: Outcome, style: Style) -> str:
    """Return what was done and what was not, without a final newline; the last line sums it up."""
    lines = _done(style, f"Done: {counted(len(outcome.applied), 'change')}", outcome.applied)
    lines += _delivered(style, outcome.delivered)
    lines += _undone(style, "Not attempted", "·", outcome.not_attempted)
    lines += _undelivered(style, outcome.undelivered)
    lines += _undone(style, "Unknown", "?", outcome.unknown)
    lines += _undone(style, "Failed", "!", outcome.failed)
    lines += warning_lines(style, outcome.warnings)
    lines += blocked_lines(style, outcome.blocked)
    if lines:
        lines = [*lines[1:], ""]
    role: Role = "strong" if outcome.complete else "trouble"
    return finish([*lines, style.paint(role, outcome_line(outcome))])


def outcome_line(outcome: Outcome) -> str:
    """Return the outcome in one sentence."""
    done = [entry.action for entry in outcome.applied]
    counts = [f"{done.count(action):,} {DONE[action]}" for action in ORDER if action in done]
    if outcome.delivered:
        counts.append(f"{counted(len(outcome.delivered), 'password')} delivered")
    blocked = f"; {len(outcome.blocked):,} blocked" if outcome.blocked else ""
    if outcome.complete and outcome.rotation and not counts:
        return f"No password was changed{blocked}."
    if outcome.complete:
        said = f"Applied: {', '.join(counts)}" if counts else "Nothing to apply"
        return f"{said}{blocked}. Verified against a fresh listing."
    return f"Incomplete: {', '.join(counts) or 'nothing done'}; {_open_ends(outcome)}{blocked}. {_what_now(outcome)}"


def _what_now(outcome: Outcome) -> str:
    """Return what goes on from here: apply changes no password that was asked for and not attempted."""
    return f"Run {'rotate' if outcome.rotation else 'apply'} again to go on from here."


def _open_ends(outcome: Outcome) -> str:
    open_ends = {
        "failed": outcome.failed,
        "unknown": outcome.unknown,
        "not attempted": outcome.not_attempted,
        "undelivered": outcome.undelivered,
    }
    said = [f"{len(entries):,} {word}" for word, entries in open_ends.items() if entries]
    return ", ".join(said) or "a fresh listing does not show every change yet"


def _delivered(style: Style, entries: Sequence[Entry]) -> list[str]:
    """Return a few of the passwords that arrived: what was done to their users is listed already, mostly."""
    lines = _done(style, f"Delivered: {counted(len(entries), 'password')}", entries[:SHOWN_MAX])
    more = len(entries) - SHOWN_MAX
    return [*lines, f"  {ELLIPSIS} and {more:,} more"] if more > 0 else lines


def _done(style: Style, title: str, entries: Sequence[Entry]) -> list[str]:
    if not entries:
        return []
    names, users = _cells(entries)
    name_width, user_width = columns(names, users)
    lines = heading(style, title)
    for entry, name, user in zip(entries, names, users, strict=True):
        symbol, role = SYMBOLS[entry.action]
        identity = [pad(name, name_width), *([pad(user, user_width)] if user_width else [])]
        lines += entry_lines(style, symbol, role, identity, [DONE[entry.action]])
    return lines


def _undone(style: Style, title: str, symbol: str, entries: Sequence[Entry]) -> list[str]:
    if not entries:
        return []
    names, users = _cells(entries)
    name_width, user_width = columns(names, users)
    lines = heading(style, f"{title}: {counted(len(entries), 'change')}", _REMARKS.get(title, ""), "trouble")
    for entry, name, user in zip(entries, names, users, strict=True):
        identity = [pad(name, name_width), *([pad(user, user_width)] if user_width else [])]
        lines += entry_lines(style, symbol, "trouble", identity, [entry.action])
        lines += _message_lines(style, entry)
    return lines


def _undelivered(style: Style, entries: Sequence[Entry]) -> list[str]:
    """Return the passwords that did not arrive: all where they are few, else some for each reason."""
    if not entries:
        return []
    title = "Undelivered"
    lines = heading(style, f"{title}: {counted(len(entries), 'password')}", _REMARKS[title], "trouble")
    kinds = kinds_of(entries)
    name_width, user_width = columns(*_cells([entry for kind in kinds for entry in kind.shown]))
    for kind in kinds:
        for entry in kind.shown:
            user = [pad(user_cell(entry.smtp_user_name), user_width)] if user_width else []
            lines += entry_lines(style, "!", "trouble", [pad(name_cell(entry.name), name_width), *user], [])
            lines += _message_lines(style, entry)
        lines += [f"    {ELLIPSIS} {kind.rest}"] if kind.more else []
    return lines


def _message_lines(style: Style, entry: Entry) -> list[str]:
    return [f"      {line}" for line in wrapped(printable(entry.message or ""), style.room - 6) if line]


def _cells(entries: Sequence[Entry]) -> tuple[list[str], list[str]]:
    return [name_cell(entry.name) for entry in entries], [user_cell(entry.smtp_user_name) for entry in entries]

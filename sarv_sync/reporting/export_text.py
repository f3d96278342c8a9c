"""What an export did to files, as text."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from sarv_sync.errors import Fault
from sarv_sync.model.visible import printable
from sarv_sync.reporting.layout import cells, finish, flowed, hanging, pad, wrapped
from sarv_sync.reporting.text_parts import SYMBOLS, columns, entry_lines, name_cell, user_cell
from sarv_sync.reporting.wording import counted, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sarv_sync.model.export import Export, ExportedUser, Layout
    from sarv_sync.reporting.style import Style

_FEW = 10


def added_text(groups: Mapping[str | None, Sequence[ExportedUser]], file: str, style: Style) -> str:
    """Return which users were added, each with its values, by the file: None is `file`, the main one."""
    if not any(groups.values()):
        nothing = f"Nothing to add to {printable(file)}: the files know every user that can be exported."
        return finish(wrapped(nothing, style.room))
    sections = (
        _added(users, file if part is None else str(PurePosixPath(file).parent / part), style)
        for part, users in groups.items()
        if users
    )
    return "\n\n".join(map(finish, sections))


def _added(users: Sequence[ExportedUser], file: str, style: Style) -> list[str]:
    title = f"Added {counted(len(users), 'user')} to {printable(file)}:"
    width, user_width = columns(
        (name_cell(one.name) for one in users), (user_cell(one.smtp_user_name) for one in users)
    )
    symbol, role = SYMBOLS["create"]
    lines = hanging("", wrapped(title, style.room))
    for one in users:
        identity = [pad(name_cell(one.name), width), pad(user_cell(one.smtp_user_name), user_width)]
        limits = (
            f"total_limit {words(one.settings.total_limit)}",
            f"hourly_limit {words(one.settings.hourly_limit)}",
        )
        status = "" if one.settings.status == "Enable" else one.settings.status
        lines += entry_lines(style, symbol, role, identity, [*limits, status])
    return lines


def written_text(layout: Layout, folder: str, main: str, style: Style) -> str:
    """Return which files were written into `folder`, the main one of them called `main`, and what is in each."""
    files = {main: layout.main, **dict(sorted(layout.parts.items()))}
    shown = {printable(str(PurePosixPath(folder) / name)): users for name, users in files.items()}
    width = max(map(cells, shown))
    lines = ["Wrote:"]
    for number, (name, users) in enumerate(shown.items()):
        holds = ["the account"] if number == 0 else []
        if number == 0 and layout.profiles:
            holds.append(counted(len(layout.profiles), "profile"))
        holds += [counted(len(users), "user")] if users or not layout.parts else []
        lines += flowed(
            [f"  {style.paint('strong', pad(name, width))}", ", ".join(holds)],
            [2 + max(width, cells(name)), cells(", ".join(holds))],
            style.room,
            " " * 4,
        )
    return finish(lines)


def left_out_lines(export: Export, file: str, settings: Sequence[str], *, update: bool = False) -> list[str]:
    """Return what is not in an export, or is although the main `file` leaves it alone; `settings` are its keys."""
    lines = []
    if export.retired:
        lines.append(f"left out: {counted(export.retired, 'retired user')}, which no entry wants any more")
    if export.spared and update:
        lines.append(f"left out: {counted(export.spared, 'user')} that `unmanaged` in {file} leaves alone")
    elif export.spared:
        lines.append(f"in it, though `unmanaged` in {file} leaves them alone: {counted(export.spared, 'user')}")
    if export.without_user:
        entries = "1 entry" if len(export.without_user) == 1 else f"{len(export.without_user):,} entries"
        lines.append(f"left out: {entries} without a user in the account: {_few(export.without_user)}")
    if settings:
        lines.append(f"left out: {', '.join(f'`{key}`' for key in settings)} of {file}, which you may want to copy")
    return lines


def lacking_faults(entries: Sequence[str], alike: Sequence[tuple[str, ExportedUser]]) -> tuple[Fault, ...]:
    """Return what a person has to decide: which of `entries` is which user.

    `alike` are pairs that may belong together. Nothing is bound on a guess.
    """
    if not entries:
        return ()
    have = "1 entry has" if len(entries) == 1 else f"{len(entries):,} entries have"
    whole = Fault(
        f"{have} neither a pin nor a user: {_few(entries)}",
        "where an added user is really one of these, move its `smtp_user_name` to that entry and delete the added "
        "one; `sarv-sync apply` makes a new user for an entry that stays without",
    )
    return (whole, *(_pair(name, user) for name, user in alike))


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:_FEW]) + (f" and {len(names) - _FEW:,} more" if len(names) > _FEW else "")


def _pair(name: str, user: ExportedUser) -> Fault:
    values = user.settings
    return Fault(
        f"{name} may be {user.smtp_user_name}: of what is left, these two alone have total_limit "
        f"{values.total_limit}, hourly_limit {values.hourly_limit} and {values.status}"
    )

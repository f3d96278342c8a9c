"""What an export did to a file, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import Fault
from sarv_sync.model.visible import printable
from sarv_sync.reporting.layout import finish, hanging, pad, wrapped
from sarv_sync.reporting.text_parts import SYMBOLS, columns, entry_lines, name_cell, user_cell
from sarv_sync.reporting.wording import counted, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.export import ExportedUser
    from sarv_sync.reporting.style import Style

_FEW = 10


def added_text(users: Sequence[ExportedUser], file: str, style: Style) -> str:
    """Return which users were added to `file`, each with its values."""
    if not users:
        nothing = f"Nothing to add to {printable(file)}: the files know every user that can be exported."
        return finish(wrapped(nothing, style.room))
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
    return finish(lines)


def lacking_faults(entries: Sequence[str], alike: Sequence[tuple[str, ExportedUser]]) -> tuple[Fault, ...]:
    """Return what a person has to decide: which of `entries` is which user.

    `alike` are pairs that may belong together. Nothing is bound on a guess.
    """
    if not entries:
        return ()
    few = ", ".join(entries[:_FEW]) + (f" and {len(entries) - _FEW:,} more" if len(entries) > _FEW else "")
    have = "1 entry has" if len(entries) == 1 else f"{len(entries):,} entries have"
    whole = Fault(
        f"{have} neither a pin nor a user: {few}",
        "where an added user is really one of these, move its `smtp_user_name` to that entry and delete the added "
        "one; `sarv-sync apply` makes a new user for an entry that stays without",
    )
    return (whole, *(_pair(name, user) for name, user in alike))


def _pair(name: str, user: ExportedUser) -> Fault:
    values = user.settings
    return Fault(
        f"{name} may be {user.smtp_user_name}: of what is left, these two alone have total_limit "
        f"{values.total_limit}, hourly_limit {values.hourly_limit} and {values.status}"
    )

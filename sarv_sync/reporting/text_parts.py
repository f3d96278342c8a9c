"""What plans, drift reports and outcomes have in common as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.visible import printable
from sarv_sync.reporting.extent import EVERY_CHANGE
from sarv_sync.reporting.layout import ELLIPSIS, cells, cut, flowed, hanging, pad, wrapped
from sarv_sync.reporting.similar import blocked_likeness, refusal_likeness, similar
from sarv_sync.reporting.unmanaged import advice, new_first, new_in, new_words
from sarv_sync.reporting.wording import counted, place_of, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sarv_sync.model.account import Account
    from sarv_sync.model.plan import Action, Blocked, Refusal, UnmanagedUser
    from sarv_sync.reporting.extent import Extent
    from sarv_sync.reporting.style import Role, Style

SYMBOLS: dict[Action, tuple[str, Role]] = {
    "create": ("+", "add"),
    "adopt": ("=", "keep"),
    "rename": ("=", "keep"),
    "update": ("~", "change"),
    "disable": ("-", "remove"),
    "forget": ("-", "remove"),
    "rotate": ("*", "change"),
    "deliver": (">", "keep"),
}

NAME_MAX = 63
"""Cells. The longest name the files allow."""
USER_MAX = 40
"""Cells. The provider's own names take about ten; what is longer is shown with its middle cut out."""
ADDRESS_MAX = 300
"""Cells. Where a password goes takes less than a line, mostly."""
SHOWN_MAX = 10
"""How many entries of a list that calls for no decision are shown."""

WAYS_TO_APPLY = "`--full` shows everything"
"""How to see more of a plan that is about to be applied: there, the other flags are about what is done."""
WAYS_IN_PART = f"{WAYS_TO_APPLY}, and `--target NAME` what is about one user"
"""How to see more of a part of a saved plan, which no other format has."""
WAYS = f"{WAYS_TO_APPLY}, `--target NAME` what is about one user, and `--format json` has everything for programs"
"""How to see more of a plan or of drift."""

_NAME_COLUMN = 32
_USER_COLUMN = 20


def heading(style: Style, title: str, remark: str = "", role: Role = "strong") -> list[str]:
    """Return an empty line and a section's title, with its remark beside or below it."""
    remark_lines = wrapped(f"({remark})", style.room - 2) if remark else []
    if remark and cells(title) + 3 + cells(remark) <= style.room:
        return ["", f"{style.paint(role, title)} {style.paint('faint', remark_lines[0])}"]
    return ["", style.paint(role, title), *(style.paint("faint", f"  {line}") for line in remark_lines)]


def account_words(account: Account) -> str:
    """Return `owner 10042 at https://…`."""
    return f"owner {printable(account.owner_id)} at {printable(account.endpoint)}"


def name_cell(name: str) -> str:
    """Return a name, fit to be shown."""
    return cut(printable(name), NAME_MAX)


def user_cell(smtp_user_name: str | None) -> str:
    """Return a provider's name, fit to be shown; empty for None."""
    return "" if smtp_user_name is None else cut(printable(smtp_user_name), USER_MAX)


def address_cell(address: str) -> str:
    """Return where a password goes, fit to be shown and to be wrapped."""
    return cut(printable(address), ADDRESS_MAX)


def columns(names: Iterable[str], users: Iterable[str]) -> tuple[int, int]:
    """Return how wide the columns of names and users are; a cell that is longer pushes the rest of its line."""
    name_width = max(map(cells, names), default=0)
    user_width = max(map(cells, users), default=0)
    return min(name_width, _NAME_COLUMN), min(user_width, _USER_COLUMN)


def entry_lines(style: Style, symbol: str, role: Role, identity: Sequence[str], rest: Sequence[str]) -> list[str]:
    """Return one entry: a coloured symbol, padded `identity` cells, then `rest`, flowing over if need be."""
    first = [f"  {style.paint(role, symbol)} {style.paint('strong', identity[0])}", *identity[1:]]
    widths = [4 + cells(identity[0]), *map(cells, identity[1:])]
    parts = [part for part in rest if part]
    shown = [*first, *(style.paint("faint", part) for part in parts)]
    return flowed(shown, [*widths, *map(cells, parts)], style.room, " " * 6)


def message_lines(style: Style, symbol: str, message: str, hint: str | None) -> list[str]:
    """Return a message under its symbol, and its hint below."""
    lines = hanging("    ", wrapped(printable(message), style.room - 4))
    lines[0] = f"  {style.paint('trouble', symbol)} {lines[0][4:]}"
    return lines + hint_lines(style, hint, "      ")


def hint_lines(style: Style, hint: str | None, indent: str) -> list[str]:
    """Return `hint: …` under `indent`, nothing for None."""
    if not hint:
        return []
    first = f"{indent}hint: "
    lines = hanging(first, wrapped(printable(hint), style.room - len(first)))
    lines[0] = f"{indent}{style.paint('keep', 'hint:')} {lines[0][len(first) :]}"
    return lines


def blocked_lines(style: Style, blocked: Sequence[Blocked], extent: Extent = EVERY_CHANGE) -> list[str]:
    """Return what is left out, with hints. Names that only wait for a better listing share one entry."""
    if not blocked:
        return []
    waiting = [entry for entry in blocked if entry.reason == "listing"]
    alone = [entry for entry in blocked if entry.reason != "listing" or len(waiting) == 1]
    lines = heading(style, f"Blocked: {counted(len(blocked), 'name')} left out", role="trouble")
    for kind in similar(alone, blocked_likeness, extent.alike):
        for entry in kind.shown:
            lines += message_lines(style, "!", blocked_message(entry), entry.hint)
        lines += more_lines(kind.rest)
    if len(waiting) > 1:
        names = few(waiting, extent.few)
        message = f"{len(waiting):,} names wait for a listing that can be relied on: {names}"
        lines += message_lines(style, "!", message, waiting[0].hint)
    return lines


def more_lines(rest: str, indent: str = "    ") -> list[str]:
    """Return what is said of messages that are not shown, nothing where all are."""
    return [f"{indent}{ELLIPSIS} {rest}"] if rest else []


def blocked_message(entry: Blocked) -> str:
    """Return the message, with the name in front unless it is there."""
    return entry.message if entry.name in entry.message else f"{entry.name}: {entry.message}"


def few(entries: Sequence[Blocked], most: int | None = SHOWN_MAX) -> str:
    """Return the first names of a list that may be long."""
    names = ", ".join(entry.name for entry in entries[:most])
    more = len(entries[len(entries) if most is None else most :])
    return f"{names} and {more:,} more" if more else names


def refusal_lines(style: Style, refusals: Sequence[Refusal], extent: Extent = EVERY_CHANGE) -> list[str]:
    """Return why apply would do nothing."""
    if not refusals:
        return []
    lines = heading(style, "Refused: apply would do nothing at all", role="trouble")
    for kind in similar(refusals, refusal_likeness, extent.alike):
        for refusal in kind.shown:
            place = place_of(refusal.source)
            message = refusal.message if place is None else f"{place}: {refusal.message}"
            lines += message_lines(style, "!", message, refusal.hint)
        lines += more_lines(kind.rest)
    return lines


def unmanaged_lines(style: Style, users: Sequence[UnmanagedUser], extent: Extent = EVERY_CHANGE) -> list[str]:
    """Return the users that no entry owns, the new ones first, and a few of them if they are many."""
    if not users:
        return []
    ordered = new_first(users)
    shown = ordered[: extent.few]
    rest = ordered[len(shown) :]
    width = columns((), (user_cell(user.smtp_user_name) for user in shown))[1]
    title = f"Unmanaged: {counted(len(users), 'user')} of the account that no entry owns"
    lines = heading(style, title, new_words(users))
    for user in shown:
        limits = (f"total_limit {words(user.total_limit)}", f"hourly_limit {words(user.hourly_limit)}")
        identity = [pad(user_cell(user.smtp_user_name), width)]
        role: Role = "change" if user.new else "keep"
        lines += entry_lines(style, "?", role, identity, [*limits, user.status, "new" if user.new else ""])
    if rest:
        enabled = sum(1 for user in rest if user.status == "Enable")
        lines.append(f"  {ELLIPSIS} and {len(rest):,} more, {enabled:,} of them enabled{_new_of(rest)}")
    return lines + hint_lines(style, advice(user for user in users if user.new), "  ")


def _new_of(users: Sequence[UnmanagedUser]) -> str:
    return f", {new_in(users):,} new" if new_in(users) else ""


def limited_words(targets: Sequence[str]) -> str:
    """Return `, limited to a, b and 3 more`, nothing for a plan of everything."""
    return f", limited to {few_names(targets)}" if targets else ""


def few_names(names: Sequence[str]) -> str:
    """Return the first of `names`, and how many more there are."""
    more = f" and {len(names) - SHOWN_MAX:,} more" if len(names) > SHOWN_MAX else ""
    return f"{', '.join(map(printable, names[:SHOWN_MAX]))}{more}"


def not_all_lines(style: Style, ways: str) -> list[str]:
    """Return how to see what was summed up, which is one of the `ways` at the top."""
    return ["", *(style.paint("notice", line) for line in wrapped(f"Not all of it is shown: {ways}", style.room))]

"""What plans and drift reports have in common as GitHub flavoured Markdown, and how text is kept from being any.

Names, paths and values stand in code spans, where nothing means anything but a backtick, and in a table a pipe:
those two are written as escapes. Messages and hints are prose: every character that could mean something is an
entity, and a `<wbr>` parts what GitHub would still find in the rendered text (`@name`, `#1`, `://`, a commit's id).
That is an element which its sanitizer keeps and nobody sees; an empty comment would be taken out before GitHub looks.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from sarv_sync.model.visible import notation, printable
from sarv_sync.reporting.unmanaged import advice, new_first, new_words
from sarv_sync.reporting.wording import place_of, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sarv_sync.errors import Fault
    from sarv_sync.model.account import Account
    from sarv_sync.model.plan import Blocked, Refusal, UnmanagedUser
    from sarv_sync.reporting.rows import FieldRow

OPEN_MAX = 25
"""Rows. A longer table is folded."""

TARGETS_MAX = 10
"""Names. A plan that is limited to more says how many more."""

CODE_MAX = 300
PROSE_MAX = 1_000
"""Characters. What is longer is shown without its middle: no single text may push out everything else."""

_APART = "<wbr>"

_FORMULA = "<span>&#36;</span>"
"""A dollar that opens no formula, as GitHub's "Writing mathematical expressions" wants it; an entity besides."""

_SPECIAL = re.compile(
    r"[&<>\\`*\[\]|~$@#^]|(?<![a-z0-9])_|_(?![a-z0-9])|:(?! |$)|www\.|(?:gh|ghsa|cve)-(?=\w)|[0-9a-f]{7,}",
    re.IGNORECASE,
)
"""What means something within a line of Markdown, or to GitHub afterwards: formulas, emoji, addresses, references."""

_COMMIT_MIN = 7
"""Hexadecimal digits. GitHub takes that many for a commit."""

_LINK = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9/._~%?=&+,;:-]*)?")


def code(text: str) -> str:
    """Return `text` as a code span that is safe in a table's cell; nothing for nothing."""
    shown = in_code(text)
    return f"`{shown}`" if shown else ""


def in_code(text: str) -> str:
    """Return `text` as it may stand between backticks, or in a line of a fenced block."""
    return _no_formula(_middle_cut(printable(text), CODE_MAX).replace("`", r"\x60").replace("|", r"\x7c"))


def html_code(text: str) -> str:
    """Return `text` as an HTML code element, for lines that are no Markdown: `<summary>`."""
    return f"<code>{html.escape(in_code(text))}</code>"


def prose(text: str) -> str:
    """Return `text` as words that mean nothing to Markdown, but that paired backticks make code."""
    parts = _middle_cut(printable(text), PROSE_MAX).split("`")
    if len(parts) % 2 == 0:
        return _plain("`".join(parts))
    return "".join(code(part) if index % 2 else _plain(part) for index, part in enumerate(parts))


def link(words_: str, url: str | None) -> str:
    """Return our own `words_` as a link to `url`, or alone where `url` is not plainly one."""
    return f"[{words_}]({url})" if url and _LINK.fullmatch(url) else words_


def account_words(account: Account) -> str:
    """Return `owner `10042` at `https://…``."""
    return f"owner {code(account.owner_id)} at {code(account.endpoint)}"


def account_sentence(account: Account) -> str:
    """Return the account in words."""
    return f"Account of {account_words(account)}."


def target_lines(targets: Sequence[str]) -> list[str]:
    """Return what a plan was limited to, the first few names of it; nothing for a plan of everything."""
    if not targets:
        return []
    more = f" and {len(targets) - TARGETS_MAX:,} more" if len(targets) > TARGETS_MAX else ""
    return [f"Limited to {', '.join(map(code, targets[:TARGETS_MAX]))}{more}.", ""]


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table of cells that are Markdown already. A header that ends with `>` aligns its column right."""
    rule = ["---:" if title.endswith(">") else "---" for title in header]
    titles = [title.removesuffix(">") for title in header]
    return [f"| {' | '.join(cells)} |" for cells in (titles, rule, *rows)]


def section(title: str, body: Sequence[str], count: int) -> list[str]:
    """Return a headed section; one of more than 25 rows is folded under its title."""
    if count <= OPEN_MAX:
        return [f"#### {title}", "", *body, ""]
    return ["<details>", f"<summary><b>{title}</b></summary>", "", *body, "", "</details>", ""]


def changed_fields(fields: Iterable[FieldRow]) -> str:
    """Return each field's way from before to after, one below the other, as one cell."""
    return "<br>".join(_changed_field(field) for field in fields)


def unmanaged_section(users: Sequence[UnmanagedUser]) -> list[str]:
    """Return the users that no entry owns, the new ones first."""
    if not users:
        return []
    rows = [
        (code(user.smtp_user_name), words(user.total_limit), words(user.hourly_limit), _status(user))
        for user in new_first(users)
    ]
    body = table(("SMTP user", "Total limit>", "Hourly limit>", "Status"), rows)
    if told := advice(user for user in users if user.new):
        body += ["", f"{prose('To settle it: ' + told)}."]
    title = ", ".join(part for part in (f"Unmanaged: {len(users):,}", "owned by no entry", new_words(users)) if part)
    return section(title, body, len(users))


def _status(user: UnmanagedUser) -> str:
    return f"{prose(user.status)}, **new**" if user.new else prose(user.status)


def blocked_section(blocked: Sequence[Blocked]) -> list[str]:
    """Return what apply leaves out."""
    if not blocked:
        return []
    rows = [(code(entry.name), prose(entry.message), prose(entry.hint)) for entry in blocked]
    body = table(("Name", "What is wrong", "What to do"), rows)
    return section(f"Blocked: {len(blocked):,}, left out", body, len(blocked))


def refused_section(refusals: Sequence[Refusal]) -> list[str]:
    """Return why apply would do nothing."""
    if not refusals:
        return []
    rows = [(prose(entry.message), prose(entry.hint), code(place_of(entry.source) or "")) for entry in refusals]
    placed = any(entry.source is not None for entry in refusals)
    header = ("Why", "What to do", "Where") if placed else ("Why", "What to do")
    body = table(header, [row[: len(header)] for row in rows])
    return section("Refused: apply would do none of this", body, len(rows))


def _changed_field(field: FieldRow) -> str:
    before = "" if field.before is None else f"{prose(field.before)} → "
    raised = f" **{field.raised}**" if field.raised else ""
    note = f" ({field.note})" if field.note else ""
    return f"{code(field.field)} {before}{prose(field.after)}{raised}{note}"


def _plain(text: str) -> str:
    return _SPECIAL.sub(_harmless, text)


def _harmless(match: re.Match[str]) -> str:
    found = match[0]
    if found == "$":
        return _FORMULA
    if found in "@#:":
        return found + _APART
    if found[-1] in ".-":  # www. and gh-
        return f"{found[:-1]}{_APART}{found[-1]}"
    if len(found) == 1:
        return f"&#{ord(found)};"
    step = _COMMIT_MIN - 1
    return _APART.join(found[start : start + step] for start in range(0, len(found), step))


def _no_formula(shown: str) -> str:
    """Return `shown` without a dollar at either end, since a dollar beside a backtick opens or ends a formula."""
    return re.sub(r"^\$|\$$", notation("$").replace("\\", r"\\"), shown)


def _middle_cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    tail = most // 3
    return f"{text[: most - tail - 1]}…{text[-tail:]}"


def warnings_section(warnings: Sequence[Fault]) -> list[str]:
    """Return the section on what a reviewer should know besides."""
    if not warnings:
        return []
    return section(f"Warnings: {len(warnings):,}", faults_table(warnings), len(warnings))


def faults_table(faults: Sequence[Fault]) -> list[str]:
    """Return errors or warnings: what is wrong, what to do, and `file:line:column`."""
    rows = [(prose(fault.message), prose(fault.hint or ""), code(_position(fault))) for fault in faults]
    return table(("What", "What to do", "Where"), rows)


def _position(fault: Fault) -> str:
    return ":".join(str(part) for part in (fault.file, fault.line, fault.column) if part is not None)

"""Whole files for the users of an account, as a person might have written them."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from sarv_sync.config.writing import block_entry, flow_entry, inline, quoted, word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from sarv_sync.model.account import Account
    from sarv_sync.model.export import ExportedUser, Layout

_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9._~:/-]*[A-Za-z0-9_~/-]")
_PLAIN_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_./*-]*\.ya?ml")
_WIDTH = 100
"""Columns. An entry that takes more on one line is written over several."""

_TOP = """\
# The SMTP users of one account; `smtp_user_name` says which user of it each entry is. `sarv-sync plan` shows what
# would change, `sarv-sync apply` changes it. The token never goes into a file: set SARV_TOKEN or SARV_TOKEN_FILE.
"""
_INCLUDED = "#/$defs/included"


def texts(account: Account, layout: Layout, main: str, include: Sequence[str], schema: str | None) -> dict[str, str]:
    """Return the text of each file, by its path from the folder of the one that is called `main`.

    `include` is how that one names the others, `schema` the path of the configuration's schema, None if there is
    none.
    """
    made = {
        path: _header(path, schema, _INCLUDED) + _users(users, layout) for path, users in sorted(layout.parts.items())
    }
    return {main: _main_text(account, layout, include, _header(main, schema, ""))} | made


def _main_text(account: Account, layout: Layout, include: Sequence[str], header: str) -> str:
    endpoint = account.endpoint if _PLAIN_URL.fullmatch(account.endpoint) else quoted(account.endpoint)
    sections = [
        f"{header}{_TOP}version: 1\n",
        f"account:\n  endpoint: {endpoint}\n  owner_id: {quoted(account.owner_id)}\n",
    ]
    if include:
        sections.append(f"include: [{', '.join(map(_path, include))}]\n")
    if layout.defaults.said():
        sections.append(f"defaults: {inline(layout.defaults.said())}\n")
    if layout.profiles:
        sections.append("profiles:\n" + "".join(_profiles(layout)))
    if layout.main or not include:
        sections.append(_users(layout.main, layout))
    return "\n".join(sections)


def _profiles(layout: Layout) -> Iterator[str]:
    users = {user.profile: user for part in (layout.main, *layout.parts.values()) for user in part}
    for profile in layout.profiles:
        yield f"  {word(profile.name)}: {inline(profile.values.said())}{_note(users[profile])}\n"


def _path(text: str) -> str:
    return text if _PLAIN_PATH.fullmatch(text) else quoted(text)


def _header(path: str, schema: str | None, fragment: str) -> str:
    if schema is None:
        return ""
    way = os.path.relpath(schema, os.path.dirname(path) or ".")  # noqa: PTH120 - a pure path cannot go up
    return f"# yaml-language-server: $schema={way if way.startswith('.') else f'./{way}'}{fragment}\n"


def _users(users: Iterable[ExportedUser], layout: Layout) -> str:
    defaults, short = layout.defaults.said(), bool(layout.profiles or layout.defaults.said())
    lines = [line for user in users for line in _entry(user, defaults, short=short)]
    return "".join(f"{line}\n" for line in ("users:", *lines)) if lines else "users: {}\n"


def _entry(user: ExportedUser, defaults: Mapping[str, Any], *, short: bool) -> list[str]:
    """Return the lines of an entry: one, if `short` ones are wanted and it has little to say."""
    line, note = f"  {flow_entry(user, defaults)}", "" if user.profile else _note(user)
    if short and len(line) <= _WIDTH and user.remarks.description is None:
        return [line + note]
    first, *rest = block_entry(user, defaults, 2, 2)
    return [first + note, *rest]


def _note(user: ExportedUser) -> str:
    """Return a comment on what the account has and no file can say, so that nobody takes the value for it."""
    odd = [f"{field} {user.settings.get(field)}" for field in user.odd_limits()]
    return f"  # the account has {' and '.join(odd)}" if odd else ""

"""Putting entries into the text of a main file, so that every other byte of it stays as it is.

::

    the file has                 the entries go
    --------------------------   --------------------------------------------------------------------------
    `users:` with entries        below the last one and the comments that are indented like it, in its style
    `users:`, empty or null      below it; the word `null` makes room
    `users: {…}`                 before the closing brace, behind the last entry
    `users: *alias`              nowhere: what else the alias stands for must not change
    no `users:`                  at its end, under a `users:` of their own
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.config import writing
from sarv_sync.config.disk import unix_lines
from sarv_sync.config.outline import outline
from sarv_sync.config.text_edits import BOM, Edit, applied, begins_line, below
from sarv_sync.errors import Refused
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sarv_sync.config.outline import Node
    from sarv_sync.model.export import ExportedUser

_STEP = 2


@dataclass(frozen=True, slots=True)
class Addition:
    """The users to be added, and what the file's `defaults` give them."""

    users: Sequence[ExportedUser]
    defaults: Mapping[str, Any]

    def blocks(self, indent: int, step: int) -> list[str]:
        """Return the lines of all entries, each entry over several."""
        return [line for user in self.users for line in writing.block_entry(user, self.defaults, indent, step)]

    def flows(self, indent: int, *, json: bool = False) -> list[str]:
        """Return the lines of all entries, each entry on one."""
        entries = (writing.flow_entry(user, self.defaults, json=json) for user in self.users)
        return [" " * indent + entry for entry in entries]


def insert(content: bytes, addition: Addition) -> bytes:
    """Return `content`, a main file without errors, with users added. Raises `Refused` where they have no place."""
    text = unix_lines(content.removeprefix(BOM).decode("utf-8"))
    return applied(content, _edits(text, outline(text), addition))


def _edits(text: str, root: Node, addition: Addition) -> list[Edit]:
    """Return what is to be done, from top to bottom."""
    users = root.entries.get("users")
    edit = _edit(text, root, users, addition)
    if users is not None and text[users.start : users.end] in {"~", "null", "Null", "NULL"}:
        return [Edit(len(text[: users.start].rstrip(" \t")), users.end, ""), edit]
    return [edit]


def _edit(text: str, root: Node, users: Node | None, addition: Addition) -> Edit:
    if root.flow:
        return _into_flow_root(text, root, users, addition)
    if users is None:
        inside = addition.blocks(root.column + _STEP, _STEP)
        return below(text, root.end, root.column, [f"{' ' * root.column}users:", *inside])
    if users.is_alias:
        raise Refused(
            "`users` is an alias, so no entry can be added to it alone",
            "write the entries out in place of the alias; `sarv-sync export` prints those of the account",
        )
    if not users.is_mapping:
        return below(text, users.end, root.column + 1, addition.blocks(root.column + _STEP, _STEP))
    if users.flow:
        return _into_flow(users, addition.flows(root.column + _STEP))
    return _into_block(text, root, users, addition)


def _into_block(text: str, root: Node, users: Node, addition: Addition) -> Edit:
    last, column = users.last, users.column
    flow = last is not None and last.flow
    lines = addition.flows(column) if flow else addition.blocks(column, max(column - root.column, _STEP))
    return below(text, users.end, column, lines)


def _into_flow_root(text: str, root: Node, users: Node | None, addition: Addition) -> Edit:
    column = root.column if begins_line(text, root.first_key) else _STEP
    if users is not None and users.is_mapping:
        inner = users.column if users.entries and begins_line(text, users.first_key) else column + _STEP
        return _into_flow(users, addition.flows(inner, json=True))
    if users is not None:
        raise Refused("`users` holds no mapping that entries could be added to", "write `{}` after it")
    entries = ",\n".join(addition.flows(column + _STEP, json=True))
    return Edit(root.inside_end, root.inside_end, f',\n{" " * column}"users": {{\n{entries}}}')


def _into_flow(users: Node, lines: list[str]) -> Edit:
    """Add one-line entries behind the last one: a comma that follows it goes on being the last."""
    if not users.entries:
        return Edit(users.inside, users.inside, "\n" + ",\n".join(lines))
    at = users.inside_end
    return Edit(at, at, ",\n" + ",\n".join(lines))

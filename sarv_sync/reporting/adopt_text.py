"""What became of the wish that an entry adopts a user, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.visible import printable
from sarv_sync.reporting.field_text import change_lines
from sarv_sync.reporting.layout import finish, wrapped
from sarv_sync.reporting.rows import field_rows
from sarv_sync.reporting.text_parts import SYMBOLS, entry_lines, name_cell, user_cell
from sarv_sync.reporting.wording import place_of

if TYPE_CHECKING:
    from sarv_sync.model.adoption import Adoption
    from sarv_sync.model.plan import Change
    from sarv_sync.reporting.style import Style

_NEXT = "Nothing has changed in the account yet. Next: `sarv-sync plan` shows this, `sarv-sync apply` does it."


def adopt_text(adoption: Adoption, style: Style) -> str:
    """Return what was written, and what the next plan does about it, without a final newline."""
    lines = [style.paint("strong", line) for line in wrapped(_title(adoption), style.room)]
    if adoption.change is not None:
        lines += _change_lines(adoption.change, style)
        lines += ["", *(style.paint("faint", line) for line in wrapped(_NEXT, style.room))]
    return finish(lines)


def _title(adoption: Adoption) -> str:
    name, user, place = name_cell(adoption.name), user_cell(adoption.smtp_user_name), _place(adoption)
    if adoption.standing == "bound":
        return f"Nothing to write: {user} is the user of {name} already, and needs no pin."
    if adoption.standing == "new":
        return f"Written to {place}: {name} adopts {user}"
    done = "" if adoption.change is not None else ", and has adopted it"
    return f"Nothing to write: {name} pins {user} already ({place}){done}."


def _place(adoption: Adoption) -> str:
    return printable(place_of(adoption.source) or "")


def _change_lines(change: Change, style: Style) -> list[str]:
    symbol, role = SYMBOLS[change.action]
    identity = [name_cell(change.name), user_cell(change.smtp_user_name)]
    same = "" if change.fields else "keeps its values: they are what the files want"
    return entry_lines(style, symbol, role, identity, [same]) + change_lines(field_rows(change.fields), style)

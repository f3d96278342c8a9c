"""A plan's changes of one action as a table of GitHub flavoured Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.reporting.deliveries import PLACES_MAX, STILL_TO_BE_MADE, places_of
from sarv_sync.reporting.markdown_parts import OPEN_MAX, changed_fields, code, prose, section, table

if TYPE_CHECKING:
    from sarv_sync.reporting.rows import ChangeRow, Group


def group_section(group: Group) -> list[str]:
    """Return all changes of one action: values for users still to be made, before → after for the others."""
    title = f"{group.title} ({group.remark})" if group.remark else group.title
    special = {"create": _new_users, "deliver": _deliveries}
    body = special.get(group.action, _changes)(group)
    return section(title, body, len(group.rows))


def _new_users(group: Group) -> list[str]:
    header = ("Name", "Total limit>", "Hourly limit>", "Status", "From")
    rows = [(_name(row), *_values(row), _place(row)) for row in group.rows]
    return table(header, rows)


def _values(row: ChangeRow) -> tuple[str, str, str]:
    after = {field.field: prose(field.after) for field in row.fields}
    return after.get("total_limit", ""), after.get("hourly_limit", ""), after.get("status", "")


def _changes(group: Group) -> list[str]:
    with_fields = any(row.fields for row in group.rows)
    header = ("Name", "SMTP user", *(["Change"] if with_fields else []), "From")
    rows = [
        (
            _name(row),
            code(row.smtp_user_name or ""),
            *([changed_fields(row.fields)] if with_fields else []),
            _place(row),
        )
        for row in group.rows
    ]
    return table(header, rows)


def _deliveries(group: Group) -> list[str]:
    """Return where each password goes; where they are many, first the places themselves."""
    rows = [
        (_name(row), code(row.smtp_user_name or "") or STILL_TO_BE_MADE, "<br>".join(map(code, row.sinks)))
        for row in group.rows
    ]
    body = table(("Name", "SMTP user", "To"), rows)
    return body if len(rows) <= OPEN_MAX else [*_places(group), "", *body]


def _places(group: Group) -> list[str]:
    places = places_of(group.rows)
    rows = [(f"{count:,}", code(place)) for place, count in places[:PLACES_MAX]]
    if more := places[PLACES_MAX:]:
        rows.append((f"{sum(count for _, count in more):,}", f"{len(more):,} other places"))
    return table(("Passwords>", "To"), rows)


def _name(row: ChangeRow) -> str:
    return f"{code(row.name)}<br>{prose(row.note)}" if row.note else code(row.name)


def _place(row: ChangeRow) -> str:
    return code(row.place or "")

"""The applies that the state remembers, as parts of its document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from sarv_sync.model.plan import ACTIONS, FieldChange
from sarv_sync.model.state import ChangeEnd, PastChange, PastRun
from sarv_sync.model.users import FIELDS
from sarv_sync.state.layout import compact, quoted

if TYPE_CHECKING:
    from sarv_sync.state.fields import Reader

_ENDS: tuple[ChangeEnd, ...] = get_args(ChangeEnd)
_RUN_KEYS = ("id", "at", "by", "command", "commit", "digest")


def past_run_document(run: PastRun) -> dict[str, Any]:
    """Return one apply as the document has it; what is not known, or not so, is left out."""
    return {**_head(run), "changes": [_change(change) for change in run.changes]}


def past_run_text(run: PastRun) -> str:
    """Return `past_run_document` as JSON, sooner: an apply may have a hundred thousand changes."""
    changes = ", ".join(map(_change_text, run.changes))
    return f'{compact(_head(run))[:-1]}, "changes": [{changes}]}}'


def _head(run: PastRun) -> dict[str, Any]:
    head = {key: value for key in _RUN_KEYS if (value := getattr(run, key)) is not None}
    document = {**head, "finished": run.finished}
    if run.left_out:
        document["left_out"] = run.left_out
    return document


def read_past_run(row: Reader) -> PastRun:
    """Return one apply. Raises `Unreadable`."""
    run = PastRun(
        id=row.text("id"),
        at=row.text("at"),
        by=row.text("by"),
        command=row.text("command"),
        commit=row.optional_text("commit"),
        digest=row.text("digest"),
        changes=tuple(row.made_items("changes", PastChange, _read_change)),
        finished=row.optional_flag("finished") is True,
        left_out=row.optional_count("left_out") or 0,
    )
    row.nothing_else()
    return run


def _change(change: PastChange) -> dict[str, Any]:
    document: dict[str, Any] = {"name": change.name, "action": change.action, "end": change.end}
    if change.smtp_user_name is not None:
        document["smtp_user_name"] = change.smtp_user_name
    if change.was is not None:
        document["was"] = change.was
    if change.fields:
        document["fields"] = {one.field: {"before": one.before, "after": one.after} for one in change.fields}
    return document


def _change_text(change: PastChange) -> str:
    user = "" if change.smtp_user_name is None else f', "smtp_user_name": {quoted(change.smtp_user_name)}'
    was = "" if change.was is None else f', "was": {quoted(change.was)}'
    fields = f', "fields": {{{", ".join(map(_field_text, change.fields))}}}' if change.fields else ""
    known = f'"name": {quoted(change.name)}, "action": "{change.action}", "end": "{change.end}"'
    return f"{{{known}{user}{was}{fields}}}"


def _field_text(one: FieldChange) -> str:
    return f'"{one.field}": {{"before": {_value_text(one.before)}, "after": {_value_text(one.after)}}}'


def _value_text(value: int | str | None) -> str:
    if value is None:
        return "null"
    return quoted(value) if isinstance(value, str) else f"{value}"


def _read_change(row: Reader) -> PastChange:
    change = PastChange(
        row.text("name"),
        row.one_of("action", ACTIONS),
        row.optional_text("smtp_user_name"),
        row.one_of("end", _ENDS),
        _read_fields(row),
        row.optional_text("was"),
    )
    row.nothing_else()
    return change


def _read_fields(row: Reader) -> tuple[FieldChange, ...]:
    fields = row.optional_section("fields")
    if fields is None:
        return ()
    values = {field: fields.section(field) for field in FIELDS if field in fields.names()}
    fields.nothing_else()
    return tuple(_read_values(field, part) for field, part in values.items())


def _read_values(field: Any, part: Reader) -> FieldChange:
    after = part.value("after")
    change = FieldChange(field, part.value("before"), after if after is not None else part.text("after"))
    part.nothing_else()
    return change

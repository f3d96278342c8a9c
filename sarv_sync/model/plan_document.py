"""The plan as a JSON document, `sarv-sync-plan/1`: written by `plan --out`, read back by `apply` and `show`.

The document holds no secret and no timestamp, and the order of its keys is fixed, so that the same plan gives the
same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from sarv_sync.errors import Fault, InputError
from sarv_sync.model.account import Account
from sarv_sync.model.json_file import read_json
from sarv_sync.model.plan import Blocked, Change, Drift, FieldChange, Plan, Refusal, UnmanagedUser
from sarv_sync.model.plan_checks import PLAN_FORMAT, check_document
from sarv_sync.model.users import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

Document = dict[str, Any]
T = TypeVar("T")


def to_document(plan: Plan, tool_version: str) -> Document:
    """Return `plan` as a JSON value, its keys in the published order."""
    streamed = streamed_document(plan, tool_version)
    return {key: list(value) if isinstance(value, Iterator) else value for key, value in streamed.items()}


def streamed_document(plan: Plan, tool_version: str) -> Document:
    """Return what `to_document` does, but with iterators for the lists that may be long: each entry is made when it
    is taken, and none is kept."""
    return {
        "format": PLAN_FORMAT,
        "tool_version": tool_version,
        "digest": plan.digest,
        "account": account_document(plan.account),
        "summary": plan.summary(),
        "changes": map(change_document, plan.changes),
        "drift": _each(drift_document, plan.drift),
        "unmanaged": _each(unmanaged_document, plan.unmanaged),
        "blocked": _each(blocked_document, plan.blocked),
        "warnings": map(fault_document, plan.warnings),
        "refused": _each(refused_document, plan.refusals),
        "targets": list(plan.targets),
    }


def _each(documents: Callable[[Iterable[T]], list[Document]], entries: Iterable[T]) -> Iterator[Document]:
    return (document for entry in entries for document in documents((entry,)))


def account_document(account: Account) -> Document:
    """Return the `account` part. It takes part in the digest."""
    return {"endpoint": account.endpoint, "owner_id": account.owner_id}


def changes_document(changes: Iterable[Change]) -> list[Document]:
    """Return the `changes` part, in the order given. It takes part in the digest."""
    return [change_document(change) for change in changes]


def drift_document(drift: Iterable[Drift]) -> list[Document]:
    """Return the `drift` part; a field's `before` is what was last applied, its `after` what the account has."""
    return [
        {
            "name": entry.name,
            "smtp_user_name": entry.smtp_user_name,
            "kind": entry.kind,
            "fields": _fields_document(entry.fields),
        }
        for entry in drift
    ]


def unmanaged_document(users: Iterable[UnmanagedUser]) -> list[Document]:
    """Return the `unmanaged` part."""
    return [
        {
            "smtp_user_name": user.smtp_user_name,
            "total_limit": user.total_limit,
            "hourly_limit": user.hourly_limit,
            "status": user.status,
            **({"new": True} if user.new else {}),
        }
        for user in users
    ]


def blocked_document(blocked: Iterable[Blocked]) -> list[Document]:
    """Return the `blocked` part."""
    return [
        {"name": entry.name, "reason": entry.reason, "message": entry.message, "hint": entry.hint}
        for entry in blocked
    ]


def refused_document(refusals: Iterable[Refusal]) -> list[Document]:
    """Return the `refused` part."""
    return [
        {
            "reason": entry.reason,
            "message": entry.message,
            "hint": entry.hint,
            **({} if entry.source is None else {"source": _source_document(entry.source)}),
        }
        for entry in refusals
    ]


def fault_document(fault: Fault) -> Document:
    """Return a warning or an error; absent parts are null, the excerpt is left out."""
    return {
        "message": fault.message,
        "hint": fault.hint,
        "file": fault.file,
        "line": fault.line,
        "column": fault.column,
    }


def from_document(document: object) -> Plan:
    """Return the plan that `document`, a parsed JSON value, describes.

    A source's column is not in the document and reads as 1. Raises `InputError` if the document does not follow
    `schemas/plan.schema.json`, or contradicts itself.
    """
    checked = check_document(document)
    return Plan(
        account=Account(checked["account"]["endpoint"], checked["account"]["owner_id"]),
        digest=checked["digest"],
        changes=tuple(_change(entry) for entry in checked["changes"]),
        drift=tuple(
            Drift(entry["name"], entry["smtp_user_name"], entry["kind"], _fields(entry["fields"]))
            for entry in checked["drift"]
        ),
        unmanaged=tuple(UnmanagedUser(**entry, unsettled=entry.get("new", False)) for entry in checked["unmanaged"]),
        blocked=tuple(Blocked(**entry) for entry in checked["blocked"]),
        refusals=tuple(_refusal(entry) for entry in checked["refused"]),
        warnings=tuple(Fault(**entry) for entry in checked["warnings"]),
        unchanged=checked["summary"]["unchanged"],
        targets=tuple(checked["targets"]),
    )


def load_plan(path: Path | str) -> Plan:
    """Return the plan saved in the file `path`; raise `InputError` if it cannot be read or is not a plan."""
    document = read_json(path)
    try:
        return from_document(document)
    except InputError as error:
        faults = tuple(Fault(fault.message, fault.hint, str(path)) for fault in error.faults)
        raise InputError(error.message, error.hint, faults=faults) from None


def change_document(change: Change) -> Document:
    """Return one entry of the `changes` part."""
    document: Document = {
        "name": change.name,
        "action": change.action,
        "smtp_user_name": change.smtp_user_name,
        "cause": change.cause,
        "reversible": change.reversible,
        "fields": _fields_document(change.fields),
        "source": None if change.source is None else _source_document(change.source),
    }
    if change.renamed_from is not None:
        document["renamed_from"] = change.renamed_from
    if change.sinks:
        document["sinks"] = list(change.sinks)
    if change.forms:
        document["forms"] = list(change.forms)
    if change.why is not None:
        document["why"] = change.why
    if change.former is not None:
        document["former"] = change.former
    return document


def _source_document(source: Source) -> Document:
    return {"file": source.file, "line": source.line}


def _change(entry: Document) -> Change:
    return Change(
        name=entry["name"],
        action=entry["action"],
        smtp_user_name=entry["smtp_user_name"],
        cause=entry["cause"],
        fields=_fields(entry["fields"]),
        source=_source(entry["source"]),
        renamed_from=entry.get("renamed_from"),
        sinks=tuple(entry.get("sinks", ())),
        forms=tuple(entry.get("forms", ())),
        why=entry.get("why"),
        former=entry.get("former"),
    )


def _refusal(entry: Document) -> Refusal:
    return Refusal(entry["reason"], entry["message"], entry["hint"], _source(entry.get("source")))


def _source(entry: Document | None) -> Source | None:
    return None if entry is None else Source(entry["file"], entry["line"], 1)


def _fields_document(fields: Iterable[FieldChange]) -> list[Document]:
    return [{"field": entry.field, "before": entry.before, "after": entry.after} for entry in fields]


def _fields(entries: Iterable[Document]) -> tuple[FieldChange, ...]:
    return tuple(FieldChange(**entry) for entry in entries)

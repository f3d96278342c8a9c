"""A name's user as a part of the document, and back."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sarv_sync.model.state import NO_RECORD, Binding, Delivery, PasswordRecord, Rotating
from sarv_sync.model.users import Settings
from sarv_sync.state.layout import compact, quoted

if TYPE_CHECKING:
    from sarv_sync.state.fields import Reader

_ROTATING_KEYS = ("at", "before", "version", "turn")


def binding_document(binding: Binding) -> dict[str, Any]:
    """Return a name's user as the document has it; what is not known, or not so, is left out."""
    values = binding.applied
    document: dict[str, Any] = {
        "smtp_user_name": binding.smtp_user_name,
        "total_limit": values.total_limit,
        "hourly_limit": values.hourly_limit,
        "status": values.status,
    }
    if binding.renamed_from is not None:
        document["renamed_from"] = binding.renamed_from
    if _is_known(binding.password):
        document["password"] = _record(binding.password)
    if binding.removed_at is not None:
        document["removed_at"] = binding.removed_at
    if binding.recycled_from is not None:
        document["recycled_from"] = binding.recycled_from
    return document


def binding_text(binding: Binding) -> str:
    """Return `binding_document` as JSON, sooner: there may be a hundred thousand of them."""
    values = binding.applied
    text = (
        f'{{"smtp_user_name": {quoted(binding.smtp_user_name)}, "total_limit": {values.total_limit}, '
        f'"hourly_limit": {values.hourly_limit}, "status": "{values.status}"'
    )
    if binding.renamed_from is not None:
        text += f', "renamed_from": {quoted(binding.renamed_from)}'
    if _is_known(binding.password):
        text += f', "password": {_record_text(binding.password)}'
    if binding.removed_at is not None:
        text += f', "removed_at": {quoted(binding.removed_at)}'
    if binding.recycled_from is not None:
        text += f', "recycled_from": {quoted(binding.recycled_from)}'
    return text + "}"


def _is_known(record: PasswordRecord) -> bool:
    return record is not NO_RECORD and record != NO_RECORD


def _record_text(record: PasswordRecord) -> str:
    # Where nothing was delivered, there is little to say, and the same of all that were made together.
    return compact(_record(record)) if record.deliveries else _shared_text(record)


@lru_cache(maxsize=64)
def _shared_text(record: PasswordRecord) -> str:
    return compact(_record(record))


def read_binding(row: Reader) -> Binding:
    """Return a name's user. Raises `Unreadable`."""
    settings = Settings(row.count("total_limit"), row.count("hourly_limit"), row.status("status"))
    record = row.optional_section("password")
    binding = Binding(
        row.text("smtp_user_name"),
        settings,
        row.optional_text("renamed_from"),
        NO_RECORD if record is None else _read_record(record),
        row.optional_text("removed_at"),
        row.optional_text("recycled_from"),
    )
    row.nothing_else()
    return binding


def _record(record: PasswordRecord) -> dict[str, Any]:
    rotating = None if record.rotating is None else {key: getattr(record.rotating, key) for key in _ROTATING_KEYS}
    deliveries = {one.address: {"form": one.form, "verifier": one.verifier} for one in record.deliveries}
    parts = {
        "since": record.since,
        "version": record.version,
        "rotating": rotating,
        "former": record.former,
        "turn": record.turn or None,
        "left": record.left,
        "last": record.last,
        "deliveries": deliveries or None,
    }
    return {key: value for key, value in parts.items() if value is not None}


def _read_record(row: Reader) -> PasswordRecord:
    record = PasswordRecord(
        since=row.optional_text("since"),
        version=row.optional_count("version"),
        deliveries=_read_deliveries(row),
        rotating=None if (rotating := row.optional_section("rotating")) is None else _read_rotating(rotating),
        former=row.optional_text("former"),
        turn=row.optional_count("turn") or 0,
        left=row.optional_text("left"),
        last=row.optional_text("last"),
    )
    row.nothing_else()
    return record


def _read_deliveries(row: Reader) -> tuple[Delivery, ...]:
    if row.optional_section("deliveries") is None:
        return ()
    found = []
    for address, delivery in row.rows("deliveries"):
        found.append(Delivery(address, delivery.text("form"), delivery.optional_text("verifier")))
        delivery.nothing_else()
    return tuple(sorted(found, key=lambda one: one.address))


def _read_rotating(row: Reader) -> Rotating:
    rotating = Rotating(row.text("at"), row.text("before"), row.count("version"), row.count("turn"))
    row.nothing_else()
    return rotating

"""What is written down of a password, step by step."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.state import Delivery, PasswordRecord

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.model.evidence import Evidence, Target
    from sarv_sync.model.state import Rotating
    from sarv_sync.model.users import DesiredUser


def born(entry: DesiredUser | None, smtp_user_name: str, evidence: Evidence, turn: int = 0) -> PasswordRecord:
    """Return the record of a user that is the entry's from now on: its password is owed to every target."""
    if entry is None:
        return PasswordRecord()
    version = entry.password.version if entry.password.version > 1 else None
    return PasswordRecord(evidence.moment, version, evidence.owed(entry, smtp_user_name), turn=turn)


def about_to_change(record: PasswordRecord, rotating: Rotating) -> PasswordRecord:
    """Return the record of a password that is about to be changed."""
    return replace(record, rotating=rotating)


def owing(record: PasswordRecord, targets: Iterable[Target]) -> PasswordRecord:
    """Return the record of a password that has yet to reach `targets`, among others."""
    return _with(record, (Delivery(target.address, target.form) for target in targets))


def arrived(record: PasswordRecord, targets: Iterable[Target], verifier: str) -> PasswordRecord:
    """Return the record of a password that has reached `targets`."""
    return _with(record, (Delivery(target.address, target.form, verifier) for target in targets))


def only_at(record: PasswordRecord, addresses: frozenset[str]) -> PasswordRecord:
    """Return the record without targets that nobody wants to be served any more."""
    kept = tuple(delivery for delivery in record.deliveries if delivery.address in addresses)
    return record if len(kept) == len(record.deliveries) else replace(record, deliveries=kept)


def served(record: PasswordRecord, moment: str | None) -> PasswordRecord:
    """Return the record of a user whose place another has taken; `moment` is None if it was disabled all the time."""
    last = next((delivery.verifier for delivery in record.deliveries if delivery.verifier), record.last)
    return replace(record, deliveries=(), left=record.left or moment, last=last)


def _with(record: PasswordRecord, fresh: Iterable[Delivery]) -> PasswordRecord:
    known = {delivery.address: delivery for delivery in record.deliveries}
    known.update({delivery.address: delivery for delivery in fresh})
    return replace(record, deliveries=tuple(known[address] for address in sorted(known)))

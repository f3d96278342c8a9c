"""A listing of the account without its secrets, `sarv-sync-snapshot/1`: written by `snapshot`, read by `plan`.

It holds what the planner looks at and nothing else: no password, no token, nothing of the listing that was not
understood. The order of its keys and lists is fixed, so that the same account gives the same bytes but for the time.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import Fault, InputError
from sarv_sync.model.account import Account
from sarv_sync.model.canonical import canonical
from sarv_sync.model.document_checks import Kind
from sarv_sync.model.json_file import parse_json, read_json
from sarv_sync.model.secret import Secret
from sarv_sync.model.users import Listing, ObservedUser, RowFault, Settings
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from pathlib import Path

SNAPSHOT_FORMAT = "sarv-sync-snapshot/1"
ALGORITHM = "ed25519"

_HINT = "take the snapshot again with `sarv-sync snapshot`"
_SNAPSHOT = Kind("snapshot", SNAPSHOT_FORMAT, _HINT)
_DOMAIN = f"{SNAPSHOT_FORMAT}\n".encode()
_UNSIGNED = frozenset({"serial", "signature"})
_UNKNOWN = Secret("")
_TIME = "%Y-%m-%dT%H:%M:%SZ"

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Signature:
    """An Ed25519 signature, and the public key that is said to prove it; both in base64."""

    public_key: str
    value: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The listing of `account` as it was at `taken_at` (UTC, whole seconds).

    Its users have the empty password: as one that is not listed, it is not known. `serial` counts the snapshots that
    were published at a place, because some places keep a document only with a number that none had before.
    """

    account: Account
    taken_at: datetime
    listing: Listing
    signature: Signature | None = None
    serial: int = 0

    @property
    def time(self) -> str:
        """When it was taken, as documents write it."""
        return self.taken_at.strftime(_TIME)


def redacted(listing: Listing) -> Listing:
    """Return `listing` without its passwords."""
    users = listing.users.items()
    return Listing(
        {name: ObservedUser(user.smtp_user_name, user.settings, _UNKNOWN) for name, user in users},
        listing.faults,
        listing.repeated,
    )


def signed_bytes(snapshot: Snapshot) -> bytes:
    """Return what a signature is made of: all that is said of the account, as nothing else that is signed begins."""
    document = {key: value for key, value in to_document(snapshot).items() if key not in _UNSIGNED}
    return _DOMAIN + canonical(document)


def to_document(snapshot: Snapshot) -> Document:
    """Return `snapshot` as a JSON value, its keys in the published order."""
    listing, signature = snapshot.listing, snapshot.signature
    faults = sorted((fault.smtp_user_name or "", fault.message) for fault in listing.faults)
    return {
        "format": SNAPSHOT_FORMAT,
        "serial": snapshot.serial,
        "account": {"endpoint": snapshot.account.endpoint, "owner_id": snapshot.account.owner_id},
        "taken_at": snapshot.time,
        "users": [_user_document(listing.users[name]) for name in sorted(listing.users)],
        "faults": [{"smtp_user_name": name or None, "message": message} for name, message in faults],
        "repeated": sorted(listing.repeated),
        "signature": signature and {
            "algorithm": ALGORITHM, "public_key": signature.public_key, "value": signature.value,
        },
    }  # fmt: skip


def snapshot_text(snapshot: Snapshot) -> str:
    r"""Return the document as text with one user a line, without a final newline.

    All of it is visible ASCII, so that it can be shown anywhere; the first part of `##[`, which CI systems obey, is
    written as an escape too.
    """
    lines = [f" {json.dumps(key)}: {_part(value)}" for key, value in to_document(snapshot).items()]
    return "{\n" + ",\n".join(lines).replace("##[", r"#\u0023[") + "\n}"


def load_snapshot(path: Path | str, name: str) -> Snapshot:
    """Return the snapshot in the file `path`, which people call `name`; raise `InputError` if there is none."""
    return _named(read_json(path, _HINT, name), name)


def parse_snapshot(content: bytes, where: str) -> Snapshot:
    """Return the snapshot that `content`, found at the place `where`, is; raise `InputError` if it is none."""
    return _named(parse_json(content, where, _HINT), where)


def from_document(document: object) -> Snapshot:
    """Return the snapshot that `document`, a parsed JSON value, describes.

    Raises `InputError` if it does not follow `schemas/snapshot.schema.json`, or contradicts itself.
    """
    checked = _SNAPSHOT.check(document)
    if faults := _twice(checked):
        raise _SNAPSHOT.error(faults)
    users = [
        ObservedUser(
            row["smtp_user_name"], Settings(row["total_limit"], row["hourly_limit"], row["status"]), _UNKNOWN
        )
        for row in checked["users"]
    ]
    signature = checked["signature"]
    return Snapshot(
        Account(checked["account"]["endpoint"], checked["account"]["owner_id"]),
        _moment(checked["taken_at"]),
        Listing(
            {user.smtp_user_name: user for user in users},
            tuple(RowFault(row["smtp_user_name"], row["message"]) for row in checked["faults"]),
            tuple(checked["repeated"]),
        ),
        signature and Signature(signature["public_key"], signature["value"]),
        checked["serial"],
    )


def _named(document: object, where: str) -> Snapshot:
    try:
        return from_document(document)
    except InputError as error:
        faults = tuple(Fault(fault.message, fault.hint, where) for fault in error.faults)
        raise InputError(error.message, error.hint, faults=faults) from None


def _user_document(user: ObservedUser) -> Document:
    settings = user.settings
    return {
        "smtp_user_name": user.smtp_user_name,
        "total_limit": settings.total_limit,
        "hourly_limit": settings.hourly_limit,
        "status": settings.status,
    }


def _part(value: Any) -> str:
    if not isinstance(value, list) or not value:
        return json.dumps(value)
    return "[\n" + ",\n".join(f"  {json.dumps(entry)}" for entry in value) + "\n ]"


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=timezone.utc)
    except ValueError:
        raise _SNAPSHOT.error([f"taken_at: {json.dumps(text)} is no time"]) from None


def _twice(document: Document) -> list[str]:
    """Return what cannot be of one account: a name stands in `users` once, and then nowhere else."""
    names = [row["smtp_user_name"] for row in document["users"]]
    odd = {row["smtp_user_name"] for row in document["faults"]} | set(document["repeated"])
    counts = Counter(names)
    wrong = [name for name in counts if counts[name] > 1 or name in odd]
    return [f"users: {json.dumps(name)[:60]} occurs twice" for name in wrong]

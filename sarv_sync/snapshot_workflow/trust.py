"""Which snapshots may stand for an account."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sarv_sync.errors import NotInstalled, Refused
from sarv_sync.model.snapshot import signed_bytes
from sarv_sync.signing import ed25519
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from sarv_sync.model.account import Account
    from sarv_sync.model.snapshot import Snapshot

_SKEW = timedelta(minutes=5)
"""How far apart clocks may be. What is from a later time than that was dated by somebody, or by a broken clock."""


@dataclass(frozen=True, slots=True)
class Trust:
    """What a snapshot has to be: of `account`, at most `max_age` seconds old, and signed if there is a public key."""

    account: Account
    public_key: str | None
    max_age: float


def check(snapshot: Snapshot, trust: Trust, now: datetime, where: str) -> None:
    """Raise `Refused` unless `snapshot`, found at the place `where`, is all that `trust` asks for."""
    _check_signature(snapshot, trust.public_key, where)
    found, wanted = snapshot.account, trust.account
    if found != wanted:
        raise Refused(
            f"the snapshot {where} is of account {found.owner_id} at {found.endpoint}, "
            f"not of {wanted.owner_id} at {wanted.endpoint}",
            "each account has its own snapshot; flags and the environment beat what the file says of the account",
        )
    age = now - snapshot.taken_at
    if age > timedelta(seconds=trust.max_age):
        raise Refused(
            f"the snapshot {where} is {age_words(age)} old, and {age_words(timedelta(seconds=trust.max_age))} is "
            f"the most: it was taken at {snapshot.time}",
            "see why the job that runs `sarv-sync snapshot` did not; snapshot.max_age or SARV_SNAPSHOT_MAX_AGE "
            "says how old it may be",
        )
    if age < -_SKEW:
        raise Refused(
            f"the snapshot {where} is from the future: it says that it was taken at {snapshot.time}",
            "set the clock of this machine, or of the one that took it; then take it again",
        )


def age_words(age: timedelta) -> str:
    """Return an age in the largest unit of which it has two, rounded down: `3 h`."""
    seconds = max(int(age.total_seconds()), 0)
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"


def _check_signature(snapshot: Snapshot, public_key: str | None, where: str) -> None:
    """Raise `Refused` for a signature that is missing, wrong, or cannot be checked: that is no pass."""
    signature = snapshot.signature
    if public_key is None:
        return
    if signature is None:
        raise Refused(
            f"the snapshot {where} is not signed, and a public key is configured",
            "sign it: set SARV_SNAPSHOT_KEY for the job that runs `sarv-sync snapshot`",
        )
    if signature.public_key != public_key:
        raise Refused(
            f"the snapshot {where} is signed with another key than the one that is configured",
            "take it again with the private key that belongs to SARV_SNAPSHOT_PUBLIC_KEY or snapshot.public_key, or "
            "configure the new key there",
        )
    try:
        good = ed25519.verify(public_key, signed_bytes(snapshot), signature.value)
    except NotInstalled as missing:
        message = f"the signature of the snapshot {where} cannot be checked: {missing.message}"
        raise Refused(message, missing.hint, reason=missing.reason) from None
    if not good:
        raise Refused(
            f"the signature of the snapshot {where} does not fit what it says",
            "it was changed after it was signed: find out by whom, and take it again",
        )

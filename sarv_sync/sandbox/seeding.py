"""Users to start with, so that there is something to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.users import Settings
from sarv_sync.sandbox.identities import randomness

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

    from sarv_sync.model.users import Status
    from sarv_sync.sandbox.account import Account

_TOTALS = (100, 500, 1_000, 5_000, 10_000, 50_000, 100_000, 1_000_000)
_HOURS = (5, 10, 20, 50)
_DISABLED_SHARE = 0.1


def open_account(data: Path | None, users: int, seed: int | None) -> Account:
    """Return the account in `data`, or one in memory; an empty one gets `users` users.

    The same `seed` gives an account in memory the same users, passwords included. Raises what `SqliteAccount` does.
    """
    rng = randomness(seed)
    account = _account(data, rng)
    if users and not account.users():
        account.fill(varied_settings(users, rng))
    return account


def _account(data: Path | None, rng: Random) -> Account:
    if data is None:
        from sarv_sync.sandbox.memory import MemoryAccount

        return MemoryAccount(rng=rng)
    from sarv_sync.sandbox.sqlite import SqliteAccount

    return SqliteAccount(data, rng=rng)


def varied_settings(count: int, rng: Random) -> Iterator[Settings]:
    """Yield `count` settings with limits of every size, about one in ten disabled. Equal ones are the same object."""
    made: dict[tuple[int, int, Status], Settings] = {}
    for _ in range(count):
        total_limit = rng.choice(_TOTALS)
        hourly_limit = total_limit // rng.choice(_HOURS)
        status: Status = "Disable" if rng.random() < _DISABLED_SHARE else "Enable"
        key = total_limit, hourly_limit, status
        yield made.get(key) or made.setdefault(key, Settings(*key))

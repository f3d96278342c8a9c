"""From the rows of `listSmtp` to a `Listing`: every row becomes a user, a fault, or one of a repeated name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.model.secret import Secret
from sarv_sync.model.users import Listing, ObservedUser, RowFault
from sarv_sync.provider.rows import read_row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sarv_sync.model.scrub import Scrubber


def listing_of(rows: Sequence[Any], scrubber: Scrubber) -> Listing:
    """Return `rows`, parsed JSON values in the provider's order, users in the place of rows that were read already.

    `scrubber` learns every password, also those of rows that are not in `users`. Repeated names are listed once
    each, in the order in which they first recur.
    """
    users: dict[str, ObservedUser] = {}
    faults: list[RowFault] = []
    faulty: set[str] = set()
    repeated: dict[str, None] = {}
    passwords: list[Secret] = []
    for number, row in enumerate(rows, 1):
        user = row if isinstance(row, ObservedUser) else read_row(number, row)
        name = user.smtp_user_name
        if name is not None and (name in users or name in faulty):
            repeated[name] = None
        if isinstance(user, ObservedUser):
            users[user.smtp_user_name] = user
            passwords.append(user.password)
            continue
        faults.append(user)
        passwords.extend(passwords_in(row))
        if name is not None:
            faulty.add(name)
    scrubber.add_all(passwords)
    for name in repeated:
        users.pop(name, None)
    return Listing(users, tuple(faults), tuple(repeated))


def passwords_in(row: object) -> Iterator[Secret]:
    """Yield whatever text `row`, any JSON value, has where passwords stand."""
    if isinstance(row, dict):
        for key in ("password", "smtp_password"):
            if isinstance(row.get(key), str):
                yield Secret(row[key])

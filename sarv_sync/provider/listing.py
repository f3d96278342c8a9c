"""From the rows of `listSmtp` to a `Listing`: every row becomes a user, a fault, or one of a repeated name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.model.secret import Secret
from sarv_sync.model.users import Listing, ObservedUser, RowFault, Settings
from sarv_sync.provider.fields import kind_of, read_limit, read_name, read_password, read_status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sarv_sync.model.scrub import Scrubber


def listing_of(rows: Sequence[Any], scrubber: Scrubber) -> Listing:
    """Return `rows`, parsed JSON values in the provider's order, as a `Listing`.

    `scrubber` learns every password, also those of rows that are not in `users`. Repeated names are listed once
    each, in the order in which they first recur.
    """
    users: dict[str, ObservedUser] = {}
    faults: list[RowFault] = []
    faulty: set[str] = set()
    repeated: dict[str, None] = {}
    passwords: list[Secret] = []
    for number, row in enumerate(rows, 1):
        user = _read(number, row)
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


def _read(number: int, row: Any) -> ObservedUser | RowFault:
    """Return one row. `number` counts from 1 and tells rows apart that have no name."""
    if not isinstance(row, dict):
        return RowFault(None, f"row {number} of the listing is not an object")
    name = read_name(row.get("smtp_user_name"))
    if name is None:
        return RowFault(None, f"row {number} of the listing has no legible smtp_user_name")
    password = read_password(row)
    if isinstance(password, str):
        return RowFault(name, password)
    total, hourly = read_limit(row.get("total_limit")), read_limit(row.get("hourly_limit"))
    status = read_status(row.get("status"))
    if total is None or hourly is None or status is None:
        return RowFault(name, _unreadable(row))
    return ObservedUser(name, Settings(total, hourly, status), password)


def _unreadable(row: dict[str, Any]) -> str:
    """Return what is wrong with the values of `row`, all at once."""
    problems = [
        f"{field} is {kind_of(row, field)}, not a usable integer"
        for field in ("total_limit", "hourly_limit")
        if read_limit(row.get(field)) is None
    ]
    if read_status(row.get("status")) is None:
        problems.append(f"status is {kind_of(row, 'status')}, neither Enable nor Disable")
    return "; ".join(problems)

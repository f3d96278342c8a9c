"""Reading one row of `listSmtp`: it becomes a user, or a fault that says what is wrong with it.

Nearly every row is an ordinary one. It is recognised without a call of another function, while the JSON around it is
still being read, so that an account is never in memory as rows and as users at once.
"""

from __future__ import annotations

from typing import Any

from sarv_sync.model.secret import Secret
from sarv_sync.model.users import ObservedUser, RowFault, Settings
from sarv_sync.provider.fields import (
    LARGEST_LIMIT,
    LONGEST_NAME,
    kind_of,
    read_limit,
    read_name,
    read_password,
    read_status,
)

_SHARED = 4096
"""So many different settings of one account are shared among its users. More are hardly the same by chance."""


class RowReader:
    """Reads the rows of one answer. Users whose settings are equal share them."""

    __slots__ = ("_shared",)

    def __init__(self) -> None:
        self._shared: dict[tuple[int, int, str], Settings] = {}

    def keep(self, row: dict[str, Any]) -> ObservedUser | dict[str, Any]:
        """Return the user that `row`, any JSON object, describes, or else `row` itself.

        What is asked here holds for every row as the page shows it, and `read_row`, which knows all the others, would
        say the same of it.
        """
        try:
            name, password, status = row["smtp_user_name"], row["password"], row["status"]
            total, hourly = row["total_limit"], row["hourly_limit"]
        except KeyError:
            return _user_or(row)
        if (
            type(name) is str
            and 0 < len(name) <= LONGEST_NAME
            and name.isprintable()
            and type(password) is str
            and password.isascii()
            and status in ("Enable", "Disable")
            and type(total) is int
            and 0 <= total <= LARGEST_LIMIT
            and type(hourly) is int
            and 0 <= hourly <= LARGEST_LIMIT
            and "smtp_password" not in row
        ):
            settings = self._shared.get((total, hourly, status)) or self._settings(total, hourly, status)
            return ObservedUser(name, settings, Secret(password))
        return _user_or(row)

    def _settings(self, total_limit: int, hourly_limit: int, status: str) -> Settings:
        settings = Settings(total_limit, hourly_limit, "Enable" if status == "Enable" else "Disable")
        if len(self._shared) < _SHARED:
            self._shared[total_limit, hourly_limit, status] = settings
        return settings


def _user_or(row: dict[str, Any]) -> ObservedUser | dict[str, Any]:
    user = read_row(0, row)
    return row if isinstance(user, RowFault) else user


def read_row(number: int, row: Any) -> ObservedUser | RowFault:
    """Return one row, any JSON value. `number` counts from 1 and tells rows apart that have no name."""
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

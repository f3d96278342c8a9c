"""The answer to `listSmtp`, which repeats every user every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.sandbox.reply import to_json

if TYPE_CHECKING:
    from sarv_sync.model.users import ObservedUser
    from sarv_sync.sandbox.account import Account


def row(user: ObservedUser) -> dict[str, str | int]:
    """Return one row, keys in the order of the published example."""
    settings = user.settings
    return {
        "smtp_user_name": user.smtp_user_name,
        "password": user.password.reveal(),
        "status": settings.status,
        "total_limit": settings.total_limit,
        "hourly_limit": settings.hourly_limit,
    }


class Listing:
    """The listing of an account, kept from one call to the next as far as nothing changed."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._rows: dict[str, tuple[ObservedUser, bytes]] = {}
        self._version = -1
        self._body = b""

    def body(self) -> bytes:
        """Return the body of a listing of the account as it is now."""
        version = self._account.version
        if version != self._version:
            # The version is read first: a change in between is rendered now, and looked at again next time.
            rows = b",".join([self._row(user) for user in self._account.users()])
            # The published example has no `message`, though the table names one.
            self._body = b'{"status":"success","smtp_list":[' + rows + b"]}"
            self._version = version
        return self._body

    def _row(self, user: ObservedUser) -> bytes:
        known = self._rows.get(user.smtp_user_name)
        if known is not None and known[0] is user:
            return known[1]
        rendered = to_json(row(user))
        self._rows[user.smtp_user_name] = (user, rendered)
        return rendered

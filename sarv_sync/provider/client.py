"""The provider's four calls. Each is sent once; what its answer proves is in `proof`.

Nothing here imports requests before the first call: commands that make none should not wait for it.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from sarv_sync.errors import InputError, ProviderError
from sarv_sync.model.endpoint import check_endpoint, host_of
from sarv_sync.model.users import FIELDS
from sarv_sync.provider.complaint import Complaint
from sarv_sync.provider.connections import Connections
from sarv_sync.provider.listing import passwords_in
from sarv_sync.provider.proof import added, edited, listed, reset
from sarv_sync.provider.rows import RowReader
from sarv_sync.provider.wire import Answer, NoAnswer, RequestBody

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sarv_sync.model.answers import AddAnswer
    from sarv_sync.model.scrub import Scrubber
    from sarv_sync.model.secret import Secret
    from sarv_sync.model.users import Field, Listing, Value
    from sarv_sync.provider.exchange import Terms
    from sarv_sync.transport.session import Session

_Call = Literal["listSmtp", "addSmtp", "editSmtp", "resetSmtpPassword"]

_HEADERS = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "gzip, deflate"}

_LISTING_BYTES = 512 << 20
_ANSWER_BYTES = 1 << 20
_LISTING_PATIENCE = 4
_WHOLE = 5


class Timeouts(NamedTuple):
    """Seconds to wait for a connection, and for the next bytes of an answer.

    `listSmtp`, which returns the whole account at once, is given four times `read`; a body as a whole five times
    what its bytes are given.
    """

    connect: float = 10.0
    read: float = 30.0


class Client:
    """An account of the provider over HTTP. Safe to use from several threads at once.

    `endpoint` is checked (see `check_endpoint`); `scrubber` learns the token and every password that is read;
    `ca_bundle` is a PEM file, or a folder as OpenSSL hashes it, that replaces the built-in authorities;
    `pool_size` is how many connections are kept for as many threads; `clock` counts seconds.
    Raises `InputError` for a bad endpoint or a missing `ca_bundle`.
    """

    def __init__(  # noqa: PLR0913 - what the environment and the flags set, each named by its keyword
        self,
        endpoint: str,
        owner_id: str,
        token: Secret,
        scrubber: Scrubber,
        *,
        timeouts: tuple[float, float] = Timeouts(),
        ca_bundle: str | None = None,
        pool_size: int = 8,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if ca_bundle is not None and not Path(ca_bundle).exists():
            raise InputError(
                f"there is no file {ca_bundle}", "set SARV_CA_BUNDLE to a file in PEM format, or unset it"
            )
        self._endpoint = check_endpoint(endpoint)
        self._owner_id = owner_id
        self._token = token
        self._scrubber = scrubber
        self._timeouts = Timeouts(*timeouts)
        self._ca_bundle = ca_bundle
        self._pool_size = pool_size
        self._clock = clock
        self._connections = Connections(self._new_session, clock)
        scrubber.add(token)

    def close(self) -> None:
        """Close the kept connections; `contextlib.closing` calls this at the end of a block."""
        self._connections.close()

    def list_users(self) -> Listing:
        """Return the whole account as it is now, or raise `ProviderError`."""
        result = listed(self._call("listSmtp", {}), self._complaint("listSmtp"))
        if isinstance(result, ProviderError):
            raise result
        return result

    def probe(self) -> tuple[Listing | ProviderError, str | None]:
        """Return the whole account, or why it cannot be listed, and the `Date` of the answer if it states one."""
        answer = self._call("listSmtp", {})
        date = answer.date if isinstance(answer, Answer) else None
        return listed(answer, self._complaint("listSmtp")), date

    def add_user(self, total_limit: int, hourly_limit: int) -> AddAnswer:
        """Ask once for a new user and say what the answer proves. Never raises `ProviderError`, never repeats."""
        fields = {"total_limit": total_limit, "hourly_limit": hourly_limit}
        return added(self._call("addSmtp", fields), self._complaint("addSmtp"))

    def edit_user(self, smtp_user_name: str, fields: Mapping[Field, Value]) -> None:
        """Set `fields`, and only those, in one call; raise `ProviderError` if that is not proven done."""
        values: dict[str, object] = {field: fields[field] for field in FIELDS if field in fields}
        values["smtp_user_name"] = smtp_user_name
        error = edited(self._call("editSmtp", values), self._complaint("editSmtp"))
        if error is not None:
            raise error

    def reset_password(self, smtp_user_name: str) -> Secret:
        """Give the user a new password and return it; the old one ends at once.

        Raises `ProviderError`; after `AnswerUnusable` the password may have changed, and the listing has it.
        """
        call: _Call = "resetSmtpPassword"
        result = reset(self._call(call, {"smtp_user_name": smtp_user_name}), smtp_user_name, self._complaint(call))
        if isinstance(result, ProviderError):
            raise result
        return result

    def _call(self, call: _Call, fields: Mapping[str, object]) -> Answer | NoAnswer:
        """Make one call, once. The log gets its name, HTTP status, duration and outcome, and nothing else."""
        from sarv_sync.provider.exchange import exchange
        from sarv_sync.provider.log import log_call

        body = RequestBody(self._owner_id, self._token, fields)
        session, start = self._connections.session(), self._clock()
        try:
            answer = exchange(session, f"{self._endpoint}/settings/{call}", body, self._terms(call), self._clock)
        finally:
            self._connections.done()
        if isinstance(answer, Answer):
            self._scrubber.add_all(passwords_in(answer.body))
        log_call(call, answer, self._clock() - start)
        return answer

    def _terms(self, call: _Call) -> Terms:
        from sarv_sync.provider.exchange import Terms

        connect, read = self._timeouts
        if call == "listSmtp":
            patience = _LISTING_PATIENCE * read
            return Terms(connect, patience, _WHOLE * patience, _LISTING_BYTES, RowReader().keep)
        return Terms(connect, read, _WHOLE * read, _ANSWER_BYTES)

    def _new_session(self) -> Session:
        from sarv_sync.transport.session import new_session

        return new_session(self._endpoint, self._ca_bundle, self._pool_size, _HEADERS)

    def _complaint(self, call: _Call) -> Complaint:
        return Complaint(call, host_of(self._endpoint), self._scrubber)

"""Proving that a delivered password is one that mail can be sent with: `verify: smtp`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError
from sarv_sync.submission.failures import Attempt, LoginRefused
from sarv_sync.submission.login import log_in
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.model.sink import Credential


ATTEMPTS = 5
"""How often a login is tried, unless something else is said."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """Logs in with credentials. Safe to use from several threads at once.

    A new password can take a moment to reach the server: a login that it refuses is tried so many `attempts` in all,
    with so many seconds of `pause` between them. One attempt may take `timeout` seconds.
    """

    ca_bundle: str | None = None
    timeout: float = 30.0
    attempts: int = ATTEMPTS
    pause: float = 2.0
    sleep: Callable[[float], None] = time.sleep

    def verify(self, credential: Credential) -> None:
        """Log in as the user of `credential`. Raises as `log_in` does, and `InputError` if no server is set."""
        host, port = credential.host, credential.port
        if host is None or port is None:
            raise InputError("`verify: smtp` needs a server to log in to", "set account.smtp: {host: …, port: 587}")
        attempt = Attempt(host, port, credential.username, credential.password)
        for left in reversed(range(self.attempts)):
            refusal = self._refusal(attempt)
            if refusal is None:
                return
            if not left:
                raise refusal
            self.sleep(self.pause)

    def _refusal(self, attempt: Attempt) -> LoginRefused | None:
        try:
            log_in(attempt, ca_bundle=self.ca_bundle, timeout=self.timeout)
        except LoginRefused as refusal:
            return refusal
        return None

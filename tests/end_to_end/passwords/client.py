"""A program that sends mail: it logs in again and again, with whatever its file holds at that moment."""

from __future__ import annotations

import smtplib
import ssl
from threading import Event, Thread
from typing import TYPE_CHECKING

from tests.end_to_end.passwords.logins import held

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from typing_extensions import Self

    from tests.end_to_end.workplace import Workplace
    from tests.mail.server import MailServer

PAUSE = 0.1


class MailClient:
    """Logs in over TLS every 100 ms, for as long as the context lasts, with what was delivered for `name`.

    `logins` are those that were let in, `failures` what kept others from it. `failed` is called after each of these.
    """

    def __init__(
        self, work: Workplace, name: str, server: MailServer, pem: Path, failed: Callable[[], object] = lambda: None
    ) -> None:
        self._work, self._name, self._server, self._failed = work, name, server, failed
        self._context = ssl.create_default_context(cafile=str(pem))
        self._over = Event()
        self._thread = Thread(target=self._go_on, name="mail client")
        self.logins: list[str] = []
        self.failures: list[str] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def once_more(self) -> None:
        """Return when it has logged in, or failed to, with what the file holds by now."""
        tried = len(self.logins) + len(self.failures)
        while len(self.logins) + len(self.failures) < tried + 2 and self._thread.is_alive():
            self._over.wait(PAUSE / 4)

    def _go_on(self) -> None:
        while not self._over.wait(PAUSE):
            self._try()

    def _try(self) -> None:
        try:
            self.logins.append(self._log_in())
        except Exception as problem:  # noqa: BLE001 - whatever it is, no mail could be sent
            self.failures.append(repr(problem))
            self._failed()

    def _log_in(self) -> str:
        user, password = held(self._work, self._name)
        with smtplib.SMTP(self._server.host, self._server.port, local_hostname="client.test", timeout=30) as smtp:
            smtp.starttls(context=self._context)
            smtp.login(user, password)
        return user

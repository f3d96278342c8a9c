"""A real SMTP server that lets in whoever it is told to, and keeps what happened for those who look.

::

    with MailServer(accounts_of(sandbox.account), certificate(folder, 30)) as mail:
        ...  # mail.host, mail.port; SARV_CA_BUNDLE is the certificate's file
    assert mail.logins == [("smtp1", True)]
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from aiosmtpd.smtp import SMTP, AuthResult

from sarv_sync.model.users import ObservedUser
from tests.end_to_end.certificates import speaking

if TYPE_CHECKING:
    from typing_extensions import Self

Accepts = Callable[[str, str], "bool | str"]
"""Says from name and password whether to let somebody in. A text is what to answer instead: `454 4.7.0 not now`."""

MECHANISMS = frozenset({"PLAIN", "LOGIN"})


class Users(Protocol):
    """An account, as far as the server looks at it. That of a sandbox is one."""

    def users(self) -> tuple[ObservedUser, ...]: ...


def accounts_of(account: Users) -> Accepts:
    """Let in the enabled users of `account`, each with the password that it has at that moment."""

    def accepts(name: str, password: str) -> bool:
        return any(
            user.smtp_user_name == name and user.password.reveal() == password and user.settings.status == "Enable"
            for user in account.users()
        )

    return accepts


class MailServer:
    """Listens on a port of 127.0.0.1 for as long as the context lasts. `pem` holds its certificate and key.

    Mail can be handed to it after STARTTLS or, if `implicit`, over TLS from the start. Without `pem` it has no TLS at
    all; `mechanisms` are the ways to log in that it offers.
    """

    host = "127.0.0.1"

    def __init__(
        self, accepts: Accepts, pem: Path | None, *, implicit: bool = False, mechanisms: Iterable[str] = MECHANISMS
    ) -> None:
        self._accepts = accepts
        self._context = speaking(pem) if pem else None
        self._implicit = implicit
        self._mechanisms = frozenset(mechanisms)
        self._listening = socket.create_server((self.host, 0))
        self.port: int = self._listening.getsockname()[1]
        self.logins: list[tuple[str, bool]] = []
        """Who tried to log in, in order, and whether they were let in."""
        self.conversations: list[SMTP] = []
        self.mails: list[bytes] = []
        """What was sent."""

    def __enter__(self) -> Self:
        up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(up)), name="mail server")
        self._thread.start()
        up.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - its hook
        """Take a mail."""
        self.mails.append(envelope.content)
        return "250 OK"

    async def _serve(self, up: threading.Event) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        tls = self._context if self._implicit else None
        server = await self._loop.create_server(self._converse, sock=self._listening, ssl=tls)
        up.set()
        await self._over.wait()
        server.close()
        for each in self.conversations:
            if isinstance(each.transport, asyncio.Transport):
                each.transport.abort()
        await asyncio.sleep(0)  # in which the connections learn that they are lost

    def _converse(self) -> SMTP:
        made = SMTP(
            self,
            hostname="mail.test",
            enable_SMTPUTF8=True,
            loop=self._loop,
            tls_context=None if self._implicit else self._context,
            auth_require_tls=self._context is not None and not self._implicit,
            auth_exclude_mechanism=MECHANISMS - self._mechanisms,
            authenticator=self._authenticate,
        )
        self.conversations.append(made)
        return made

    def _authenticate(self, _server: object, _session: object, _envelope: object, _how: str, data: Any) -> AuthResult:
        name, password = data.login.decode(), data.password.decode()
        answer = self._accepts(name, password)
        self.logins.append((name, answer is True))
        if answer is True:
            return AuthResult(success=True)
        return AuthResult(success=False, handled=False, message=answer or None)

"""Logging in once to the server that mail is handed to. No mail is sent, and no password without TLS."""

from __future__ import annotations

import smtplib
from contextlib import closing, suppress
from typing import IO, TYPE_CHECKING

from sarv_sync.submission.deadline import Deadline
from sarv_sync.submission.mechanisms import authenticate, chosen
from sarv_sync.transport.authorities import trusting

if TYPE_CHECKING:
    import socket
    from ssl import SSLContext

    from sarv_sync.submission.failures import Attempt

IMPLICIT_TLS = 465
"""The port at which TLS is spoken from the first byte on (RFC 8314). At every other one, STARTTLS is required."""

_NAME = "[127.0.0.1]"
"""What this client calls itself. smtplib would look up the machine's name and tell it to the server."""

_MOST_BYTES = 1 << 16


def log_in(attempt: Attempt, *, ca_bundle: str | None, timeout: float) -> None:
    """Log in and leave; return if the server accepted the password.

    The certificate must be for the host, and from an authority in `ca_bundle` or, without one, of the system.
    All of it together may take `timeout` seconds. Raises `LoginRefused` if the server was reached and said no,
    `SinkError` for everything else that fails, `InputError` for a `ca_bundle` that cannot be read.
    """
    context = trusting(ca_bundle)
    deadline = Deadline(timeout)
    try:
        connection = deadline.connect(attempt.host, attempt.port)
        with connection, deadline.cutting(connection):
            _log_in(attempt, connection, context)
    except (OSError, ValueError) as problem:  # smtplib's errors are of the former kind
        failure = attempt.broken(problem, deadline)
    else:
        return
    raise failure


def _log_in(attempt: Attempt, connection: socket.socket, context: SSLContext) -> None:
    with closing(_open(attempt, connection, context)) as server:
        server.ehlo_or_helo_if_needed()
        offered = server.esmtp_features.get("auth", "").split()
        mechanism = chosen(offered)
        if mechanism is None:
            raise attempt.no_mechanism(offered)
        code, text = authenticate(server, mechanism, attempt.username, attempt.password)
        if code != 235:
            raise attempt.answered(code, text)
        with suppress(smtplib.SMTPException):  # it was let in; how it is let out does not matter
            server.docmd("QUIT")


def _open(attempt: Attempt, connection: socket.socket, context: SSLContext) -> smtplib.SMTP:
    """Return a client whose connection is encrypted."""
    if attempt.port == IMPLICIT_TLS:
        return _Client(attempt, context.wrap_socket(connection, server_hostname=attempt.host))
    server = _Client(attempt, connection)
    server.ehlo_or_helo_if_needed()
    if not server.has_extn("starttls"):
        raise attempt.no_starttls()
    server.starttls(context=context)
    return server


class _Client(smtplib.SMTP):
    """smtplib's client on a connection that exists. It reads no more of an answer than any server has to say."""

    def __init__(self, attempt: Attempt, connection: socket.socket) -> None:
        self._connection = connection
        super().__init__(attempt.host, attempt.port, _NAME)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:  # noqa: ARG002 - its signature
        return self._connection

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None and self.sock is not None:
            self.file = _Bounded(self.sock.makefile("rb"))
        return super().getreply()


class _Bounded:
    """What a server says, up to a bound: an answer has as many lines as it likes, and smtplib keeps them all."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._left = _MOST_BYTES

    def readline(self, most: int) -> bytes:
        """Return the next line, at most `most` bytes; nothing, as at the end, once it was enough."""
        line = self._file.readline(min(most, self._left))
        self._left -= len(line)
        return line

    def close(self) -> None:
        """Close the file."""
        self._file.close()

"""What keeps a login from succeeding, in words, and what to do about it."""

from __future__ import annotations

import re
import smtplib
from typing import TYPE_CHECKING

from sarv_sync.errors import SinkError
from sarv_sync.model.quotation import NotShown, one_line
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.visible import short
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.model.secret import Secret
    from sarv_sync.submission.deadline import Deadline

_MOST_WORDS = 200
_STATUS = re.compile(rb"^[245]\.[0-9]{1,3}\.[0-9]{1,3}[ \t]+", re.MULTILINE)
"""What servers put before every line of an answer, RFC 2034."""

_WHERE = "check account.smtp: host and port must be those that mail with a login is handed to"
_PORT = "check account.smtp.port: 465 speaks TLS from the start, every other port after STARTTLS, as 587 does"

_HINTS = {
    "name": "check account.smtp.host",
    "address": "check account.smtp.host",
    "certificate": "account.smtp.host must be a name in the server's certificate; if that comes from your own "
    "authority, set SARV_CA_BUNDLE to a PEM file with it",
    "tls": _PORT,
    "refused": _WHERE,
}


class LoginRefused(SinkError):
    """The server was reached, and did not let the user in. `temporary`: it says itself to try again later."""

    def __init__(self, message: str, hint: str, *, temporary: bool) -> None:
        super().__init__(message, hint)
        self.temporary = temporary


@dataclass(frozen=True, slots=True)
class Attempt:
    """One login, for those who have to say how it failed. No answer of the server is quoted with the password."""

    host: str
    port: int
    username: str
    password: Secret

    def no_starttls(self) -> SinkError:
        """Return what to raise if the connection cannot be encrypted."""
        return self._failed("the server offers no STARTTLS, so nothing was sent", _PORT)

    def no_mechanism(self, offered: list[str]) -> SinkError:
        """Return what to raise if there is no way to log in."""
        ways = short(", ".join(offered), _MOST_WORDS)
        reason = f"of the server's ways to log in, none is for passwords: {ways}" if offered else "it offers no login"
        return self._failed(reason, _WHERE)

    def answered(self, code: int, text: bytes | str) -> SinkError:
        """Return what to raise after an answer that is not the one hoped for."""
        words = self._quoted(code, text)
        if 400 <= code < 500:
            hint = "run it again later; servers also say this after many logins in a short time"
            return LoginRefused(self._told(f"the server asks to try again later: {words}"), hint, temporary=True)
        if code == 535:
            reason = f"the server does not accept the password, yet or any more: {words}"
            hint = "a new password can take a while to reach the server: run it again; see if the user is enabled"
            return LoginRefused(self._told(reason), hint, temporary=False)
        return self._failed(f"the server refuses: {words}", _WHERE)

    def broken(self, problem: BaseException, deadline: Deadline) -> SinkError:
        """Return what to raise for an exception of smtplib, the TLS library or the network."""
        if deadline.passed:
            return self._failed(f"not done within {deadline.seconds:g} seconds", f"try again; {_PORT}")
        match problem:
            case smtplib.SMTPResponseException(smtp_code=code, smtp_error=text):
                return self.answered(code, text)
            case smtplib.SMTPException():
                return self._failed("the connection broke", "try again")
        from sarv_sync.transport.failures import explain

        failure = explain(problem, sent=True)
        reason = "this is no name of a host" if failure.kind == "address" else failure.message
        return self._failed(reason, _HINTS.get(failure.kind, f"try again; {_WHERE}"))

    def _failed(self, reason: str, hint: str) -> SinkError:
        return SinkError(self._told(reason), hint)

    def _told(self, reason: str) -> str:
        return f"cannot log in at {self.host}:{self.port} as {self.username}: {reason}"

    def _quoted(self, code: int, text: bytes | str) -> str:
        said = text if isinstance(text, bytes) else text.encode("utf-8", "backslashreplace")
        scrubber = Scrubber((self.password,))
        try:
            one_line(_STATUS.sub(b"", said), scrubber)  # a secret in pieces may have a code before each
            return short(f"{code} {one_line(said, scrubber)}", _MOST_WORDS)
        except NotShown as reason:
            return f"{code}, and what it said {reason}"

"""How a client says that it knows a password: the mechanisms of SMTP AUTH (RFC 4954) that every server has over TLS.

smtplib has them too, but takes no letter beyond ASCII in a password, and tries one mechanism after the other with a
wrong one, which servers count as several attempts.
"""

from __future__ import annotations

from binascii import b2a_base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import smtplib
    from collections.abc import Callable, Iterable

    from sarv_sync.model.secret import Secret

MECHANISMS: dict[str, Callable[[bytes, bytes], tuple[bytes, ...]]] = {
    "PLAIN": lambda name, password: (b"\0" + name + b"\0" + password,),
    "LOGIN": lambda name, password: (name, password),
}
"""What is answered to each question of the server, from name and password. The better one comes first."""


def chosen(offered: Iterable[str]) -> str | None:
    """Return which of the `offered` mechanisms to use, if any can be."""
    known = {name.upper() for name in offered}
    return next((name for name in MECHANISMS if name in known), None)


def authenticate(server: smtplib.SMTP, mechanism: str, username: str, password: Secret) -> tuple[int, bytes]:
    """Log in once; return the code and the words of the server's last answer, whatever it is."""
    name, secret = (text.encode("utf-8", "surrogatepass") for text in (username, password.reveal()))
    code, text = server.docmd("AUTH", mechanism)
    for answer in MECHANISMS[mechanism](name, secret):
        if code != 334:  # it asks for no more: it has said what it thinks
            break
        code, text = server.docmd(b2a_base64(answer, newline=False).decode("ascii"))
    return code, text

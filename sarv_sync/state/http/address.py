"""Where a state over HTTP is, where it is locked, and with which methods.

The address decides who learns the credentials and what is overwritten, so it is matched as a whole against a narrow
grammar, and a combination that would lock by overwriting the state, or unlock by deleting it, is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import InputError
from sarv_sync.model.endpoint import is_loopback
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 2048
_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?)(?P<port>:[0-9]{1,5})?"
    r"(?P<path>(?:/(?:[a-z0-9._~!$&'()*+,;=:@-]|%[0-9a-f]{2})*)*)"
    r"(?P<query>\?(?:[a-z0-9._~!$&'()*+,;=:@/?-]|%[0-9a-f]{2})*)?",
    re.IGNORECASE | re.ASCII,
)
_METHOD = re.compile(r"[A-Za-z]{1,20}")
_READING = {"GET", "HEAD", "OPTIONS", "TRACE", "CONNECT"}
_REPLACING = {"POST", "PUT", "PATCH", "DELETE"}
_GITLAB = "for GitLab, lock_address is the address followed by /lock, lock_method POST and unlock_method DELETE"


@dataclass(frozen=True, slots=True)
class Call:
    """A method and the URL it is sent to."""

    method: str
    url: str

    def with_id(self, lock_id: str) -> Call:
        """Return the call with the ID of the lock that it is made under, as a query that may have had other parts."""
        return Call(self.method, f"{self.url}{'&' if '?' in self.url else '?'}ID={lock_id}")


@dataclass(frozen=True, slots=True)
class Calls:
    """What is sent to read, replace, lock and unlock the state at `place`, which is its address for people."""

    place: str
    read: Call
    update: Call
    lock: Call
    unlock: Call


def calls(options: Mapping[str, Any]) -> Calls:
    """Return the calls that `options` name, with Terraform's methods where they name none.

    Without a `lock_address` it is `address`, without an `unlock_address` it is the `lock_address`. Raises
    `InputError`; a URL itself is never part of the message: it may hold a password.
    """
    address, origin, place = _checked("address", options.get("address") or "")
    lock, unlock = (options.get("lock_address") or address), (options.get("unlock_address") or "")
    found = Calls(
        place,
        Call("GET", address),
        Call(_method("update_method", options.get("update_method") or "POST"), address),
        Call(_method("lock_method", options.get("lock_method") or "LOCK"), _at(origin, "lock_address", lock)),
        Call(
            _method("unlock_method", options.get("unlock_method") or "UNLOCK"),
            _at(origin, "unlock_address", unlock or lock),
        ),
    )
    _check_distinct(found)
    return found


def _checked(key: str, url: str) -> tuple[str, str, str]:
    """Return `url` in one spelling, its origin, and how it is shown: without its query, which may hold a token."""
    match = _URL.fullmatch(url) if isinstance(url, str) and len(url) <= _LONGEST else None
    if match is None:
        raise _explained(key, url)
    scheme, host, path, query = match["scheme"].lower(), match["host"].lower(), match["path"], match["query"] or ""
    if any(segment in {".", ".."} for segment in path.lower().replace("%2e", ".").split("/")):
        raise InputError(f"the {key} of the state has dotted segments", "write the path as it really is")
    if scheme == "http" and not is_loopback(host):
        raise InputError(
            f"the {key} of the state uses http to {host}, which would send state and credentials in the clear",
            "write https://; http is for loopback addresses only (127.0.0.1, [::1], localhost)",
        )
    origin = f"{scheme}://{host}{match['port'] or ''}"
    return f"{origin}{path}{query}", origin, f"{origin}{path}{'?…' if query else ''}"


def _at(origin: str, key: str, url: str) -> str:
    """Return `url`, which has to be at the server of the state: the credentials are for that one alone."""
    checked, own, _ = _checked(key, url)
    if own != origin:
        raise InputError(
            f"the {key} of the state is at another server than its address",
            "the credentials go to one server only: give both the same scheme, host and port",
        )
    return checked


def _method(key: str, method: object) -> str:
    if isinstance(method, str) and _METHOD.fullmatch(method) and method.upper() not in _READING:
        return method.upper()
    raise InputError(
        f"the {key} of the state cannot be used", f"leave it out, or write POST, PUT or DELETE; {_GITLAB}"
    )


def _check_distinct(found: Calls) -> None:
    """Refuse what would do something else than it should."""
    if found.update.method == "DELETE":
        raise InputError("the update_method of the state would delete it", "leave it out, or write POST or PUT")
    for key, call in (("lock_method", found.lock), ("unlock_method", found.unlock)):
        if call.url == found.update.url and call.method in _REPLACING | {found.update.method}:
            verb = "delete" if call.method == "DELETE" else "overwrite"
            raise InputError(f"{key} {call.method} at the address of the state would {verb} the state", _GITLAB)
    if found.lock == found.unlock:
        raise InputError("locking and unlocking the state is the same request", _GITLAB)


def _explained(key: str, url: object) -> InputError:
    example = "for example https://gitlab.example.net/api/v4/projects/42/terraform/state/mail"
    if not url:
        return InputError(f"the state has no {key}", f"set it to the URL of the document, {example}")
    if "@" in str(url).partition("://")[2].partition("/")[0]:
        return InputError(
            f"the {key} of the state holds a user name or password",
            "leave them out, and set TF_HTTP_USERNAME and TF_HTTP_PASSWORD in the environment",
        )
    return InputError(f"the {key} of the state is not a URL that can be used", f"write https://HOST/PATH, {example}")

"""Which addresses the token may be sent to.

The endpoint decides who learns the token, so it is matched as a whole against a narrow grammar instead of being taken
apart by a tolerant parser: what two programs could read differently is refused.
"""

from __future__ import annotations

import re

from sarv_sync.errors import InputError

_LONGEST = 2048
_SHAPE = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://"
    r"(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~-]*)*)"
)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
_DEFAULT_PORTS = {"https": 443, "http": 80}
_HINT = "set the endpoint to the base URL of the account's API, for example https://api.us1-mta1.example.net/v1.0"


def check_endpoint(url: str) -> str:
    """Return `url` in its one spelling: scheme and host in lower case, no default port, no trailing slash.

    Raises `InputError` unless it is `https` (or `http` to a loopback address), without user name, query or fragment.
    The URL itself is never part of the message: it may hold a password.
    """
    match = _SHAPE.fullmatch(url) if len(url) <= _LONGEST else None
    if match is None:
        raise _explained(url)
    scheme, host = match["scheme"].lower(), _host(match["host"].lower())
    path = match["path"].rstrip("/")
    if any(segment in {"", ".", ".."} for segment in path.split("/")[1:]):
        raise InputError("the path of the endpoint has empty or dotted segments", _HINT)
    _check_scheme(scheme, host)
    return f"{scheme}://{host}{_port(scheme, match['port'])}{path}"


def is_loopback(host: str) -> bool:
    """Tell whether `host`, spelled as `check_endpoint` leaves it, is this machine: 127.0.0.0/8, ::1 or localhost."""
    if host in {"localhost", "[::1]"}:
        return True
    from ipaddress import AddressValueError, IPv4Address

    try:
        return IPv4Address(host).is_loopback
    except AddressValueError:
        return False


def host_of(endpoint: str) -> str:
    """Return the host of a checked endpoint, an IPv6 address in its brackets."""
    match = _SHAPE.fullmatch(endpoint)
    return match["host"] if match else ""


def _check_scheme(scheme: str, host: str) -> None:
    if scheme == "https" or (scheme == "http" and is_loopback(host)):
        return
    if scheme == "http":
        raise InputError(
            f"the endpoint uses http to {host}, which would send the token in the clear",
            "write https://; http is for loopback addresses only (127.0.0.1, [::1], localhost)",
        )
    raise InputError(f"the endpoint uses {scheme[:20]}, not https", _HINT)


def _host(host: str) -> str:
    """Return `host` in its one spelling. Numbers that only some resolvers take for an address are refused."""
    labels = host.split(".")
    if host.startswith("[") or _NUMERIC.fullmatch(labels[-1]):
        return _address(host)
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise InputError("the endpoint has no valid host name", _HINT)
    return host


def _address(host: str) -> str:
    from ipaddress import AddressValueError, IPv4Address, IPv6Address

    try:
        if host.startswith("["):
            return f"[{IPv6Address(host[1:-1]).compressed}]"
        return str(IPv4Address(host))
    except AddressValueError:
        pass
    raise InputError("the endpoint's host looks like an IP address but is none", _HINT)


def _port(scheme: str, port: str | None) -> str:
    if port is None:
        return ""
    if not 1 <= int(port) <= 65535:
        raise InputError("the endpoint's port is not between 1 and 65535", _HINT)
    return "" if int(port) == _DEFAULT_PORTS[scheme] else f":{int(port)}"


def _explained(url: str) -> InputError:
    """Return the error for a URL that is no endpoint, with the most likely reason."""
    if not url:
        return InputError("the endpoint is empty", _HINT)
    if "@" in url:
        return InputError(
            "the endpoint holds a user name or password",
            "leave them out; the credentials are SARV_OWNER_ID and SARV_TOKEN or SARV_TOKEN_FILE",
        )
    if "?" in url or "#" in url:
        return InputError("the endpoint has a query or a fragment", "leave out everything from the ? or # on")
    if "://" not in url:
        return InputError("the endpoint does not start with https://", _HINT)
    return InputError("the endpoint is not a URL of the form https://HOST[:PORT][/PATH]", _HINT)

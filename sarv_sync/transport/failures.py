"""What the errors of the HTTP libraries mean.

Only fixed texts, and the reasons that OpenSSL and the operating system give, get through: the libraries' own messages
may hold URLs with a proxy's password. This module imports requests and is imported late.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import requests.exceptions as theirs
import urllib3.exceptions as below

from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal[
    "name", "refused", "network", "connecting", "certificate", "tls", "proxy", "address", "silence", "dropped",
    "garbled", "internal",
]  # fmt: skip

_TUNNEL = "Tunnel connection failed: "  # what http.client says, followed by the proxy's status


@dataclass(frozen=True, slots=True)
class Failure:
    """What happened, completing "could not reach HOST: ..."; what to do about it depends on who was called."""

    kind: Kind
    message: str


DNS = Failure("name", "the host name could not be resolved")
REFUSED = Failure("refused", "the connection was refused")
NETWORK = Failure("network", "the network failed")
CONNECT_TIMEOUT = Failure("connecting", "connecting took too long")
CERTIFICATE = Failure("certificate", "its certificate is not trusted")
TLS = Failure("tls", "TLS failed")
PROXY = Failure("proxy", "the proxy did not connect")
ADDRESS = Failure("address", "the URL of the endpoint or of the proxy cannot be used")
READ_TIMEOUT = Failure("silence", "the answer took too long")
DROPPED = Failure("dropped", "the connection broke")
GARBLED = Failure("garbled", "the answer was not HTTP as it should be")
INTERNAL = Failure("internal", "the HTTP library refused the request")

COUNTERPARTS: tuple[tuple[type[BaseException], Failure], ...] = (
    # A failure is a nest of exceptions; the first line of this table that any of them matches explains it. So
    # what names the cause stands above what merely wraps it.
    (below.ProxyError, PROXY),
    (theirs.ProxyError, PROXY),
    (below.ProxySchemeUnknown, PROXY),
    (below.ProxySchemeUnsupported, PROXY),
    (theirs.InvalidProxyURL, PROXY),
    (ssl.SSLCertVerificationError, CERTIFICATE),
    (ssl.SSLError, TLS),
    (below.SSLError, TLS),
    (theirs.SSLError, TLS),
    (socket.gaierror, DNS),
    (below.NameResolutionError, DNS),
    (ConnectionRefusedError, REFUSED),
    (below.NewConnectionError, NETWORK),
    (below.ConnectTimeoutError, CONNECT_TIMEOUT),
    (theirs.ConnectTimeout, CONNECT_TIMEOUT),
    (below.ReadTimeoutError, READ_TIMEOUT),
    (theirs.ReadTimeout, READ_TIMEOUT),
    (below.TimeoutStateError, INTERNAL),
    (below.TimeoutError, READ_TIMEOUT),
    (theirs.Timeout, READ_TIMEOUT),
    (TimeoutError, READ_TIMEOUT),
    (ConnectionError, DROPPED),
    (below.IncompleteRead, DROPPED),
    (below.InvalidChunkLength, GARBLED),
    (below.ResponseNotChunked, GARBLED),
    (below.BodyNotHttplibCompatible, GARBLED),
    (below.HeaderParsingError, GARBLED),
    (below.InvalidHeader, GARBLED),
    (theirs.InvalidHeader, INTERNAL),
    (below.DecodeError, GARBLED),
    (theirs.ContentDecodingError, GARBLED),
    (theirs.InvalidJSONError, GARBLED),
    (theirs.JSONDecodeError, GARBLED),
    (http.client.IncompleteRead, DROPPED),
    (http.client.HTTPException, GARBLED),
    (below.ProtocolError, DROPPED),
    (theirs.ChunkedEncodingError, DROPPED),
    (below.URLSchemeUnknown, ADDRESS),
    (below.LocationParseError, ADDRESS),
    (below.LocationValueError, ADDRESS),
    (theirs.MissingSchema, ADDRESS),
    (theirs.InvalidSchema, ADDRESS),
    (theirs.InvalidURL, ADDRESS),
    (theirs.URLRequired, ADDRESS),
    (UnicodeError, ADDRESS),
    (theirs.TooManyRedirects, INTERNAL),
    (theirs.RetryError, INTERNAL),
    (theirs.StreamConsumedError, INTERNAL),
    (theirs.UnrewindableBodyError, INTERNAL),
    (below.UnrewindableBodyError, INTERNAL),
    (below.HostChangedError, INTERNAL),
    (below.EmptyPoolError, INTERNAL),
    (below.FullPoolError, INTERNAL),
    (below.ClosedPoolError, INTERNAL),
    (below.ResponseError, INTERNAL),
    (below.MaxRetryError, NETWORK),
    (below.RequestError, NETWORK),
    (below.PoolError, NETWORK),
    (theirs.ConnectionError, NETWORK),
    (theirs.HTTPError, NETWORK),
    (theirs.RequestException, NETWORK),
    (below.HTTPError, NETWORK),
    (OSError, NETWORK),
    (ValueError, INTERNAL),
)

TRANSPORT_ERRORS = (theirs.RequestException, below.HTTPError, http.client.HTTPException, OSError, ValueError)
"""Everything that sending a request and reading its answer is known to raise."""


def explain(problem: BaseException, *, sent: bool) -> Failure:
    """Return what `problem`, one of `TRANSPORT_ERRORS`, means. The result holds no reference to it.

    `sent` says whether the request had left: urllib3 calls it a read time-out when TLS takes too long to set up.
    """
    nest = tuple(_nest(problem, set()))
    for kind, failure in COUNTERPARTS:
        if any(isinstance(inner, kind) for inner in nest):
            if failure is READ_TIMEOUT and not sent:
                return CONNECT_TIMEOUT
            return replace(failure, message=failure.message + _reason(failure, nest))
    return NETWORK


def _nest(problem: BaseException, seen: set[int]) -> Iterator[BaseException]:
    """Yield `problem` and what it wraps. Its context is left alone: that may be an error of the caller's own."""
    if id(problem) in seen:
        return
    seen.add(id(problem))
    yield problem
    for inner in (*problem.args, getattr(problem, "reason", None), problem.__cause__):
        if isinstance(inner, BaseException):
            yield from _nest(inner, seen)


def _reason(failure: Failure, nest: tuple[BaseException, ...]) -> str:
    """Return the reason that OpenSSL or the operating system gives, where it adds something."""
    for inner in nest:
        match inner:
            case ssl.SSLCertVerificationError() if failure is CERTIFICATE:
                return f" ({inner.verify_message})"
            case ssl.SSLError(reason=str(reason)) if failure is TLS:
                return f" ({reason.replace('_', ' ').lower()})"
            case OSError(strerror=str(text)) if failure is NETWORK:
                return f" ({text})"
            case OSError(args=(str(text),)) if failure is PROXY and text.startswith(_TUNNEL):
                return f" ({text.removeprefix(_TUNNEL)})"
            case _:
                continue
    return ""

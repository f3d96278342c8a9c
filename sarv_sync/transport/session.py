"""The HTTP session: what it trusts, what it sends with every request, and what it must never do by itself.

This module imports requests and is imported late.
"""

from __future__ import annotations

import logging
from http.cookiejar import DefaultCookiePolicy
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.util import Retry

from sarv_sync import __version__
from sarv_sync.model.endpoint import host_of, is_loopback
from sarv_sync.transport.authorities import trusting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from requests import Response


class SizedBody(Protocol):
    """A body that knows its length and can be sent once."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[bytes]: ...


_USER_AGENT = f"sarv-sync/{__version__}"


class Session(requests.Session):
    """Never follows a redirect. Even told not to, requests prepares the next request and reads the body whole."""

    def __init__(self) -> None:
        super().__init__()
        self._bare: dict[str, requests.PreparedRequest] = {}

    def get_redirect_target(self, resp: Response) -> str | None:  # noqa: ARG002 - requests' signature
        """Return nothing: no answer leads elsewhere."""
        return None

    def post_once(self, url: str, body: SizedBody, timeout: tuple[float, float]) -> Response:
        """Post `body` as `post` does; the body of the answer is still to be read.

        What is the same in all requests to `url` is worked out for the first of them. That is more than a third of
        what a call costs the processor, and there are thousands of calls.
        """
        if url not in self._bare:
            self._bare[url] = self.prepare_request(requests.Request("POST", url))
        request = self._bare[url].copy()
        request.body = body  # type: ignore[assignment] # requests iterates it, as it does where it prepares it
        request.headers["Content-Length"] = str(len(body))
        adapter, checked = self.get_adapter(url), self.verify or True
        return adapter.send(request, stream=True, timeout=timeout, verify=checked, proxies=self.proxies)


def new_session(
    endpoint: str, ca_bundle: str | None, pool_size: int, headers: Mapping[str, str] = MappingProxyType({})
) -> Session:
    """Return a session for `endpoint` with up to `pool_size` kept connections. It sends `headers` with every request.

    It repeats nothing, keeps no cookies and reads neither netrc nor requests' own variables. Proxies do come from the
    environment. Certificates are checked against `ca_bundle` or, without one, the bundle that requests ships.
    """
    # This logger quotes what it cannot parse as headers, and warnings show without being asked for: an answer that
    # lost its blank line would put a password on the screen.
    logging.getLogger("urllib3.connection").setLevel(logging.CRITICAL)
    session = Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.clear()
    session.headers.update({"User-Agent": _USER_AGENT, **headers})
    session.proxies.update(proxies_for(endpoint))
    if ca_bundle:
        trusting(ca_bundle)  # or else the first request would fail, with requests' words
    session.verify = ca_bundle or True
    # `read=False` re-raises what went wrong while sending or reading. Nothing is ever tried again: a second addSmtp
    # would make a second user, and a second write of the state might undo another run's.
    never = Retry(total=0, connect=0, read=False, redirect=0, status=0, other=0, respect_retry_after_header=False)
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_connections=1, pool_maxsize=pool_size, max_retries=never))
    return session


def proxies_for(endpoint: str) -> dict[str, str]:
    """Return the environment's proxies for `endpoint`, by scheme: none for a loopback address."""
    if is_loopback(host_of(endpoint)):
        return {}
    return dict(get_environ_proxies(endpoint))

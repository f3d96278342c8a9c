"""Metrics pushed to a Prometheus pushgateway.

One group for each configuration (`job="sarv_sync"`, `configuration=PATH`), replaced as a whole by every push.
"""

from __future__ import annotations

import re
from base64 import b64encode, urlsafe_b64encode
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError, SarvSyncError
from sarv_sync.model.endpoint import is_loopback
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.model.secret import Secret
    from sarv_sync.monitoring.metrics import Check

_JOB = "sarv_sync"

_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]{0,250}[a-z0-9_])?)(?P<port>:[0-9]{1,5})?"
    r"(?P<path>(?:/(?!\.{0,2}(?:/|$))[a-z0-9._~-]+)*)/?",
    re.IGNORECASE | re.ASCII,
)
_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_TIMEOUT = (5.0, 10.0)
_LONGEST = 2048
_HINT = "write http(s)://HOST[:PORT][/PATH], for example http://pushgateway.monitoring:9091"
_HINTS = {
    3: "redirects are not followed: give the URL that really is the pushgateway's",
    4: "check the URL, to which /metrics/job/… is added, and SARV_PUSHGATEWAY_USERNAME and SARV_PUSHGATEWAY_PASSWORD",
}


@dataclass(frozen=True, slots=True)
class Credentials:
    """For a pushgateway that asks for a user name and a password."""

    username: str
    password: Secret


class Pushgateway:
    """The pushgateway at `url`. Raises `InputError` for one that cannot be used, and does not repeat it there: it may
    hold a password.
    """

    def __init__(self, url: str, credentials: Credentials | None = None, ca_bundle: str | None = None) -> None:
        self._url = _checked(url, secret=credentials is not None)
        self._credentials = credentials
        self._ca_bundle = ca_bundle

    def send(self, check: Check) -> None:
        """Replace the group of this configuration by the metrics of `check`. Raises `SarvSyncError`."""
        from sarv_sync.monitoring.exposition import exposition, label_text
        from sarv_sync.transport.failures import TRANSPORT_ERRORS, explain
        from sarv_sync.transport.session import new_session

        group = f"{self._url}/metrics/job/{_JOB}/configuration@base64/{_encoded(label_text(check.configuration))}"
        data, headers = exposition(check), {"Content-Type": _CONTENT_TYPE}
        session = new_session(self._url, self._ca_bundle, 1, _authorization(self._credentials))
        try:
            with (
                session,
                session.put(
                    group, data, headers=headers, timeout=_TIMEOUT, allow_redirects=False, stream=True
                ) as response,
            ):
                status = response.status_code
        except TRANSPORT_ERRORS as problem:
            reason = explain(problem, sent=True).message
        else:
            if 200 <= status < 300:
                return
            raise SarvSyncError(f"the pushgateway {self._url} answered with HTTP {status}", _HINTS.get(status // 100))
        raise SarvSyncError(
            f"could not reach the pushgateway {self._url}: {reason}", "check the URL and the network between"
        )


def _checked(url: str, *, secret: bool) -> str:
    """Return `url` without a final slash."""
    match = _URL.fullmatch(url) if len(url) <= _LONGEST else None
    if match is None:
        raise _explained(url)
    scheme, host = match["scheme"].lower(), match["host"].lower()
    if "/metrics/" in f"{match['path']}/":
        raise InputError("the URL of the pushgateway holds /metrics", "leave out everything from /metrics on")
    if secret and scheme == "http" and not is_loopback(host):
        raise InputError(
            f"the pushgateway {host} would get its password in the clear",
            "write https://, or unset SARV_PUSHGATEWAY_USERNAME and SARV_PUSHGATEWAY_PASSWORD",
        )
    return f"{scheme}://{host}{match['port'] or ''}{match['path']}"


def _explained(url: str) -> InputError:
    if "@" in url:
        return InputError(
            "the URL of the pushgateway holds a user name or password",
            "leave them out, and set SARV_PUSHGATEWAY_USERNAME and SARV_PUSHGATEWAY_PASSWORD in the environment",
        )
    return InputError("--pushgateway is not a URL that can be used", _HINT)


def _encoded(text: str) -> str:
    """Return `text` for a grouping key. As it is, a `..` in it would name another group, and all of them at worst."""
    return urlsafe_b64encode(text.encode()).decode("ascii")


def _authorization(credentials: Credentials | None) -> dict[str, str]:
    if credentials is None:
        return {}
    both = f"{credentials.username}:{credentials.password.reveal()}"
    return {"Authorization": f"Basic {b64encode(both.encode()).decode('ascii')}"}

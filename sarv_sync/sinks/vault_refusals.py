"""What it means that Vault does not do what was asked, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.errors import SinkError
from sarv_sync.model.visible import short
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.model.scrub import Scrubber
    from sarv_sync.transport.failures import Failure, Kind

_LONGEST = 300
_SCRUBBED = 4096
_CHECK = "check VAULT_ADDR, the network and, if there is one, the proxy (HTTPS_PROXY, NO_PROXY)"
_TRANSPORT: dict[Kind, str] = {
    "certificate": "if the certificate comes from your own authority, set VAULT_CACERT to a PEM file with it",
    "proxy": "check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY",
}
_AGAIN = "run this again; where it lasts, the server's log says more"
_HINTS = {
    400: "Vault's words say what is wrong",
    403: "the token is not valid, or not any more, or its policy does not allow this; docs/credentials.md has one",
    404: "check VAULT_NAMESPACE, `mount` and `path`",
    429: "Vault limits the rate of calls, or this is a standby: run this again, or use the active node's address",
    503: "Vault is sealed, or in maintenance: unseal it, and run this again",
}
_LOGIN = {
    400: "check the credentials and the role: they may have ended, or be for another audience or another branch",
    403: "check the credentials, and whether the auth method is mounted there: `auth_mount` says where",
    404: "check VAULT_NAMESPACE, and whether the auth method is mounted there: `auth_mount` says where",
}


@dataclass(frozen=True, slots=True)
class Refusals:
    """Makes errors. What Vault says is quoted: scrubbed, visible and short."""

    scrubber: Scrubber

    def of(self, what: str, status: int, document: Mapping[str, Any]) -> SinkError:
        """Return the error for an answer to `what` that is no success, or none that can be used."""
        return self._error(what, status, document, _HINTS)

    def of_login(self, what: str, status: int, document: Mapping[str, Any]) -> SinkError:
        """Return the error for a login that got no token."""
        return self._error(what, status, document, {**_HINTS, **_LOGIN})

    def unanswered(self, what: str, failure: Failure) -> SinkError:
        """Return the error for a call without an answer."""
        return SinkError(f"cannot {what}: {failure.message}", _TRANSPORT.get(failure.kind, _CHECK))

    def _error(self, what: str, status: int, document: Mapping[str, Any], hints: Mapping[int, str]) -> SinkError:
        if 300 <= status < 400:
            return SinkError(
                f"cannot {what}: the server redirects ({status}), which is not followed with a token",
                "set VAULT_ADDR to the address of the active node, or of the load balancer in front of it",
            )
        if status == 200:
            return SinkError(f"cannot {what}: the answer is not one of Vault", _CHECK)
        said = short(" ".join(self.scrubber.scrub(words_of(document)[:_SCRUBBED]).split()), _LONGEST)
        message = f"cannot {what}: the server answered {status}" + (f" ({said})" if said else "")
        return SinkError(message, hints.get(status, _AGAIN))


def words_of(document: Mapping[str, Any]) -> str:
    """Return Vault's own explanation, "" where there is none."""
    stated = document.get("errors")
    return "; ".join(text for text in stated if isinstance(text, str)) if isinstance(stated, list) else ""

"""What goes wrong with a state over HTTP, in words: what failed, and apart from it what to do."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Literal

from sarv_sync.errors import StateError
from sarv_sync.transport.failures import Failure
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.model.scrub import Scrubber
    from sarv_sync.state.http.exchange import Answer
    from sarv_sync.transport.failures import Kind

Doing = Literal["read", "write", "lock"]

_LONGEST = 120
_CHECK = "check the address in `state`, the network and, if there is one, the proxy (HTTPS_PROXY, NO_PROXY)"
_AGAIN = "run the command again; it starts from the state as it is then"
_FAILURES: dict[Kind, str] = {
    "name": "check the spelling of the address in `state`, and the network: a state over HTTP is not there offline",
    "certificate": "if the certificate comes from your own authority, set SARV_CA_BUNDLE to a PEM file with it",
    "tls": "check that the port of the address speaks https; SARV_CA_BUNDLE adds an authority",
    "proxy": "check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY",
    "silence": _AGAIN,
    "dropped": _AGAIN,
}
_CREDENTIALS = (
    "set TF_HTTP_USERNAME and TF_HTTP_PASSWORD to credentials that are valid; for GitLab a user name and an access "
    "token with the scope api, in its jobs gitlab-ci-token and $CI_JOB_TOKEN"
)
_ROLE = (
    "give the credentials this right; in GitLab it takes the role Developer to read a state and Maintainer to write "
    "it, and a token with the scope api"
)
_MOVED = (
    "write the address that it is at now in `state`: a redirect is not followed, it could lead the credentials astray"
)
_LARGE = "let the server take larger documents: in GitLab the limit for Terraform states, in a proxy that for bodies"
_PAGE = "a login page or a proxy may have answered: check the address in `state`, and what lies before the server"
_SERIAL = (
    "GitLab and Gitea keep each serial once and show the highest: `sarv-sync state pull` shows what is there; "
    "a state that was deleted there needs another name"
)
_LOCKING = (
    "locking keeps two runs apart, so a server with Terraform's locking is needed; for GitLab set lock_address to "
    "the address followed by /lock, lock_method to POST and unlock_method to DELETE"
)
_BUSY = "the server is down or has too much to do: run the command again later"
_NOT_THERE = "check the address in `state`; GitLab says the same of a project that the credentials may not see"

_STATUSES = {
    401: _CREDENTIALS, 403: _ROLE, 404: _NOT_THERE, 407: _FAILURES["proxy"], 408: _BUSY, 410: _NOT_THERE, 413: _LARGE,
    422: _SERIAL, 429: _BUSY, 502: _BUSY, 503: _BUSY, 504: _BUSY,
}  # fmt: skip
_SERIES = {3: _MOVED, 5: "the server failed, and its log says why; run the command again later"}
_OTHERWISE: dict[Doing, str] = {"read": _CHECK, "write": _SERIAL, "lock": _LOCKING}


@dataclass(frozen=True, slots=True)
class Complaint:
    """Makes errors about the state at `place`. What the server said is quoted, shortened and without the password."""

    place: str
    scrubber: Scrubber

    def about(self, doing: Doing, answer: Answer | Failure) -> StateError:
        """Return the error for no answer, or one that is no success."""
        if isinstance(answer, Failure):
            hint = _FAILURES.get(answer.kind, _CHECK)
            return StateError(f"cannot {doing} the state {self.place}: {answer.message}", hint)
        hint = _STATUSES.get(answer.status) or _SERIES.get(answer.status // 100) or _OTHERWISE[doing]
        return StateError(f"cannot {doing} the state {self.place}: {self._said(answer)}", hint)

    def no_locking(self, answer: Answer) -> StateError:
        """Return the error for a server that does not know what locking is."""
        message = f"the server of the state {self.place} does not lock it: {self._said(answer)}"
        return StateError(message, _NOT_THERE if hides_project(answer) else _LOCKING)

    def page(self, doing: Doing) -> StateError:
        """Return the error for a web page in place of the answer."""
        return StateError(f"cannot {doing} the state {self.place}: the server answered with a web page", _PAGE)

    def unchanged(self) -> StateError:
        """Return the error for a server that said yes and goes on showing the document from before."""
        return StateError(f"the server took the state {self.place}, and still shows the one before it", _SERIAL)

    def held(self, who: str, since: str, lock_id: str) -> StateError:
        """Return the error for a lock that somebody else keeps."""
        known = f" by {self.shown(who)}" if who else ""
        known += f" since {self.shown(since)}" if since else ""
        known += f" (ID {self.shown(lock_id)})" if lock_id else ""
        return StateError(
            f"cannot write the state {self.place}: it is locked on its server{known}",
            "wait for whoever holds it, Terraform or a person, and run the command again; if nobody works there any "
            "more, release it on the server (in GitLab: Operate > Terraform states > Unlock)",
        )

    def shown(self, text: str) -> str:
        """Return words from outside as they may be shown: in one line, short, without the password."""
        line = " ".join("".join(c if c.isprintable() else " " for c in self.scrubber.scrub(text[:2000])).split())
        return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"

    def _said(self, answer: Answer) -> str:
        status = f"the server answered {answer.status} {_phrase(answer.status)}".rstrip()
        words = self.shown(_words(answer))
        return f"{status} ({words})" if words else status


def hides_project(answer: Answer) -> bool:
    """Say whether a 404 is not about the document: GitLab's for a project that is not seen, or for no such route."""
    document = _document(answer)
    if not isinstance(document, dict):
        return False
    return "project not found" in str(document.get("message", "")).lower() or document.get("error") == "404 Not Found"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _words(answer: Answer) -> str:
    """Return the server's own explanation, where it gives one in words."""
    if answer.page:
        return "with a web page"
    document = _document(answer)
    if isinstance(document, dict):
        return next((str(document[key]) for key in ("message", "error") if document.get(key)), "")
    return "" if document is not None else _text(answer.body)


def _text(body: bytes) -> str:
    text = body[:_LONGEST].decode("utf-8", "replace")
    return "" if re.search(r"[<{\ufffd]", text) else text


def _document(answer: Answer) -> Any:
    try:
        return json.loads(answer.body[: 1 << 16])
    except (ValueError, RecursionError):
        return None

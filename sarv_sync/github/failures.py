"""What goes wrong with GitHub's API, in words: what failed, and apart from it what to do."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import GitHubError
from sarv_sync.github.wire import Answer, NoAnswer
from sarv_sync.model.visible import short
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.github.interface import Method
    from sarv_sync.model.scrub import Scrubber
    from sarv_sync.transport.failures import Kind

_LONGEST = 300
_SCRUBBED = 4096
_DETAILS_MAX = 3

_CHECK = "check GITHUB_API_URL, the network and, if there is one, the proxy (HTTPS_PROXY, NO_PROXY)"
_AGAIN = "run the job again; if GitHub has a problem, https://www.githubstatus.com says so"
_DOUBT = "what was asked may have been done all the same: run the job again, which looks first"
_TRANSPORT: dict[Kind, str] = {
    "certificate": "if the certificate comes from your own authority, set SARV_CA_BUNDLE to a PEM file with it",
    "proxy": "check HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY",
    "silence": _AGAIN,
    "dropped": _AGAIN,
}
_READ_ONLY = "the token of a pull request from a fork or from Dependabot can only read, whatever is granted"
_MAY_OPEN_NONE = (
    'turn on "Allow GitHub Actions to create and approve pull requests" under Settings > Actions > General, in the '
    "organization as well as here, or give `github-token` the token of an app"
)
_HINTS = {
    401: "give `github-token` a token that is valid, such as ${{ github.token }}; a job's own ends with the job",
    403: "GitHub's words say who forbids it; an owner of the organization can change that",
    404: "it does not exist, or the token may not see it: check the repository, and what the job grants",
    410: "it is gone or switched off: issues can be switched on in the settings of the repository",
    413: "this is larger than GitHub takes",
    422: "GitHub understood this and refuses it; its words say what is wrong",
}
_GRANTABLE = frozenset((
    "actions", "attestations", "checks", "contents", "deployments", "discussions", "issues", "packages", "pages",
    "pull-requests", "security-events", "statuses",
))  # fmt: skip
_PERMISSION = re.compile(r"([a-z_]{1,40})=(read|write|admin)")


@dataclass(frozen=True, slots=True)
class Complaint:
    """Makes errors about one call. What GitHub says is quoted: scrubbed, visible and short."""

    method: Method
    path: str
    host: str
    scrubber: Scrubber

    def about(self, answer: Answer | NoAnswer) -> GitHubError:
        """Return the error for no answer, or one that is no success."""
        if isinstance(answer, NoAnswer):
            return self._unanswered(answer)
        if answer.redirect is not None:
            return self._moved(answer)
        words = self._shown(_words(answer.document))
        said = f"{answer.status} {_phrase(answer.status)}".strip() + (f" ({words})" if words else "")
        return self._error(f"GitHub answered {said}", self._hint(answer), answer.status)

    def until(self, answer: Answer, seconds: float, now: float) -> GitHubError:
        """Return the error for a limit that lasts for another `seconds`."""
        end = datetime.fromtimestamp((now if answer.date is None else answer.date) + seconds, timezone.utc)
        return self._error(
            f"GitHub takes no more calls with this token until {end:%Y-%m-%d %H:%M:%S} UTC",
            "run the job again after that; ${{ github.token }} is shared by the jobs of this repository alone",
            answer.status,
        )

    def unusable(self, status: int, instead: str) -> GitHubError:
        """Return the error for a success with something else than was expected in it."""
        hint = f"a login page or a proxy may have answered: {_CHECK}"
        return self._error(f"GitHub answered {status} with {instead}", hint, status)

    def endless(self, pages: int) -> GitHubError:
        """Return the error for a list of more than `pages`."""
        return self._error(f"the list has more than {pages} pages", "remove what is not needed any more", None)

    def astray(self) -> GitHubError:
        """Return the error for a next page that lies elsewhere: the token goes nowhere but to the API."""
        return self._error("GitHub's answer names a next page that is not in its API", _CHECK, None)

    def _unanswered(self, answer: NoAnswer) -> GitHubError:
        failure = answer.failure
        reached = f"no answer from {self.host}" if answer.sent else f"could not reach {self.host}"
        doubt = answer.sent and self.method == "POST"
        hint = _DOUBT if doubt else _TRANSPORT.get(failure.kind, _CHECK)
        return self._error(f"{reached}: {failure.message}", hint, None)

    def _moved(self, answer: Answer) -> GitHubError:
        where = f"to {self._shown(answer.redirect)}" if answer.redirect else "to another path"
        return self._error(
            f"GitHub redirects {where} ({answer.status}); that is not followed, so that the token goes nowhere else",
            "the repository may have been renamed: use the name that it has now",
            answer.status,
        )

    def _hint(self, answer: Answer) -> str:
        if answer.status >= 500:
            return _DOUBT if self.method == "POST" else _AGAIN
        if answer.status == 403 and "not permitted to create" in _words(answer.document):
            return _MAY_OPEN_NONE
        if answer.status in {403, 404}:
            grants = _grants(answer.permissions)
            missing = answer.status == 404 or "not accessible" in _words(answer.document)
            if grants and missing:
                start = "" if answer.status == 403 else f"{_HINTS[404]}; "
                return f"{start}add {grants} to `permissions:` of the job; {_READ_ONLY}"
            if missing and answer.status == 403:
                return f"add what this call needs to `permissions:` of the job; {_READ_ONLY}"
        return _HINTS.get(answer.status, _AGAIN)

    def _shown(self, text: str | None) -> str:
        """Return `text` scrubbed first and cut afterwards: half a secret would not be recognised."""
        return short(" ".join(self.scrubber.scrub((text or "")[:_SCRUBBED]).split()), _LONGEST)

    def _error(self, text: str, hint: str, status: int | None) -> GitHubError:
        return GitHubError(f"{self.method} {self.path}: {text}", hint, status=status)


def _grants(permissions: str) -> str:
    """Return what a job can be granted for this, in the words of its `permissions:`, "" where nothing is known.

    GitHub separates what is needed together by commas, and one such set from another by semicolons. Every token may
    read metadata.
    """
    ways = []
    for together in permissions[:_SCRUBBED].split(";"):
        stated = [_PERMISSION.fullmatch(one.strip()) for one in together.split(",")]
        needed = [(match[1].replace("_", "-"), match[2]) for match in stated if match and match[1] != "metadata"]
        if needed and None not in stated and all(name in _GRANTABLE for name, _ in needed):
            ways.append(" and ".join(f"`{name}: {level}`" for name, level in needed))
    return " or ".join(dict.fromkeys(ways))


def _words(document: Any) -> str:
    """Return GitHub's own explanation: its message and, of a validation, what each fault is."""
    if not isinstance(document, dict):
        return ""
    message, stated = document.get("message"), document.get("errors")
    details = [_detail(one) for one in stated[:_DETAILS_MAX]] if isinstance(stated, list) else []
    said = [text for text in (message if isinstance(message, str) else "", "; ".join(filter(None, details))) if text]
    return ": ".join(said)


def _detail(error: object) -> str:
    if isinstance(error, dict):
        message = error.get("message")
        parts = [message] if message else [error.get("field"), error.get("code")]
        return " ".join(part for part in parts if isinstance(part, str))
    return error if isinstance(error, str) else ""


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""

"""What it means that GitHub does not take a secret, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import GitHubError, SinkError
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.github.api import RestApi
    from sarv_sync.sinks.github_places import Place, PlaceKind

_GRANTS: dict[PlaceKind, str] = {
    "repository": "the repository permission Secrets (read and write)",
    "environment": "the repository permission Environments (read and write)",
    "organization": "the organization permission Secrets (read and write)",
}
"""In the words of the page on which a fine-grained token, or a GitHub App, is given permissions."""

_MOST = "a secret may have 48 KB, and a repository or environment 100 of them, an organization 1,000"


@dataclass(frozen=True, slots=True)
class Refusals:
    """Explains errors of `api`, whose token came from the variable `token_name`."""

    api: RestApi
    token_name: str

    def explain(self, error: GitHubError, verb: str, place: Place) -> SinkError:
        """Return what `error` means for whoever wanted to `verb` the secrets of `place`."""
        message = f"cannot {verb} the secrets of {place.title}: {error.message}"
        match error.status:
            case 401:
                return SinkError(message, f"{self.token_name} is not valid, or not any more: {self._remedy(place)}")
            case 403 if "GitHub answered" in error.message:  # else it is a limit, with a hint of its own
                return SinkError(message, self._forbidden(place))
            case 404:
                return self._missing(message, place)
            case 422:
                return SinkError(message, f"GitHub's words say what is wrong; {_MOST}")
        return SinkError(message, error.hint)

    def _forbidden(self, place: Place) -> str:
        if self.token_name == "GITHUB_TOKEN":  # noqa: S105 - the name of a variable
            return f"the token of a workflow cannot write secrets, whatever it is granted: {self._remedy(place)}"
        return f"{self.token_name} may not do this: {self._remedy(place)}"

    def _missing(self, message: str, place: Place) -> SinkError:
        if place.kind == "environment" and self._is_seen(place.owner):
            repository, _, name = place.title.partition(":")
            return SinkError(
                f"{place.title}: {repository} has no environment {name}",
                "make it in the settings of the repository, with the rules that protect it; it is not made here, "
                "since without rules every branch could read its secrets",
            )
        return SinkError(message, f"it does not exist, or the token does not see it: {self._remedy(place)}")

    def _is_seen(self, path: str) -> bool:
        try:
            self.api.get(path)
        except GitHubError:
            return False
        return True

    def _remedy(self, place: Place) -> str:
        return (
            f"set SARV_SECRETS_TOKEN to a fine-grained token, or the token of a GitHub App, that has "
            f"{_GRANTS[place.kind]} for {place.title.partition(':')[0].removeprefix('org ')}"
        )

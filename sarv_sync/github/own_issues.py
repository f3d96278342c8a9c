"""Our issues about one main file: those by our author, under our label, that begin with the marker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sarv_sync.errors import GitHubError, InputError
from sarv_sync.github.author import is_by
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.github.interface import Api

_COLOR = "d93f0b"
_DESCRIPTION = "The account is not as its files say; kept by sarv-sync"


@dataclass(frozen=True, slots=True)
class Found:
    """The issue as it stands. Its text may have been edited by anybody who may write here."""

    number: int
    state: str
    title: str
    body: str
    html_url: str
    closed_at: str


@dataclass(frozen=True, slots=True)
class Issues:
    """The issues of a repository that are about one main file and ours. Everything raises `GitHubError`."""

    api: Api
    repository: str
    author: str
    label: str
    marker: str

    def all(self) -> list[Found]:
        """Return them, the oldest first."""
        if "," in self.label:
            hint = "GitHub takes a comma for the end of a label when issues are looked for: choose another label"
            raise InputError(f"the label {self.label!r} of the issue holds a comma", hint)
        query = {"state": "all", "labels": self.label}
        listed = self.api.pages(f"/repos/{self.repository}/issues", query)
        read = [_read(item) for item in listed if self._is_ours(item)]
        found = [issue for issue in read if issue is not None and issue.body.startswith(self.marker)]
        return sorted(found, key=lambda issue: issue.number)

    def without_duplicates(self) -> list[Found]:
        """Return them after closing all open ones but the oldest."""
        found = self.all()
        opened = [issue for issue in found if issue.state == "open"]
        for duplicate in opened[1:]:
            self.close_duplicate(duplicate.number, opened[0].number)
        return [issue for issue in found if issue not in opened[1:]]

    def close_duplicate(self, number: int, original: int) -> None:
        """Close an issue that should not be; without the marker it is not found, and so not reopened."""
        body = f"A duplicate of #{original}: two runs opened an issue at the same time."
        self.edit(number, {"state": "closed", "state_reason": "not_planned", "body": body})

    def edit(self, number: int, changes: dict[str, str]) -> None:
        """Change what is named."""
        self.api.send("PATCH", f"/repos/{self.repository}/issues/{number}", changes)

    def comment(self, number: int, text: str) -> None:
        """Say something below an issue."""
        self.api.send("POST", f"/repos/{self.repository}/issues/{number}/comments", {"body": text})

    def create(self, title: str, body: str) -> Any:
        """Open an issue under the label, which is made if the repository has it not."""
        self._have_label()
        document = {"title": title, "body": body, "labels": [self.label]}
        return self.api.send("POST", f"/repos/{self.repository}/issues", document)

    def _have_label(self) -> None:
        path = f"/repos/{self.repository}/labels"
        try:
            self.api.get(f"{path}/{quote(self.label, safe='')}")
        except GitHubError as error:
            if error.status != 404:
                raise
            self._make_label(path)

    def _make_label(self, path: str) -> None:
        try:
            self.api.send("POST", path, {"name": self.label, "color": _COLOR, "description": _DESCRIPTION})
        except GitHubError as error:
            # Another run may have made it meanwhile. Where that is not why, opening the issue says what is wrong.
            if error.status != 422:
                raise

    def _is_ours(self, item: Any) -> bool:
        # GitHub lists pull requests as issues.
        return is_by(item, self.author) and "pull_request" not in item


def _read(item: Any) -> Found | None:
    match item:
        case {"number": int(number), "state": str(state), "title": str(title), "html_url": str(url)}:
            return Found(number, state, title, item.get("body") or "", url, item.get("closed_at") or "")
    return None

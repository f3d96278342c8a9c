"""The pull requests from one branch of ours into another: those by our author that begin with the marker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.github.author import is_by
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.github.interface import Api


@dataclass(frozen=True, slots=True)
class Found:
    """The pull request as it stands. `ours` says that its text is; anybody who may write here may have edited it."""

    number: int
    title: str
    body: str
    html_url: str
    opened: bool
    merged: bool
    ours: bool


@dataclass(frozen=True, slots=True)
class Pulls:
    """The pull requests of a repository from its branch `head` into `base`. Everything raises `GitHubError`."""

    api: Api
    repository: str
    author: str
    marker: str
    head: str
    base: str

    def all(self) -> list[Found]:
        """Return them, the newest first."""
        owner = self.repository.partition("/")[0]
        query = {"state": "all", "head": f"{owner}:{self.head}", "base": self.base}
        read = [self._read(item) for item in self.api.pages(f"/repos/{self.repository}/pulls", query)]
        return sorted((pull for pull in read if pull is not None), key=lambda pull: pull.number, reverse=True)

    def edit(self, number: int, changes: dict[str, str]) -> None:
        """Change what is named."""
        self.api.send("PATCH", f"/repos/{self.repository}/pulls/{number}", changes)

    def comment(self, number: int, text: str) -> None:
        """Say something below a pull request."""
        self.api.send("POST", f"/repos/{self.repository}/issues/{number}/comments", {"body": text})

    def create(self, title: str, body: str) -> Any:
        """Open a pull request."""
        document = {"title": title, "body": body, "head": self.head, "base": self.base}
        return self.api.send("POST", f"/repos/{self.repository}/pulls", document)

    def _read(self, item: Any) -> Found | None:
        """Return a pull request; None for one from elsewhere, since GitHub passes over a filter it does not like."""
        match item:
            case {
                "number": int(number), "state": str(state), "title": str(title), "html_url": str(url),
                "head": {"ref": self.head, "repo": {"full_name": str(origin)}}, "base": {"ref": self.base},
            } if origin.casefold() == self.repository.casefold():  # fmt: skip
                body, merged = item.get("body") or "", item.get("merged_at") is not None
                ours = is_by(item, self.author) and body.startswith(self.marker)
                return Found(number, title, body, url, state == "open", merged, ours)
        return None

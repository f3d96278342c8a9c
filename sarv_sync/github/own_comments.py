"""Our comments under a pull request: those by our author that begin with the marker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.errors import GitHubError
from sarv_sync.github.author import another_author, is_by
from sarv_sync.model.github_texts import COMMENT_MARKER
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.github.interface import Api


@dataclass(frozen=True, slots=True)
class Comment:
    """One of ours, as it was read."""

    id: int
    body: str
    html_url: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """The comments of one author under one pull request."""

    api: Api
    repository: str
    number: int
    author: str

    def ours(self) -> list[Comment]:
        """Return our comments, the oldest first. Raises `GitHubError`."""
        path = f"/repos/{self.repository}/issues/{self.number}/comments"
        read = [_read(item) for item in self.api.pages(path) if is_by(item, self.author)]
        return sorted((comment for comment in read if comment is not None), key=lambda comment: comment.id)

    def create(self, body: str) -> GitHubError | None:
        """Create a comment. Return the error where nobody knows whether there is one now, raise any other."""
        path = f"/repos/{self.repository}/issues/{self.number}/comments"
        try:
            made = self.api.send("POST", path, {"body": body})
        except GitHubError as error:
            if error.status is None or error.status >= 500:
                return error
            raise
        if not is_by(made, self.author):
            self._take_back(made)
            raise another_author(made, self.author)
        return None

    def edit(self, comment: Comment, body: str) -> None:
        """Put `body` in a comment, if it is still there. Raises `GitHubError`."""
        try:
            self.api.send("PATCH", f"/repos/{self.repository}/issues/comments/{comment.id}", {"body": body})
        except GitHubError as error:
            _pass_over_gone(error)

    def delete(self, comment_id: int) -> None:
        """Delete a comment, unless somebody else has. Raises `GitHubError`."""
        try:
            self.api.send("DELETE", f"/repos/{self.repository}/issues/comments/{comment_id}")
        except GitHubError as error:
            _pass_over_gone(error)

    def _take_back(self, made: Any) -> None:
        # It would be a new comment with every run, as none of them is found again.
        match made:
            case {"id": int(comment_id)}:
                self.delete(comment_id)


def _read(item: Any) -> Comment | None:
    match item:
        case {"id": int(number), "body": str(body), "html_url": str(url)}:
            ours = body.partition("\n")[0].rstrip("\r") == COMMENT_MARKER
            return Comment(number, body, url) if ours else None
    return None


def _pass_over_gone(error: GitHubError) -> None:
    if error.status != 404:
        raise error

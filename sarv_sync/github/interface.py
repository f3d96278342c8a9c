"""What the code that comments, keeps issues and reads reviews needs of GitHub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Change = Literal["POST", "PATCH", "PUT", "DELETE"]
Method = Literal["GET", "POST", "PATCH", "PUT", "DELETE"]


class Api(Protocol):
    """The REST API. A path begins with a slash and is escaped; answers are JSON values that nobody has checked yet.

    Everything raises `GitHubError`, whose `status` is that of the answer, or None where there was none.
    """

    def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Any:
        """Return what is at `path`."""
        ...

    def pages(self, path: str, query: Mapping[str, str | int] | None = None) -> Iterator[Any]:
        """Yield the items of the list at `path`, page by page, in its order."""
        ...

    def send(self, method: Change, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Change something and return the answer, None where it is empty.

        `PATCH`, `PUT` and `DELETE` may be sent more than once. A `POST` is sent again only where it was provably not
        carried out: after an error without a `status`, or one from 500 on, what it makes may be there nevertheless.
        """
        ...

"""Who writes: the login behind the token, which is part of how our comments and issues are told from others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sarv_sync.errors import GitHubError

if TYPE_CHECKING:
    from sarv_sync.github.interface import Api


def whoami(api: Api, fallback: str) -> str:
    """Return the login of the token's owner; `fallback` for the token of an app, which may not ask for that.

    The workflow's own token is one of those: what it writes is by `github-actions[bot]`. Raises `GitHubError`.
    """
    try:
        answer = api.get("/user")
    except GitHubError as error:
        if error.status != 403:
            raise
        return fallback
    match answer:
        case {"login": str(login)}:
            return login
    return fallback


def is_by(item: Any, author: str) -> bool:
    """Say whether a comment or an issue, as the API has it, is by `author`. GitHub's logins know no case."""
    match item:
        case {"user": {"login": str(login)}}:
            return login.casefold() == author.casefold()
    return False


def another_author(item: Any, author: str) -> GitHubError:
    """Return the error for something just written that will not be found again, since its author is not `author`."""
    match item:
        case {"user": {"login": str(login)}}:
            hint = f"set the Action's input comment-author to {login}, so that it finds its own words again"
            return GitHubError(f"what the token writes is by {login}, not by {author}", hint)
    return GitHubError("GitHub does not say who wrote what the token has just written")

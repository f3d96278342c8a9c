"""One issue for each main file whose account has drifted: opened, kept up to date, reopened, closed.

It is found by its label, its author, and the marker at the beginning of its body: an open one first, else the one
that was closed last. Issues of anybody else are never touched, nor are pull requests. Whoever takes the label away
lets go of the issue: the next drift opens another one.

What a body says is edited first and commented on second. So a comment that cannot be made is missing once, rather
than repeated by every run. Two runs that open an issue at the same time both list again afterwards; the later issue
is closed as a duplicate by whoever sees both.
"""

from __future__ import annotations

from contextlib import contextmanager
from enum import Enum
from typing import TYPE_CHECKING

from sarv_sync.errors import GitHubError
from sarv_sync.github.author import another_author, is_by
from sarv_sync.github.own_issues import Found, Issues
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sarv_sync.github.interface import Api

__all__ = ["Action", "Drifting", "Found", "Kept", "close_issue", "find_issue", "keep_issue"]


class Action(Enum):
    """What was done to the issue."""

    OPENED = "opened"
    REOPENED = "reopened"
    COMMENTED = "commented"
    """The drift is another one now: the body says so, and a comment too, if there was one to make."""
    UPDATED = "updated"
    """The drift is the same, the body is not: it was edited without a word."""
    UNCHANGED = "unchanged"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Kept:
    """The issue as it was left."""

    action: Action
    html_url: str

    @property
    def news(self) -> bool:
        """Say whether people should hear of it: something drifted that had not drifted before."""
        return self.action in {Action.OPENED, Action.REOPENED, Action.COMMENTED}


@dataclass(frozen=True, slots=True)
class Drifting:
    """What the issue should say.

    `body` begins with hidden lines, HTML comments: the first begins with the marker, and one of them holds
    `fingerprint`, a hash of what drifted. `change_comment` is said when that has changed, or the issue is reopened.
    """

    title: str
    body: str
    change_comment: str | None
    fingerprint: str


def find_issue(api: Api, repository: str, author: str, label: str, marker: str) -> Found | None:
    """Return the issue whose body begins with `marker`. Raises `GitHubError`."""
    with _saying_how_to_go_on():
        return _current(Issues(api, repository, author, label, marker).all())


def keep_issue(  # noqa: PLR0913, PLR0917 - where, whose, which one, and what it says
    api: Api, repository: str, author: str, label: str, marker: str, drifting: Drifting
) -> Kept:
    """Have one open issue that says what drifted. Raises `GitHubError`."""
    if not drifting.body.startswith(marker) or drifting.fingerprint not in _head(drifting.body):
        raise ValueError("the text of an issue must begin with its marker and its fingerprint")
    issues = Issues(api, repository, author, label, marker)
    with _saying_how_to_go_on():
        current = _current(issues.without_duplicates())
        if current is None:
            return _open(issues, drifting)
        return _reopen(issues, current, drifting) if current.state == "closed" else _update(issues, current, drifting)


def close_issue(  # noqa: PLR0913, PLR0917 - where, whose, which one, and what is said
    api: Api, repository: str, author: str, label: str, marker: str, comment: str
) -> Kept | None:
    """Close the issue, if one is open. Raises `GitHubError`."""
    issues = Issues(api, repository, author, label, marker)
    with _saying_how_to_go_on():
        current = _current(issues.without_duplicates())
        if current is None or current.state == "closed":
            return None
        issues.edit(current.number, {"state": "closed", "state_reason": "completed"})
        issues.comment(current.number, comment)
        return Kept(Action.CLOSED, current.html_url)


def _current(found: Sequence[Found]) -> Found | None:
    opened = next((issue for issue in found if issue.state == "open"), None)
    return opened or max(found, key=lambda issue: (issue.closed_at, issue.number), default=None)


def _open(issues: Issues, drifting: Drifting) -> Kept:
    made = issues.create(drifting.title, drifting.body)
    match made:
        case {"number": int(number), "html_url": str(url)}:
            pass
        case _:
            raise GitHubError("GitHub does not say which issue it has opened")
    if not is_by(made, issues.author):
        # It would be a new one with every run, as none of them is found again.
        issues.edit(number, {"state": "closed", "state_reason": "not_planned"})
        raise another_author(made, issues.author)
    earlier = next((issue for issue in issues.all() if issue.state == "open" and issue.number < number), None)
    if earlier is None:
        return Kept(Action.OPENED, url)
    issues.close_duplicate(number, earlier.number)
    return _update(issues, earlier, drifting)


def _reopen(issues: Issues, found: Found, drifting: Drifting) -> Kept:
    issues.edit(found.number, {"state": "open", "title": drifting.title, "body": drifting.body})
    _say(issues, found, drifting)
    return Kept(Action.REOPENED, found.html_url)


def _update(issues: Issues, found: Found, drifting: Drifting) -> Kept:
    if (found.title, found.body) != (drifting.title, drifting.body):
        issues.edit(found.number, {"title": drifting.title, "body": drifting.body})
    elif drifting.fingerprint in _head(found.body):
        return Kept(Action.UNCHANGED, found.html_url)
    if drifting.fingerprint in _head(found.body):
        return Kept(Action.UPDATED, found.html_url)
    _say(issues, found, drifting)
    return Kept(Action.COMMENTED, found.html_url)


def _say(issues: Issues, found: Found, drifting: Drifting) -> None:
    if drifting.change_comment is not None:
        issues.comment(found.number, drifting.change_comment)


def _head(body: str) -> str:
    """Return the hidden lines that a text begins with. What follows is for people, and may say anything."""
    lines = body.split("\n")
    shown = next((index for index, line in enumerate(lines) if not line.startswith("<!--")), len(lines))
    return "\n".join(lines[:shown])


@contextmanager
def _saying_how_to_go_on() -> Iterator[None]:
    try:
        yield
    except GitHubError as error:
        if error.status != 410:
            raise
        hint = "turn them on in the repository's settings, or set the Action's input issue: false"
        raise GitHubError("the repository has no issues: they are turned off", hint, status=410) from error

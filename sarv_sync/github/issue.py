"""One issue for each main file whose account has drifted: opened, kept up to date, reopened, closed.

It is found by its label, its author, and the marker at the beginning of its body: an open one first, else the one that
was closed last. Issues of anybody else are never touched, nor are pull requests. Whoever takes the label away lets go
of the issue: the next drift opens another one.

What a body says is edited first and commented on second. So a comment that cannot be made is missing once, rather
than repeated by every run. Two runs that open an issue at the same time both list again afterwards; the later issue
is closed as a duplicate by whoever sees both.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sarv_sync.errors import GitHubError, InputError
from sarv_sync.github.author import another_author, is_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sarv_sync.github.interface import Api

_COLOR = "d93f0b"
_DESCRIPTION = "The account is not as its files say; kept by sarv-sync"


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


@dataclass(frozen=True, slots=True)
class Found:
    """The issue as it stands. Its text may have been edited by anybody who may write here."""

    number: int
    state: str
    title: str
    body: str
    html_url: str
    closed_at: str


def find_issue(api: Api, repository: str, author: str, label: str, marker: str) -> Found | None:
    """Return the issue whose body begins with `marker`. Raises `GitHubError`."""
    with _saying_how_to_go_on():
        return _current(_Issues(api, repository, author, label, marker).all())


def keep_issue(  # noqa: PLR0913, PLR0917 - where, whose, which one, and what it says
    api: Api, repository: str, author: str, label: str, marker: str, drifting: Drifting
) -> Kept:
    """Have one open issue that says what drifted. Raises `GitHubError`."""
    if not drifting.body.startswith(marker) or drifting.fingerprint not in _head(drifting.body):
        raise ValueError("the text of an issue must begin with its marker and its fingerprint")
    issues = _Issues(api, repository, author, label, marker)
    with _saying_how_to_go_on():
        current = _current(issues.without_duplicates())
        if current is None:
            return _open(issues, drifting)
        return _reopen(issues, current, drifting) if current.state == "closed" else _update(issues, current, drifting)


def close_issue(  # noqa: PLR0913, PLR0917 - where, whose, which one, and what is said
    api: Api, repository: str, author: str, label: str, marker: str, comment: str
) -> Kept | None:
    """Close the issue, if one is open. Raises `GitHubError`."""
    issues = _Issues(api, repository, author, label, marker)
    with _saying_how_to_go_on():
        current = _current(issues.without_duplicates())
        if current is None or current.state == "closed":
            return None
        issues.edit(current.number, {"state": "closed", "state_reason": "completed"})
        issues.comment(current.number, comment)
        return Kept(Action.CLOSED, current.html_url)


@dataclass(frozen=True, slots=True)
class _Issues:
    """The issues of a repository that are about one main file and ours."""

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
        self.api.send("PATCH", f"/repos/{self.repository}/issues/{number}", changes)

    def comment(self, number: int, text: str) -> None:
        self.api.send("POST", f"/repos/{self.repository}/issues/{number}/comments", {"body": text})

    def create(self, drifting: Drifting) -> Any:
        """Open an issue under the label, which is made if the repository has it not."""
        self._have_label()
        body = {"title": drifting.title, "body": drifting.body, "labels": [self.label]}
        return self.api.send("POST", f"/repos/{self.repository}/issues", body)

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


def _current(found: Sequence[Found]) -> Found | None:
    opened = next((issue for issue in found if issue.state == "open"), None)
    return opened or max(found, key=lambda issue: (issue.closed_at, issue.number), default=None)


def _open(issues: _Issues, drifting: Drifting) -> Kept:
    made = issues.create(drifting)
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


def _reopen(issues: _Issues, found: Found, drifting: Drifting) -> Kept:
    issues.edit(found.number, {"state": "open", "title": drifting.title, "body": drifting.body})
    _say(issues, found, drifting)
    return Kept(Action.REOPENED, found.html_url)


def _update(issues: _Issues, found: Found, drifting: Drifting) -> Kept:
    if (found.title, found.body) != (drifting.title, drifting.body):
        issues.edit(found.number, {"title": drifting.title, "body": drifting.body})
    elif drifting.fingerprint in _head(found.body):
        return Kept(Action.UNCHANGED, found.html_url)
    if drifting.fingerprint in _head(found.body):
        return Kept(Action.UPDATED, found.html_url)
    _say(issues, found, drifting)
    return Kept(Action.COMMENTED, found.html_url)


def _say(issues: _Issues, found: Found, drifting: Drifting) -> None:
    if drifting.change_comment is not None:
        issues.comment(found.number, drifting.change_comment)


def _head(body: str) -> str:
    """Return the hidden lines that a text begins with. What follows is for people, and may say anything."""
    lines = body.replace("\r\n", "\n").split("\n")
    shown = next((index for index, line in enumerate(lines) if not line.startswith("<!--")), len(lines))
    return "\n".join(lines[:shown])


def _read(item: Any) -> Found | None:
    match item:
        case {"number": int(number), "state": str(state), "title": str(title), "html_url": str(url)}:
            return Found(number, state, title, item.get("body") or "", url, item.get("closed_at") or "")
    return None


@contextmanager
def _saying_how_to_go_on() -> Iterator[None]:
    try:
        yield
    except GitHubError as error:
        if error.status != 410:
            raise
        hint = "turn them on in the repository's settings, or set the Action's input issue: false"
        raise GitHubError("the repository has no issues: they are turned off", hint, status=410) from error

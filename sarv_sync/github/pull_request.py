"""One pull request for each main file whose account has drifted: opened, kept up to date, closed.

It is found by its branch, its author, and the marker at the beginning of its body. What a person has closed stays
closed until there is something else to propose: its body tells by a fingerprint what it was about. When we close one
ourselves, we take the fingerprint out, so that the same proposal may be made again. Of one that a person has opened
from our branch, the text is theirs.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from sarv_sync.errors import GitHubError
from sarv_sync.github.author import another_author, is_by
from sarv_sync.github.own_branch import Branch, OwnBranch, State
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.github.own_branch import FileChange
    from sarv_sync.github.own_pulls import Found, Pulls

__all__ = ["Action", "Kept", "Proposal", "close_pull_request", "keep_pull_request"]


class Action(Enum):
    """What was done to the pull request."""

    OPENED = "opened"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    LEFT = "left"
    """Its branch has commits that are not ours, so neither branch nor text was touched."""
    DECLINED = "declined"
    """A person has closed it, and nothing else is proposed now: it was left closed."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The pull request as it was left. `number` is None where a branch that was left has none."""

    action: Action
    branch: Branch
    number: int | None = None
    html_url: str = ""

    @property
    def is_open(self) -> bool:
        """Say whether there is one to decide about."""
        return self.number is not None and self.action is not Action.DECLINED


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is proposed. The first line of `body` begins with the marker and holds `fingerprint`, a hash of it."""

    title: str
    body: str
    fingerprint: str
    message: str
    changes: Sequence[FileChange]


def keep_pull_request(pulls: Pulls, proposal: Proposal) -> Kept:
    """Have one open pull request that makes the changes. Raises `GitHubError` and, as `OwnBranch.keep`, `Refused`."""
    if not proposal.body.startswith(pulls.marker) or proposal.fingerprint not in _first_line(proposal.body):
        raise ValueError("the text of a pull request must begin with its marker and its fingerprint")
    found = pulls.all()
    current = _current(found)
    if current is None and (declined := _declined(found, proposal)) is not None:
        return Kept(Action.DECLINED, Branch(State.UNCHANGED), declined.number, declined.html_url)
    branch = OwnBranch(pulls.api, pulls.repository, pulls.head, pulls.base).keep(proposal.changes, proposal.message)
    if branch.state is State.LEFT:
        return Kept(Action.LEFT, branch, *((current.number, current.html_url) if current else ()))
    return _open(pulls, proposal, branch) if current is None else _update(pulls, current, proposal, branch)


def close_pull_request(pulls: Pulls, settled: str, comment: str) -> int | None:
    """Close it, if it is open and ours, and return its number. Raises `GitHubError`.

    `settled` takes the place of the first line of its body: it begins with the marker, and holds no fingerprint.
    """
    current = next((pull for pull in pulls.all() if pull.opened and pull.ours), None)
    if current is None:
        return None
    rest = current.body.partition("\n")[2]
    pulls.edit(current.number, {"state": "closed", "body": f"{settled}\n{rest}"})
    pulls.comment(current.number, comment)
    return current.number


def _current(found: Sequence[Found]) -> Found | None:
    """Return the open one. GitHub lets a branch have one for each base."""
    return next((pull for pull in found if pull.opened), None)


def _declined(found: Sequence[Found], proposal: Proposal) -> Found | None:
    latest = next((pull for pull in found if pull.ours), None)
    if latest is None or latest.merged or proposal.fingerprint not in _first_line(latest.body):
        return None
    return latest


def _open(pulls: Pulls, proposal: Proposal, branch: Branch) -> Kept:
    try:
        made = pulls.create(proposal.title, proposal.body)
    except GitHubError as error:
        # There is one perhaps: by another run, or by this very call, whose answer was lost.
        if error.status not in {None, 422} and (error.status or 0) < 500:
            raise
        current = _current(pulls.all())
        if current is None:
            raise
        return _update(pulls, current, proposal, branch)
    match made:
        case {"number": int(number), "html_url": str(url)}:
            pass
        case _:
            raise GitHubError("GitHub does not say which pull request it has opened")
    if not is_by(made, pulls.author):
        # Nobody would find it again to bring it up to date or close it.
        pulls.edit(number, {"state": "closed"})
        raise another_author(made, pulls.author)
    return Kept(Action.OPENED, branch, number, url)


def _update(pulls: Pulls, current: Found, proposal: Proposal, branch: Branch) -> Kept:
    text_differs = current.ours and (current.title, current.body) != (proposal.title, proposal.body)
    if text_differs:
        pulls.edit(current.number, {"title": proposal.title, "body": proposal.body})
    untouched = branch.state is State.UNCHANGED and not text_differs
    return Kept(Action.UNCHANGED if untouched else Action.UPDATED, branch, current.number, current.html_url)


def _first_line(body: str) -> str:
    return body.partition("\n")[0]

"""All that one forge knows, and what of it goes out."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime, timezone
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.forge.answers import not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.forge.organizations import Organization
    from tests.forge.records import Comment, Repository, Thread, Token

BOT = "[bot]"


def _now() -> datetime:
    return datetime.now(timezone.utc)


@dataclass
class World:
    """Repositories by full name, organisations by login in lower case, and tokens.

    Whoever reads or changes it holds `lock`.
    """

    clock: Callable[[], datetime] = _now
    url: str = ""
    repositories: dict[str, Repository] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    organizations: dict[str, Organization] = field(default_factory=dict)
    reset: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    ids: Iterator[int] = field(default_factory=lambda: count(1001))

    def now(self) -> datetime:
        """Return the time in whole seconds: GitHub tells no finer one."""
        return self.clock().replace(microsecond=0)

    def repository(self, full_name: str) -> Repository:
        """Return a repository, whatever the case of its name."""
        for repository in self.repositories.values():
            if repository.full_name.lower() == full_name.lower():
                return repository
        raise not_found()

    def repository_of_id(self, number: int) -> Repository:
        for repository in self.repositories.values():
            if repository.id == number:
                return repository
        raise not_found()


def stamp(moment: datetime | None) -> str | None:
    """Return a time as GitHub writes it."""
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def user(login: str) -> dict[str, Any]:
    """Return what is said of a user. Apps are users of the type Bot."""
    return {"login": login, "type": "Bot" if login.endswith(BOT) else "User"}


def shown_comment(world: World, repository: Repository, comment: Comment) -> dict[str, Any]:
    """Return a comment as the API has it."""
    kind = "pull" if repository.threads[comment.number].pull else "issues"
    page = f"{world.url}/{repository.full_name}/{kind}/{comment.number}"
    api = f"{world.url}/repos/{repository.full_name}/issues"
    return {
        "id": comment.id,
        "url": f"{api}/comments/{comment.id}",
        "html_url": f"{page}#issuecomment-{comment.id}",
        "issue_url": f"{api}/{comment.number}",
        "user": user(comment.author),
        "body": comment.body,
        "created_at": stamp(comment.created),
        "updated_at": stamp(comment.updated),
    }


def shown_thread(world: World, repository: Repository, thread: Thread) -> dict[str, Any]:
    """Return an issue, or a pull request as an issue."""
    kind = "pull" if thread.pull else "issues"
    api = f"{world.url}/repos/{repository.full_name}"
    document = {
        "number": thread.number,
        "url": f"{api}/issues/{thread.number}",
        "html_url": f"{world.url}/{repository.full_name}/{kind}/{thread.number}",
        "user": user(thread.author),
        "title": thread.title,
        "body": thread.body,
        "labels": [repository.labels[name.lower()] for name in thread.labels],
        "state": thread.state,
        "state_reason": thread.state_reason,
        "locked": thread.locked,
        "comments": sum(comment.number == thread.number for comment in repository.comments.values()),
        "created_at": stamp(thread.created),
        "updated_at": stamp(thread.updated),
        "closed_at": stamp(thread.closed),
    }
    if thread.pull:
        document["pull_request"] = {"url": f"{api}/pulls/{thread.number}", "merged_at": stamp(thread.pull.merged_at)}
    return document


def shown_pull(world: World, repository: Repository, thread: Thread) -> dict[str, Any]:
    """Return a pull request. The repository of its head is null when that is gone, as GitHub has it."""
    pull = thread.pull
    if pull is None:
        raise not_found()
    head_repository = {"full_name": pull.head_repository} if pull.head_repository else None
    return {
        "number": thread.number,
        "html_url": f"{world.url}/{repository.full_name}/pull/{thread.number}",
        "user": user(thread.author),
        "title": thread.title,
        "body": thread.body,
        "state": thread.state,
        "merged": pull.merged_at is not None,
        "merged_at": stamp(pull.merged_at),
        "merge_commit_sha": pull.merge_commit_sha,
        "head": {"sha": pull.head_sha, "ref": pull.head_ref, "repo": head_repository},
        "base": {"sha": pull.base_sha, "ref": pull.base_ref, "repo": {"full_name": repository.full_name}},
    }

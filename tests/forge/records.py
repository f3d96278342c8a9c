"""What a forge keeps: repositories, their threads (issues and pull requests), tokens, and calls."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from tests.forge.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tests.forge.history import History


@dataclass(frozen=True)
class Call:
    """One request as it came in. `path` is without base path and query; `body` is the JSON that it held.

    `status` is what was answered, None where the connection was dropped instead. `login` is whose token it was.
    """

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any
    login: str | None
    status: int | None = None


@dataclass
class Token:
    """Who calls, and what they may do. `repositories` are those that it reaches, None stands for all."""

    login: str
    permissions: Mapping[str, str]
    kind: Literal["installation", "user"]
    repositories: frozenset[str] | None = None
    remaining: int = 5000
    used: int = 0

    def may(self, permission: str, level: str) -> bool:
        """Say whether this is granted. Writing includes reading."""
        held = self.permissions.get(permission, "none")
        return held in {"write", level}


@dataclass
class Comment:
    """A comment of a thread."""

    id: int
    number: int
    author: str
    body: str
    created: datetime
    updated: datetime


@dataclass
class PullRequest:
    """What a pull request has beyond its thread. `landed` are the commits that it became on the base branch."""

    head_sha: str
    head_ref: str
    head_repository: str
    base_sha: str
    base_ref: str
    merge_commit_sha: str | None = None
    merged_at: datetime | None = None
    landed: tuple[str, ...] = ()


@dataclass
class Thread:
    """An issue, or the conversation of a pull request: both are numbered alike."""

    number: int
    author: str
    title: str
    body: str | None
    created: datetime
    updated: datetime
    labels: list[str] = field(default_factory=list)
    state: str = "open"
    state_reason: str | None = None
    closed: datetime | None = None
    locked: bool = False
    pull: PullRequest | None = None


@dataclass
class Repository:
    """A repository. Names of labels and environments are compared in lower case, as GitHub does.

    `workflows_may_open` is the setting "Allow GitHub Actions to create and approve pull requests".
    """

    id: int
    full_name: str
    private: bool
    has_issues: bool
    history: History
    threads: dict[int, Thread] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    labels: dict[str, dict[str, Any]] = field(default_factory=dict)
    secrets: Vault = field(default_factory=Vault)
    environments: dict[str, Vault] = field(default_factory=dict)
    workflows_may_open: bool = True

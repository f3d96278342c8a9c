"""A forge: GitHub's REST API over HTTP, on this machine, with the rules that programs run into.

Where each rule is from (pages of docs.github.com/rest, unless said otherwise):

======================================================  ===========================================================
bearer tokens; 401 for one that is unknown              authentication/authenticating-to-the-rest-api
403 "Resource not accessible by …", the header          using-the-rest-api/troubleshooting-the-rest-api,
X-Accepted-GitHub-Permissions, 404 for a private        "Resource not accessible" and "404 Not Found for an
repository that the token does not see, 400 and 422     existing resource", "Validation Failed", "Invalid request"
for bodies, 403 without a User-Agent
which permission an address needs; public is public     authentication/permissions-required-for-github-apps
writing below a pull request needs `pull_requests`,     not documented; github.com/indexable-inc/index/issues/582,
below an issue `issues`                                 gip-inclusion/les-emplois/pull/6059
GET /user is refused to an installation                 actions/create-github-app-token/issues/258
pages: 30, at most 100; Link leads to /repositories/ID  using-the-rest-api/using-pagination-in-the-rest-api
X-RateLimit-*, Retry-After, 403 and 429                 using-the-rest-api/rate-limits-for-the-rest-api
issues, pull requests among them, state_reason, 410     issues/issues (410: ossf/allstar/issues/64)
comments of issues; ids ascend                          issues/comments
65,536 characters, with these very words                danger/danger/issues/424, telia-oss/…/issues/259
locked conversations                                    semantic-release/github/issues/221
labels: already_exists, 50 and 100 characters           issues/labels
pull requests; merge_commit_sha after each way to merge pulls/pulls, "Get a pull request"
pull requests of a commit                               commits/commits
comparing: ahead, behind, diverged, identical; 250      commits/commits, "Compare two commits"
commits, 300 files since the merge base
refs forwards only, unless forced; blobs in Base64;     git/refs, git/commits, git/trees, git/blobs (the words:
trees on a base; whoever asks is author and committer   octokit/rest.js/issues/1308, renovatebot/renovate/20281)
opening pull requests, one for a branch and its base;   pulls/pulls; googlefonts/fontbakery-dashboard/issues/143;
403 where a workflow may open none                      peter-evans/create-pull-request/issues/3979
secrets: sealed boxes (libsodium), one key for each     actions/secrets; "encrypting secrets for the REST API";
repository and environment, 201 and 204, no values      integrations/terraform-provider-github/issues/2315
out; 422 for what is sealed by another key, or not      github/rest-api-description/issues/419 and 1688
which permission: `secrets`, `environments`, whether    authentication/permissions-required-for-github-apps;
public or not; never the workflow's own token           actions/runner/issues/1008
names, 48 KB, 100 in one place (the words for too much  docs.github.com/actions/reference/secrets-reference;
are not documented)                                     millylee/anyrouter-check-in/issues/126
secrets of organisations: visibility, selected          actions/secrets; authentication/permissions-required-for-
repositories, 1,000; what is not sent along is lost     github-apps; external-secrets/external-secrets/pull/6519
a base path /api/v3                                     enterprise-server, "Getting started with the REST API"
======================================================  ===========================================================

What is not played: GraphQL, ETags, checks, deployments, everything that is not in `routes` and `organizations`.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from tests.forge.desk import Desk
from tests.forge.events import Events
from tests.forge.handler import Listener
from tests.forge.history import GitHistory, Graph
from tests.forge.organizations import Organization
from tests.forge.records import Call, PullRequest, Repository, Thread, Token
from tests.forge.routes import answer
from tests.forge.secrets import vault_of
from tests.forge.vault import Vault
from tests.forge.world import BOT, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from typing_extensions import Self

    from tests.forge.history import History
    from tests.forge.records import Comment

WORKFLOW = "github-actions[bot]"
"""Whose the token is that a workflow has of itself."""

_NO_WORKFLOW_HAS = ("environments", "organization_secrets", "secrets")


class Forge:
    """GitHub on this machine, from entry to exit. What it holds may be looked into at any time.

    `events` plans faults and hooks. `clock` dates what is made. `base_path` is what stands before every address.
    """

    def __init__(self, *, base_path: str = "", clock: Callable[[], datetime] | None = None) -> None:
        self.events = Events()
        self._base_path = base_path
        self._world = World(clock) if clock else World()
        self._desk = Desk(self._world, self.events, base_path)
        self._listener: Listener | None = None
        self._stopping = threading.Event()

    @property
    def url(self) -> str:
        """The base URL of the API, without a slash at its end."""
        return self._world.url

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every request that was answered or dropped so far, in this order."""
        with self._world.lock:
            return tuple(self._desk.calls)

    @property
    def writes(self) -> list[str]:
        """The method and address of every request so far that was to change something and did."""
        return [
            f"{call.method} {call.path}" for call in self.calls if call.method != "GET" and (call.status or 200) < 300
        ]

    def add_repository(
        self,
        full_name: str,
        *,
        private: bool = False,
        has_issues: bool = True,
        git: Path | None = None,
        graph: Mapping[str, Iterable[str]] | None = None,
        branches: Mapping[str, str] | None = None,
    ) -> Repository:
        """Make a repository whose commits are those of the repository at `git`, or of a graph of SHA to parents."""
        parents = {sha: tuple(of) for sha, of in (graph or {}).items()}
        history: History = GitHistory(git) if git else Graph(parents, dict(branches or {}))
        with self._world.lock:
            made = Repository(next(self._world.ids), full_name, private, has_issues, history)
            self._world.repositories[full_name] = made
        return made

    def add_token(
        self,
        token: str,
        login: str = WORKFLOW,
        permissions: Mapping[str, str] | None = None,
        *,
        repositories: Iterable[str] | None = None,
        remaining: int = 5000,
    ) -> None:
        """Give somebody a token. Permissions as a workflow names them; logins that end in `[bot]` are apps."""
        named = {name.replace("-", "_"): level for name, level in (permissions or {}).items()}
        if login == WORKFLOW and not named.keys().isdisjoint(_NO_WORKFLOW_HAS):
            raise ValueError(f"a workflow grants its own token none of these: {', '.join(_NO_WORKFLOW_HAS)}")
        kind: Literal["installation", "user"] = "installation" if login.endswith(BOT) else "user"
        reached = None if repositories is None else frozenset(repositories)
        self._world.tokens[token] = Token(login, named, kind, reached, remaining)

    def open_issue(
        self, repository: str, author: str, title: str = "", body: str | None = None, labels: Iterable[str] = ()
    ) -> int:
        """Have somebody open an issue."""
        token = Token(author, {"issues": "write"}, "user")
        document = {"title": title or "An issue", "body": body, "labels": list(labels)}
        call = Call("POST", f"/repos/{repository}/issues", {}, {}, document, author)
        with self._world.lock:
            number: int = answer(self._world, call, token).document["number"]
            return number

    def open_pull_request(
        self,
        repository: str,
        head_sha: str = "a" * 40,
        base_sha: str = "b" * 40,
        *,
        head_ref: str = "feature",
        base_ref: str = "main",
        head_repository: str | None = None,
        author: str = "octocat",
        title: str = "A change",
        body: str | None = None,
    ) -> int:
        """Open a pull request, of a fork if `head_repository` is another one."""
        with self._world.lock:
            here, now = self._world.repository(repository), self._world.now()
            number = max(here.threads, default=0) + 1
            pull = PullRequest(head_sha, head_ref, head_repository or repository, base_sha, base_ref)
            here.threads[number] = Thread(number, author, title, body, now, now, pull=pull)
        return number

    def push(self, repository: str, number: int, head_sha: str) -> None:
        """Move the head of a pull request."""
        self.pull_request(repository, number).head_sha = head_sha

    def merge(self, repository: str, number: int, merge_commit_sha: str, landed: Iterable[str] = ()) -> None:
        """Merge a pull request. What GitHub names is the merge commit, the squashed one, or the last one rebased.

        `landed` are the commits that a rebase made on the base branch.
        """
        with self._world.lock:
            thread, pull = self.thread(repository, number), self.pull_request(repository, number)
            thread.state, thread.closed = "closed", self._world.now()
            pull.merge_commit_sha, pull.merged_at, pull.landed = merge_commit_sha, self._world.now(), tuple(landed)

    def comment(self, repository: str, number: int, author: str, body: str) -> int:
        """Have somebody comment."""
        needed = {"issues": "write", "pull_requests": "write"}
        call = Call("POST", f"/repos/{repository}/issues/{number}/comments", {}, {}, {"body": body}, author)
        with self._world.lock:
            made: int = answer(self._world, call, Token(author, needed, "user")).document["id"]
            return made

    def edit_comment(self, repository: str, comment_id: int, body: str) -> None:
        """Have somebody edit a comment."""
        with self._world.lock:
            self._world.repository(repository).comments[comment_id].body = body

    def delete_comment(self, repository: str, comment_id: int) -> None:
        """Have somebody delete a comment."""
        with self._world.lock:
            del self._world.repository(repository).comments[comment_id]

    def let_workflows_open(self, repository: str, allowed: bool) -> None:
        """Set whether GitHub Actions may create and approve pull requests."""
        with self._world.lock:
            self._world.repository(repository).workflows_may_open = allowed

    def pull_requests(self, repository: str) -> list[Thread]:
        """Return copies of the pull requests, by number."""
        with self._world.lock:
            threads = sorted(self._world.repository(repository).threads.items())
            return [replace(thread) for _, thread in threads if thread.pull is not None]

    def thread(self, repository: str, number: int) -> Thread:
        """Return an issue, or the conversation of a pull request, as it stands. It may be changed."""
        return self._world.repository(repository).threads[number]

    def pull_request(self, repository: str, number: int) -> PullRequest:
        """Return what a pull request has beyond its conversation."""
        pull = self.thread(repository, number).pull
        assert pull is not None
        return pull

    def issues(self, repository: str) -> list[Thread]:
        """Return copies of the issues, without pull requests, by number."""
        with self._world.lock:
            threads = sorted(self._world.repository(repository).threads.items())
            return [replace(thread) for _, thread in threads if thread.pull is None]

    def comments(self, repository: str, number: int) -> list[Comment]:
        """Return copies of the comments of a thread, by id."""
        with self._world.lock:
            made = sorted(self._world.repository(repository).comments.items())
            return [replace(comment) for _, comment in made if comment.number == number]

    def label(self, repository: str, name: str) -> dict[str, Any] | None:
        """Return a label as the API has it."""
        return self._world.repository(repository).labels.get(name.lower())

    def add_environment(self, repository: str, name: str) -> None:
        """Make an environment, without any rules."""
        with self._world.lock:
            self._world.repository(repository).environments[name.lower()] = Vault()

    def add_organization(self, login: str) -> Organization:
        """Make an organisation. What it holds may be looked into, and changed."""
        with self._world.lock:
            made = self._world.organizations[login.lower()] = Organization(login)
        return made

    def vault(self, repository: str, environment: str | None = None) -> Vault:
        """Return the secrets of a repository, or of one of its environments. They may be changed."""
        return vault_of(self._world.repository(repository), environment)

    def secret(self, repository: str, name: str, environment: str | None = None) -> str | None:
        """Return what a secret holds, None where there is none. No request gets to know this."""
        with self._world.lock:
            found = vault_of(self._world.repository(repository), environment).secrets.get(name.upper())
            return None if found is None else found.value.decode()

    def limit(self, token: str, remaining: int, *, seconds: int = 3600) -> None:
        """Leave a token so many requests. It gets all of them back in so many seconds, or by another `limit`."""
        self._world.tokens[token].remaining = remaining
        self._world.reset = int(time.time()) + seconds

    def slow(self, method: str, part: str, seconds: float, times: int | None = 1) -> None:
        """Have requests wait before they are carried out."""

        def wait(_: Call) -> None:
            self._stopping.wait(seconds)

        self.events.before(method, part, wait, times)

    def __enter__(self) -> Self:
        self._stopping.clear()
        self._listener = Listener(self._desk.serve)
        self._world.url = f"http://127.0.0.1:{self._listener.port}{self._base_path}"
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stopping.set()
        if self._listener is not None:
            self._listener.stop()
            self._listener = None

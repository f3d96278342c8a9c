"""What the run is about: the variables that the runner sets, and the event that began it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import InputError
from sarv_sync.github.event import read_event, text_in
from sarv_sync.model.endpoint import check_endpoint
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

_REPOSITORY = re.compile(r"[A-Za-z0-9_-]{1,100}/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}")
_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_NUMBER = re.compile(r"[1-9][0-9]{0,18}")
_HINT = "run this in a job of GitHub Actions, or set the variables that its runner sets"
_EVENT_HINT = "GITHUB_EVENT_PATH names the file with the event; the runner writes it"


@dataclass(frozen=True, slots=True)
class PullRequest:
    """The pull request that the event is about.

    `head_sha` is its own last commit; the commit of the run is mostly a trial merge. `head_repository` is where it
    comes from, None where that is gone.
    """

    number: int
    head_sha: str
    head_repository: str | None


@dataclass(frozen=True, slots=True)
class Context:
    """One run. Names of refs and of the actor are text that anybody may have chosen.

    `repository` is `owner/name`; `run_url` leads to this very attempt. `default_branch` is None where the event does
    not say. `pull_request` is None unless the event is about one.
    """

    repository: str
    sha: str
    ref: str
    default_branch: str | None
    run_id: int
    run_attempt: int
    server_url: str
    api_url: str
    workspace: Path
    actor: str
    pull_request: PullRequest | None = None

    @property
    def run_url(self) -> str:
        """Where the log of this run is."""
        return f"{self.server_url}/{self.repository}/actions/runs/{self.run_id}/attempts/{self.run_attempt}"

    @property
    def from_fork(self) -> bool:
        """Whether the pull request comes from another repository, so that its job has no secrets."""
        return self.pull_request is not None and self.pull_request.head_repository != self.repository


def read_context(environment: Mapping[str, str]) -> Context:
    """Return what `environment` and the event's file say. Raises `InputError` where something is missing or wrong."""
    event = read_event(environment.get("GITHUB_EVENT_PATH", ""))
    repository = _matching(_REPOSITORY, environment, "GITHUB_REPOSITORY", "owner/name")
    event_name = _given(environment, "GITHUB_EVENT_NAME")
    default_branch = text_in(event, "repository", "default_branch")
    if default_branch is None and event_name == "schedule":
        # Such an event names no repository, and runs on the default branch alone.
        default_branch = environment.get("GITHUB_REF_NAME") or None
    return Context(
        repository=repository,
        sha=_matching(_HASH, environment, "GITHUB_SHA", "a commit's hash"),
        ref=environment.get("GITHUB_REF", ""),
        default_branch=default_branch,
        run_id=int(_matching(_NUMBER, environment, "GITHUB_RUN_ID", "a number")),
        run_attempt=int(_matching(_NUMBER, environment, "GITHUB_RUN_ATTEMPT", "a number", "1")),
        server_url=_url(environment, "GITHUB_SERVER_URL", "https://github.com"),
        api_url=_url(environment, "GITHUB_API_URL", "https://api.github.com"),
        workspace=Path(_given(environment, "GITHUB_WORKSPACE")),
        actor=environment.get("GITHUB_ACTOR", ""),
        pull_request=_pull_request(event),
    )


def _pull_request(event: Mapping[str, Any]) -> PullRequest | None:
    stated = event.get("pull_request")
    if stated is None:
        return None
    if not isinstance(stated, dict):
        raise _bad_event("pull_request", "an object")
    number = stated.get("number", event.get("number"))
    if type(number) is not int or number < 1:
        raise _bad_event("pull_request.number", "a number")
    head_repository = text_in(stated, "head", "repo", "full_name")
    if head_repository is not None and not _REPOSITORY.fullmatch(head_repository):
        raise _bad_event("pull_request.head.repo.full_name", "owner/name")
    return PullRequest(
        number=number,
        head_sha=_head_sha(stated),
        head_repository=head_repository,
    )


def _head_sha(pull_request: Mapping[str, Any]) -> str:
    value = text_in(pull_request, "head", "sha")
    if value is None or not _HASH.fullmatch(value):
        raise _bad_event("pull_request.head.sha", "a commit's hash")
    return value


def _bad_event(key: str, expected: str) -> InputError:
    return InputError(f"the event of this run has no {key} that is {expected}", _EVENT_HINT)


def _given(environment: Mapping[str, str], name: str, default: str = "") -> str:
    value = environment.get(name) or default
    if not value:
        raise InputError(f"{name} is not set", _HINT)
    return value


def _matching(
    shape: re.Pattern[str], environment: Mapping[str, str], name: str, expected: str, default: str = ""
) -> str:
    value = _given(environment, name, default)
    if not shape.fullmatch(value):
        raise InputError(f"{name} is not {expected}", _HINT)
    return value


def _url(environment: Mapping[str, str], name: str, default: str) -> str:
    try:
        return check_endpoint(_given(environment, name, default))
    except InputError:
        pass
    raise InputError(f"{name} is not a URL of the form https://HOST[:PORT][/PATH]", _HINT)

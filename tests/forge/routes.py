"""Which address is what, and what a token needs for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from tests.forge import commits, git_data, issues, organizations, pulls, secrets
from tests.forge.answers import Answer, Refusal, not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.forge.records import Call, Repository, Token
    from tests.forge.world import World

    Carry = Callable[..., Answer]

_NUMBER, _REST, _NAME = r"(\d+)", r"(.+)", r"([^/]+)"


class Route(NamedTuple):
    """An address below a repository. `needs`: any one of these permissions; `listed`: it is given out in pages.

    `guarded`: the permission is needed even where the repository is public.
    """

    method: str
    pattern: str
    needs: tuple[str, ...]
    carry: Carry
    listed: bool = False
    guarded: bool = False


_THREAD = ("issues", "pull_requests")
_SECRETS: tuple[tuple[str, str, Carry], ...] = (
    ("GET", "", secrets.list_secrets),
    ("GET", "/public-key", secrets.get_key),
    ("GET", f"/{_NAME}", secrets.get_secret),
    ("PUT", f"/{_NAME}", secrets.put_secret),
    ("DELETE", f"/{_NAME}", secrets.delete_secret),
)
_SECRET_PLACES = (("/actions/secrets", "secrets"), (f"/environments/{_NAME}/secrets", "environments"))
ROUTES = (
    Route("GET", "/issues", ("issues",), issues.list_issues, listed=True),
    Route("POST", "/issues", ("issues",), issues.create_issue),
    Route("GET", f"/issues/{_NUMBER}", _THREAD, issues.get_issue),
    Route("PATCH", f"/issues/{_NUMBER}", _THREAD, issues.edit_issue),
    Route("GET", f"/issues/{_NUMBER}/comments", _THREAD, issues.list_comments, listed=True),
    Route("POST", f"/issues/{_NUMBER}/comments", _THREAD, issues.create_comment),
    Route("GET", f"/issues/comments/{_NUMBER}", _THREAD, issues.get_comment),
    Route("PATCH", f"/issues/comments/{_NUMBER}", _THREAD, issues.edit_comment),
    Route("DELETE", f"/issues/comments/{_NUMBER}", _THREAD, issues.delete_comment),
    Route("POST", "/labels", _THREAD, issues.create_label),
    Route("GET", f"/labels/{_NAME}", _THREAD, issues.get_label),
    Route("GET", "/pulls", ("pull_requests",), pulls.list_pulls, listed=True),
    Route("POST", "/pulls", ("pull_requests",), pulls.create_pull),
    Route("GET", f"/pulls/{_NUMBER}", ("pull_requests",), commits.get_pull),
    Route("PATCH", f"/pulls/{_NUMBER}", ("pull_requests",), pulls.edit_pull),
    Route("GET", f"/git/ref/{_REST}", ("contents",), git_data.get_ref),
    Route("POST", "/git/refs", ("contents",), git_data.create_ref),
    Route("PATCH", f"/git/refs/{_REST}", ("contents",), git_data.move_ref),
    Route("GET", f"/git/commits/{_NAME}", ("contents",), git_data.get_commit),
    Route("POST", "/git/commits", ("contents",), git_data.create_commit),
    Route("GET", f"/git/trees/{_NAME}", ("contents",), git_data.get_tree),
    Route("POST", "/git/trees", ("contents",), git_data.create_tree),
    Route("POST", "/git/blobs", ("contents",), git_data.create_blob),
    Route("GET", f"/commits/{_NAME}/pulls", ("pull_requests",), commits.pulls_of_commit, listed=True),
    Route("GET", f"/commits/{_REST}", ("contents",), commits.get_commit),
    Route("GET", f"/compare/{_REST}", ("contents",), commits.compare),
    *(
        Route(method, place + below, (needed,), carry, listed=not below, guarded=True)
        for place, needed in _SECRET_PLACES
        for method, below, carry in _SECRETS
    ),
)


def answer(world: World, call: Call, token: Token | None) -> Answer:
    """Carry out a request, or raise `Refusal`."""
    if call.path == "/user":
        return _user(call, token)
    if call.path.startswith("/orgs/"):
        return organizations.answer(world, call, token)
    named = re.fullmatch(r"/(?:repos/([^/]+/[^/]+)|repositories/(\d+))(/.*)?", call.path)
    if named is None:
        raise not_found()
    full_name, number, below = named.groups()
    repository = world.repository(full_name) if full_name else world.repository_of_id(int(number))
    if repository.private and not _sees(token, repository):
        raise not_found()
    if not below:
        return Answer(200, {"full_name": repository.full_name, "private": repository.private, "id": repository.id})
    route, words = _route(call.method, below)
    accepted = {"X-Accepted-GitHub-Permissions": "; ".join(f"{name}={_level(call)}" for name in route.needs)}
    if route.guarded or repository.private or _level(call) == "write":
        _check(token, repository, _level(call), _needed(repository, route, words, _level(call)), accepted)
    here = (f"{world.url}/repositories/{repository.id}{below}",) if route.listed else ()
    done = route.carry(world, repository, call, *words, *here)
    return Answer(done.status, done.document, {**done.headers, **accepted})


def _user(call: Call, token: Token | None) -> Answer:
    if call.method != "GET":
        raise not_found()
    if token is None:
        raise Refusal(401, "Requires authentication")
    if token.kind == "installation":
        raise Refusal(403, "Resource not accessible by integration")
    return Answer(200, {"login": token.login, "type": "User"})


def _route(method: str, below: str) -> tuple[Route, list[str]]:
    for route in ROUTES:
        found = re.fullmatch(route.pattern, below)
        if route.method == method and found:
            return route, [unquote(word) for word in found.groups()]
    raise not_found()


def _level(call: Call) -> str:
    return "read" if call.method == "GET" else "write"


def _sees(token: Token | None, repository: Repository) -> bool:
    return token is not None and (token.repositories is None or repository.full_name in token.repositories)


def _check(
    token: Token | None, repository: Repository, level: str, needed: tuple[str, ...], accepted: Mapping[str, str]
) -> None:
    if token is None:
        raise Refusal(401, "Requires authentication", headers=accepted)
    if not _sees(token, repository) or not any(token.may(name, level) for name in needed):
        whose = "integration" if token.kind == "installation" else "personal access token"
        raise Refusal(403, f"Resource not accessible by {whose}", headers=accepted)


def _needed(repository: Repository, route: Route, words: list[str], level: str) -> tuple[str, ...]:
    # The reference says "at least one of" for both; but what is written below a pull request needs the permission
    # for pull requests, and below an issue that for issues.
    thread = _thread(repository, route, words)
    if level == "read" or route.needs != _THREAD or thread is None:
        return route.needs
    return ("pull_requests",) if thread.pull else ("issues",)


def _thread(repository: Repository, route: Route, words: list[str]) -> Any:
    if "/comments/" in route.pattern:
        comment = repository.comments.get(int(words[0]))
        return repository.threads.get(comment.number) if comment else None
    return repository.threads.get(int(words[0])) if route.pattern.startswith("/issues/") else None

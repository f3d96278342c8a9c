"""The forge: who may do what, and how much of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.forge.events import BAD_GATEWAY, secondary_limit
from tests.forge.server import Forge

PUBLIC, PRIVATE = "acme/open", "acme/closed"
BOT = "github-actions[bot]"


@pytest.fixture
def forge() -> Iterator[Forge]:
    with Forge() as forge:
        for name, private in ((PUBLIC, False), (PRIVATE, True)):
            forge.add_repository(name, private=private, graph={"a" * 40: []}, branches={"main": "a" * 40})
            forge.open_issue(name, "octocat", "first")
            forge.open_pull_request(name)
        yield forge


def ask(forge: Forge, method: str, path: str, token: str | None = None, **more: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.request(method, forge.url + path, headers=headers, timeout=30, **more)


def test_an_unknown_token_is_refused_even_for_what_is_public(forge: Forge) -> None:
    answer = ask(forge, "GET", f"/repos/{PUBLIC}/issues", "nobody")
    assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")


def test_without_a_token_what_is_public_is_read_and_nothing_written(forge: Forge) -> None:
    assert ask(forge, "GET", f"/repos/{PUBLIC}/issues").status_code == 200
    assert ask(forge, "POST", f"/repos/{PUBLIC}/issues", json={"title": "x"}).status_code == 401


@pytest.mark.parametrize("token", [None, "elsewhere"])
def test_a_private_repository_does_not_exist_for_whom_it_is_not(forge: Forge, token: str | None) -> None:
    forge.add_token("elsewhere", BOT, {"issues": "write"}, repositories=[PUBLIC])
    assert ask(forge, "GET", f"/repos/{PRIVATE}/issues", token).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "permissions", "status"),
    [
        ("GET", "/issues", None, {}, 403),
        ("GET", "/issues", None, {"issues": "read"}, 200),
        ("POST", "/issues", {"title": "x"}, {"issues": "read"}, 403),
        ("POST", "/issues", {"title": "x"}, {"issues": "write"}, 201),
        ("GET", "/issues/2/comments", None, {"pull-requests": "read"}, 200),
        ("GET", "/issues/2/comments", None, {"issues": "read"}, 200),
        ("POST", "/issues/2/comments", {"body": "x"}, {"pull-requests": "write"}, 201),
        ("POST", "/issues/2/comments", {"body": "x"}, {"issues": "write"}, 403),
        ("POST", "/issues/1/comments", {"body": "x"}, {"issues": "write"}, 201),
        ("POST", "/issues/1/comments", {"body": "x"}, {"pull-requests": "write"}, 403),
        ("POST", "/labels", {"name": "x"}, {"issues": "write"}, 201),
        ("GET", "/pulls/2", None, {"contents": "write"}, 403),
        ("GET", "/pulls/2", None, {"pull-requests": "read"}, 200),
        ("GET", "/commits/main", None, {"pull-requests": "read"}, 403),
        ("GET", "/commits/main", None, {"contents": "read"}, 200),
        ("GET", "/compare/main...main", None, {"contents": "read"}, 200),
        ("GET", f"/commits/{'a' * 40}/pulls", None, {"pull-requests": "read"}, 200),
    ],
)
def test_a_token_needs_the_permission(
    forge: Forge, *, method: str, path: str, body: object, permissions: dict[str, str], status: int
) -> None:
    forge.add_token("t", BOT, permissions)
    answer = ask(forge, method, f"/repos/{PRIVATE}{path}", "t", json=body)
    assert answer.status_code == status
    assert answer.headers["X-Accepted-GitHub-Permissions"]
    if status == 403:
        assert answer.json()["message"] == "Resource not accessible by integration"


def test_a_refusal_names_the_permissions_that_would_do(forge: Forge) -> None:
    forge.add_token("t", "octocat", {"issues": "read"})
    answer = ask(forge, "POST", f"/repos/{PUBLIC}/issues/2/comments", "t", json={"body": "x"})
    assert answer.json()["message"] == "Resource not accessible by personal access token"
    assert answer.headers["X-Accepted-GitHub-Permissions"] == "issues=write; pull_requests=write"


@pytest.mark.parametrize(("login", "status"), [("octocat", 200), (BOT, 403)])
def test_an_app_may_not_ask_who_it_is(forge: Forge, login: str, status: int) -> None:
    forge.add_token("t", login)
    assert ask(forge, "GET", "/user", "t").status_code == status
    assert ask(forge, "GET", "/user").status_code == 401


def test_a_token_that_is_used_up_is_refused_until_its_limit_is_reset(forge: Forge) -> None:
    forge.add_token("t", BOT, {"issues": "read"})
    forge.limit("t", 1, seconds=100)
    answers = [ask(forge, "GET", f"/repos/{PUBLIC}/issues", "t") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 403]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["0", "0"]
    assert 0 < int(answers[1].headers["X-RateLimit-Reset"]) - time.time() <= 101
    forge.limit("t", 0, seconds=-1)
    assert ask(forge, "GET", f"/repos/{PUBLIC}/issues", "t").status_code == 200


@pytest.mark.parametrize(
    ("fault", "status"),
    [(secondary_limit(7), 403), (secondary_limit(None, 429), 429), (BAD_GATEWAY, 502)],
)
def test_a_fault_on_demand_is_answered_instead_of_carried_out(forge: Forge, fault: Any, status: int) -> None:
    forge.add_token("t", BOT, {"issues": "write"})
    forge.events.fail("POST", "/issues", fault)
    answers = [ask(forge, "POST", f"/repos/{PUBLIC}/issues", "t", json={"title": "x"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [status, 201]
    assert answers[0].headers.get("Retry-After") == fault.headers.get("Retry-After")
    assert len(forge.issues(PUBLIC)) == 2


@pytest.mark.parametrize(("fault", "made"), [("drop-before", 0), ("drop-after", 1)])
def test_a_connection_breaks_off_before_or_after_the_deed(forge: Forge, fault: Any, made: int) -> None:
    forge.add_token("t", BOT, {"issues": "write"})
    forge.events.fail("POST", "/issues", fault)
    with pytest.raises(requests.ConnectionError):
        ask(forge, "POST", f"/repos/{PUBLIC}/issues", "t", json={"title": "x"})
    assert len(forge.issues(PUBLIC)) == 1 + made
    assert forge.calls[-1].status is None


def test_a_slow_answer_keeps_nobody_else_waiting_and_ends_with_the_forge(forge: Forge) -> None:
    forge.slow("GET", "/pulls/2", 600)
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{forge.url}/repos/{PUBLIC}/pulls/2", timeout=0.2)
    assert ask(forge, "GET", f"/repos/{PUBLIC}/pulls/2").status_code == 200


@pytest.mark.parametrize(
    ("headers", "data", "status"),
    [
        ({"User-Agent": ""}, b"{}", 403),
        ({"X-GitHub-Api-Version": "2001-01-01"}, b"{}", 400),
        ({}, b"{", 400),
        ({}, b"[]", 400),
        ({}, b'{"title": 1}', 422),
    ],
)
def test_a_request_out_of_form_is_refused(forge: Forge, headers: dict[str, str], data: bytes, status: int) -> None:
    forge.add_token("t", BOT, {"issues": "write"})
    headers = {"Authorization": "Bearer t", **headers}
    assert (
        requests.post(f"{forge.url}/repos/{PUBLIC}/issues", data, headers=headers, timeout=30).status_code == status
    )


def test_calls_are_logged_as_they_came_with_who_made_them(forge: Forge) -> None:
    forge.add_token("t", BOT, {"issues": "write"})
    ask(forge, "POST", f"/repos/{PUBLIC}/issues?x=1", "t", json={"title": "x"})
    call = forge.calls[-1]
    assert (call.method, call.path, call.query) == ("POST", f"/repos/{PUBLIC}/issues", {"x": "1"})
    assert (call.body, call.login, call.status) == ({"title": "x"}, BOT, 201)
    assert forge.writes == [f"POST /repos/{PUBLIC}/issues"]


def test_a_forge_may_be_served_below_a_path() -> None:
    with Forge(base_path="/api/v3") as forge:
        forge.add_repository(PUBLIC)
        root = forge.url.removesuffix("/api/v3")
        assert ask(forge, "GET", f"/repos/{PUBLIC}").json()["full_name"] == PUBLIC
        assert requests.get(f"{root}/repos/{PUBLIC}", timeout=30).status_code == 404
        assert requests.get(f"{root}/api/v3x/repos/{PUBLIC}", timeout=30).status_code == 404

"""The forge: issues, comments, labels and pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.forge.server import Forge

REPOSITORY, BOT = "acme/mail", "github-actions[bot]"
LONGEST = "ü" * 65_536


@pytest.fixture
def forge() -> Iterator[Forge]:
    with Forge() as forge:
        forge.add_repository(REPOSITORY)
        forge.add_token("t", BOT, {"issues": "write", "pull-requests": "write"})
        yield forge


def ask(forge: Forge, method: str, path: str, body: object = None, **query: str) -> requests.Response:
    url = f"{forge.url}/repos/{REPOSITORY}{path}"
    return requests.request(method, url, json=body, params=query, headers={"Authorization": "Bearer t"}, timeout=30)


def numbers(answer: requests.Response) -> list[int]:
    return [item["number"] for item in answer.json()]


def test_issues_and_pull_requests_are_numbered_and_listed_together_the_newest_first(forge: Forge) -> None:
    forge.open_issue(REPOSITORY, "octocat")
    forge.open_pull_request(REPOSITORY)
    listed = ask(forge, "GET", "/issues").json()
    assert [(item["number"], "pull_request" in item) for item in listed] == [(2, True), (1, False)]


def test_issues_are_filtered_by_state_labels_and_creator(forge: Forge) -> None:
    forge.open_issue(REPOSITORY, "octocat", labels=["Drift", "eu"])
    forge.open_issue(REPOSITORY, BOT, labels=["drift"])
    ask(forge, "PATCH", "/issues/2", {"state": "closed"})
    assert numbers(ask(forge, "GET", "/issues")) == [1]
    assert numbers(ask(forge, "GET", "/issues", state="closed")) == [2]
    assert numbers(ask(forge, "GET", "/issues", state="all", labels="drift", direction="asc")) == [1, 2]
    assert numbers(ask(forge, "GET", "/issues", state="all", labels="drift,EU")) == [1]
    assert numbers(ask(forge, "GET", "/issues", state="all", creator=BOT)) == [2]


@pytest.mark.parametrize(
    ("query", "sizes"),
    [({}, [30, 30, 30, 30, 5]), ({"per_page": "100"}, [100, 25]), ({"per_page": "500"}, [100, 25])],
)
def test_lists_come_in_pages_that_link_to_one_another(forge: Forge, query: dict[str, str], sizes: list[int]) -> None:
    number = forge.open_pull_request(REPOSITORY)
    for index in range(125):
        forge.comment(REPOSITORY, number, "octocat", f"remark {index}")
    answer = ask(forge, "GET", f"/issues/{number}/comments", **query)
    pages = [answer]
    while "next" in answer.links:
        assert "/repositories/" in answer.links["next"]["url"]
        assert ("prev" in answer.links) == (len(pages) > 1)
        answer = requests.get(answer.links["next"]["url"], headers={"Authorization": "Bearer t"}, timeout=30)
        pages.append(answer)
    assert [len(page.json()) for page in pages] == sizes
    assert [item["body"] for page in pages for item in page.json()] == [f"remark {index}" for index in range(125)]


def test_a_list_on_one_page_has_no_links(forge: Forge) -> None:
    assert "Link" not in ask(forge, "GET", "/issues").headers


def test_closing_gives_a_reason_and_a_date_and_reopening_takes_them(forge: Forge) -> None:
    forge.open_issue(REPOSITORY, BOT)
    closed = ask(forge, "PATCH", "/issues/1", {"state": "closed"}).json()
    assert (closed["state_reason"], closed["closed_at"] is None) == ("completed", False)
    opened = ask(forge, "PATCH", "/issues/1", {"state": "open", "title": "again", "labels": ["new"]}).json()
    assert (opened["state_reason"], opened["closed_at"], opened["title"]) == ("reopened", None, "again")
    assert [label["name"] for label in opened["labels"]] == ["new"]


def test_comments_are_made_edited_and_deleted(forge: Forge) -> None:
    number = forge.open_pull_request(REPOSITORY)
    made = ask(forge, "POST", f"/issues/{number}/comments", {"body": " as given\r\n"}).json()
    assert (made["body"], made["user"]) == (" as given\r\n", {"login": BOT, "type": "Bot"})
    place = f"/issues/comments/{made['id']}"
    assert ask(forge, "PATCH", place, {"body": "new"}).json()["body"] == "new"
    assert ask(forge, "GET", place).json()["body"] == "new"
    assert [ask(forge, "DELETE", place).status_code for _ in range(2)] == [204, 404]
    assert ask(forge, "PATCH", place, {"body": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "body", "error"),
    [
        ("POST", "/issues/1/comments", {"body": LONGEST + "x"}, "Body is too long (maximum is 65536 characters)"),
        ("POST", "/issues/1/comments", {"body": " "}, "Body can't be blank"),
        ("POST", "/issues", {"title": "x", "body": LONGEST + "x"}, "body is too long (maximum is 65536 characters)"),
        ("PATCH", "/issues/1", {"body": LONGEST + "x"}, "body is too long (maximum is 65536 characters)"),
        ("POST", "/issues", {"title": "x" * 257}, "title is too long (maximum is 256 characters)"),
        ("POST", "/issues", {"title": ""}, "missing_field"),
        ("PATCH", "/issues/1", {"state": "gone"}, "invalid"),
        ("POST", "/labels", {"name": "bug"}, "already_exists"),
        ("POST", "/labels", {"name": "BUG"}, "already_exists"),
        ("POST", "/labels", {"name": "x" * 51}, "invalid"),
        ("POST", "/labels", {"name": "x", "color": "#ff0000"}, "invalid"),
        ("POST", "/labels", {"name": "x", "description": "x" * 101}, "description is too long"),
    ],
)
def test_what_github_would_not_take_is_not_taken(
    forge: Forge, method: str, path: str, body: dict[str, Any], error: str
) -> None:
    forge.open_issue(REPOSITORY, BOT, labels=["bug"])
    answer = ask(forge, method, path, body)
    assert answer.status_code == 422
    assert answer.json()["message"] == "Validation Failed"
    assert error in str(answer.json()["errors"])


def test_the_longest_text_is_taken(forge: Forge) -> None:
    forge.open_issue(REPOSITORY, BOT)
    assert ask(forge, "POST", "/issues/1/comments", {"body": LONGEST}).status_code == 201
    assert ask(forge, "POST", "/issues", {"title": "x" * 256, "body": LONGEST}).status_code == 201


def test_a_locked_conversation_takes_no_comment(forge: Forge) -> None:
    number = forge.open_pull_request(REPOSITORY)
    forge.thread(REPOSITORY, number).locked = True
    answer = ask(forge, "POST", f"/issues/{number}/comments", {"body": "x"})
    assert (answer.status_code, "locked" in answer.json()["message"]) == (403, True)


def test_where_issues_are_turned_off_there_are_pull_requests_alone(forge: Forge) -> None:
    forge.add_repository(REPOSITORY, has_issues=False)
    number = forge.open_pull_request(REPOSITORY)
    assert ask(forge, "POST", "/issues", {"title": "x"}).status_code == 410
    assert numbers(ask(forge, "GET", "/issues")) == [number]


def test_a_label_is_looked_up_by_its_name_in_any_case(forge: Forge) -> None:
    made = ask(forge, "POST", "/labels", {"name": "a/b", "color": "FF0000", "description": "x"}).json()
    assert ask(forge, "GET", "/labels/A%2FB").json() == made
    assert ask(forge, "GET", "/labels/c").status_code == 404


@pytest.mark.parametrize(
    "path", ["/issues/7", "/issues/7/comments", "/issues/comments/7", "/pulls/7", "/issues/", "/x"]
)
def test_what_does_not_exist_is_not_found(forge: Forge, path: str) -> None:
    assert ask(forge, "GET", path).status_code == 404

"""The forge: secrets go in sealed, and never come out again."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import requests

from tests.forge.server import Forge
from tests.forge.vault import LARGEST_VALUE, MOST_SECRETS, seal

PUBLIC, PRIVATE = "acme/open", "acme/closed"
REPOSITORY, ENVIRONMENT = "/actions/secrets", "/environments/live%2Feu/secrets"
PLACES = {REPOSITORY: None, ENVIRONMENT: "live/eu"}
VALUE = "p\u00e4ss\nw\u00f6rd"
IMPROPER = "Bad request - validation failed due to an improperly encrypted secret"


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 5, 1, 12, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def forge(clock: Clock) -> Iterator[Forge]:
    with Forge(clock=clock) as forge:
        for name, private in ((PUBLIC, False), (PRIVATE, True)):
            forge.add_repository(name, private=private)
            forge.add_environment(name, "live/eu")
        forge.add_token("t", "octocat", {"secrets": "write", "environments": "write"})
        yield forge


def ask(forge: Forge, method: str, path: str, token: str | None = "t", **more: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.request(method, f"{forge.url}/repos/{path}", headers=headers, timeout=30, **more)


def body(forge: Forge, place: str, value: str = VALUE) -> dict[str, str]:
    """What a client sends to keep a secret there."""
    key = ask(forge, "GET", f"{PRIVATE}{place}/public-key").json()
    return {"encrypted_value": seal(value.encode(), key["key"]), "key_id": key["key_id"]}


def put(forge: Forge, path: str, document: dict[str, Any]) -> tuple[int, str]:
    answer = ask(forge, "PUT", PRIVATE + path, json=document)
    return answer.status_code, answer.json().get("message", "") if answer.content else ""


@pytest.mark.parametrize("place", PLACES)
def test_a_secret_is_made_replaced_and_deleted(forge: Forge, clock: Clock, place: str) -> None:
    path, environment = f"{PRIVATE}{place}/Mail_Password", PLACES[place]
    assert ask(forge, "GET", path).status_code == 404
    made = ask(forge, "PUT", path, json=body(forge, place))
    assert (made.status_code, made.json()) == (201, {})
    assert forge.secret(PRIVATE, "MAIL_PASSWORD", environment) == VALUE
    clock.now += timedelta(hours=1)
    again = ask(forge, "PUT", f"{PRIVATE}{place}/mail_PASSWORD", json=body(forge, place, "another"))
    assert (again.status_code, again.content) == (204, b"")
    assert forge.secret(PRIVATE, "mail_password", environment) == "another"
    assert ask(forge, "GET", path).json() == {
        "name": "MAIL_PASSWORD", "created_at": "2026-05-01T12:00:00Z", "updated_at": "2026-05-01T13:00:00Z",
    }  # fmt: skip
    assert [ask(forge, "DELETE", path).status_code for _ in range(2)] == [204, 404]
    assert forge.secret(PRIVATE, "MAIL_PASSWORD", environment) is None


def test_no_request_and_no_answer_holds_the_value(forge: Forge) -> None:
    ask(forge, "PUT", f"{PRIVATE}{REPOSITORY}/A", json=body(forge, REPOSITORY, "in-the-clear"))
    shown = ask(forge, "GET", f"{PRIVATE}{REPOSITORY}/A").text
    assert "in-the-clear" not in shown + repr(forge.calls)
    assert b64encode(b"in-the-clear").decode() not in shown + repr(forge.calls)


def test_a_repository_and_an_environment_have_keys_of_their_own(forge: Forge) -> None:
    keys = [ask(forge, "GET", f"{name}{place}/public-key").json() for name in (PUBLIC, PRIVATE) for place in PLACES]
    assert len({key["key"] for key in keys}) == len({key["key_id"] for key in keys}) == 4
    assert ask(forge, "GET", f"{PRIVATE}{REPOSITORY}/public-key").json() == keys[2]


def test_what_another_key_sealed_is_refused(forge: Forge) -> None:
    right, other = body(forge, REPOSITORY), body(forge, ENVIRONMENT)
    for document in (
        other,
        {**right, "key_id": other["key_id"]},
        {**right, "encrypted_value": other["encrypted_value"]},
        {**right, "encrypted_value": b64encode(VALUE.encode()).decode()},
        {**right, "encrypted_value": right["encrypted_value"][:-4]},
    ):
        assert put(forge, f"{REPOSITORY}/A", document) == (422, IMPROPER)
    assert forge.secret(PRIVATE, "A") is None
    assert put(forge, f"{REPOSITORY}/A", right) == (201, "")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"encrypted_value": "not-base64"}, "Invalid request.\n\nnot-base64 does not match /^"),
        ({"encrypted_value": 1}, "Invalid request."),
        ({"key_id": 1}, "Invalid request."),
        ({"key_id": None}, "Invalid request."),
    ],
)
def test_a_body_out_of_form_is_refused(forge: Forge, change: dict[str, Any], words: str) -> None:
    status, message = put(forge, f"{REPOSITORY}/A", {**body(forge, REPOSITORY), **change})
    assert status == 422
    assert message.startswith(words)


@pytest.mark.parametrize("name", ["key_id", "encrypted_value"])
def test_a_body_needs_both_parts(forge: Forge, name: str) -> None:
    document = {key: value for key, value in body(forge, REPOSITORY).items() if key != name}
    assert put(forge, f"{REPOSITORY}/A", document) == (422, f'Invalid request.\n\n"{name}" wasn\'t supplied.')


@pytest.mark.parametrize(
    ("name", "status"),
    [("A", 201), ("_9", 201), ("9A", 422), ("A-B", 422), ("A%20B", 422), ("A%0A", 422), ("%C3%84", 422),
     ("GITHUB_X", 422), ("github_x", 422)],
)  # fmt: skip
def test_names_are_letters_digits_and_underscores(forge: Forge, name: str, status: int) -> None:
    assert put(forge, f"{REPOSITORY}/{name}", body(forge, REPOSITORY))[0] == status


def test_a_secret_is_at_most_48_kilobytes(forge: Forge) -> None:
    most = "x" * LARGEST_VALUE
    assert put(forge, f"{REPOSITORY}/A", body(forge, REPOSITORY, most))[0] == 201
    assert put(forge, f"{REPOSITORY}/A", body(forge, REPOSITORY, most + "x"))[0] == 422
    assert forge.secret(PRIVATE, "A") == most


def test_a_place_has_room_for_a_hundred(forge: Forge) -> None:
    document = body(forge, REPOSITORY)
    assert {put(forge, f"{REPOSITORY}/A{number}", document)[0] for number in range(MOST_SECRETS)} == {201}
    assert put(forge, f"{REPOSITORY}/B", document)[0] == 422
    assert put(forge, f"{REPOSITORY}/A0", document)[0] == 204


def test_an_environment_has_to_be_there_whatever_the_case_of_its_name(forge: Forge) -> None:
    assert ask(forge, "GET", f"{PRIVATE}/environments/LIVE%2Feu/secrets/public-key").status_code == 200
    assert ask(forge, "GET", f"{PRIVATE}/environments/live/secrets/public-key").status_code == 404


@pytest.mark.parametrize("repository", [PUBLIC, PRIVATE])
@pytest.mark.parametrize(("place", "needed"), [(REPOSITORY, "secrets"), (ENVIRONMENT, "environments")])
@pytest.mark.parametrize(
    ("method", "name", "level"),
    [("GET", "public-key", "read"), ("GET", "A", "read"), ("PUT", "A", "write"), ("DELETE", "A", "write")],
)
def test_a_token_needs_the_permission_even_where_all_is_public(
    forge: Forge, *, repository: str, place: str, needed: str, method: str, name: str, level: str
) -> None:
    path = f"{repository}{place}/{name}"
    document: dict[str, str] | None = {} if method == "PUT" else None
    others = {"contents", "issues", "secrets", "environments"} - {needed}
    forge.add_token("other", "octocat", dict.fromkeys(others, "write"))
    refused = ask(forge, method, path, "other", json=document)
    assert refused.status_code == 403
    assert refused.headers["X-Accepted-GitHub-Permissions"] == f"{needed}={level}"
    forge.add_token("right", "octocat", {needed: level})
    assert ask(forge, method, path, "right", json=document).status_code in {200, 404, 422}
    forge.add_token("reader", "octocat", {needed: "read"})
    assert (ask(forge, method, path, "reader", json=document).status_code == 403) == (level == "write")
    assert ask(forge, method, path, None, json=document).status_code == (401 if repository == PUBLIC else 404)


def test_a_workflow_has_no_such_token(forge: Forge) -> None:
    forge.add_token("job", permissions={"contents": "write", "actions": "write", "issues": "write"})
    for place in PLACES:
        refused = ask(forge, "GET", f"{PUBLIC}{place}/public-key", "job")
        assert (refused.status_code, refused.json()["message"]) == (403, "Resource not accessible by integration")
    for permission in ("secrets", "environments"):
        with pytest.raises(ValueError, match=permission):
            forge.add_token("job", permissions={permission: "read"})
    forge.add_token("app", "acme-bot[bot]", {"secrets": "write"})
    assert ask(forge, "GET", f"{PUBLIC}{REPOSITORY}/public-key", "app").status_code == 200

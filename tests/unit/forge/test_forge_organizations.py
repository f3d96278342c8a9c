"""The forge: secrets of an organisation, and lists of secrets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.forge.organizations import Audience, Organization
from tests.forge.server import Forge
from tests.forge.vault import seal

BASE = "orgs/acme/actions/secrets"


@pytest.fixture
def forge() -> Iterator[Forge]:
    with Forge() as forge:
        forge.add_token(
            "t", "octocat", {"organization_secrets": "write", "secrets": "write", "environments": "write"}
        )
        yield forge


@pytest.fixture
def acme(forge: Forge) -> Organization:
    return forge.add_organization("Acme")


def ask(forge: Forge, method: str, path: str, token: str | None = "t", **more: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.request(method, f"{forge.url}/{path}", headers=headers, timeout=30, **more)


def put(forge: Forge, name: str, value: str = "value", **more: Any) -> int:
    key = ask(forge, "GET", f"{BASE}/public-key").json()
    sealed = {"encrypted_value": seal(value.encode(), key["key"]), "key_id": key["key_id"]}
    return ask(forge, "PUT", f"{BASE}/{name}", json={**sealed, **more}).status_code


def test_a_secret_is_made_replaced_and_deleted(forge: Forge, acme: Organization) -> None:
    assert put(forge, "a", visibility="private") == 201
    assert put(forge, "A", "another", visibility="all") == 204
    assert acme.secrets.secret("A").value == b"another"
    assert ask(forge, "GET", f"{BASE}/a").json()["visibility"] == "all"
    assert [ask(forge, "DELETE", f"{BASE}/A").status_code for _ in range(2)] == [204, 404]


@pytest.mark.parametrize(
    "more", [{}, {"visibility": "public"}, {"visibility": "all", "selected_repository_ids": [1]}]
)
def test_it_has_to_be_said_who_may_have_it(forge: Forge, acme: Organization, more: dict[str, Any]) -> None:
    assert put(forge, "A", **more) == 422
    assert not acme.secrets.secrets


def test_the_selected_repositories_are_those_that_were_sent_last(forge: Forge, acme: Organization) -> None:
    number = forge.add_repository("acme/shop").id
    put(forge, "A", visibility="selected", selected_repository_ids=[number])
    listed = ask(forge, "GET", f"{BASE}/A/repositories").json()
    assert listed == {"total_count": 1, "repositories": [{"id": number, "full_name": "acme/shop"}]}
    put(forge, "A", visibility="selected")
    assert acme.audiences["A"] == Audience("selected")
    put(forge, "A", visibility="all")
    assert ask(forge, "GET", f"{BASE}/A/repositories").status_code == 409


def test_an_organisation_that_is_not_there_is_not_found(forge: Forge) -> None:
    assert ask(forge, "GET", f"{BASE}/public-key").status_code == 404


@pytest.mark.parametrize(
    ("method", "name", "level"),
    [("GET", "", "read"), ("GET", "/public-key", "read"), ("PUT", "/A", "write"), ("DELETE", "/A", "write")],
)
def test_a_token_needs_the_organisations_permission(
    forge: Forge, acme: Organization, method: str, name: str, level: str
) -> None:
    document: dict[str, str] | None = {} if method == "PUT" else None
    forge.add_token("other", "octocat", {"secrets": "write", "environments": "write"})
    refused = ask(forge, method, BASE + name, "other", json=document)
    assert refused.status_code == 403
    assert refused.headers["X-Accepted-GitHub-Permissions"] == f"organization_secrets={level}"
    forge.add_token("right", "octocat", {"organization_secrets": level})
    assert ask(forge, method, BASE + name, "right", json=document).status_code in {200, 404, 422}
    assert ask(forge, method, BASE + name, None, json=document).status_code == 401


@pytest.mark.parametrize(
    "path", [BASE, "repos/acme/shop/actions/secrets", "repos/acme/shop/environments/live/secrets"]
)
def test_a_list_of_secrets_comes_in_pages_and_holds_no_value(forge: Forge, acme: Organization, path: str) -> None:
    forge.add_repository("acme/shop")
    forge.add_environment("acme/shop", "live")
    key = ask(forge, "GET", f"{path}/public-key").json()
    document = {"encrypted_value": seal(b"in-the-clear", key["key"]), "key_id": key["key_id"], "visibility": "all"}
    for number in range(35):
        assert ask(forge, "PUT", f"{path}/A{number:02}", json=document).status_code == 201
    names, url = [], f"{forge.url}/{path}"
    while url:
        page = requests.get(url, headers={"Authorization": "Bearer t"}, timeout=30)
        assert page.json()["total_count"] == 35
        assert "in-the-clear" not in page.text
        names += [secret["name"] for secret in page.json()["secrets"]]
        url = page.links.get("next", {}).get("url", "")
    assert names == [f"A{number:02}" for number in range(35)]

"""Secrets of an organisation: like those of a repository, and for each it is said which repositories may have it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.forge.answers import Answer, Refusal, not_found, text
from tests.forge.paging import counted
from tests.forge.vault import Vault
from tests.forge.world import stamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.forge.records import Call, Token
    from tests.forge.vault import Sealed
    from tests.forge.world import World

MOST_SECRETS = 1000

_PATH = re.compile(r"/orgs/([^/]+)(/actions/secrets(?:/([^/]+)(/repositories)?)?)")
_VISIBILITIES = ("all", "private", "selected")


@dataclass
class Audience:
    """Which repositories may have a secret. `selected` are their ids."""

    visibility: str
    selected: tuple[int, ...] = ()


@dataclass
class Organization:
    """An organisation. Its secrets, and who may have them, are by their names in capitals."""

    login: str
    secrets: Vault = field(default_factory=lambda: Vault(most=MOST_SECRETS))
    audiences: dict[str, Audience] = field(default_factory=dict)


def answer(world: World, call: Call, token: Token | None) -> Answer:
    """Carry out a request for something below /orgs, or raise `Refusal`."""
    found = _PATH.fullmatch(call.path)
    here = world.organizations.get(found[1].lower()) if found else None
    if found is None or here is None:
        raise not_found()
    level = "read" if call.method == "GET" else "write"
    accepted = {"X-Accepted-GitHub-Permissions": f"organization_secrets={level}"}
    if token is None:
        raise Refusal(401, "Requires authentication", headers=accepted)
    if not token.may("organization_secrets", level):
        whose = "integration" if token.kind == "installation" else "personal access token"
        raise Refusal(403, f"Resource not accessible by {whose}", headers=accepted)
    carry = _carry(call.method, found)
    if carry is None:
        raise not_found()
    done = carry(world, here, call, (found[3] or "").upper(), f"{world.url}{found[0]}")
    return Answer(done.status, done.document, {**done.headers, **accepted})


def _carry(method: str, found: re.Match[str]) -> Callable[..., Answer] | None:
    if found[4]:
        return _list_repositories if method == "GET" else None
    if found[3] is None:
        return _list if method == "GET" else None
    if found[3] == "public-key":
        return _key if method == "GET" else None
    return {"GET": _get, "PUT": _put, "DELETE": _delete}.get(method)


def _key(_: World, here: Organization, *__: Any) -> Answer:
    return Answer(200, {"key_id": here.secrets.key_id, "key": here.secrets.public_key})


def _list(world: World, here: Organization, call: Call, _: str, address: str) -> Answer:
    shown = [_shown(world, here, name, kept) for name, kept in sorted(here.secrets.secrets.items())]
    return counted("secrets", shown, call.query, address)


def _get(world: World, here: Organization, _: Call, name: str, __: str) -> Answer:
    return Answer(200, _shown(world, here, name, here.secrets.secret(name)))


def _put(world: World, here: Organization, call: Call, name: str, _: str) -> Answer:
    # What is not sent along is taken away: a secret that was for selected repositories is for none then
    # (github.com/external-secrets/external-secrets/pull/6519).
    visibility = text(call.body, "visibility", required=True)
    selected = call.body.get("selected_repository_ids", [])
    if visibility not in _VISIBILITIES or (selected and visibility != "selected"):
        raise Refusal(422, "Invalid request.\n\nThe visibility does not fit.")
    made = here.secrets.keep(name, call.body, world.now())
    here.audiences[name] = Audience(visibility, tuple(selected))
    return Answer(201, {}) if made else Answer(204)


def _delete(_: World, here: Organization, __: Call, name: str, ___: str) -> Answer:
    here.secrets.secret(name)
    del here.secrets.secrets[name], here.audiences[name]
    return Answer(204)


def _list_repositories(world: World, here: Organization, call: Call, name: str, address: str) -> Answer:
    here.secrets.secret(name)
    audience = here.audiences[name]
    if audience.visibility != "selected":
        raise Refusal(409, "The visibility of the secret is not `selected`.")
    known = {repository.id: repository.full_name for repository in world.repositories.values()}
    shown = [{"id": number, "full_name": known[number]} for number in audience.selected]
    return counted("repositories", shown, call.query, address)


def _shown(world: World, here: Organization, name: str, kept: Sealed) -> dict[str, Any]:
    visibility = here.audiences[name].visibility
    shown = {
        "name": name,
        "created_at": stamp(kept.created),
        "updated_at": stamp(kept.updated),
        "visibility": visibility,
    }
    if visibility == "selected":
        url = f"{world.url}/orgs/{here.login}/actions/secrets/{name}/repositories"
        shown["selected_repositories_url"] = url
    return shown

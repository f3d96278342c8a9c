"""Secrets: which key seals them, that there is one and since when, and keeping one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.forge.answers import Answer, not_found
from tests.forge.paging import counted
from tests.forge.world import stamp

if TYPE_CHECKING:
    from tests.forge.records import Call, Repository
    from tests.forge.vault import Sealed, Vault
    from tests.forge.world import World


def vault_of(repository: Repository, environment: str | None) -> Vault:
    """Return the secrets of an environment, whatever the case of its name, else those of the repository."""
    if environment is None:
        return repository.secrets
    try:
        return repository.environments[environment.lower()]
    except KeyError:
        raise not_found() from None


def get_key(_: World, repository: Repository, __: Call, environment: str | None = None) -> Answer:
    """Return the key by which what is sent here is sealed."""
    vault = vault_of(repository, environment)
    return Answer(200, {"key_id": vault.key_id, "key": vault.public_key})


def list_secrets(_: World, repository: Repository, call: Call, *place: str) -> Answer:
    """Return a page of what secrets there are."""
    *environment, here = place
    kept = vault_of(repository, environment[0] if environment else None).secrets
    return counted("secrets", [_shown(name, found) for name, found in sorted(kept.items())], call.query, here)


def get_secret(_: World, repository: Repository, __: Call, *place: str) -> Answer:
    """Return that there is a secret; what it holds, GitHub tells nobody."""
    vault, name = _placed(repository, place)
    return Answer(200, _shown(name.upper(), vault.secret(name)))


def put_secret(world: World, repository: Repository, call: Call, *place: str) -> Answer:
    """Keep a secret. A new one is answered by an empty object, another value by nothing."""
    vault, name = _placed(repository, place)
    return Answer(201, {}) if vault.keep(name, call.body, world.now()) else Answer(204)


def delete_secret(_: World, repository: Repository, __: Call, *place: str) -> Answer:
    """Delete a secret."""
    vault, name = _placed(repository, place)
    vault.secret(name)
    del vault.secrets[name.upper()]
    return Answer(204)


def _shown(name: str, found: Sealed) -> dict[str, str | None]:
    return {"name": name, "created_at": stamp(found.created), "updated_at": stamp(found.updated)}


def _placed(repository: Repository, place: tuple[str, ...]) -> tuple[Vault, str]:
    *environment, name = place
    return vault_of(repository, environment[0] if environment else None), name

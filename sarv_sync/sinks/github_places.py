"""Where GitHub keeps secrets for Actions: with a repository, one of its environments, or an organisation."""

from __future__ import annotations

import re
from typing import Literal
from urllib.parse import quote

from sarv_sync.errors import InputError
from sarv_sync.values import dataclass

PlaceKind = Literal["repository", "environment", "organization"]

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_REPOSITORY = re.compile(r"[A-Za-z0-9._-]{1,100}")
_ENVIRONMENT_MAX = 255


@dataclass(frozen=True, slots=True)
class Place:
    """`title` is what people call it. `path` is that of its secrets in the API, `owner` that of what they belong to.

    GitHub's names know no case, so titles are in lower case: a place has one title, however it is spelled.
    """

    kind: PlaceKind
    title: str
    owner: str
    path: str


def repository(full_name: str) -> Place:
    """Return the place of a repository's secrets. Raises `InputError` for what is no name of one."""
    owner = _repository_path(full_name)
    return Place("repository", full_name.lower(), owner, f"{owner}/actions/secrets")


def environment(full_name: str, name: str) -> Place:
    """Return the place of an environment's secrets. Raises `InputError` for what is no name of one."""
    owner = _repository_path(full_name)
    if not name.strip() or name in {".", ".."} or not name.isprintable() or len(name) > _ENVIRONMENT_MAX:
        raise InputError(f"`environment`: {name[:80]!r} is not the name of an environment")
    path = f"{owner}/environments/{quote(name, safe='')}/secrets"
    return Place("environment", f"{full_name}:{name}".lower(), owner, path)


def organization(login: str) -> Place:
    """Return the place of an organisation's secrets. Raises `InputError` for what is no name of one."""
    if not _LOGIN.fullmatch(login):
        raise InputError(f"`organization`: {login[:80]!r} is not the name of an organization", "write `acme`")
    return Place("organization", f"org {login}".lower(), f"/orgs/{login}", f"/orgs/{login}/actions/secrets")


def _repository_path(full_name: str) -> str:
    owner, _, name = full_name.partition("/")
    if not _LOGIN.fullmatch(owner) or not _REPOSITORY.fullmatch(name) or name in {".", ".."}:
        raise InputError(f"`repository`: {full_name[:80]!r} is not the name of a repository", "write `owner/name`")
    return f"/repos/{owner}/{name}"

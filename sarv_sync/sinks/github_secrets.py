"""The secrets of GitHub Actions: sealed before they leave, and never given out again."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any, NamedTuple

from sarv_sync.errors import GitHubError, SinkError

if TYPE_CHECKING:
    from sarv_sync.github.api import RestApi
    from sarv_sync.model.secret import Secret
    from sarv_sync.sinks.github_places import Place

PROBE = "SARV_SYNC_CHECK"
"""What is written, and deleted at once, to see whether it can be."""


class PublicKey(NamedTuple):
    """What a place's secrets are sealed with, in Base64. GitHub wants to be told which one it was."""

    key_id: str
    key: str


class Secrets:
    """Secrets by place and name, for one thread at a time. Everything raises `GitHubError`.

    `visibility` is for an organisation's secrets: None leaves that of one which is there, and makes new ones private.
    """

    def __init__(self, api: RestApi, visibility: str | None = None) -> None:
        self._api = api
        self._visibility = visibility
        self._keys: dict[Place, PublicKey] = {}

    def names(self, place: Place) -> set[str]:
        """Return the names of all secrets, in capitals as GitHub has them."""
        listed = self._api.pages(place.path)
        return {item["name"] for item in listed if isinstance(item, dict) and isinstance(item.get("name"), str)}

    def prepare(self, place: Place) -> None:
        """Fetch the key, so that nothing else stands between two secrets that belong together."""
        self._key(place)

    def put(self, place: Place, name: str, value: Secret) -> None:
        """Write a secret. Where GitHub has changed the key meanwhile, it is fetched anew, once."""
        self._put(place, name, value, self._audience(place, name))

    def probe(self, place: Place, value: Secret) -> None:
        """Write a secret that nobody may read, and delete it."""
        nobody = {"visibility": "selected", "selected_repository_ids": []} if place.kind == "organization" else {}
        self._put(place, PROBE, value, nobody)
        self.delete(place, PROBE)

    def delete(self, place: Place, name: str) -> None:
        """Delete a secret. One that is not there is deleted already."""
        try:
            self._api.send("DELETE", f"{place.path}/{name}")
        except GitHubError as error:
            if error.status != 404:
                raise

    def _put(self, place: Place, name: str, value: Secret, audience: dict[str, Any]) -> None:
        key = self._key(place)
        try:
            self._send(place, name, value, key, audience)
        except GitHubError as error:
            if error.status != 422:
                raise
            del self._keys[place]
            fresh = self._key(place)
            if fresh == key:
                raise
            self._send(place, name, value, fresh, audience)

    def _send(self, place: Place, name: str, value: Secret, key: PublicKey, audience: dict[str, Any]) -> None:
        sealed = seal(value, key.key)
        self._api.send("PUT", f"{place.path}/{name}", {"encrypted_value": sealed, "key_id": key.key_id, **audience})

    def _key(self, place: Place) -> PublicKey:
        if place not in self._keys:
            match self._api.get(f"{place.path}/public-key"):
                case {"key_id": str(key_id), "key": str(key)}:
                    self._keys[place] = PublicKey(key_id, key)
                case _:
                    raise GitHubError("GitHub's answer holds no key to seal secrets with")
        return self._keys[place]

    def _audience(self, place: Place, name: str) -> dict[str, Any]:
        """Return who may read an organisation's secret.

        Which repositories were selected has to be sent along: GitHub takes a secret without them away from all.
        """
        if place.kind != "organization":
            return {}
        existing = self._existing_visibility(place, name)
        visibility = self._visibility or existing or "private"
        if visibility != "selected":
            return {"visibility": visibility}
        selected = self._api.pages(f"{place.path}/{name}/repositories") if existing == "selected" else ()
        ids = [item["id"] for item in selected if isinstance(item, dict) and isinstance(item.get("id"), int)]
        return {"visibility": "selected", "selected_repository_ids": ids}

    def _existing_visibility(self, place: Place, name: str) -> str | None:
        try:
            found = self._api.get(f"{place.path}/{name}")
        except GitHubError as error:
            if error.status == 404:
                return None
            raise
        match found:
            case {"visibility": "all" | "private" | "selected" as visibility}:
                return str(visibility)
        raise GitHubError("GitHub's answer does not say who may read the secret")


def seal(value: Secret, key: str) -> str:
    """Return `value` such that only whoever has the other half of `key` can open it: a sealed box of libsodium.

    See docs.github.com/rest/guides/encrypting-secrets-for-the-rest-api. Raises `SinkError` for what is no key.
    """
    from nacl.exceptions import CryptoError
    from nacl.public import PublicKey as Curve25519
    from nacl.public import SealedBox

    try:
        box = SealedBox(Curve25519(b64decode(key)))
        return b64encode(box.encrypt(value.reveal().encode())).decode("ascii")
    except (CryptoError, ValueError, TypeError):
        pass
    raise SinkError("the key that GitHub gives out to seal secrets with cannot be used")

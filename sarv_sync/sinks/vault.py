"""Secrets of Vault or OpenBao, in an engine `kv` of version 2: one secret for each user, with all its keys.

Keys that others keep in the same secret stay: each write replaces the version that was read before, or none at all.
Where the server is, and what to log in with, says the environment alone.
"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import InputError, SinkError
from sarv_sync.model.secret import Secret
from sarv_sync.sinks.addressing import Address
from sarv_sync.sinks.at_once import at_once
from sarv_sync.sinks.contents import Contents
from sarv_sync.sinks.vault_login import login_of
from sarv_sync.sinks.vault_server import Server

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sarv_sync.model.sink import Credential, Recipient, Sight
    from sarv_sync.sinks.site import Site

TRIES = 5
NEEDED = frozenset({"create", "read", "update"})


def open_vault(options: Mapping[str, Any], site: Site) -> Vault:
    """Return the sink that `options` describe. Raises `InputError`."""
    auth_mount = options.get("auth_mount")
    return Vault(
        _clean("mount", options.get("mount", "secret")),
        Address("path", options["path"]),
        Contents(options.get("keys")),
        site,
        None if auth_mount is None else _clean("auth_mount", auth_mount),
    )


class Vault:
    """The sink `vault`. See `model.sink.Sink`."""

    def __init__(self, mount: str, path: Address, contents: Contents, site: Site, auth_mount: str | None) -> None:
        self._mount = mount
        self._template = path
        self._contents = contents
        self._site = site
        self._auth_mount = auth_mount
        self._lock = Lock()
        self._made: Server | None = None

    def address(self, recipient: Recipient) -> str:
        """Return the engine's mount and the path in it."""
        return f"vault {self._mount}/{self._path(recipient)}"

    def ready(self) -> None:
        """Raise `InputError` for what is missing in the environment, `NotInstalled` without hvac."""
        self._server()

    def check(self, recipients: Sequence[Recipient]) -> None:
        """Ask Vault what is mounted there, and what the token may do at each path."""
        paths = {f"{self._mount}/data/{path}": path for path in map(self._path, recipients)}
        if not paths:
            return
        server = self._server()
        self._check_engine(*server.engine(self._mount))
        for full_path, allowed in server.capabilities(list(paths)).items():
            missing = NEEDED - allowed
            if missing and "root" not in allowed:
                raise SinkError(
                    f"{self._mount}/{paths[full_path]} cannot be delivered to: the token's policy lacks "
                    f"{' and '.join(sorted(missing))}",
                    f'add to the policy: path "{full_path}" {{ capabilities = ["create", "read", "update"] }}',
                )

    def deliver(self, credential: Credential) -> None:
        """Write the secret, unless it holds all this already."""
        server, path = self._server(), self._path(credential.recipient)
        ours = self._contents.of(credential)
        for _ in range(TRIES):
            found = server.read(self._mount, path)
            self._take_note(found.data or {})
            others = {key: value for key, value in (found.data or {}).items() if key not in self._contents.names}
            wanted = {**others, **ours}
            if found.data == wanted or server.write(self._mount, path, wanted, found.number):
                return
        raise SinkError(
            f"cannot write {self._mount}/{path}: others wrote it {TRIES} times in between",
            "find out what else writes there, and run this again",
        )

    def read_back(self, credentials: Sequence[Credential]) -> Mapping[str, Sight]:
        """Compare what each secret holds."""
        server = self._server()

        def sight(credential: Credential) -> Sight:
            found = server.read(self._mount, self._path(credential.recipient))
            if found.data is None:
                return "gone"
            self._take_note(found.data)
            ours = self._contents.of(credential)
            return "there" if all(found.data.get(key) == value for key, value in ours.items()) else "other"

        addresses = [self.address(credential.recipient) for credential in credentials]
        return dict(zip(addresses, at_once(sight, credentials), strict=True))

    def _check_engine(self, kind: str, version: str) -> None:
        if kind == "kv" and version == "2":
            return
        if kind in {"kv", "generic"}:
            raise SinkError(
                f"{self._mount}/ is a kv engine of version 1, which cannot tell whether somebody else wrote",
                f"make a version 2 of it, `vault kv enable-versioning {self._mount}/`, or set `mount` to another one",
            )
        raise SinkError(f"{self._mount}/ is no kv engine", "set `mount` to a kv engine of version 2")

    def _take_note(self, data: Mapping[str, Any]) -> None:
        """Have the scrubber know what was read: all but our keys without a password, which are ordinary words."""
        plain = [key for key in self._contents.names if not self._contents.fields(key) & {"password", "password_url"}]
        texts = (value for key, value in data.items() if isinstance(value, str) and key not in plain)
        self._site.scrubber.add_all(Secret(text) for text in texts)

    def _path(self, recipient: Recipient) -> str:
        return _clean("path", self._template.of(recipient))

    def _server(self) -> Server:
        with self._lock:
            if self._made is None:
                self._made = Server(self._site, login_of(self._site, self._auth_mount))
            return self._made


def _clean(option: str, text: str) -> str:
    """Return a path, without slashes at its ends. Raises `InputError` if it could lead elsewhere."""
    path = text.strip("/")
    if not path.isprintable() or any(part.strip() in {"", ".", ".."} for part in path.split("/")):
        raise InputError(f"`{option}`: {text[:80]!r} is no path", "write one like `smtp/{name}`")
    return path

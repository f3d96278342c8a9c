"""Passwords in Secrets of a Kubernetes cluster, each applied by the server: other people's keys in it stay.

A key that somebody else applied is never taken over: that is a conflict, which is for people to settle.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from sarv_sync.errors import InputError, SinkError
from sarv_sync.sinks.at_once import at_once
from sarv_sync.sinks.contents import Contents
from sarv_sync.sinks.file_path import FilePath
from sarv_sync.sinks.kubectl import ByKubectl
from sarv_sync.sinks.kubernetes_client import ByClient
from sarv_sync.sinks.kubernetes_failures import ApplyFailed
from sarv_sync.sinks.manifest import Manifest, Names, check_keys, encoded
from sarv_sync.sinks.manifest_sink import ManifestSink

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sarv_sync.model.sink import Credential, Recipient, Sight, Sink
    from sarv_sync.sinks.site import Site

    Reading = Callable[[str | None, str], Mapping[str, str] | None]
    """Asks for `data` of a Secret by namespace and name; None if there is no such Secret."""

_TRIAL = "sarv-sync-check"
"""The value of every key in a trial, and the provider's name of a user still to be made."""


class Way(Protocol):
    """A way to a cluster. Raises `ApplyFailed` for what the cluster says, or what keeps one from asking it."""

    def ready(self) -> None:
        """Raise `InputError` if something is missing that every call needs."""
        ...

    def apply(self, manifest: Manifest, *, trial: bool) -> None:
        """Apply the manifest; as a `trial`, let the cluster only say what would come of it."""
        ...

    def reading(self) -> Reading | None:
        """Return what reads Secrets; None if no program may be run and there is no other way."""
        ...


def open_kubernetes(options: Mapping[str, Any], site: Site) -> Sink:
    """Return the Secrets that `options` name, in a cluster or in files. Raises `InputError`."""
    contents = Contents(options.get("keys"))
    check_keys(contents.names)
    names = Names(options["secret"], options.get("namespace"))
    _check(options)
    if "manifest" in options:
        return ManifestSink(FilePath("manifest", options["manifest"]), names, contents, site.directory)
    context: str | None = options.get("context")
    ways: dict[str, Callable[[], Way]] = {
        "client": lambda: ByClient(site, context),
        "kubectl": lambda: ByKubectl(site, context),
    }
    return ClusterSink(names, contents, ways[options.get("via", "client")](), context)


class ClusterSink:
    """Secrets in the cluster of `context`, None: of the current one."""

    def __init__(self, names: Names, contents: Contents, way: Way, context: str | None) -> None:
        self._names = names
        self._contents = contents
        self._way = way
        self._context = context

    def address(self, recipient: Recipient) -> str:
        """Return namespace and name, and the context if that is set in the file."""
        return f"kubernetes {self._shown(recipient)}"

    def ready(self) -> None:
        """Raise if the client, its configuration or `kubectl` is missing."""
        self._way.ready()

    def check(self, recipients: Sequence[Recipient]) -> None:
        """Have the cluster try each: it checks rights, conflicts and admission, and stores nothing."""
        trial = encoded(dict.fromkeys(self._contents.names, _TRIAL))
        for recipient in recipients:
            self._apply(recipient, trial, trial=True)

    def deliver(self, credential: Credential) -> None:
        """Apply the Secret."""
        self._apply(credential.recipient, encoded(self._contents.of(credential)), trial=False)

    def read_back(self, credentials: Sequence[Credential]) -> Mapping[str, Sight]:
        """Return what the Secrets hold; nothing where a program had to be run for it."""
        reading = self._way.reading()
        if reading is None:
            return {}
        sights = at_once(lambda credential: self._sight(reading, credential), credentials)
        return {self.address(one.recipient): sight for one, sight in zip(credentials, sights, strict=True)}

    def _shown(self, recipient: Recipient) -> str:
        return f"{self._names.shown(recipient)}{f' in {self._context}' if self._context else ''}"

    def _apply(self, recipient: Recipient, data: Mapping[str, str], *, trial: bool) -> None:
        namespace, name = (part and part.replace("{smtp_user_name}", _TRIAL) for part in self._names.of(recipient))
        try:
            self._way.apply(Manifest(name or "", namespace, data), trial=trial)
        except ApplyFailed as failure:
            raise SinkError(f"{self._shown(recipient)}: {failure.reason}", failure.hint) from None

    def _sight(self, reading: Reading, credential: Credential) -> Sight:
        try:
            data = reading(*self._names.of(credential.recipient))
        except ApplyFailed as failure:
            raise SinkError(f"{self._shown(credential.recipient)}: {failure.reason}", failure.hint) from None
        ours = {key: value for key, value in (data or {}).items() if key in self._contents.names}
        if not ours:
            return "gone"
        return "there" if ours == encoded(self._contents.of(credential)) else "other"


def _check(options: Mapping[str, Any]) -> None:
    if options.get("via", "client") not in {"client", "kubectl"}:
        raise InputError(f"`via` is {options['via']!r}", "use client or kubectl")
    if "manifest" not in options:
        if "plaintext" in options:
            raise InputError("`plaintext` is for a `manifest`, and there is none", "leave it out")
        return
    if {"via", "context"} & options.keys():
        raise InputError(
            "a `manifest` is a file: no cluster is asked", "leave out `via` and `context`, or `manifest`"
        )
    if options.get("plaintext") is not True:
        raise InputError(
            "a `manifest` holds passwords that anybody who has the file can read",
            "if a tool seals it before it goes anywhere, say so: `plaintext: true`; and keep it out of git",
        )

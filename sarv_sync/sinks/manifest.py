"""The manifest of a Kubernetes Secret, and how its name is made."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError
from sarv_sync.sinks.addressing import Address
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sarv_sync.model.sink import Recipient

MANAGER = "sarv-sync"
"""Who applies: the field manager, and the value of the label that says who looks after the Secret."""

HEADER = "# Written by sarv-sync. The values are encoded, not encrypted: seal this file before it goes anywhere."
"""The first line. A file without it is not replaced, so another wording would disown the files that are there."""

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_NAMESPACE = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_ODD = re.compile(r"[^a-z0-9.-]")
_KEY = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9._-]{1,253}")
_LONGEST = 253
_UNKNOWN = "{smtp_user_name}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """A Secret as it is applied: the values of `data` are base64. Without a namespace it goes where the context says.

    The values are in `data`, not in `stringData`: only there does the cluster keep account of who applied which key,
    and takes away one that is applied no more.
    """

    name: str
    namespace: str | None
    data: Mapping[str, str]

    def document(self) -> dict[str, object]:
        """Return the object, for the API."""
        metadata: dict[str, object] = {"name": self.name, "labels": {"app.kubernetes.io/managed-by": MANAGER}}
        if self.namespace is not None:
            metadata["namespace"] = self.namespace
        return {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "type": "Opaque", "data": dict(self.data)}

    def text(self) -> str:
        """Return the object as YAML, for people and their tools. Every text in it is plain, and quoted as in JSON."""
        namespace = [] if self.namespace is None else [f"  namespace: {json.dumps(self.namespace)}"]
        lines = [
            HEADER,
            "apiVersion: v1",
            "kind: Secret",
            "metadata:",
            f"  name: {json.dumps(self.name)}",
            *namespace,
            "  labels:",
            f"    app.kubernetes.io/managed-by: {MANAGER}",
            "type: Opaque",
            "data:",
            *(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in self.data.items()),
        ]
        return "\n".join(lines) + "\n"


class Names:
    """Which Secret is whose. A name that Kubernetes does not take is refused: changed, two could become the same."""

    def __init__(self, secret: str, namespace: str | None) -> None:
        self._secret = Address("secret", secret)
        self._namespace = None if namespace is None else Address("namespace", namespace)

    def of(self, recipient: Recipient) -> tuple[str | None, str]:
        """Return namespace, None for the context's, and name. What is not known yet stays as the template has it."""
        name = self._secret.of(recipient)
        if reason := _wrong(name.replace(_UNKNOWN, "x"), _NAME, _LONGEST):
            raise InputError(
                f"{recipient.name}: a Secret cannot be called {name!r}: {reason}",
                "Kubernetes takes lower-case letters, digits, `-` and `.`; use another template for `secret`,"
                ' with a label of its own for such a user, say "smtp-{labels.secret}"',
            )
        namespace = None if self._namespace is None else self._namespace.of(recipient)
        if namespace is not None and (reason := _wrong(namespace.replace(_UNKNOWN, "x"), _NAMESPACE, 63)):
            raise InputError(
                f"{recipient.name}: a namespace cannot be called {namespace!r}: {reason}",
                "Kubernetes takes lower-case letters, digits and `-`",
            )
        return namespace, name

    def shown(self, recipient: Recipient) -> str:
        """Return the Secret in one line."""
        namespace, name = self.of(recipient)
        return name if namespace is None else f"{namespace}/{name}"


def check_keys(keys: Iterable[str]) -> None:
    """Raise `InputError` for a key that no Secret can have."""
    for key in keys:
        if not _KEY.fullmatch(key):
            raise InputError(f"`keys`: a Secret cannot have the key {key!r}", "use letters, digits, `_`, `-` and `.`")


def encoded(values: Mapping[str, str]) -> dict[str, str]:
    """Return `values` as they stand in `data`."""
    return {key: b64encode(value.encode()).decode() for key, value in values.items()}


def _wrong(name: str, pattern: re.Pattern[str], longest: int) -> str | None:
    if len(name) > longest:
        return f"it is longer than {longest} characters"
    if odd := _ODD.search(name):
        return f"it has {odd[0]!r} in it"
    if not pattern.fullmatch(name):
        return "every part between dots has to start and end with a letter or a digit"
    return None

"""The Secrets of a cluster, and who applied what of them: server-side apply as Kubernetes documents it."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import Any

import kubernetes_validate

SCHEMA = "1.33"

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")


class Refusal(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, reason: str, message: str, causes: list[dict[str, str]] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message
        self.causes = causes or []


@dataclass
class Stored:
    """A Secret: its fields by their paths, and for each who has it."""

    fields: dict[str, Any]
    owners: dict[str, set[str]] = field(default_factory=dict)
    version: int = 1

    @property
    def data(self) -> dict[str, str]:
        """What the keys hold, decoded."""
        return {
            path.removeprefix(".data."): base64.b64decode(value).decode()
            for path, value in self.fields.items()
            if path.startswith(".data.")
        }


class Secrets:
    """All Secrets by namespace and name."""

    def __init__(self) -> None:
        self.stored: dict[tuple[str, str], Stored] = {}

    def put(self, namespace: str, name: str, data: dict[str, str], manager: str, kind: str = "Opaque") -> None:
        """Let `manager` have these keys with these values, whoever had them."""
        fields = {f".data.{key}": base64.b64encode(value.encode()).decode() for key, value in data.items()}
        one = self.stored.setdefault((namespace, name), Stored({".type": kind}))
        one.fields |= fields
        for path in fields:
            one.owners[path] = {manager}

    def apply(self, namespace: str, name: str, manifest: dict[str, Any], manager: str, *, dry: bool) -> Stored:
        """Apply `manifest` without force. Raises `Refusal`."""
        _check(namespace, name, manifest)
        applied = _fields(manifest)
        before = self.stored.get((namespace, name), Stored({}))
        _conflicts(before, applied, manager)
        if before.fields.get(".type", applied.get(".type")) != applied.get(".type"):
            message = f'Secret "{name}" is invalid: type: Invalid value: "x": field is immutable'
            raise Refusal(422, "Invalid", message, [{"reason": "FieldValueInvalid", "field": "type"}])
        after = _merged(before, applied, manager)
        if not dry:
            self.stored[namespace, name] = after
        return after


def _check(namespace: str, name: str, manifest: dict[str, Any]) -> None:
    kubernetes_validate.validate(manifest, SCHEMA, strict=True)
    for value in manifest.get("data", {}).values():
        base64.b64decode(value, validate=True)
    metadata = manifest["metadata"]
    if metadata["name"] != name or metadata.get("namespace", namespace) != namespace or not _NAME.fullmatch(name):
        raise Refusal(422, "Invalid", f"Secret {name!r} is invalid: metadata.name")


def _fields(manifest: dict[str, Any]) -> dict[str, Any]:
    fields = {f".data.{key}": value for key, value in manifest.get("data", {}).items()}
    fields |= {f".metadata.labels.{key}": value for key, value in manifest["metadata"].get("labels", {}).items()}
    return {**fields, ".type": manifest["type"]}


def _conflicts(before: Stored, applied: dict[str, Any], manager: str) -> None:
    causes = []
    for path, value in sorted(applied.items()):
        others = before.owners.get(path, set()) - {manager}
        if others and before.fields.get(path) != value:
            message = f'conflict with "{min(others)}" using v1'
            causes.append({"reason": "FieldManagerConflict", "message": message, "field": path})
    if causes:
        many = "conflicts" if len(causes) > 1 else "conflict"
        listed = "".join(f"{cause['message']}: {cause['field']}\n" for cause in causes)
        raise Refusal(409, "Conflict", f"Apply failed with {len(causes)} {many}: {listed}", causes)


def _merged(before: Stored, applied: dict[str, Any], manager: str) -> Stored:
    """Return what is there afterwards: a field that its only manager applies no more is gone."""
    fields, owners = {**before.fields, **applied}, {}
    for path in fields:
        having = before.owners.get(path, set()) - {manager} | ({manager} if path in applied else set())
        if having or manager not in before.owners.get(path, set()):
            owners[path] = having
    kept = {path: value for path, value in fields.items() if path in owners}
    changed = kept != before.fields or owners != before.owners
    return Stored(kept, owners, before.version + changed)

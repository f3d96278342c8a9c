"""What is stored in a target: a set of keys and their values."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from sarv_sync.errors import InputError
from sarv_sync.model.sinks import KEY_FIELDS
from sarv_sync.model.template import LABEL, BadTemplate, Template, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.model.sink import Credential

DEFAULT_KEYS = {
    "SMTP_HOST": "{host}",
    "SMTP_PORT": "{port}",
    "SMTP_USERNAME": "{username}",
    "SMTP_PASSWORD": "{password}",
}
"""The keys unless told; host and port only where the account's server is set."""


class Contents:
    """The keys of a sink. What `of` returns is for the target alone."""

    def __init__(self, keys: Mapping[str, str] | None = None) -> None:
        """Parse the templates of `keys`. Raises `InputError`."""
        self._optional = not keys
        self._templates = {key: _parsed(key, text) for key, text in (keys or DEFAULT_KEYS).items()}

    @property
    def names(self) -> tuple[str, ...]:
        """The keys, in the order they were written. Where the server is not set, the target may hold fewer."""
        return tuple(self._templates)

    def fields(self, key: str) -> frozenset[str]:
        """Return the fields that the value of `key` is made of."""
        return self._templates[key].fields

    def of(self, credential: Credential) -> dict[str, str]:
        """Return the values by key. Raises `InputError` for a value that is not set."""
        values = _values(credential)
        found: dict[str, str] = {}
        for key, template in self._templates.items():
            missing = template.fields - values.keys()
            if not missing:
                found[key] = template.render(values)
            elif not self._optional:
                raise _not_set(key, min(missing), credential)
        return found


def _values(credential: Credential) -> dict[str, str]:
    recipient, password = credential.recipient, credential.password.reveal()
    values = {
        "name": recipient.name,
        "smtp_user_name": credential.username,
        "username": credential.username,
        "username_url": quote(credential.username, safe=""),
        "password": password,
        "password_url": quote(password, safe=""),
        **{f"{LABEL}{key}": value for key, value in recipient.labels},
    }
    if credential.host is not None:
        values["host"] = credential.host
    if credential.port is not None:
        values["port"] = str(credential.port)
    return values


def _not_set(key: str, field: str, credential: Credential) -> InputError:
    name = credential.recipient.name
    if field.startswith(LABEL):
        return InputError(f"{name} has no label {field.removeprefix(LABEL)}, which the key {key} asks for")
    return InputError(f"the key {key} asks for {{{field}}}, and account.smtp.{field} is not set")


def _parsed(key: str, text: str) -> Template:
    try:
        return parse(text, KEY_FIELDS)
    except BadTemplate as fault:
        reason = str(fault)
    raise InputError(f"`keys`: {key}: {reason}", "docs/credentials.md has examples")

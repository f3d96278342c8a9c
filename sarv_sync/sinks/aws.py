"""Passwords in AWS Secrets Manager: for each user one secret, whose value is a JSON object of the keys.

The keys of this sink are written over what the object holds; others, which people have added, stay. So the value is
read before it is written, and a value that is no JSON object is left alone, with an error that says so.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sarv_sync.errors import InputError, SinkError
from sarv_sync.sinks.addressing import Address
from sarv_sync.sinks.at_once import at_once
from sarv_sync.sinks.aws_access import Access, ByProgram
from sarv_sync.sinks.aws_failures import CallFailed, translated
from sarv_sync.sinks.contents import Contents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sarv_sync.model.sink import Credential, Recipient, Sight
    from sarv_sync.sinks.site import Site

_NAME = re.compile(r"[A-Za-z0-9/_+=.@{}-]{1,512}")
"""What AWS takes, and the braces of a field that is not known yet."""

_UNKNOWN = "sarv-sync-check"
"""Stands for the provider's name of a user still to be made, where something is only asked for."""

_MISSING = "ResourceNotFoundException"
"""There is no such secret, or it has no value yet."""


class _Value(NamedTuple):
    """The value of a secret: the text, None if it is binary, and the version that it is of."""

    text: str | None
    version: str

    @property
    def keys(self) -> dict[str, Any] | None:
        """What the JSON object holds; None if the value is none."""
        try:
            found = json.loads(self.text or "")
        except ValueError:
            return None
        return found if isinstance(found, dict) else None


def open_aws(options: Mapping[str, Any], site: Site) -> AwsSink:
    """Return the secrets that `options` name. The library and its credentials are looked for when they are used."""
    contents = Contents(options.get("keys"))
    access = Access(site, options.get("region"))
    return AwsSink(options, contents, access, site.setting("SARV_STATE_KEY") or site.setting("SARV_TOKEN"))


class AwsSink:
    """Secrets of one region. `key`: what the ids of versions are made from, None: other ones in every process."""

    def __init__(self, options: Mapping[str, Any], contents: Contents, access: Access, key: str | None) -> None:
        self._secret = Address("secret", options["secret"])
        self._region: str | None = options.get("region")
        self._kms: dict[str, str] = {"KmsKeyId": options["kms_key_id"]} if options.get("kms_key_id") else {}
        self._contents = contents
        self._access = access
        self._key = key.encode() if key else secrets.token_bytes(32)

    def address(self, recipient: Recipient) -> str:
        """Return the name of the secret, and the region if that is set in the file."""
        return f"aws-secrets-manager {self._shown(recipient)}"

    def ready(self) -> None:
        """Raise if boto3 or a region is missing. Whether there are credentials turns out when they are used."""
        self._access.ready()

    def check(self, recipients: Sequence[Recipient]) -> None:
        """Prove that every secret can be written.

        A value that is there is put once more under the id of its own version: AWS checks the right to do so and
        ignores what it has already. A secret that is not there is made without a value, since nothing less proves
        that it can be: whoever reads it finds nothing still. Of a name that is not known yet only reading is proven.
        """
        for recipient in recipients:
            self._check(recipient)

    def deliver(self, credential: Credential) -> None:
        """Write the keys over what the secret holds, as its new current version; make the secret if there is none."""
        shown, name = self._shown(credential.recipient), self._name(credential.recipient)
        try:
            present = self._get(self._access.client(), name)
            text = self._merged(shown, present, self._contents.of(credential))
            if present is None or text != present.text:
                self._put(name, text, self._token(name, present, text))
        except CallFailed as failure:
            raise _failed(shown, failure) from None

    def read_back(self, credentials: Sequence[Credential]) -> Mapping[str, Sight]:
        """Return what the secrets hold; nothing if a profile's `credential_process` had to be run for it."""
        try:
            client = self._access.client_without_programs()
        except ByProgram:
            return {}
        except CallFailed as failure:
            raise SinkError(failure.reason, failure.hint) from None
        sights = at_once(lambda credential: self._sight(client, credential), credentials)
        return {self.address(one.recipient): sight for one, sight in zip(credentials, sights, strict=True)}

    def _shown(self, recipient: Recipient) -> str:
        return f"{self._name(recipient)}{f' in {self._region}' if self._region else ''}"

    def _name(self, recipient: Recipient) -> str:
        name = self._secret.of(recipient)
        if not _NAME.fullmatch(name):
            raise InputError(
                f"{recipient.name}: {name!r} is no name of a secret", "AWS takes letters, digits and /_+=.@- in it"
            )
        return name

    def _check(self, recipient: Recipient) -> None:
        shown, name = self._shown(recipient), self._name(recipient)
        try:
            client = self._access.client()
            if "{" in name:
                self._get(client, name.replace("{smtp_user_name}", _UNKNOWN))
                return
            present = self._get(client, name)
            self._merged(shown, present, {})
            with translated():
                if present is None:
                    self._make(client, name)
                else:
                    client.put_secret_value(
                        SecretId=name, SecretString=present.text, ClientRequestToken=present.version
                    )
        except CallFailed as failure:
            raise _failed(shown, failure) from None

    def _make(self, client: Any, name: str) -> None:
        try:
            with translated():
                client.create_secret(Name=name, **self._kms)
        except CallFailed as failure:
            if failure.code != "ResourceExistsException":
                raise

    def _get(self, client: Any, name: str) -> _Value | None:
        """Return the current value, None if there is none."""
        try:
            with translated():
                answer = client.get_secret_value(SecretId=name)
                return _Value(answer.get("SecretString"), str(answer["VersionId"]))
        except CallFailed as failure:
            if failure.code != _MISSING:
                raise
            return None

    def _merged(self, shown: str, present: _Value | None, ours: Mapping[str, str]) -> str:
        """Return the value to write: `ours`, and of what is there the keys that this sink does not have."""
        theirs = {} if present is None else present.keys
        if theirs is None:
            raise SinkError(
                f"{shown} holds a value that is no JSON object, and is left as it is",
                "choose another name with `secret`, or set its value to {} if nobody needs it",
            )
        kept = {key: value for key, value in theirs.items() if key not in self._contents.names}
        return json.dumps({**kept, **ours}, ensure_ascii=False)

    def _put(self, name: str, text: str, token: str) -> None:
        """Put the value into the secret, or make the secret with it. The other way again if somebody was faster."""
        client = self._access.client()
        try:
            with translated():
                client.put_secret_value(SecretId=name, SecretString=text, ClientRequestToken=token)
        except CallFailed as failure:
            if failure.code != _MISSING:
                raise
        else:
            return
        try:
            with translated():
                client.create_secret(Name=name, SecretString=text, ClientRequestToken=token, **self._kms)
        except CallFailed as failure:
            if failure.code != "ResourceExistsException":
                raise
            with translated():
                client.put_secret_value(SecretId=name, SecretString=text, ClientRequestToken=token)

    def _token(self, name: str, present: _Value | None, text: str) -> str:
        """Return the id of the version to write: the same again for the same step, so that a repeat makes no second.

        AWS shows it to people who may not read the value. A plain hash of the value would let them try passwords
        until one fits; of this one they learn nothing without the key. The version before is part of it: AWS ignores
        an id that it has seen, so a value that was there earlier could otherwise never come back.
        """
        step = json.dumps([name, present.version if present else None, text]).encode()
        return str(UUID(bytes=hmac.digest(self._key, b"aws-secrets-manager version\0" + step, "sha256")[:16]))

    def _sight(self, client: Any, credential: Credential) -> Sight:
        shown, name = self._shown(credential.recipient), self._name(credential.recipient)
        try:
            present = self._get(client, name)
        except CallFailed as failure:
            if failure.code == "InvalidRequestException":
                return "gone"
            raise _failed(shown, failure) from None
        if present is None:
            return "gone"
        ours = {key: value for key, value in (present.keys or {}).items() if key in self._contents.names}
        return "there" if ours == self._contents.of(credential) else "other"


def _failed(shown: str, failure: CallFailed) -> SinkError:
    return SinkError(f"{shown}: {failure.reason}", failure.hint)

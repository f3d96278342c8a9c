"""What `state:` says of a place in an S3 bucket, checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import InputError
from sarv_sync.model.backends import DOCUMENTS
from sarv_sync.model.endpoint import check_endpoint
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_KEY = DOCUMENTS["s3"].default

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}|arn:[A-Za-z0-9:/._-]{1,500}")
_REGION = re.compile(r"[a-z0-9-]{1,63}")
_DIRECTORY_BUCKET = "--x-s3"
_LONGEST_KEY = 1000
"""In bytes. S3 takes 1,024, and the probe's key is longer than this one."""

_KMS = ("aws:kms", "aws:kms:dsse")
_ENCRYPTIONS = ("AES256", *_KMS)


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the document is. What is None is left to the environment and the AWS configuration.

    `path_style`: whether the bucket stands in the path of the address, not in its host name. Left out, it does where
    an endpoint is set, as few servers but Amazon's have a host name for every bucket.
    """

    bucket: str
    key: str = DEFAULT_KEY
    region: str | None = None
    endpoint: str | None = None
    path_style: bool | None = None
    encryption: str | None = None
    kms_key_id: str | None = None

    @property
    def where(self) -> str:
        """Where the document is, for people."""
        return f"s3://{self.bucket}/{self.key}" + (f" at {self.endpoint}" if self.endpoint else "")

    @property
    def stored_how(self) -> dict[str, str]:
        """What to ask for with every object that is written."""
        asked = {"ServerSideEncryption": self.encryption, "SSEKMSKeyId": self.kms_key_id}
        return {name: value for name, value in asked.items() if value}


def settings_of(options: Mapping[str, Any]) -> Settings:
    """Return what `options` say; raise `InputError` for what cannot be used."""
    settings = Settings(**options)
    _check_bucket(settings.bucket)
    _check_key(settings.key)
    if settings.region is not None and not _REGION.fullmatch(settings.region):
        raise InputError("state.region is no name of a region", "write it as in eu-west-1, or leave it out")
    _check_encryption(settings)
    if settings.endpoint is None:
        return settings
    return Settings(**{**options, "endpoint": checked(settings.endpoint, "state.endpoint")})


def checked(endpoint: str, source: str) -> str:
    """Return `endpoint` in its one spelling; raise `InputError`, which names `source`, unless it is safe to use."""
    try:
        return check_endpoint(endpoint)
    except InputError:
        raise InputError(
            f"{source} is not the address of an S3 server",
            "write https://HOST[:PORT], without a user name; http:// is for loopback addresses only,"
            " as the state would cross the network in the clear",
        ) from None


def _check_bucket(bucket: str) -> None:
    if not _BUCKET.fullmatch(bucket):
        raise InputError(
            "state.bucket is no name of a bucket", "write its name alone, without s3:// and without a key"
        )
    if bucket.endswith(_DIRECTORY_BUCKET):
        raise InputError(
            "state.bucket is a directory bucket, and those are not supported", "use a general purpose bucket"
        )


def _check_key(key: str) -> None:
    """Refuse what proxies and programs on the way could take for the key of another object."""
    if len(key.encode("utf-8", "replace")) > _LONGEST_KEY or not key.isprintable():
        raise InputError("state.key is too long, or holds characters that cannot be printed", "use a plain name")
    if any(part in {"", ".", ".."} for part in key.split("/")):
        raise InputError("state.key has empty or dotted parts", "write it as in team/sarv-sync.state.json")


def _check_encryption(settings: Settings) -> None:
    if settings.encryption is not None and settings.encryption not in _ENCRYPTIONS:
        raise InputError("state.encryption is not known", f"use one of {', '.join(_ENCRYPTIONS)}, or leave it out")
    if settings.kms_key_id is not None and settings.encryption not in _KMS:
        raise InputError(
            "state.kms_key_id is set, but the encryption does not use it", "set state.encryption: aws:kms"
        )

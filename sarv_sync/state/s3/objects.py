"""The few calls to an S3 server that a document takes. Only this imports botocore, and what it raises."""

from __future__ import annotations

import re
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import InputError
from sarv_sync.model.child_environment import without_secrets
from sarv_sync.model.endpoint import host_of
from sarv_sync.state.interface import Stored
from sarv_sync.state.s3.failures import CallFailed, translated
from sarv_sync.state.s3.settings import checked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sarv_sync.state.s3.settings import Settings

_CONNECT_TIMEOUT = 10
_READ_TIMEOUT = 30

_ONE_ETAG = re.compile(r'"[\x21\x23-\x7e]+"|(?!\*)[\x21\x23-\x2b\x2d-\x7e]+')
"""One strong entity tag. `*` and lists, which would match several documents, are none."""

_AMAZON = re.compile(r"(?:.+\.)?amazonaws\.(?:com|com\.cn|eu)")


class Objects:
    """The objects of one bucket. Every call raises `CallFailed`, and is made once: nothing is tried again in here.

    `quotes`: entity tags are sent in the quotes that they come in, as HTTP has it. To a server that does not know
    its own ones by them (Ceph's, and those made of it) they have to be sent bare, which S3 itself takes too.
    """

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        self._settings = settings
        self._environment = environment
        self._connected: Any = None
        self.quotes = True

    def get(self, key: str) -> Stored:
        """Return the whole object."""
        client = self._client()
        with translated():
            answer = client.get_object(Bucket=self._settings.bucket, Key=key)
            with closing(answer["Body"]) as body:
                data = body.read()
        if not isinstance(data, bytes) or len(data) != answer.get("ContentLength"):
            raise CallFailed("passing", "the answer was cut short", "run this again")
        return Stored(data, _etag(answer))

    def head(self, key: str) -> str:
        """Return the entity tag. A failure here does not tell why: an answer without a body has no room for that."""
        client = self._client()
        with translated():
            answer = client.head_object(Bucket=self._settings.bucket, Key=key)
        return _etag(answer)

    def put(self, key: str, data: bytes, expected: str | None) -> str:
        """Write the object if it is the one with the entity tag `expected`, None: if there is none."""
        client = self._client()
        condition = (
            {"IfNoneMatch": "*"} if expected is None else {"IfMatch": expected if self.quotes else bare(expected)}
        )
        with translated():
            answer = client.put_object(
                Bucket=self._settings.bucket,
                Key=key,
                Body=data,
                ContentMD5=_md5(data),
                ContentType="application/json",
                **condition,
                **self._settings.stored_how,
            )
        return _etag(answer)

    def delete(self, key: str) -> None:
        """Delete the object; in a bucket with versions it stays as an old one."""
        client = self._client()
        with translated():
            client.delete_object(Bucket=self._settings.bucket, Key=key)

    def are_amazon_s(self) -> bool:
        """Return whether the server is Amazon's own: its conditional writes need no proof."""
        return _AMAZON.fullmatch(host_of(self._client().meta.endpoint_url)) is not None

    def _client(self) -> Any:
        if self._connected is None:
            self._connected = _connect(self._settings, self._environment)
        return self._connected


def is_etag(version: str) -> bool:
    """Return whether `version` may be an object's entity tag, and of no more than one."""
    return _ONE_ETAG.fullmatch(version) is not None


def bare(etag: str) -> str:
    """Return `etag` without its quotes."""
    return etag.strip('"')


def _etag(answer: Mapping[str, Any]) -> str:
    etag = answer.get("ETag")
    if not isinstance(etag, str) or not is_etag(etag):
        hint = "an S3 server gives one; see what stands between: a proxy that compresses answers changes it"
        raise CallFailed("passing", "the answer has no usable ETag", hint)
    return etag


def _md5(data: bytes) -> str:
    """Return what stands in Content-MD5. Every server checks it, and buckets with object lock demand it."""
    import hashlib
    from base64 import b64encode

    return b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()


def _connect(settings: Settings, environment: Mapping[str, str]) -> Any:
    from botocore.session import Session

    # The library itself looks for AWS_DEFAULT_REGION only; the other AWS tools prefer this one.
    region = settings.region or environment.get("AWS_REGION") or None
    try:
        with translated(), _discreet(environment):
            client = Session().create_client(
                "s3", region_name=region, endpoint_url=settings.endpoint, config=_config(settings)
            )
        checked(client.meta.endpoint_url, "the endpoint that the AWS configuration names (AWS_ENDPOINT_URL_S3)")
    except InputError as error:
        raise CallFailed("final", error.message, error.hint or "") from None
    return client


def _config(settings: Settings) -> Any:
    """Return how the library shall work.

    It tries nothing again: a second attempt of a write would find the first one's document and call that a loss. It
    adds no checksums of its own: over TLS they are sent in a trailer, which other servers than Amazon's may refuse.
    Content-MD5 is understood by all.
    """
    from botocore.config import Config

    style = {None: "auto", True: "path", False: "virtual"}[settings.path_style]
    return Config(
        signature_version="s3v4",
        connect_timeout=_CONNECT_TIMEOUT,
        read_timeout=_READ_TIMEOUT,
        retries={"total_max_attempts": 1, "mode": "standard"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": style},
        user_agent_extra="sarv-sync",
    )


@contextmanager
def _discreet(environment: Mapping[str, str]) -> Iterator[None]:
    """Keep this program's own secrets from the `credential_process` of a profile, now and when it is run again.

    The library offers no other way in: a profile's source profile makes its providers where nobody can reach them.
    """
    import subprocess
    from functools import partial

    from botocore import credentials

    popen = partial(subprocess.Popen, env=without_secrets(environment), stdin=subprocess.DEVNULL)
    real = credentials.ProcessProvider
    credentials.ProcessProvider = partial(real, popen=popen)
    try:
        yield
    finally:
        credentials.ProcessProvider = real

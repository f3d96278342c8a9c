"""An S3 server with a bucket, somebody who may write there, and an administrator who can forbid it."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.session import Session

from tests.engines.cutting import cutting
from tests.engines.interface import Access

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.engines.interface import Engine, When

BUCKET = "acme-state"

_ROOT = Path(__file__).parents[2]
_REGION = "eu-west-1"
_ANYBODY = {"AccessKeyId": "anybody", "SecretAccessKey": "anything"}
_WRITER = "writer"
_RIGHTS = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"]


@contextmanager
def serving() -> Iterator[int]:
    """Yield the port of a server that lets everybody do everything. It has no bucket yet."""
    command = [sys.executable, "-m", "tests.engines.s3_server"]
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": "moto", "AWS_SECRET_ACCESS_KEY": "moto"}
    with subprocess.Popen(
        command, cwd=_ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.stdin.close()


def environment_of(keys: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of somebody with these keys, who has no other way to credentials."""
    return {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_REGION": _REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
    }


@cache
def _library() -> Any:
    return Session()


def client(service: str, port: int, keys: Mapping[str, str] = _ANYBODY) -> Any:
    """Return a client of the library's own."""
    return _library().create_client(
        service,
        region_name=_REGION,
        endpoint_url=f"http://127.0.0.1:{port}",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
    )


def make_bucket(port: int, name: str = BUCKET) -> None:
    client("s3", port).create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": _REGION})


class Server:
    """Documents of one bucket, each under a key of its own."""

    def __init__(self, port: int) -> None:
        self._port = port
        make_bucket(port)
        self._writer = _user(port, _WRITER, _RIGHTS)
        self._administrator = _user(port, "administrator", ["*"])
        _demand_keys(port)

    def access(self, folder: Path) -> Access:
        return _access(folder, self._port, self._writer)

    def damage(self, folder: Path, data: bytes) -> None:
        client("s3", self._port, self._writer).put_object(Bucket=BUCKET, Key=_key(folder), Body=data)

    def read_only(self, folder: Path) -> Access:
        """From now on nobody may write this document."""
        iam = client("iam", self._port, self._administrator)
        document = f"arn:aws:s3:::{BUCKET}/{_key(folder)}"
        policy = _policy("Deny", ["s3:PutObject", "s3:DeleteObject"], document)
        iam.put_user_policy(
            UserName=_WRITER, PolicyName=document.rpartition(":")[2].replace("/", "-"), PolicyDocument=policy
        )
        return self.access(folder)

    def unreachable(self, folder: Path) -> Access:
        with socket.create_server(("127.0.0.1", 0)) as nobody:
            port = nobody.getsockname()[1]
        return _access(folder, port, self._writer)

    @contextmanager
    def cut(self, folder: Path, when: When) -> Iterator[Access]:
        """Whatever is put at the document itself is cut, not the proof of conditions, which would come first."""
        writing = f"PUT /{BUCKET}/{_key(folder)} ".encode()
        with cutting(self._port, when, lambda said: said.startswith(writing)) as port:
            yield _access(folder, port, self._writer)


def _key(folder: Path) -> str:
    return f"{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}/state.json"


def _access(folder: Path, port: int, keys: Mapping[str, str]) -> Access:
    endpoint = f"http://127.0.0.1:{port}"
    settings = {"backend": "s3", "bucket": BUCKET, "key": _key(folder), "endpoint": endpoint}
    return Access(settings, environment_of(keys))


def _user(port: int, name: str, actions: list[str]) -> dict[str, str]:
    """Make a user who may do `actions`, and return the keys."""
    iam = client("iam", port)
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="state", PolicyDocument=_policy("Allow", actions, "*"))
    keys: dict[str, str] = iam.create_access_key(UserName=name)["AccessKey"]
    return keys


def _policy(effect: str, actions: list[str], resource: str) -> str:
    statement = {"Effect": effect, "Action": actions, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _demand_keys(port: int) -> None:
    """From now on nobody may do anything without valid keys, and nothing that is not allowed to these."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/moto-api/reset-auth", data=b"0", headers={"Content-Type": "text/plain"}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(request).close()


@contextmanager
def running(folder: Path) -> Iterator[Engine]:
    """Yield the server; it keeps its data in memory."""
    with serving() as port:
        yield Server(port)

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from botocore.loaders import Loader

from tests.contract.s3.stage import KEYS, listed
from tests.engines.s3 import BUCKET, client, environment_of, make_bucket, serving
from tests.engines.s3_front import fronting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.engines.s3_front import Front


@pytest.fixture(scope="session")
def server() -> Iterator[int]:
    with serving() as port:
        yield port


@pytest.fixture
def bucket(server: int) -> Iterator[Any]:
    """A bucket without anything in it, and the library's own way to see that."""
    make_bucket(server)
    own = client("s3", server)
    yield own
    for version in [*listed(own, "Versions"), *listed(own, "DeleteMarkers")]:
        own.delete_object(Bucket=BUCKET, Key=version["Key"], VersionId=version["VersionId"])
    own.delete_bucket(Bucket=BUCKET)


@pytest.fixture
def front(server: int, bucket: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in environment_of(KEYS).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("botocore.loaders.create_loader", _loader)
    with fronting(server) as front:
        yield front


@cache
def _loader(path: str | None = None) -> Any:
    """What the library reads of its own files, read once for all tests."""
    return Loader(path)

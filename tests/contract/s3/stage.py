"""What the tests of a state in an S3 bucket do again and again."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.state.interface import Site
from sarv_sync.state.s3.backend import S3Store, open_s3
from tests.engines.s3 import BUCKET

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.engines.s3_front import Front

SECRET = "wJalrXUtnFEMI-K7MDENG-bPxRfiCYEXAMPLEKEY"
KEYS = {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": SECRET}
DOCUMENT, PROBE = "state.json", "state.json.probe"


def listed(own: Any, what: str) -> list[dict[str, Any]]:
    """Return all `Versions`, or `DeleteMarkers`, in the bucket."""
    found: list[dict[str, Any]] = own.list_object_versions(Bucket=BUCKET).get(what, [])
    return found


def opened(front: Front, **options: Any) -> S3Store:
    """Open the document. Nobody waits between attempts."""
    place = {"bucket": BUCKET, "key": DOCUMENT, "endpoint": f"http://127.0.0.1:{front.port}", **options}
    store = open_s3({name: value for name, value in place.items() if value is not None}, Site(Path(), os.environ))
    store._sleep = lambda _: None
    return store


def content(store: S3Store) -> bytes | None:
    stored = store.read()
    return None if stored is None else stored.data


def written(front: Front, data: bytes = b"old") -> str:
    """Return the version of a document that is there, and forget how it came there."""
    version = opened(front).swap(None, data)
    front.asked.clear()
    return version


def failure(attempt: Callable[[], object]) -> StateError:
    with pytest.raises(StateError) as raised:
        attempt()
    assert not isinstance(raised.value, SwapLost)
    assert raised.value.hint
    assert len(raised.value.message) < 250
    assert "\n" not in raised.value.message + raised.value.hint
    return raised.value


def failures(store: S3Store) -> list[StateError]:
    """Return how each way to use the place fails."""
    attempts = (store.read, store.version, lambda: store.swap('"abc"', b"new"), lambda: store.swap(None, b"new"))
    return [failure(attempt) for attempt in attempts]

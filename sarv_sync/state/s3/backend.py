"""The state in an object of an S3 bucket, at Amazon or anywhere else with the same API and conditional writes.

The version is the object's ETag. A swap is one PutObject with `If-Match` (or `If-None-Match: *`), which the server
carries out or refuses as a whole. Versions of the bucket are respected: none is named, and none is deleted; a
document that was deleted is absent, whatever lies beneath its delete marker.
"""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from sarv_sync.errors import NotInstalled, StateError
from sarv_sync.state.doubt import InDoubt, settled
from sarv_sync.state.interface import lost
from sarv_sync.state.remote import Remote
from sarv_sync.state.s3.conditions import UNFIT, Conditions
from sarv_sync.state.s3.failures import CallFailed
from sarv_sync.state.s3.objects import Objects, is_etag
from sarv_sync.state.s3.settings import settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sarv_sync.state.interface import Site, Stored
    from sarv_sync.state.s3.settings import Settings

    Result = TypeVar("Result")

_PAUSES = (0.2, 1.0)


def open_s3(options: Mapping[str, Any], site: Site) -> S3Store:
    """Return the object that `options` name. The library looks for credentials when something is read or written."""
    settings = settings_of(options)
    try:
        import botocore.session  # noqa: F401 - said now, and not in the middle of a run
    except ImportError:
        hint = "pip install 'sarv-sync[s3]'"
        raise NotInstalled("the state is in S3, but botocore is not installed", hint) from None
    return S3Store(settings, Objects(settings, site.environment))


class S3Store(Remote):
    """A document in an object. One instance belongs to one thread."""

    def __init__(self, settings: Settings, objects: Objects, sleep: Callable[[float], None] = time.sleep) -> None:
        self._where = settings.where
        self._key = settings.key
        self._objects = objects
        self._conditions = Conditions(objects, settings.key)
        self._sleep = sleep

    def read(self) -> Stored | None:
        """Return the object, None if the server says that the bucket has none of that key."""
        try:
            return self._patiently(partial(self._objects.get, self._key))
        except CallFailed as failure:
            if failure.kind == "missing":
                return None
            raise self._failed("read", failure) from None

    def version(self) -> str | None:
        """Return the object's ETag.

        The answer to this question has no body, so one that is no ETag does not tell a missing object from a missing
        bucket: then the object is asked for itself.
        """
        try:
            return self._patiently(partial(self._objects.head, self._key))
        except CallFailed as failure:
            if not failure.answered:
                raise self._failed("read", failure) from None
        stored = self.read()
        return None if stored is None else stored.version

    def swap(self, expected: str | None, data: bytes) -> str:
        """Write the object if its ETag still is `expected`."""
        if expected is not None and not is_etag(expected):
            raise lost(self._where)
        return settled(self, partial(self._attempt, expected, data), expected, data, self._sleep)

    def describe(self) -> str:
        """Return bucket and key, and the server if it is not Amazon's."""
        return self._where

    def _attempt(self, expected: str | None, data: bytes) -> str:
        try:
            self._conditions.prove(making=expected is None)
            return self._objects.put(self._key, data, expected)
        except CallFailed as failure:
            if expected is not None and failure.kind in {"mismatch", "missing"}:
                return self._refused(expected, data, failure)
            if failure.kind == "mismatch":
                raise lost(self._where) from None
            error = self._failed("write", failure)
            if failure.kind == "passing":
                raise InDoubt(error) from None
            raise error from None

    def _refused(self, expected: str, data: bytes, failure: CallFailed) -> str:
        """Raise `SwapLost`, unless the document is the expected one after all: then try again without quotes."""
        if failure.kind == "missing" or self.version() != expected:
            raise lost(self._where)
        if self._conditions.can_unquote(expected):
            self._conditions.unquote()
            return self._attempt(expected, data)
        raise StateError(
            f"cannot write the state {self._where}: the server takes the document's own ETag for another one", UNFIT
        )

    def _patiently(self, call: Callable[[], Result]) -> Result:
        """Make a call that only reads, and again after a failure that may pass, unless that took long."""
        for pause in _PAUSES:
            try:
                return call()
            except CallFailed as failure:
                if failure.kind != "passing" or failure.slow:
                    raise
            self._sleep(pause)
        return call()

    def _failed(self, verb: str, failure: CallFailed) -> StateError:
        return StateError(f"cannot {verb} the state {self._where}: {failure.reason}", failure.hint)

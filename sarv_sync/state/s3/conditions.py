"""Proof that a server honours the conditions of a write, before a document depends on it.

One that ignores them lets two runs write over one another, and says nothing. Amazon's honours them; any other has to
show it on an object of its own, beside the document::

    before                    asked                                          honoured when
    -----------------------   --------------------------------------------   ------------------------------------
    the first write           replace the probe, if it has an ETag that      refused (412, or 404): nothing made
    of a process              no object has
    the first document        make the probe if there is none, twice         the second is refused (412)

The second is asked only where there is no document: it makes an object, and deletes it again. Where that is not
allowed, the probe stays, and the next proof is the first attempt's refusal. Before entity tags are sent without their
quotes the first is asked anew: who refuses what is quoted may ignore what is not.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sarv_sync.state.s3.failures import DENIED, CallFailed
from sarv_sync.state.s3.objects import bare, is_etag

if TYPE_CHECKING:
    from sarv_sync.state.s3.objects import Objects

_IMPOSSIBLE = '"00000000000000000000000000000000"'
_TEXT = b"sarv-sync made this to see whether conditional writes are honoured. It can be deleted.\n"
UNFIT = (
    "two runs could write over one another there; use a server that honours conditional writes, or another backend"
    " (Ceph honours them in buckets without versioning only)"
)


class Conditions:
    """What is known of the conditions of a server."""

    def __init__(self, objects: Objects, key: str) -> None:
        self._objects = objects
        self._key = f"{key}.probe"
        self._replacing = self._making = False

    def can_unquote(self, version: str) -> bool:
        """Return whether `version` can be sent bare, as no entity tag is so far."""
        return self._objects.quotes and is_etag(bare(version)) and not self._objects.are_amazon_s()

    def unquote(self) -> None:
        """Send entity tags bare from now on."""
        self._objects.quotes = self._replacing = False

    def prove(self, *, making: bool) -> None:
        """Raise `CallFailed` unless a write is refused when its condition is not met.

        `making`: also one whose condition is that there is no object.
        """
        if (self._replacing and (self._making or not making)) or self._objects.are_amazon_s():
            return
        try:
            self._prove_replacing()
            if making:
                self._prove_making()
        except CallFailed as failure:
            raise self._explained(failure) from None

    def _prove_replacing(self) -> None:
        if not self._replacing and self._carried_out(_IMPOSSIBLE):
            self._clean_up()
            raise CallFailed("final", "the server ignores If-Match", UNFIT)
        self._replacing = True

    def _prove_making(self) -> None:
        if self._carried_out(None):
            ignored = self._carried_out(None)
            # Only who made it deletes it: another run's proof may be under way with the same object.
            self._clean_up()
            if ignored:
                raise CallFailed("final", "the server ignores If-None-Match", UNFIT)
        self._making = True

    def _carried_out(self, expected: str | None) -> bool:
        try:
            self._objects.put(self._key, _TEXT, expected)
        except CallFailed as failure:
            if failure.kind == "mismatch" or (failure.kind == "missing" and expected is not None):
                return False
            raise
        return True

    def _clean_up(self) -> None:
        with suppress(CallFailed):
            self._objects.delete(self._key)

    def _explained(self, failure: CallFailed) -> CallFailed:
        if not failure.reason.startswith(DENIED):
            return failure
        hint = f"to see whether conditional writes are honoured, s3:PutObject and s3:DeleteObject on {self._key} too"
        return CallFailed(failure.kind, f"{failure.reason} on {self._key}", f"{failure.hint}; and, {hint}")

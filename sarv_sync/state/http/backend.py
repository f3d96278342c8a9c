"""The state behind Terraform's HTTP protocol, as GitLab, Gitea and small servers of their own kind speak it.

The protocol knows no condition for a write, only a lock. So a swap is a short critical section: lock, read and
compare, write with the lock's ID, read back, unlock. What it rests on, and what is left without it:

- The server holds the ID of a write against its lock, as GitLab does: a holder that was stalled, and overtaken,
  cannot write any more. One that does so only while there is a lock (Gitea), or never, lets such a write through. It
  takes a stall of half a minute after the holder's last look at the clock; the other run finds out at its next write.
- GitLab and Gitea take each serial once, and the state's grows by one with each write: of two writes that follow the
  same document at most one is kept, whatever happens to the lock.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import InputError, StateError
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.secret import Secret
from sarv_sync.state.doubt import InDoubt, settled
from sarv_sync.state.http.address import calls
from sarv_sync.state.http.complaint import Complaint, hides_project
from sarv_sync.state.http.exchange import Answer, Wire
from sarv_sync.state.http.section import DONE, STALE, TAKEN, Clock, Sections, is_passing
from sarv_sync.state.interface import Stored, lost
from sarv_sync.state.remote import Remote
from sarv_sync.transport.failures import READ_TIMEOUT, Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.state.http.address import Calls
    from sarv_sync.state.http.section import Section
    from sarv_sync.state.interface import Site

_PAUSES = (0.25, 1.0)


def open_http(options: Mapping[str, Any], site: Site) -> HttpStore:
    """Return the document at `address`. Nothing is sent yet."""
    found = calls(options)
    credentials = _credentials(site.environment)
    scrubber = Scrubber([credentials[1]] if credentials else ())
    wire = Wire(found.read.url, credentials, site.ca_bundle)
    return HttpStore(found, wire, Complaint(found.place, scrubber), Clock(time.monotonic, time.sleep))


class HttpStore(Remote):
    """A document behind Terraform's protocol. Its version is the SHA-256 of its bytes."""

    def __init__(self, found: Calls, wire: Wire, complaint: Complaint, clock: Clock) -> None:
        self._calls = found
        self._wire = wire
        self._complaint = complaint
        self._clock = clock
        self._sections = Sections(wire, found, complaint, clock, _who())
        self._seen: tuple[str, str] | None = None

    def read(self) -> Stored | None:
        """Return the document; None for 404 and 204. One that is empty is an error."""
        return self._stored(self._got(None))

    def version(self) -> str | None:
        """Return the version. A server with entity tags sends no document for it that was seen before."""
        etag, version = self._seen or (None, None)
        answer = self._got(etag)
        if answer.status == 304 and version is not None:
            return version
        stored = self._stored(answer)
        return None if stored is None else stored.version

    def swap(self, expected: str | None, data: bytes) -> str:
        """Replace the document under the server's lock, if it still is version `expected`."""
        if not data:  # which would be none, and in GitLab is not written at all
            raise StateError(f"cannot write the state {self.describe()}: it is empty", "please report this as a bug")
        return settled(self, lambda: self._attempt(expected, data), expected, data, self._clock.sleep)

    def describe(self) -> str:
        """Return the address without its query."""
        return self._calls.place

    def _attempt(self, expected: str | None, data: bytes) -> str:
        def worth_waiting() -> None:
            if self.version() != expected:
                raise lost(self.describe())

        worth_waiting()
        with self._sections.held(worth_waiting) as section:
            # Under the lock the document itself is compared: an entity tag may be no stronger than a second.
            if _version_of(self.read()) != expected:
                raise lost(self.describe())
            return self._write(section, expected, data)

    def _write(self, section: Section, expected: str | None, data: bytes) -> str:
        """Send the document, and return its version once the server shows it."""
        if self._clock.seconds() - section.since > STALE / 2:
            raise InDoubt(self._complaint.about("write", READ_TIMEOUT))
        answer = self._wire.send(self._calls.update.with_id(section.lock_id), data)
        if isinstance(answer, Failure) or answer.status in TAKEN or is_passing(answer.status):
            raise InDoubt(self._complaint.about("write", answer))
        refused = None if answer.status in DONE else self._complaint.about("write", answer)
        return self._proven(expected, data, refused)

    def _proven(self, expected: str | None, data: bytes, refused: StateError | None) -> str:
        """Return the version of `data` if that is what is there now; else raise what its place says."""
        try:
            stored = self.read()
        except StateError as error:
            raise InDoubt(error) from None
        if stored is not None and stored.data == data:
            return stored.version
        if _version_of(stored) != expected:
            raise lost(self.describe())
        raise refused or self._complaint.unchanged()

    def _got(self, etag: str | None) -> Answer:
        pauses = iter(_PAUSES)
        while True:
            answer = self._wire.get(self._calls.read, etag)
            if isinstance(answer, Answer) and not is_passing(answer.status):
                return answer
            # A server closes a kept connection when it likes, be it the moment that a request is sent on it.
            again = isinstance(answer, Answer) or answer.kind == "dropped"
            if not again or (pause := next(pauses, None)) is None:
                raise self._complaint.about("read", answer)
            self._clock.sleep(pause)

    def _stored(self, answer: Answer) -> Stored | None:
        """Return the document in an answer, and remember by which entity tag it is known."""
        self._seen = None
        if answer.page and answer.status in {200, 404}:
            raise self._complaint.page("read")
        if answer.status == 204 or (answer.status == 404 and not hides_project(answer)):
            return None
        if answer.status != 200:
            raise self._complaint.about("read", answer)
        if not answer.body:
            # Terraform takes this for no state. Here every user would be made again for a document that was cut off.
            raise StateError(
                f"cannot read the state {self.describe()}: the document is empty, or was cut off",
                "put the last good copy there; if there has never been a state, delete the document at the server",
            )
        stored = Stored(answer.body, hashlib.sha256(answer.body).hexdigest())
        self._seen = (answer.etag, stored.version) if answer.etag else None
        return stored


def _version_of(stored: Stored | None) -> str | None:
    return None if stored is None else stored.version


def _credentials(environment: Mapping[str, str]) -> tuple[str, Secret] | None:
    name, password = environment.get("TF_HTTP_USERNAME") or "", environment.get("TF_HTTP_PASSWORD") or ""
    if not name and password:
        raise InputError(
            "TF_HTTP_PASSWORD is set, and TF_HTTP_USERNAME is not",
            "set both, or neither; for GitLab any name will do beside an access token",
        )
    if ":" in name or not name.isprintable() or not password.isprintable():
        raise InputError(
            "TF_HTTP_USERNAME or TF_HTTP_PASSWORD holds characters that cannot be sent",
            "check them for stray line ends; a user name has no colon",
        )
    return (name, Secret(password)) if name else None


def _who() -> str:
    """Return who locks, for others to see, as Terraform writes it."""
    import getpass
    import os
    import socket

    try:
        person = getpass.getuser()
    except (KeyError, OSError):  # a container's user id without a name
        person = f"uid {os.getuid()}"
    return f"{person}@{socket.gethostname()}"

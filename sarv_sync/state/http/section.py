"""The critical section that a swap is made in: Terraform's lock, held for a moment.

::

    who holds the lock                                          so
    ---------------------------------------------------------   ----------------------------------------------------
    this section itself: an answer was lost                     it is taken
    another section of this program, which may be at work       waited for
    one of a process of this machine that is dead               released in its name
    one of this process that could not be released              released
    one that is older than a minute, by the server's clock      released
    one that was watched for a minute                           released
    anybody else: Terraform, a person, nobody knows             waited for, for a while, and never released

Releasing another's lock names its ID, so a server that checks IDs refuses it where the lock is a third one's by then,
and it refuses the overtaken holder's write, which names its own.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

from sarv_sync import __version__
from sarv_sync.state.http.exchange import Answer
from sarv_sync.state.http.holder import is_dead, is_ours, new_id
from sarv_sync.transport.failures import Failure
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sarv_sync.errors import StateError
    from sarv_sync.state.http.address import Calls
    from sarv_sync.state.http.complaint import Complaint
    from sarv_sync.state.http.exchange import Wire

DONE = frozenset({200, 201, 204})
TAKEN = frozenset({409, 423})
_NO_LOCKING = frozenset({404, 405, 501})

STALE = 60.0
"""After so many seconds nobody believes in a section any more. It takes less than one where the network is good."""

_PATIENCE = 20.0
_MARGIN = 30.0
_FIRST_PAUSE = 0.02
_LONGEST_PAUSE = 1.0
_PAUSE_IN_DOUBT = 0.25
_DOUBTS = 2
_BARE_ID = re.compile(r"[A-Za-z0-9._-]{8,255}")
_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|[+-]00:?00| UTC)")


class Clock(NamedTuple):
    """How seconds are counted, and how some of them are let go by."""

    seconds: Callable[[], float]
    sleep: Callable[[float], None]


class Section(NamedTuple):
    """A section that is held: the ID of its lock, and since when at least, by the clock that counts."""

    lock_id: str
    since: float


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever has the lock: what the server said, which `unlock` sends back, and what of it is known."""

    info: dict[str, Any]

    @property
    def lock_id(self) -> str:
        """The ID, empty if the server does not tell."""
        return self.text("ID")

    def text(self, key: str) -> str:
        """Return one of its words, empty without it."""
        value = self.info.get(key)
        return value if isinstance(value, str) else ""

    def age(self, now: datetime | None) -> float:
        """Return the seconds since it was taken, 0 if that cannot be told. Both times are by the server's clock."""
        match = _TIME.fullmatch(self.text("Created"))
        if match is None or now is None:
            return 0.0
        try:
            created = datetime(*map(int, match.groups()), tzinfo=timezone.utc)  # type: ignore[misc, arg-type]
        except ValueError:
            return 0.0
        return (now - created).total_seconds()


@dataclass(slots=True)
class _Watch:
    """What was seen of the lock while waiting for it.

    `asked` is when the request was sent that may have taken it; `doubts` counts the last ones without an answer that
    says so or not. `may_hold`: nobody knows whether it is held.
    """

    start: float
    asked: float
    pause: float = _FIRST_PAUSE
    doubts: int = 0
    may_hold: bool = False
    released: set[str] = field(default_factory=set)
    _lock_id: str | None = None
    _since: float = 0.0

    def watched(self, lock_id: str, now: float) -> float:
        """Return for how many seconds this lock has been the one that is there."""
        if lock_id != self._lock_id:
            self._lock_id, self._since = lock_id, now
        return now - self._since


class Sections:
    """The critical sections around one document. One instance belongs to one thread."""

    def __init__(self, wire: Wire, calls: Calls, complaint: Complaint, clock: Clock, who: str) -> None:
        self._wire = wire
        self._calls = calls
        self._complaint = complaint
        self._clock = clock
        self._who = who
        self._left: set[str] = set()

    @contextmanager
    def held(self, worth_waiting: Callable[[], None]) -> Iterator[Section]:
        """Hold the lock for the length of the context.

        `worth_waiting` is called after each pause, and raises where there is nothing to wait for any more. Raises
        `StateError` if the lock cannot be had. That it cannot be given back is no error: the next section takes it.
        """
        info = {
            "ID": new_id(),
            "Operation": "sarv-sync",
            "Info": "",
            "Who": self._who,
            "Version": __version__,
            "Created": self._wire.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "Path": "",
        }
        section = Section(info["ID"], self._take(info, worth_waiting))
        try:
            yield section
        finally:
            self._give_back(info)

    def _take(self, info: dict[str, str], worth_waiting: Callable[[], None]) -> float:
        """Take the lock, and return since when it may have been held."""
        watch = _Watch(self._clock.seconds(), self._clock.seconds())
        try:
            while not self._took(info, watch):
                self._clock.sleep(watch.pause)
                watch.pause = min(watch.pause * 1.5, _LONGEST_PAUSE)
                worth_waiting()
        except BaseException:
            if watch.may_hold:
                self._give_back(info)
            raise
        return watch.asked

    def _took(self, info: dict[str, str], watch: _Watch) -> bool:
        if not watch.doubts:
            watch.asked = self._clock.seconds()
        watch.may_hold = True
        answer = self._wire.send(self._calls.lock, _body(info))
        if isinstance(answer, Failure) or is_passing(answer.status):
            return self._doubts(watch, self._complaint.about("lock", answer))
        watch.may_hold = False
        if answer.page and answer.status in DONE:
            raise self._complaint.page("lock")
        if answer.status in DONE:
            return True
        if answer.status in TAKEN:
            return self._meets(_holder(answer.body), answer, info["ID"], watch)
        if answer.status in _NO_LOCKING:
            raise self._complaint.no_locking(answer)
        raise self._complaint.about("lock", answer)

    def _doubts(self, watch: _Watch, error: StateError) -> bool:
        """Have the same lock asked for once more: where it was taken after all, that is told."""
        if watch.doubts == _DOUBTS:
            raise error
        watch.doubts += 1
        watch.pause = max(watch.pause, _PAUSE_IN_DOUBT)
        return False

    def _meets(self, holder: Holder, answer: Answer, own_id: str, watch: _Watch) -> bool:
        """Return whether the lock turns out to be held already by the one that asks; see what to do if not."""
        if holder.lock_id == own_id:
            return True
        watch.doubts, now = 0, self._clock.seconds()
        watched = watch.watched(holder.lock_id, now)
        if self._is_over(holder, answer, watched) and holder.lock_id not in watch.released:
            watch.released.add(holder.lock_id)
            watch.pause = _FIRST_PAUSE
            self._wire.send(self._calls.unlock, _body(holder.info))
        elif now - watch.start >= STALE + _MARGIN if is_ours(holder.lock_id) else watched >= _PATIENCE:
            raise self._complaint.held(holder.text("Who"), holder.text("Created"), holder.lock_id)
        return False

    def _is_over(self, holder: Holder, answer: Answer, watched: float) -> bool:
        """Say whether this is a section of this program that its holder will not go on with."""
        if not is_ours(holder.lock_id):
            return False
        return (
            holder.lock_id in self._left
            or is_dead(holder.lock_id)
            or max(holder.age(answer.date), watched) >= STALE
        )  # fmt: skip

    def _give_back(self, info: dict[str, str]) -> None:
        for _ in range(2):
            answer = self._wire.send(self._calls.unlock, _body(info))
            if isinstance(answer, Answer) and not is_passing(answer.status):
                return
        self._left.add(info["ID"])


def is_passing(status: int) -> bool:
    """Say whether a status says nothing about the request, but that the server has trouble with it."""
    return status in {408, 429} or (status >= 500 and status != 501)


def _body(info: dict[str, Any]) -> bytes:
    return json.dumps(info).encode()


def _holder(body: bytes) -> Holder:
    """Return what a server says of the lock that is there: Terraform's description, or the ID alone, or nothing."""
    text = body.decode("utf-8", "replace").strip()
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = text
    if isinstance(document, dict):
        return Holder(document)
    return Holder({"ID": document} if isinstance(document, str) and _BARE_ID.fullmatch(document) else {})

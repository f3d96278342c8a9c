"""What the contract suite lets other processes do with a store: `python -m tests.contract.other_process WHAT …`.

PLACE is the `state:` section as JSON, FOLDER the folder it is seen from; what it takes is in the environment.

- `present PLACE FOLDER` stays present until its standard input ends or it is killed, and prints what it was told;
- `hold PLACE FOLDER` holds the state's lock until its standard input ends or it is killed, and says when it has it;
- `race PLACE FOLDER SWAPPERS ROUNDS BYTES` lets that many processes swap at once, documents of so many bytes at
  least, and prints how many won each round;
- `swap PLACE FOLDER TEXT` replaces the document by TEXT, between two marks that a tracer can see;
- `crowd PLACE FOLDER BYTES` replaces the document by one for which there is no room: a file may not exceed BYTES;
- `kill PLACE FOLDER POINTS` kills a process at so many points of a swap, one each time, and prints what was left.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.model.account import Account
from sarv_sync.state.journal import Holder, Surroundings, hold
from tests.engines.catalog import open_store
from tests.engines.interface import Access

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from sarv_sync.state.interface import Store

    Opener = Callable[[], Store]

ACCOUNT = Account("https://api.example.net/v1.0", "10042")
HOLDER = Holder("ann on laptop", "sarv-sync apply")

_WON, _LOST = 10, 11
_OLD, _NEW = b"the old document", b"the new document"


def _say(text: object) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _present(store: Store) -> None:
    with store.presence() as alone:
        _say(alone)
        sys.stdin.read()


def _hold(store: Store) -> None:
    world = Surroundings(lambda: datetime.now(timezone.utc), lambda: "1d", _say)
    with hold(store, ACCOUNT, HOLDER, world):
        _say("held")
        sys.stdin.read()


def _race(opened: Opener, swappers: int, rounds: int, size: int) -> None:
    opened()  # what is imported now need not be imported by each
    for number in range(rounds):
        start, go = os.pipe()
        texts = (f"{number} {child}\n" for child in range(swappers))
        children = [_swapper(opened, text * (size // len(text) + 1), start, go) for text in texts]
        os.close(start)
        os.close(go)  # every child waits for this end of the pipe to be closed by all
        ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        _say(f"{ends.count(_WON)} won, {ends.count(_LOST)} lost")


def _swapper(opened: Opener, text: str, start: int, go: int) -> int:
    child = os.fork()
    if child:
        return child
    store = opened()
    stored = store.read()
    os.close(go)
    os.read(start, 1)
    try:
        store.swap(stored.version if stored else None, text.encode())
    except SwapLost:
        os._exit(_LOST)
    except StateError as error:
        sys.stderr.write(f"{error.message}\n")
        raise
    os._exit(_WON)


def _swap(store: Store, text: str) -> None:
    with store.presence():
        stored = store.read()
        os.sched_yield()
        store.swap(stored.version if stored else None, text.encode())
        os.sched_yield()


def _crowd(store: Store, most: int) -> None:
    stored = store.read()
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    try:
        store.swap(stored.version if stored else None, b"x" * (most + 1))
    except SwapLost:
        _say("lost")
    except StateError as error:
        _say(error.message)


def _kill(opened: Opener, points: int) -> None:
    opened().swap(None, _OLD)
    lines, _ = _struck(opened, None)
    for point in range(points):
        _restore(opened)
        _, killed = _struck(opened, 1 + point * (lines - 1) // max(1, points - 1))
        stored = opened().read()
        how = "killed" if killed else "ended"
        _say(f"{how}: {stored.data.decode() if stored else None}")


def _struck(opened: Opener, last: int | None) -> tuple[int, bool]:
    """Swap in another process, which is killed before the line of Python that is its `last`; count them if None.

    Return how many lines there were, and whether it was killed: no two swaps have just as many.
    """
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        _die_at(last, theirs, opened)
    os.close(theirs)
    with os.fdopen(ours) as told:
        lines = told.read()
    _, status = os.waitpid(child, 0)
    assert status in {0, signal.SIGKILL}
    return int(lines or 0), status != 0


def _die_at(last: int | None, tell: int, opened: Opener) -> NoReturn:
    store = opened()
    stored = store.read()
    lines = 0

    def traced(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal lines
        lines += event == "line"
        if lines == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return traced

    sys.settrace(traced)
    store.swap(stored.version if stored else None, _NEW)
    sys.settrace(None)
    os.write(tell, str(lines).encode())
    os._exit(0)


def _restore(opened: Opener) -> None:
    """Put the old document back as any run would; a write that the dead one began may still come first."""
    for _ in range(20):
        store = opened()
        try:
            stored = store.read()
            store.swap(stored.version if stored else None, _OLD)
        except SwapLost:
            continue
        return
    raise AssertionError("the place cannot be written any more")


def main(what: str, place: str, folder: str, *rest: str) -> None:
    def opened() -> Store:
        return open_store(Access(json.loads(place), {}), Path(folder))

    match what, rest:
        case "present", ():
            _present(opened())
        case "hold", ():
            _hold(opened())
        case "race", (swappers, rounds, size):
            _race(opened, int(swappers), int(rounds), int(size))
        case "swap", (text,):
            _swap(opened(), text)
        case "crowd", (most,):
            _crowd(opened(), int(most))
        case "kill", (points,):
            _kill(opened, int(points))
        case _:
            raise ValueError(what)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""What the contract suite lets other processes do with a store: `python -m tests.contract.other_process WHAT …`.

- `present KIND FOLDER` stays present until its standard input ends or it is killed, and prints what it was told;
- `hold KIND FOLDER` holds the state's lock until its standard input ends or it is killed, and says when it has it;
- `race KIND FOLDER SWAPPERS ROUNDS BYTES` lets that many processes swap at once, documents of so many bytes at
  least, and prints how many won each round;
- `swap KIND FOLDER TEXT` replaces the document by TEXT, between two marks that a tracer can see;
- `crowd KIND FOLDER BYTES` replaces the document by one for which there is no room: a file may not exceed BYTES.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.model.account import Account
from sarv_sync.state.journal import Holder, Surroundings, hold
from tests.contract.stores import open_store

if TYPE_CHECKING:
    from sarv_sync.state.interface import Store

ACCOUNT = Account("https://api.example.net/v1.0", "10042")
HOLDER = Holder("ann on laptop", "sarv-sync apply")

_WON, _LOST = 10, 11


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


def _race(kind: str, folder: str, swappers: int, rounds: int, size: int) -> None:
    for number in range(rounds):
        start, go = os.pipe()
        texts = (f"{number} {child}\n" for child in range(swappers))
        children = [_swapper(kind, folder, text * (size // len(text) + 1), start, go) for text in texts]
        os.close(start)
        os.close(go)  # every child waits for this end of the pipe to be closed by all
        ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        _say(f"{ends.count(_WON)} won, {ends.count(_LOST)} lost")


def _swapper(kind: str, folder: str, text: str, start: int, go: int) -> int:
    child = os.fork()
    if child:
        return child
    store = open_store(kind, folder)
    stored = store.read()
    os.close(go)
    os.read(start, 1)
    try:
        store.swap(stored.version if stored else None, text.encode())
    except SwapLost:
        os._exit(_LOST)
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


def main(what: str, kind: str, folder: str, *rest: str) -> None:
    match what, rest:
        case "present", ():
            _present(open_store(kind, folder))
        case "hold", ():
            _hold(open_store(kind, folder))
        case "race", (swappers, rounds, size):
            _race(kind, folder, int(swappers), int(rounds), int(size))
        case "swap", (text,):
            _swap(open_store(kind, folder), text)
        case "crowd", (most,):
            _crowd(open_store(kind, folder), int(most))
        case _:
            raise ValueError(what)


if __name__ == "__main__":
    main(*sys.argv[1:])

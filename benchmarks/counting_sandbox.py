"""A sandbox in a process of its own that tells what it was asked.

Its command line is one JSON object: `latency` in seconds, `users` to begin with, `core` to stay on, or null. It
prints its address, then one line of JSON (`sandbox_process.Tally`) for every line it reads, and ends with its input.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from contextlib import closing
from typing import TYPE_CHECKING

from sarv_sync.model.users import Settings
from sarv_sync.sandbox.defaults import OWNER_ID, TOKEN
from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.sandbox.server import Sandbox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.users import ObservedUser


class Moments:
    """When the account was changed first and last, on the clock that all processes of a machine share."""

    def __init__(self) -> None:
        self.first = self.last = 0.0

    def note(self, changed: Sequence[ObservedUser]) -> None:  # noqa: ARG002 - what an account calls to save a change
        self.last = time.monotonic()
        self.first = self.first or self.last


def main() -> None:
    options = json.loads(sys.argv[1])
    if options["core"] is not None:
        os.sched_setaffinity(0, {options["core"]})
    moments = Moments()
    with closing(MemoryAccount(save=moments.note)) as account:
        account.fill(Settings(1000 + number, 1 + number % 900, "Enable") for number in range(options["users"]))
        with Sandbox(account, owner_id=OWNER_ID, token=TOKEN, latency=options["latency"]) as sandbox:
            print(sandbox.url, flush=True)
            _answer(sandbox, moments)


def _answer(sandbox: Sandbox, moments: Moments) -> None:
    told, moments.first = 0, 0.0
    for _ in sys.stdin:
        calls = sandbox.calls
        counts = Counter(each.call if each.outcome == "success" else "refused" for each in calls[told:])
        tally = {"calls": counts, "first": moments.first, "last": moments.last, "cpu": time.process_time()}
        told, moments.first = len(calls), 0.0
        print(json.dumps(tally), flush=True)


if __name__ == "__main__":
    main()

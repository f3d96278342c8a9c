"""The names that critical sections go by, and what such a name shows of its holder.

A server may keep nothing of a lock but its ID: GitLab answers a second locker with the first one's ID and user, and
everything else as the second one sent it. So it is the ID that says whose lock this is, and which process of which
machine has it: one that was killed is seen to be dead on its own machine, and there nobody has to wait.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

_ID = re.compile(
    r"sarv-sync-(?P<place>[0-9a-f]{12})-(?P<process>[1-9][0-9]{0,8})-(?P<start>[0-9]{1,20})-[0-9a-f]{16}"
)


def new_id() -> str:
    """Return an ID that nobody had before, of this process."""
    process = os.getpid()
    where, (_, start) = _place() or secrets.token_hex(6), _process(process) or ("", 0)
    return f"sarv-sync-{where}-{process}-{start}-{secrets.token_hex(8)}"


def is_ours(lock_id: str) -> bool:
    """Say whether this is the ID of a critical section of this program, on whatever machine."""
    return _ID.fullmatch(lock_id) is not None


def is_dead(lock_id: str) -> bool:
    """Say whether the holder was a process of this machine, and certainly is no more."""
    match = _ID.fullmatch(lock_id)
    if match is None or match["place"] != _place():
        return False
    found = _process(int(match["process"]))
    if found is not None:
        state, start = found
        return state in "ZX" or start != int(match["start"])
    return _is_unknown(int(match["process"]))


@lru_cache(maxsize=1)
def _place() -> str | None:
    """Return what tells this machine, since it was booted, and this container of it from all others; None: unknown.

    A process number means something within one PID namespace only.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_bytes()
        namespace = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return None
    return hashlib.sha256(boot + str(namespace).encode()).hexdigest()[:12]


def _process(number: int) -> tuple[str, int] | None:
    """Return the state letter and the start time of a process, None if they cannot be seen."""
    with suppress(OSError, ValueError, IndexError):
        # The name, in brackets, may hold anything. State and start time are the fields 3 and 22 (proc(5)).
        fields = Path(f"/proc/{number}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
        return fields[0], int(fields[19])
    return None


def _is_unknown(number: int) -> bool:
    """Say whether there is no such process. A `/proc` that hides other users' processes must not look like that."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    except OSError:
        pass
    return False

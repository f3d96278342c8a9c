"""Starting a sandbox in a process of its own, and asking what it saw."""

from __future__ import annotations

import http.client
import json
import statistics
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sarv_sync.sandbox.defaults import OWNER_ID, TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PROGRAM = Path(__file__).with_name("counting_sandbox.py")
_PROBES = 41


@dataclass(frozen=True, slots=True)
class Tally:
    """What a sandbox saw since it was last asked.

    `calls` are the calls by name; those that did nothing count as `refused`. `first` and `last` are the moments of
    the first and the last change of the account, on the clock of `time.monotonic`; `cpu` is the processor time it has
    used since it began, in seconds.
    """

    calls: Mapping[str, int]
    first: float
    last: float
    cpu: float


class Caller:
    """One kept connection to a sandbox, with as little on top as there can be."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._path = parts.path
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)

    def ask(self, call: str, **fields: object) -> dict[str, Any]:
        """Make a call and return the answer's body."""
        body = json.dumps({"owner_id": OWNER_ID, "token": TOKEN, **fields})
        self._connection.request("POST", f"{self._path}/settings/{call}", body, {"Content-Type": "application/json"})
        document: dict[str, Any] = json.loads(self._connection.getresponse().read())
        return document

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


@dataclass(frozen=True, slots=True)
class SandboxProcess:
    """A sandbox that runs. `latency` is what it was told to take for a call, in seconds."""

    url: str
    latency: float
    requests: IO[str]
    replies: IO[str]

    @property
    def environment(self) -> dict[str, str]:
        """Return the settings with which the program finds the sandbox."""
        return settings_of(self.url)

    def tally(self) -> Tally:
        """Return what came since the last tally."""
        self.requests.write("\n")
        self.requests.flush()
        return Tally(**json.loads(self.replies.readline()))

    def real_latency(self) -> float:
        """Return the median of what single calls take, in seconds, as a client sees it that does little else."""
        seconds = []
        with closing(Caller(self.url)) as caller:
            for _ in range(_PROBES):
                start = time.perf_counter()
                caller.ask("editSmtp", smtp_user_name="nobody")
                seconds.append(time.perf_counter() - start)
        return statistics.median(seconds)


def settings_of(url: str) -> dict[str, str]:
    """Return the settings with which the program finds the account at `url`."""
    return {"SARV_ENDPOINT": url, "SARV_OWNER_ID": OWNER_ID, "SARV_TOKEN": TOKEN}


@contextmanager
def running_sandbox(latency: float = 0.0, users: int = 0, core: int | None = None) -> Iterator[SandboxProcess]:
    """Run a sandbox for the length of the context."""
    options = json.dumps({"latency": latency, "users": users, "core": core})
    command = [sys.executable, str(_PROGRAM), options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("pipes were asked for")
        try:
            yield SandboxProcess(process.stdout.readline().strip(), latency, process.stdin, process.stdout)
        finally:
            process.stdin.close()

"""Runs that are killed on the way of a password, and what has to be true after the next one."""

from __future__ import annotations

import json
import os
import signal
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from unittest import mock

import requests

from sarv_sync.sandbox.server import Sandbox
from tests.contract.sinks.engine import credential
from tests.end_to_end.accounts import values
from tests.end_to_end.leaks import CanaryAccount, Tripwire
from tests.end_to_end.workplace import OWNER, TOKEN, Ended, Workplace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.contract.sinks.catalog import Running
    from tests.contract.sinks.engine import Engine
    from tests.end_to_end.forks import Forks

DEEP = os.environ.get("SARV_SYNC_SEARCH") == "deep"

NAME = "billing"
APPLY = ("apply", "--auto-approve")
NEVER = 1_000_000
"""A step that no run has."""
ROTATE = ("rotate", NAME, "--auto-approve")

LIBRARIES = (
    "boto3.session", "botocore.signers", "hvac", "kubernetes.client.api.core_v1_api", "kubernetes.config",
    "nacl.public", "pyrage",
)  # fmt: skip
"""What sinks load when they are used: in a fork, each would be loaded again and again."""

_HEAD = """\
version: 1
account: {owner_id: "10042", settle: 100ms, retry_for: 0s, smtp: {host: smtp.example.net, port: 587}}
defaults: {total_limit: 1000, hourly_limit: 100}
"""
_OF_TARGETS = ("secrets/*", "kept/*")
"""Where the sinks' own files are."""


@dataclass
class Scene:
    """A folder with a file, an account, and a place of some kind that the passwords are delivered to.

    `names` are the entries, one unless told. `killed` has, for every run that was killed, the step that it died at.
    """

    work: Workplace
    sandbox: Sandbox
    account: CanaryAccount
    engine: Engine
    forks: Forks
    options: dict[str, Any]
    names: tuple[str, ...] = (NAME,)
    killed: list[str] = field(default_factory=list)

    def want(self, **policy: Any) -> None:
        """Write the file, with `policy` in every entry."""
        sinks = [{"sink": self.engine.kind, **self.options}]
        entries = "\n".join(f"{name}: {json.dumps(policy)}" for name in self.names)
        self.work.users(entries, f"{_HEAD}credentials: {json.dumps(sinks)}\n")

    def run(self, *arguments: str) -> Ended:
        """Run the program to its end."""
        ended = self.forks.run(self.work, *arguments)
        self.work.heard += [ended.raw_out, ended.raw_err]
        return ended

    def kill(self, step: int, *arguments: str, beginning: bool = False) -> bool:
        """Run the program and kill it at a step; return whether it had so many. See `dying` for what counts.

        What it left behind holds passwords nowhere but among the files of the targets.
        """
        ended, steps = self.forks.die(self.work, step, *arguments, both=DEEP, beginning=beginning)
        assert ended.code in {0, -signal.SIGKILL}, ended.said
        self.work.heard += [ended.raw_out, ended.raw_err]
        requests.get(self.sandbox.url, timeout=60)  # what was sent before has been dealt with when this is answered
        if ended.code:
            self.killed.append(f"{len(steps)}: {steps[-1]}")
            sys.stdout.write(f"{' '.join(arguments[:1])} killed at {self.killed[-1]}\n")
        self.assert_nothing_seen(*_OF_TARGETS)
        return bool(ended.code)

    def steps(self, *arguments: str) -> list[str]:
        """Run the program to its end, and return the steps that it took."""
        ended, steps = self.forks.die(self.work, NEVER, *arguments, both=DEEP)
        assert ended.code == 0, ended.said
        self.work.heard += [ended.raw_out, ended.raw_err]
        return steps

    @property
    def made(self) -> int:
        """How many passwords the account has made so far."""
        return len(set(self.account.given))

    def held(self) -> tuple[str, str] | None:
        """Return the user name and the password in the target, as the target itself tells; None if there are none."""
        stored = self.engine.stored(credential(NAME))
        return None if stored is None else (stored["SMTP_USERNAME"], stored["SMTP_PASSWORD"])

    def accepted(self) -> set[tuple[str, str]]:
        """Return what somebody can log in with."""
        enabled = [user for user in self.account.users() if user.settings.status == "Enable"]
        return {(user.smtp_user_name, user.password.reveal()) for user in enabled}

    def bound(self) -> dict[str, str]:
        """Return the users that the state knows, by name."""
        return {name: each["smtp_user_name"] for name, each in self.work.state()["bindings"].items()}

    def assert_delivered(self, *serving: str) -> None:
        """All is well: one user for each name, and the targets have just what belongs there.

        `serving` are the users that each entry's target is to have, by their names in the state: the entries', unless
        told.
        """
        users = {user.smtp_user_name: user for user in self.account.users()}
        bound = self.bound()
        assert sorted(bound.values()) == sorted(users), (bound, sorted(users))
        for name, serves in zip(self.names, serving or self.names, strict=True):
            user = users[bound[serves]]
            assert values(user) == (1000, 100, "Enable"), values(user)
            stored = self.engine.stored(credential(name))
            assert stored == {
                "SMTP_HOST": "smtp.example.net",
                "SMTP_PORT": "587",
                "SMTP_USERNAME": user.smtp_user_name,
                "SMTP_PASSWORD": user.password.reveal(),
            }, stored
        assert self.work.state()["intents"] == {}

    def assert_nothing_left(self) -> None:
        """There is no password but in the target."""
        assert [path for path in self.work.files() if ".sarv-sync." in path] == [], "no draft is left"
        self.assert_nothing_seen(*(f"*/{name}{end}" for name in self.names for end in ("", ".env", ".yaml")))

    def assert_nothing_seen(self, *but: str) -> None:
        """No output since the last time, and no file `but` those, has a password in it."""
        tripwire = Tripwire([TOKEN, *dict.fromkeys(self.account.given[-20:])])
        while self.work.heard:
            tripwire.watch(self.work.heard.pop())
        tripwire.search_folder(self.work.path, but)
        hits = tripwire.hits()
        assert hits == [], hits


@contextmanager
def scene(kind: str, places: Running, folder: Path, forks: Forks) -> Iterator[Scene]:
    """Yield a scene in a new folder, with an empty account, and a place where nothing was delivered yet."""
    folder.mkdir()
    engine = places.place(kind, folder)
    options, variables = _opened(engine)
    account = CanaryAccount()
    with Sandbox(account, owner_id=OWNER, token=TOKEN) as sandbox:
        ours = {"SARV_TOKEN": TOKEN, "SARV_ENDPOINT": sandbox.url, "TMPDIR": str(folder), "PATH": os.environ["PATH"]}
        work = Workplace(folder, {**variables, **ours})
        yield Scene(work, sandbox, account, engine, forks, options)


def _opened(engine: Engine) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the options, and the environment, that an engine opens its sink with."""
    with mock.patch.object(sys.modules[type(engine).__module__], "open_sink") as opening:
        engine.open()
    _, options, site = opening.call_args.args
    return dict(options), dict(site.environment)

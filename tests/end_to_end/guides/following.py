"""Following a guide: a reader in a fresh folder, with an account of their own in the sandbox."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import user
from tests.end_to_end.guides.likeness import Likeness
from tests.end_to_end.guides.pages import Aside, Change, Command, File, Step
from tests.end_to_end.workplace import OWNER, TOKEN

ROOT = Path(__file__).parents[3]
ENDPOINT = "https://api.us1-mta1.example.net/v1.0"
"""What the guides call the endpoint."""

_SEED = 7
_USER = re.compile(r"(?P<name>\w+) (?P<total>\d+)/(?P<hourly>\d+)(?: (?P<status>Disable))?")
_ANN = {"NAME": "Ann", "EMAIL": "ann@example.org"}


class Unlike(AssertionError):
    """A command printed something else than the page shows."""

    def __init__(self, command: Command, said: str) -> None:
        super().__init__(f"$ {command.line}\nis to print:\n{command.printed}\nand prints:\n{said}")


@dataclass(slots=True)
class Reader:
    """`path` is the reader's folder; `ran` has every command line that was run, with what it printed here."""

    path: Path
    tools: Path
    sandbox: Sandbox
    account: MemoryAccount
    likeness: Likeness = field(default_factory=Likeness)
    code: int = 0
    ran: list[tuple[Command, str]] = field(default_factory=list)

    def follow(self, step: Step) -> None:
        """Do what a step says. Raises `AssertionError` where the page is wrong about it."""
        match step:
            case Command():
                self._run_as_shown(step)
            case File(name, text):
                self._write(name, text)
            case Change(name):
                self._write(name, step.made_to((self.path / name).read_text(encoding="utf-8")))
            case Aside(word, told):
                self._beside(word, told)

    def finish(self) -> None:
        """Raise `AssertionError` if the last command failed and the page does not show it."""
        if self.code:
            command, said = self.ran[-1]
            raise AssertionError(f"nothing shows that this ends with {self.code}:\n$ {command.line}\n{said}")

    def _run_as_shown(self, command: Command) -> None:
        line = self.likeness.translated(command.line)
        if line != "echo $?":
            self.finish()
        said = self._run(line).replace(self.sandbox.url, ENDPOINT)
        self.ran.append((command, said))
        assert TOKEN not in said
        if not self.likeness.matches(command.printed, said):
            raise Unlike(command, said)

    def _run(self, line: str) -> str:
        """Run a command line as one shell would that has run those before it; return all that it printed."""
        done = subprocess.run(
            ["bash", "-c", f"(exit {self.code})\n{line}"],
            cwd=self.path, env=self._environment(), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False, timeout=60,
        )  # fmt: skip
        self.code = done.returncode
        return done.stdout

    def _environment(self) -> dict[str, str]:
        ann = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in _ANN.items()}
        git = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_COUNT": "1", "GIT_EDITOR": "true"}
        branch = {"GIT_CONFIG_KEY_0": "init.defaultBranch", "GIT_CONFIG_VALUE_0": "main"}
        sarv = {"SARV_ENDPOINT": self.sandbox.url, "SARV_OWNER_ID": OWNER, "SARV_TOKEN": TOKEN}
        paths = {"PATH": f"{self.tools}:/usr/bin:/bin", "HOME": str(self.tools), "LC_ALL": "C.UTF-8"}
        return {**paths, **ann, **git, **branch, **sarv}

    def _write(self, name: str, text: str) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def _beside(self, word: str, told: str) -> None:
        match word:
            case "account":
                pass
            case "console":
                self._meddle(*told.split())
            case "days pass":
                self._let_pass(timedelta(days=int(told)))
            case "run":
                said = self._run(told)
                assert self.code == 0, said

    def _meddle(self, who: str, *what: str) -> None:
        """Change a user, or make one, as somebody with the console open would."""
        if who == "new":
            total, hourly = what[0].split("/")
            self.account.add(int(total), int(hourly))
            return
        said = dict(one.split("=") for one in what)
        values: dict[str, Any] = {key: int(value) if value.isdecimal() else value for key, value in said.items()}
        self.account.edit(who, **values)

    def _let_pass(self, time: timedelta) -> None:
        """Let all that the state remembers have been so much earlier: nothing else tells the time here."""
        document = json.loads(self._run("sarv-sync state pull"))
        for bound in document["removed"].values():
            at = datetime.fromisoformat(bound["removed_at"].replace("Z", "+00:00"))
            bound["removed_at"] = (at - time).isoformat().replace("+00:00", "Z")
        self._write("../earlier.json", json.dumps(document))
        said = self._run("sarv-sync state push ../earlier.json")
        assert self.code == 0, said


@contextmanager
def reader(folder: Path, page: list[Step]) -> Iterator[Reader]:
    """Yield a reader who has the account that `page` speaks of, and has not begun."""
    path, tools = folder / "smtp-users", folder / "tools"
    path.mkdir(parents=True)
    tools.mkdir()
    program = tools / "sarv-sync"
    run = shlex.join(["env", f"PYTHONPATH={ROOT}", sys.executable, "-m", "tests.end_to_end.guides.as_ann"])
    program.write_text(f'#!/bin/sh\nexec {run} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    told = ", ".join(step.told for step in page if isinstance(step, Aside) and step.word == "account")
    users = [
        user(each["name"], int(each["total"]), int(each["hourly"]), "Disable" if each["status"] else "Enable")
        for each in _USER.finditer(told)
    ]
    account = MemoryAccount(rng=Random(_SEED), users=users)
    with Sandbox(account, owner_id=OWNER, token=TOKEN) as sandbox:
        yield Reader(path, tools, sandbox, account)


def follow(folder: Path, page: list[Step]) -> Reader:
    """Follow all of a page; return the reader at its end. Raises `AssertionError` where the page is wrong."""
    with reader(folder, page) as one:
        for step in page:
            one.follow(step)
        one.finish()
    return one

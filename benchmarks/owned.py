"""An account of any size, and a project whose state owns all of it, made without a call for each user."""

from __future__ import annotations

import random
import string
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from projects import STATE_FILE
from sandbox_process import settings_of
from sarv_sync.model.account import Account
from sarv_sync.model.state import Binding, State
from sarv_sync.model.users import Settings
from sarv_sync.sandbox.defaults import OWNER_ID
from sarv_sync.state.document import encode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

USERS_A_FILE = 100_000
"""A file may hold 64 MiB. More users than these are in files that the main one includes."""

_LINEAGE = "5f0c8f0e-3c5b-4f0e-9d55-6f1f8a1f7f11"
_SERVER = Path(__file__).with_name("listing_server.py")


@dataclass(frozen=True, slots=True)
class Owned:
    """An account that is served at `url`, and the project in `folder`.

    The entries of its files bear the names that the account's users have.
    """

    folder: Path
    users: int
    url: str

    @property
    def environment(self) -> Mapping[str, str]:
        """Return the settings with which the program finds the account."""
        return settings_of(self.url)

    @property
    def listing(self) -> Path:
        """Return the file that holds the answer to `listSmtp`."""
        return _listing(self.folder)

    def change(self, count: int) -> None:
        """Let the file want another total for `count` of the users, spread evenly over it."""
        _write_files(self.folder, self.users, changed=count)


@contextmanager
def owned_account(folder: Path, users: int) -> Iterator[Owned]:
    """Serve an account of `users` users for the length of the context, from files in a new `folder`."""
    folder.mkdir()
    _write_listing(folder, users)
    _write_files(folder, users, changed=0)
    command = [sys.executable, str(_SERVER), str(_listing(folder))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("pipes were asked for")
        try:
            url = process.stdout.readline().strip()
            _write_state(folder, users, url)
            yield Owned(folder, users, url)
        finally:
            process.stdin.close()


def _name(number: int) -> str:
    return f"smtp{1_000_000 + number}"


def _settings(number: int) -> Settings:
    return Settings(1000 + number % 5000, 1 + number % 900, "Disable" if number % 20 == 0 else "Enable")


def _listing(folder: Path) -> Path:
    return folder / "listing.json"


def _write_listing(folder: Path, users: int) -> None:
    chosen = random.Random(users)
    with _listing(folder).open("w", encoding="ascii") as file:
        file.write('{"status":"success","smtp_list":[')
        for number in range(users):
            password = "".join(chosen.choices(string.ascii_lowercase + string.digits, k=16))
            has = _settings(number)
            file.write(
                f'{"," if number else ""}{{"smtp_user_name":"{_name(number)}","password":"{password}",'
                f'"status":"{has.status}","total_limit":{has.total_limit},"hourly_limit":{has.hourly_limit}}}'
            )
        file.write("]}")


def _write_files(folder: Path, users: int, changed: int) -> None:
    every = users // changed if changed else users + 1
    entries = [_entry(number, more=(number + 1) % every == 0) for number in range(users)]
    head = "version: 1\n"
    if users <= USERS_A_FILE:
        (folder / "sarv-sync.yaml").write_text(head + "users:\n" + "".join(entries), encoding="utf-8")
        return
    (folder / "sarv-sync.yaml").write_text(head + "include: [users/*.yaml]\n", encoding="utf-8")
    (folder / "users").mkdir(exist_ok=True)
    for first in range(0, users, USERS_A_FILE):
        text = "users:\n" + "".join(entries[first : first + USERS_A_FILE])
        (folder / "users" / f"{first:07}.yaml").write_text(text, encoding="utf-8")


def _entry(number: int, *, more: bool) -> str:
    wants = _settings(number)
    status = f"    status: {wants.status}\n" if wants.status == "Disable" else ""
    return (
        f"  {_name(number)}:\n    total_limit: {wants.total_limit + more}\n"
        f"    hourly_limit: {wants.hourly_limit}\n{status}"
    )


def _write_state(folder: Path, users: int, url: str) -> None:
    bindings = {_name(number): Binding(_name(number), _settings(number)) for number in range(users)}
    state = State(lineage=_LINEAGE, serial=1, account=Account(url, OWNER_ID), bindings=bindings, echoes_limits=True)
    (folder / STATE_FILE).write_bytes(encode(state))

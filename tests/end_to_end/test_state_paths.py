"""A state where it cannot be read or written: said at once, with nothing asked of the account but its users."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.end_to_end.accounts import in_account, values
from tests.end_to_end.attack import DESIRED, HEAD, STRANGER, assert_whole, entries
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import Workplace
from tests.privileges import without_privileges

APPLY = ("apply", "--auto-approve")
NOBODY = 65534


def foreign(path: Path, mode: int) -> None:
    """Give `path` to somebody else, if there is the right to, and take the right to write it away."""
    if not os.getuid():
        os.chown(path, NOBODY, NOBODY)
    path.chmod(mode)


def folder(path: Path, mode: int) -> None:
    path.mkdir()
    foreign(path, mode)


def file(path: Path, mode: int) -> None:
    path.write_text("{}", encoding="utf-8")
    foreign(path, mode)


class Place(NamedTuple):
    """Where the state is to be, what is made first, and what the program says of it."""

    path: str
    says: str
    make: Callable[[Path], None] = lambda _: None


PLACES = {
    "in a folder that does not exist": Place("nowhere/state.json", "No such file or directory"),
    "in a file": Place("sarv-sync.yaml/state.json", "Not a directory"),
    "a folder": Place("state.json", "Is a directory", lambda work: folder(work / "state.json", 0o755)),
    "in a folder of somebody else": Place(
        "it/state.json", "Permission denied", lambda work: folder(work / "it", 0o555)
    ),
    "in a folder nobody else may see": Place(
        "it/state.json", "Permission denied", lambda work: folder(work / "it", 0)
    ),
    "a file of somebody else": Place("state.json", "Permission denied", lambda work: file(work / "state.json", 0)),
    "beside a lock of somebody else": Place(
        "s.json", "Permission denied", lambda work: file(work / "s.json.lock", 0o444)
    ),
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_state_that_cannot_be_used_where_it_is_stops_an_apply_before_it_begins(
    work: Workplace, serve: Serve, place: Place
) -> None:
    sandbox = serve(users=(STRANGER,))
    work.users(entries(DESIRED), HEAD + f"state: {{path: {place.path}}}\n")
    place.make(work.path)
    try:
        ended = work.run(*APPLY, before=without_privileges())
    finally:
        for left in work.path.iterdir():
            left.chmod(0o755)
    assert ended.code == 1, ended.said
    assert (place.says in ended.err, place.path in ended.err, "hint: " in ended.err) == (True, True, True), ended.err
    assert {call.call for call in sandbox.calls} <= {"listSmtp"}
    assert in_account(sandbox) == [values(STRANGER)]

    work.users(entries(DESIRED), HEAD)
    assert work.apply().code == 0
    assert_whole(work, sandbox)

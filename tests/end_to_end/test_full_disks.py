"""Disks that are full, fill up, or cannot be written: nothing is lost, and with room the next apply finishes.

The program has its folder on a small tmpfs. Where none can be mounted these tests are skipped, but not in CI.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import calls, in_account
from tests.end_to_end.attack import DESIRED, HEAD, STRANGER, Desired, assert_whole, entries, tenants
from tests.end_to_end.conftest import Serve
from tests.end_to_end.disk import Disk
from tests.end_to_end.workplace import Ended, Workplace, command

APPLY = ("apply", "--auto-approve")
FULL = "No space left on device"
READ_ONLY = "Read-only file system"
MANY = tenants(100)

Mount = Callable[[Desired], tuple[Disk, Workplace]]


@pytest.fixture
def mount(work: Workplace) -> Iterator[Mount]:
    """Puts the folder on a disk of its own, with a file; returns also what is there, to be looked into."""
    with ExitStack() as stack:

        def mounting(desired: Desired = DESIRED) -> tuple[Disk, Workplace]:
            try:
                disk = Disk(work.path)
            except (OSError, subprocess.CalledProcessError):
                assert "CI" not in os.environ, "a tmpfs has to be mounted: without it these tests prove nothing"
                pytest.skip("no tmpfs can be mounted")
            stack.callback(disk.close)
            inside = Workplace(disk.seen, work.environment)
            inside.users(entries(desired), HEAD)
            return disk, inside

        yield mounting


def untouched(sandbox: Sandbox) -> bool:
    """Whether nothing was asked of the account but to list its users."""
    return {call.call for call in sandbox.calls} <= {"listSmtp"}


def assert_failed(ended: Ended, reason: str) -> None:
    """It ends as an error, and says which and what to do."""
    assert (ended.code, "Traceback" in ended.said, "bug" in ended.said) == (1, False, False), ended.said
    assert reason in ended.err
    assert "hint: " in ended.err


def test_without_room_for_the_first_write_nothing_is_asked_of_the_account(
    work: Workplace, serve: Serve, mount: Mount
) -> None:
    sandbox = serve(users=(STRANGER,))
    disk, inside = mount(DESIRED)
    disk.leave(0)

    assert_failed(disk.run(work, *APPLY), FULL)
    assert untouched(sandbox)
    assert disk.run(work, "plan", "--detailed-exitcode").code == 2, "looking needs no room"

    disk.make_room()
    assert disk.run(work, *APPLY).code == 0
    assert_whole(inside, sandbox)


def test_however_far_an_apply_comes_before_the_disk_is_full_the_next_one_finishes(
    work: Workplace, serve: Serve, mount: Mount
) -> None:
    broken_off: set[int] = set()
    for blocks in count():
        sandbox = serve(users=(STRANGER,))
        disk, inside = mount(MANY)
        disk.leave(blocks)
        ended = disk.run(work, *APPLY)
        made = len(in_account(sandbox)) - 1
        disk.make_room()
        again = disk.run(work, *APPLY)

        assert again.code == 0, again.said
        assert_whole(inside, sandbox, MANY)
        if ended.code == 0:
            break
        assert (ended.code, FULL in ended.flat) == (5 if made else 1, True), ended.said
        broken_off.add(made)
    assert 0 in broken_off
    assert broken_off - {0, len(MANY)}, "in the middle"


@pytest.mark.parametrize("format_", ["text", "json"])
def test_an_error_is_told_even_if_the_disk_that_is_full_gets_the_result(
    work: Workplace, serve: Serve, mount: Mount, format_: str
) -> None:
    sandbox = serve(users=(STRANGER,))
    disk, inside = mount(DESIRED)
    with (disk.seen / "result").open("wb") as result:
        disk.leave(0)
        assert_failed(disk.run(work, *APPLY, "--format", format_, out=result.fileno()), FULL)
    assert untouched(sandbox)

    disk.make_room()
    assert disk.run(work, *APPLY).code == 0
    assert_whole(inside, sandbox)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
@pytest.mark.parametrize(("format_", "made"), [("text", 0), ("json", len(DESIRED))])
def test_where_the_result_of_an_apply_cannot_be_written_the_state_still_knows_it(
    work: Workplace, serve: Serve, format_: str, made: int
) -> None:
    """A plan that nobody can read is not carried out; a result that nobody can read is recorded all the same."""
    sandbox = serve(users=(STRANGER,))
    work.users(entries(DESIRED), HEAD)
    with Path("/dev/full").open("wb") as full:
        run = work.start(*APPLY, "--format", format_, stdout=full)
        _, err = run.communicate(timeout=60)
    assert_failed(Ended(run.returncode, b"", err), FULL)
    assert len(in_account(sandbox)) - 1 == made

    assert work.apply().code == 0
    assert_whole(work, sandbox)
    assert calls(sandbox, "addSmtp") == len(DESIRED)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_an_apply_that_can_tell_nobody_anything_still_ends_as_it_should(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(STRANGER,))
    work.users(entries(DESIRED), HEAD)
    with Path("/dev/full").open("wb") as full:
        run = work.start(*APPLY, "--format", "json", "-v", stdout=full, stderr=full)
        run.communicate(timeout=60)
    assert run.returncode == 1
    assert_whole(work, sandbox)


@pytest.mark.parametrize("begun", [False, True], ids=["without a state", "with a state"])
def test_on_a_disk_that_cannot_be_written_nothing_is_asked_of_the_account(
    work: Workplace, serve: Serve, mount: Mount, begun: bool
) -> None:
    sandbox = serve(users=(STRANGER,))
    disk, inside = mount({"first": (5, 5, "Enable")} if begun else DESIRED)
    if begun:
        assert disk.run(work, *APPLY).code == 0
        inside.users(entries({"first": (7, 7, "Enable")}), HEAD)
    before, asked, files = in_account(sandbox), len(sandbox.calls), inside.files()
    disk.remount("ro")

    assert disk.run(work, "plan", "--detailed-exitcode").code == 2, "looking writes nothing"
    assert_failed(disk.run(work, *APPLY), READ_ONLY)

    assert {call.call for call in sandbox.calls[asked:]} == {"listSmtp"}
    assert (in_account(sandbox), inside.files()) == (before, files)
    disk.remount("rw")
    assert disk.run(work, *APPLY).code == 0


def test_an_apply_with_nothing_to_do_needs_no_disk(work: Workplace, serve: Serve, mount: Mount) -> None:
    serve(users=(STRANGER,))
    disk, _ = mount(DESIRED)
    assert disk.run(work, *APPLY).code == 0
    disk.remount("ro")
    assert disk.run(work, *APPLY).code == 0


def test_a_file_that_may_not_grow_is_as_a_full_disk(work: Workplace, serve: Serve) -> None:
    """A quota of the process, which needs no mount: the state of all users does not fit, that of a few does."""
    sandbox = serve(users=(STRANGER,))
    work.users(entries(DESIRED), HEAD)
    environment = {**work.environment, "PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        ["prlimit", "--fsize=6000", "--", *command(*APPLY, "--parallelism", "1")],
        cwd=work.path, env=environment, capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    ended = Ended(done.returncode, done.stdout, done.stderr)
    assert (ended.code, "File too large" in ended.flat) == (5, True), ended.said
    assert 0 < len(in_account(sandbox)) - 1 < len(DESIRED)

    assert work.apply().code == 0
    assert_whole(work, sandbox)

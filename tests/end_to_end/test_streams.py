"""What the program does when nobody reads, or nothing can be written."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from sarv_sync.model.users import Settings
from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import in_account
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Workplace, command

pytestmark = pytest.mark.usefixtures("fresh")

PLAIN = (1000, 100, "Enable")


def shell(work: Workplace, *arguments: str, redirect: str) -> subprocess.CompletedProcess[bytes]:
    line = " ".join(command(*arguments)) + " " + redirect
    environment = {**work.environment, "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    return subprocess.run(["bash", "-c", line], cwd=work.path, env=environment, capture_output=True, check=False)


@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_a_reader_that_went_away_is_no_error(work: Workplace, sandbox: Sandbox, format_: str) -> None:
    work.users("\n".join(f"u{number}: {{}}" for number in range(60)))
    done = shell(work, "plan", "--format", format_, redirect="| true; exit ${PIPESTATUS[0]}")
    assert (done.returncode, done.stderr) == (0, b"")


MANY = "\n".join(f"tenant-{number:05}: {{}}" for number in range(3_000))
"""More than a pipe holds (64 KiB on Linux), so that the program is still writing when its reader goes away."""


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("plan", "--full"), 0),
        (("plan", "--full", "--detailed-exitcode"), 2),
        (("plan", "--format", "json"), 0),
        (("plan", "--format", "markdown"), 0),
        (("show", "saved.json", "--full"), 0),
        (("show", "saved.json", "--format", "json"), 0),
        (("export", "--quiet"), 0),
    ],
)
def test_a_reader_that_has_seen_enough_ends_a_long_result_without_noise(
    work: Workplace, serve: Serve, arguments: tuple[str, ...], code: int
) -> None:
    account = MemoryAccount()
    account.fill(Settings(1 + number, 1, "Enable") for number in range(3_000))
    serve(account=account)
    work.users(MANY, HEAD + "guards: {max_creates: 5000}\n")
    assert work.run("plan", "--out", "saved.json").code == 0
    done = shell(work, *arguments, redirect="| head -1; exit ${PIPESTATUS[0]}")
    assert (done.returncode, done.stdout.count(b"\n"), done.stderr) == (code, 1, b"")


def test_a_reader_that_has_seen_enough_of_many_errors_hears_no_more(work: Workplace) -> None:
    work.users("\n".join(f"tenant-{number:05}: {{bogus: 1}}" for number in range(3_000)))
    done = shell(work, "validate", redirect="2>&1 | head -1; exit ${PIPESTATUS[0]}")
    assert (done.returncode, done.stdout.count(b"\n"), done.stderr) == (3, 1, b"")


def test_an_apply_goes_on_when_its_reader_went_away(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    read, write = os.pipe()
    os.close(read)
    run = work.start("apply", "--auto-approve", stdout=write)
    os.close(write)
    _, err = run.communicate(timeout=60)
    assert (run.returncode, err, in_account(sandbox)) == (0, b"", [PLAIN])


@pytest.mark.parametrize("redirect", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_streams_that_were_closed_beforehand_are_no_error(work: Workplace, sandbox: Sandbox, redirect: str) -> None:
    work.users("a: {}")
    done = shell(work, "apply", "--auto-approve", "-vv", redirect=redirect)
    assert (done.returncode, in_account(sandbox)) == (0, [PLAIN]), done.stderr
    assert set(work.files()) <= {"sarv-sync.yaml", "sarv-sync.state.json", "sarv-sync.state.json.lock"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_result_that_cannot_be_written_is_an_error_and_no_bug(
    work: Workplace, sandbox: Sandbox, format_: str
) -> None:
    work.users("a: {}")
    done = shell(work, "plan", "--format", format_, redirect=">/dev/full")
    assert done.returncode == 1
    assert b"bug" not in done.stderr
    if format_ == "text":
        assert b"No space left" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_warnings_that_cannot_be_written_change_nothing(work: Workplace) -> None:
    work.write("version: 1\nusers: {a: {total_limit: 5, hourly_limit: 6}}\n")
    assert shell(work, "validate", redirect="2>/dev/full").returncode == 0
    assert shell(work, "validate", "--bogus", redirect="2>/dev/full").returncode == 3


def test_text_is_utf_8_or_escaped_whatever_the_locale(work: Workplace) -> None:
    work.write("version: 1\nusers: {a: {total_limit: 5, hourly_limit: 5, größe: 7}}\n")
    done = work.run(
        "validate", LANG="C", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="ascii"
    )
    assert (done.code, b"gr\\xf6" in done.raw_err) == (3, True)

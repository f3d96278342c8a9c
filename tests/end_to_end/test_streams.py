"""What the program does when nobody reads, or nothing can be written."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import in_account
from tests.end_to_end.workplace import Workplace, command

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

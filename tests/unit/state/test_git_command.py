"""How git is run: what it may see, how long it may take, and who waits for what."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from sarv_sync.state.git.command import Git, child_environment
from tests.unit.state.git_stores import is_alive


def script(folder: Path, text: str) -> str:
    path = folder / "git"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_git_gets_its_input_and_its_output_is_told_apart(tmp_path: Path) -> None:
    git = Git(script(tmp_path, "cat; echo words >&2; exit 3"), tmp_path, os.environ)

    ended = git.run(data=b"\x00 data \xff")

    assert (ended.code, ended.output, ended.said, ended.well) == (3, b"\x00 data \xff", "words\n", False)


def test_git_cannot_ask_whoever_runs_the_program(tmp_path: Path) -> None:
    ended = Git(script(tmp_path, "cat; tty; ps -o sid= -p $$ | tr -d ' '; echo $$"), tmp_path, os.environ).run()

    terminal, session, process = ended.text.splitlines()
    assert terminal == "not a tty"
    assert session == process, "a session of its own: Ctrl-C does not reach it"


def test_who_hangs_is_killed_with_everything_it_started(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    pids.touch()
    hangs = script(tmp_path, f"sleep 1000 & echo $! >> {pids}; echo $$ >> {pids}; wait")

    ended = Git(hangs, tmp_path, os.environ, patience=2).run()

    assert (ended.code, ended.well) == (None, False)
    left = [int(pid) for pid in pids.read_text().split()]
    assert len(left) == 2
    for _ in range(1000):  # the signal was sent, and the kernel takes its time
        if not any(map(is_alive, left)):
            return
        time.sleep(0.01)
    raise AssertionError("somebody is left")


def test_who_stays_in_the_background_is_not_waited_for(tmp_path: Path) -> None:
    ended = Git(script(tmp_path, "sleep 1000 & echo $!"), tmp_path, os.environ).run()

    os.kill(int(ended.text), signal.SIGKILL)
    assert ended.well


@pytest.mark.parametrize("reason", [AttributeError, PermissionError])
def test_where_the_kernel_cannot_tell_of_an_end_it_is_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: type[Exception]
) -> None:
    def refuse(pid: int) -> int:
        raise reason

    monkeypatch.setattr(os, "pidfd_open", refuse)

    assert Git(script(tmp_path, "exit 7"), tmp_path, os.environ).run().code == 7
    assert Git(script(tmp_path, "exec sleep 1000"), tmp_path, os.environ, patience=0.1).run().code is None


def test_git_is_not_led_astray_and_learns_no_secret_of_ours() -> None:
    hooked = subprocess.run(["git", "rev-parse", "--local-env-vars"], check=True, capture_output=True, text=True)
    elsewhere = dict.fromkeys(hooked.stdout.split(), "x")
    settings = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "a.b", "GIT_CONFIG_VALUE_0": "c"}
    kept = {"GIT_SSH_COMMAND": "ssh -v", "GIT_ASKPASS": "ask", "SSH_AUTH_SOCK": "s", "HOME": "/home/ann", **settings}
    secret = {"SARV_TOKEN": "s3cr3t", "SARV_OWNER_ID": "1", "SARV_STATE_PASSWORD": "s3cr3t"}

    seen = child_environment({**elsewhere, **kept, **secret})

    assert {name: seen.get(name) for name in kept} == kept
    assert "s3cr3t" not in seen.values()
    assert not any(name.startswith("SARV_") for name in seen)
    # What sets the settings of a command, and not its repository, are settings like any other.
    assert {name for name in elsewhere if name in seen} <= {"GIT_CONFIG_PARAMETERS", "GIT_CONFIG_COUNT"}
    assert (seen["GIT_TERMINAL_PROMPT"], seen["LC_ALL"]) == ("0", "C")

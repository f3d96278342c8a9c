"""The command, run as a user runs it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from sarv_sync.cli.sandbox import command
from sarv_sync.errors import InputError
from sarv_sync.sandbox.foreground import stop_signals
from tests.unit.sandbox.asking import Caller

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RUN = [sys.executable, "-c", "from sarv_sync.cli.sandbox import command; command()"]
LINE = re.compile(r"listening on (http://127\.0\.0\.1:\d+/v1\.0)\n")


@contextmanager
def running(*options: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SARV_")}
    with subprocess.Popen(
        [*RUN, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**ours, **environment},
    ) as process:
        assert process.stdout is not None
        try:
            line = LINE.fullmatch(process.stdout.readline())
            assert line is not None
            yield process, line[1]
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_where_it_listens_and_ends_cleanly(number: signal.Signals) -> None:
    with running() as (process, url), closing(Caller(url)) as caller:
        sent = {"owner_id": "10042", "token": "sandbox-token", "total_limit": 1, "hourly_limit": 1}
        assert caller.ask("addSmtp", **sent).json["status"] == "success"
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (0, "")
    assert err == f"use it with SARV_ENDPOINT={url} SARV_OWNER_ID=10042 SARV_TOKEN=sandbox-token\n"


@pytest.mark.parametrize(
    ("options", "environment"),
    [
        (("--owner-id", "77", "--token", "hush"), {}),
        ((), {"SARV_OWNER_ID": "77", "SARV_TOKEN": "hush"}),
        (("--owner-id", "77", "--token", "hush"), {"SARV_OWNER_ID": "1", "SARV_TOKEN": "other"}),
    ],
)
def test_a_given_token_is_accepted_and_never_shown(options: tuple[str, ...], environment: dict[str, str]) -> None:
    with running(*options, **environment) as (process, url):
        with closing(Caller(url)) as caller:
            assert caller.ask("listSmtp", owner_id="77", token="hush").json["status"] == "success"
            assert caller.ask("listSmtp", owner_id="10042", token="sandbox-token").json["status"] == "error"
        process.terminate()
        out, err = process.communicate(timeout=20)
    assert "SARV_OWNER_ID=77 " in err
    assert "hush" not in out + err
    assert "sandbox-token" not in err


def test_every_option_reaches_the_sandbox(tmp_path: Path) -> None:
    options = ("--data", str(tmp_path / "account.db"), "--users", "3", "--seed", "1", "--latency", "1")
    listed = []
    for _ in range(2):
        with (
            running(*options, "--fault", "listSmtp:duplicate-row", "--fault", "addSmtp:auth-error") as (process, url),
            closing(Caller(url)) as caller,
        ):
            sent = {"owner_id": "10042", "token": "sandbox-token"}
            listed.append(caller.ask("listSmtp", **sent).json["smtp_list"])
            assert caller.ask("addSmtp", **sent).json["name"] == "AuthenticationError"
            process.terminate()
            assert process.wait(20) == 0
    assert len(listed[0]) == 4
    assert listed[0] == listed[1]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--fault", "any:hangup"], "no known fault"),
        (["--token", ""], "the sandbox's token is empty"),
        (["--owner-id", "1\n2"], "the sandbox's owner id is empty or has unprintable"),
        (["--host", "256.0.0.1"], "cannot listen on"),
        (["--data", "/"], "cannot open"),
    ],
)
def test_a_wrong_option_is_an_input_error(options: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        CliRunner().invoke(command, options, catch_exceptions=False)


def test_stop_signals_are_held_until_waited_for_and_never_break_the_end() -> None:
    here = threading.get_ident()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())
    with stop_signals() as wait:
        signal.pthread_kill(here, signal.SIGINT)
        wait()
        signal.pthread_kill(here, signal.SIGTERM)
        signal.pthread_kill(here, signal.SIGINT)
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before


def test_it_serves_in_this_process_as_well() -> None:
    with stop_signals():
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
        result = CliRunner().invoke(command, [])
    assert result.exit_code == 0
    assert LINE.fullmatch(result.stdout)

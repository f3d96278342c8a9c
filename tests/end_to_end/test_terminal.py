"""Approval: who is asked, and what happens where there is nobody to ask."""

from __future__ import annotations

import os
import pty
import signal
import subprocess

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import in_account
from tests.end_to_end.workplace import HEAD, Workplace

pytestmark = pytest.mark.usefixtures("fresh")

QUESTION = b"Only 'yes' goes ahead: "


class Terminal:
    """The program on a terminal, with a person in front of it."""

    def __init__(self, work: Workplace, *arguments: str) -> None:
        self._own, other = pty.openpty()
        self.process = work.start(
            *arguments, stdin=other, stdout=other, stderr=other, start_new_session=True, close_fds=True
        )
        os.close(other)
        self.screen = b""

    def until(self, words: bytes) -> None:
        while words not in self.screen:
            piece = self._read()
            assert piece, self.screen.decode()
            self.screen += piece

    def type(self, keys: bytes) -> None:
        os.write(self._own, keys)

    def end(self) -> int:
        while piece := self._read():
            self.screen += piece
        os.close(self._own)
        return self.process.wait(timeout=30)

    def _read(self) -> bytes:
        try:
            return os.read(self._own, 65536)
        except OSError:  # Linux says EIO once the program has let go of the terminal
            return b""


@pytest.mark.parametrize(
    ("keys", "code", "made"),
    [
        (b"yes\n", 0, 1), (b"no\n", 4, 0), (b"\n", 4, 0), (b"y\n", 4, 0), (b"YES\n", 4, 0), (b"yes please\n", 4, 0),
        (b"\x04", 4, 0),
    ],
)  # fmt: skip
def test_only_yes_goes_ahead(work: Workplace, sandbox: Sandbox, keys: bytes, code: int, made: int) -> None:
    work.users("a: {}")
    terminal = Terminal(work, "apply")
    terminal.until(QUESTION)
    assert b"Create 1 user" in terminal.screen
    assert in_account(sandbox) == []
    terminal.type(keys)
    assert (terminal.end(), len(in_account(sandbox))) == (code, made), terminal.screen.decode()


def test_a_rotation_asks_about_passwords(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a:\nb:", HEAD + 'credentials: [{sink: dotenv, path: "secrets/{name}.env"}]\n')
    assert work.apply().code == 0
    terminal = Terminal(work, "rotate", "a")
    terminal.until(b"Change 1 password? " + QUESTION)
    terminal.type(b"no\n")
    assert terminal.end() == 4


def test_an_interrupt_at_the_question_changes_nothing(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    terminal = Terminal(work, "apply")
    terminal.until(QUESTION)
    terminal.process.send_signal(signal.SIGINT)
    assert (terminal.end(), in_account(sandbox)) == (130, []), terminal.screen.decode()
    assert list(work.files()) == ["sarv-sync.yaml"]


def test_nobody_is_asked_who_approved_already(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    terminal = Terminal(work, "apply", "--auto-approve")
    assert terminal.end() == 0
    assert QUESTION not in terminal.screen
    again = Terminal(work, "apply")
    assert again.end() == 0, "there is nothing to ask about"
    assert QUESTION not in again.screen


@pytest.mark.parametrize("format_", ["text", "json"])
@pytest.mark.parametrize("stdin", [b"", b"yes\n"])
def test_without_a_terminal_apply_refuses_rather_than_waits(
    work: Workplace, sandbox: Sandbox, format_: str, stdin: bytes
) -> None:
    work.users("a: {}")
    done = work.run("apply", "--format", format_, stdin=stdin)
    assert (done.code, in_account(sandbox)) == (4, []), done.said
    assert "--auto-approve" in done.flat
    if format_ == "json":
        assert done.json["format"] == "sarv-sync-error/1"
    assert list(work.files()) == ["sarv-sync.yaml"]


def test_json_for_a_person_keeps_the_document_alone_on_standard_output(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    out = work.path.parent / "out"
    own, other = pty.openpty()
    with out.open("wb") as stream:
        process = work.start("apply", "--format", "json", stdin=other, stdout=stream, stderr=subprocess.PIPE)
    os.close(other)
    os.write(own, b"yes\n")
    _, err = process.communicate(timeout=30)
    os.close(own)
    assert process.returncode == 0
    assert out.read_bytes().startswith(b'{\n  "format": "sarv-sync-result/1"')
    assert b"Create 1 user" in err


@pytest.mark.parametrize(
    ("arguments", "environment", "coloured"),
    [
        ((), {"TERM": "xterm"}, True),
        (("--color", "never"), {"TERM": "xterm"}, False),
        ((), {"TERM": "xterm", "NO_COLOR": "1"}, False),
        ((), {"TERM": "dumb"}, False),
        (("--color", "always"), {"TERM": "dumb", "NO_COLOR": "1"}, True),
    ],
)
def test_colour_on_a_terminal_is_as_asked(
    work: Workplace, sandbox: Sandbox, arguments: tuple[str, ...], environment: dict[str, str], coloured: bool
) -> None:
    work.users("a: {}")
    work.environment.update(environment)
    terminal = Terminal(work, "plan", *arguments)
    assert terminal.end() == 0
    assert (b"\x1b[" in terminal.screen) is coloured


@pytest.mark.parametrize(("arguments", "coloured"), [((), False), (("--color", "always"), True)])
def test_colour_in_a_pipe_is_only_by_request(
    work: Workplace, sandbox: Sandbox, arguments: tuple[str, ...], coloured: bool
) -> None:
    work.users("a: {}")
    assert ("\x1b[" in work.run("plan", *arguments).out) is coloured

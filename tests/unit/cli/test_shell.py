from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import pytest

from sarv_sync.cli.shell import Shell
from sarv_sync.errors import Fault, SarvSyncError
from sarv_sync.model.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator


class Broken(io.StringIO):
    """A stream that cannot be written to, with a real file behind it for the interpreter to close."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self._error = error
        self._descriptor = os.dup(1)

    def flush(self) -> None:
        raise self._error

    def fileno(self) -> int:
        return self._descriptor


@pytest.fixture
def shell() -> Shell:
    made = Shell()
    made.scrubber.add(Secret('pass"word'))
    return made


def test_every_part_of_a_fault_is_scrubbed(shell: Shell) -> None:
    (fault,) = shell.scrubbed([Fault('a pass"word', 'pass"word', 'pass"word.yaml', 1, 2, 'x: pass"word')])
    assert fault == Fault("a [redacted]", "[redacted]", "[redacted].yaml", 1, 2, "x: [redacted]")


def test_absent_parts_of_a_fault_stay_absent(shell: Shell) -> None:
    assert shell.scrubbed([Fault("told")]) == (Fault("told"),)


def test_a_secret_that_would_be_wrapped_is_scrubbed_first(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    secret = " ".join(["correct horse battery staple"] * 9)
    shell.scrubber.add(Secret(secret))
    shell.complain([Fault("told", secret)])
    assert capsys.readouterr().err == "error: told\n  hint: [redacted]\n"


def test_a_secret_that_is_a_word_of_the_document_does_not_break_it(
    shell: Shell, capsys: pytest.CaptureFixture[str]
) -> None:
    from sarv_sync.reporting.errors_document import error_document

    for word in ("null", "message", "errors"):
        shell.scrubber.add(Secret(word))
    shell.result_json(error_document(1, shell.scrubbed([Fault("a message, null")])))
    assert '"message": "a [redacted], [redacted]"' in capsys.readouterr().out


def test_a_notice_is_one_visible_line_without_secrets(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.notice('a\n::error::\x1b[31m pass"word')
    assert capsys.readouterr().err == "a\\n::error::\\x1b[31m [redacted]\n"


def test_quiet_drops_notices_and_warnings_but_no_errors(shell: Shell, capsys: pytest.CaptureFixture[str]) -> None:
    shell.quiet = True
    shell.say("said")
    shell.complain([Fault("warned")], "warning")
    shell.complain([Fault("failed")])
    assert capsys.readouterr().err == "error: failed\n"


def test_a_reader_that_went_away_is_no_error(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Broken(BrokenPipeError())
    monkeypatch.setattr("sys.stdout", stream)
    shell.result("text")
    os.close(stream.fileno())


def test_a_result_that_cannot_be_written_is_an_error(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Broken(OSError(28, "No space left on device"))
    monkeypatch.setattr("sys.stdout", stream)
    with pytest.raises(SarvSyncError, match="No space left"):
        shell.result("text")
    os.close(stream.fileno())


def test_an_error_that_cannot_be_written_is_let_go(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Broken(OSError(28, "No space left on device"))
    monkeypatch.setattr("sys.stderr", stream)
    shell.complain([Fault("told")])
    os.close(stream.fileno())


@pytest.mark.parametrize("way", ["lines", "json"])
def test_a_result_is_written_while_it_is_made(way: str, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stdout", stream)

    def entries() -> Iterator[str]:
        yield from ["first"] * 50_000
        assert "first" in stream.getvalue(), "nothing was written before all was there"
        yield "last"

    show(shell, way, entries())
    assert "last" in stream.getvalue()


@pytest.mark.parametrize("way", ["lines", "json"])
def test_an_error_amid_a_result_has_to_go_elsewhere_and_one_after_it_need_not(
    way: str, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout", io.StringIO())

    def entries() -> Iterator[str]:
        yield "first"
        raise SarvSyncError("told")

    show(shell, way, iter(["first"]))
    assert not shell.unheard
    with pytest.raises(SarvSyncError):
        show(shell, way, entries())
    assert shell.unheard


def show(shell: Shell, way: str, entries: Iterator[str]) -> None:
    if way == "lines":
        shell.result_lines(entries)
    else:
        shell.result_json({"entries": entries})

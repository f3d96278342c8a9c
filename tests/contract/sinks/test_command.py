"""What holds for programs beyond what holds for every sink. Each is a real one, run by `sh`."""

from __future__ import annotations

import base64
import json
import os
import select
import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from sarv_sync.errors import InputError, NotInstalled, SinkError
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.secret import Secret
from sarv_sync.model.secret_forms import forms_of
from sarv_sync.model.sink import Recipient, Sink
from sarv_sync.sinks.catalog import open_sink
from sarv_sync.sinks.site import Site
from tests.contract.sinks.engine import credential

PASSWORD = "it's a s3cret+word/$x"


def opened(
    folder: Path,
    *command: str,
    environment: Mapping[str, str] | None = None,
    scrubber: Scrubber | None = None,
    **more: Any,
) -> Sink:
    site = Site(folder, os.environ if environment is None else environment, scrubber or Scrubber())
    return open_sink("command", {"command": list(command), **more}, site)


def script(folder: Path, text: str, *arguments: str, **more: Any) -> Sink:
    return opened(folder, "sh", "-c", text, "script", *arguments, **more)


def failure(sink: Sink, password: str = PASSWORD) -> str:
    with pytest.raises(SinkError) as caught:
        sink.deliver(credential(password=password))
    assert caught.value.__cause__ is None
    return caught.value.message


def test_a_delivery_is_one_json_document_in_the_main_files_folder(tmp_path: Path) -> None:
    script(tmp_path, "cat > told; pwd > where").deliver(credential(password=PASSWORD))

    assert json.loads((tmp_path / "told").read_text()) == {
        "format": "sarv-sync-credential/1",
        "action": "deliver",
        "name": "billing",
        "smtp_user_name": "smtp-billing",
        "labels": {"team": "finance"},
        "smtp": {"host": "smtp.example.net", "port": 587},
        "password": PASSWORD,
    }
    assert (tmp_path / "where").read_text().strip() == str(tmp_path)


def test_a_check_names_everybody_at_once_and_holds_no_password(tmp_path: Path) -> None:
    sink = script(tmp_path, "cat >> told")

    sink.check([credential("billing").recipient, Recipient("orders", None)])

    told = {"format": "sarv-sync-credential/1", "action": "check", "names": ["billing", "orders"]}
    assert [json.loads(line) for line in (tmp_path / "told").read_text().splitlines()] == [told]


def test_neither_arguments_nor_environment_hold_a_secret_of_ours(tmp_path: Path) -> None:
    ours = {
        name: f"canary-{name}"
        for name in ("SARV_TOKEN", "SARV_TOKEN_FILE", "SARV_STATE_KEY", "SARV_SECRETS_TOKEN", "SARV_GIT_TOKEN",
                     "SARV_SNAPSHOT_KEY", "SARV_NOTIFY_URLS")
    }  # fmt: skip
    environment = {**os.environ, **ours, "VAULT_ADDR": "https://vault.example.net"}
    sink = script(tmp_path, 'env > environment; printf \'%s\n\' "$0" "$@" > arguments', environment=environment)

    sink.deliver(credential(password=PASSWORD))

    seen = (tmp_path / "environment").read_text()
    assert "VAULT_ADDR=https://vault.example.net" in seen
    assert "canary" not in seen
    assert PASSWORD not in seen
    assert (tmp_path / "arguments").read_text() == "script\n"


def test_no_shell_sees_the_arguments_and_no_template_is_filled_in(tmp_path: Path) -> None:
    hostile = ["{name}", "$(touch broken)", "; touch broken", "*", ""]

    script(tmp_path, "printf '%s\\n' \"$@\" > arguments", *hostile).deliver(credential())

    assert (tmp_path / "arguments").read_text().split("\n")[:-1] == hostile
    assert not (tmp_path / "broken").exists()


def test_a_program_of_the_project_is_found_from_the_main_files_folder(tmp_path: Path) -> None:
    (tmp_path / "deliver").write_text("#!/bin/sh\ncat > told\n")
    (tmp_path / "deliver").chmod(0o755)
    sink = opened(tmp_path, "./deliver")

    sink.ready()
    sink.deliver(credential())

    assert (tmp_path / "told").exists()


@pytest.mark.parametrize("program", ["./deliver", "no-such-program", "/no/such/program", "./folder", "./plain"])
def test_a_program_that_cannot_be_run_is_missed_before_anything_is_done(tmp_path: Path, program: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "plain").write_text("#!/bin/sh\n")
    sink = opened(tmp_path, program)

    with pytest.raises(NotInstalled, match=program):
        sink.ready()
    with pytest.raises(SinkError, match=program):
        sink.deliver(credential())


@pytest.mark.parametrize("command", [[], [""], ["a\0b"]])
def test_a_command_without_a_program_is_refused(tmp_path: Path, command: list[str]) -> None:
    with pytest.raises(InputError, match="`command`"):
        opened(tmp_path, *command)


def test_the_address_is_the_command_line_with_the_name(tmp_path: Path) -> None:
    sink = opened(tmp_path, "./deliver", "--to", "two words", "a\nb")

    assert sink.address(credential().recipient) == r"command ./deliver --to 'two words' 'a\nb' billing"


@pytest.mark.parametrize("text", ["exec <&-", "true", "exec 0</dev/null; true", "head -c 1 > /dev/null"])
def test_a_program_need_not_read_what_it_is_told(tmp_path: Path, text: str) -> None:
    labels = tuple((f"label-{number}", "x" * 1000) for number in range(1000))
    more_than_a_pipe_holds = replace(credential(), recipient=Recipient("billing", "smtp1", labels))

    script(tmp_path, text).deliver(more_than_a_pipe_holds)


def test_a_program_may_talk_before_it_listens(tmp_path: Path) -> None:
    labels = tuple((f"label-{number}", "x" * 1000) for number in range(1000))
    given = replace(credential(), recipient=Recipient("billing", "smtp1", labels))

    script(tmp_path, "head -c 3000000 /dev/zero; cat > told; head -c 3000000 /dev/zero").deliver(given)

    assert json.loads((tmp_path / "told").read_text())["labels"] == dict(labels)


def test_what_a_program_leaves_running_is_not_waited_for(tmp_path: Path) -> None:
    script(tmp_path, "sleep 600 & echo $! > left", timeout="5m").deliver(credential())

    left = int((tmp_path / "left").read_text())
    os.kill(left, 9)


def test_a_program_that_takes_too_long_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "held")
    reader = os.open(tmp_path / "held", os.O_RDONLY | os.O_NONBLOCK)
    try:
        sink = script(tmp_path, "exec 3>held; echo begun >&3; sleep 600 & sleep 600", timeout="1s")

        assert "took longer than 1 s" in failure(sink)

        assert os.read(reader, 100) == b"begun\n"
        # The pipe ends for who reads it when nothing is left that has it open.
        assert select.select([reader], [], [], 60)[0]
        assert os.read(reader, 1) == b""
    finally:
        os.close(reader)


def test_a_check_that_takes_too_long_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match=r"took longer than 0.05 s"):
        script(tmp_path, "exec sleep 600", timeout="50ms").check([credential().recipient])


def test_a_failure_says_which_command_for_whom_how_and_what_it_said(tmp_path: Path) -> None:
    sink = script(tmp_path, "echo one; echo two >&2; exit 7")

    command = shlex.join(["sh", "-c", "echo one; echo two >&2; exit 7", "script"])
    assert failure(sink) == f'the delivery for billing by `{command}` failed with code 7; it said "one two"'


def test_a_program_that_a_signal_ends_has_failed(tmp_path: Path) -> None:
    assert "was ended by signal 15; it said nothing" in failure(script(tmp_path, "kill -TERM $$"))


def test_a_program_that_does_well_is_not_quoted(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    script(tmp_path, "cat; echo talk >&2").deliver(credential())

    assert tuple(capfd.readouterr()) == ("", "")


def in_short_lines(text: str) -> str:
    return "\n".join(text[start : start + 7] for start in range(0, len(text), 7))


ECHOES: dict[str, Callable[[str], str]] = {
    "raw": str,
    "base64": lambda password: base64.b64encode(password.encode()).decode(),
    "URL": lambda password: quote(password, safe=""),
    "JSON": json.dumps,
    "traced by a shell": lambda password: password.replace("'", "'\\''"),
}


@pytest.mark.parametrize("echo", ECHOES)
def test_what_a_program_says_is_quoted_without_the_password(tmp_path: Path, echo: str) -> None:
    (tmp_path / "echo").write_text(f"before {ECHOES[echo](PASSWORD)} after")

    message = failure(script(tmp_path, "cat echo; exit 1"))

    assert "before " in message
    assert "[redacted]" in message
    assert not [form for form in forms_of(PASSWORD) if form in message]


def test_a_password_that_is_spread_over_lines_is_not_shown_at_all(tmp_path: Path) -> None:
    (tmp_path / "echo").write_text(in_short_lines(ECHOES["base64"](PASSWORD)))

    message = failure(script(tmp_path, "cat echo; exit 1"))

    assert message.endswith("what it said has a secret in it, and is not shown")


def test_a_password_of_two_words_is_found_where_a_line_ends_between_them(tmp_path: Path) -> None:
    message = failure(script(tmp_path, "echo two; echo words; exit 1"), password="two words")

    assert message.endswith('it said "[redacted]"')


def test_what_a_program_says_is_quoted_without_other_secrets_that_are_known(tmp_path: Path) -> None:
    known = Scrubber([Secret("the-token-of-somebody")])

    message = failure(script(tmp_path, "echo the-token-of-somebody; exit 1", scrubber=known))

    assert message.endswith('it said "[redacted]"')


def test_what_is_not_text_is_not_shown_since_nobody_knows_what_it_spells(tmp_path: Path) -> None:
    message = failure(script(tmp_path, r"printf 'p\344ssword'; exit 1"), password="pässword")

    assert message.endswith("what it said is not UTF-8, and is not shown")


def test_more_than_can_be_kept_is_not_shown(tmp_path: Path) -> None:
    message = failure(script(tmp_path, "head -c 1000000 /dev/zero | tr '\\0' x; exit 1"))

    assert message.endswith("it said too much to be shown")


def test_the_end_of_a_long_text_is_shown_in_one_visible_line(tmp_path: Path) -> None:
    message = failure(
        script(tmp_path, r"head -c 9000 /dev/zero | tr '\0' x; printf '\033[2J\n::error::the end'; exit 1")
    )

    assert message.endswith('x\\x1b[2J ::error::the end"')
    assert len(message) < 3000

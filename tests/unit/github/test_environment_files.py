from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarv_sync.errors import InputError
from sarv_sync.github import environment_files
from sarv_sync.github.environment_files import append_summary, room, write_outputs
from sarv_sync.model.github_texts import SUMMARY_MAX
from tests.runner.grammar import outputs_in
from tests.unit.reporting.hostile_words import words

names = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)
values = st.one_of(words, st.text(alphabet="=<\n\r aEOF", max_size=20)).map(
    lambda text: text.encode("utf-8", "backslashreplace").decode()
)


def _read(path: Path) -> str:
    return path.read_bytes().decode()


@given(st.lists(st.dictionaries(names, values, max_size=4), max_size=3))
def test_whatever_is_set_is_read_back_equal(
    tmp_path_factory: pytest.TempPathFactory, steps: list[dict[str, str]]
) -> None:
    path = tmp_path_factory.mktemp("out") / "output"
    for outputs in steps:
        write_outputs(path, outputs)
    merged = {name: value for outputs in steps for name, value in outputs.items()}
    assert outputs_in(_read(path) if path.exists() else "") == merged


def test_outputs_are_added_below_what_is_there_even_where_its_line_has_no_end(tmp_path: Path) -> None:
    path = tmp_path / "output"
    path.write_text("earlier=1")
    write_outputs(path, {"later": "2"})
    assert outputs_in(_read(path)) == {"earlier": "1", "later": "2"}


def test_a_delimiter_that_the_value_holds_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given_out = iter(("1", "2", "3"))
    monkeypatch.setattr(environment_files, "uuid4", lambda: next(given_out))
    value = "x\nghadelimiter_1\ny=z\nghadelimiter_2\n"
    write_outputs(tmp_path / "output", {"a": value})
    assert outputs_in(_read(tmp_path / "output")) == {"a": value}


def test_no_two_outputs_share_a_delimiter(tmp_path: Path) -> None:
    write_outputs(tmp_path / "output", {"a": "", "b": ""})
    starts = [line for line in _read(tmp_path / "output").split("\n") if "<<" in line]
    assert len({line.partition("<<")[2] for line in starts}) == 2


@pytest.mark.parametrize("name", ["", "A", "1a", "a_b", "a b", "a=b", "a\n", "a<<b", "é", "-a"])
def test_a_name_that_is_none_is_a_bug_and_nothing_is_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="no name of an output"):
        write_outputs(tmp_path / "output", {"fine": "1", name: "x"})
    assert not (tmp_path / "output").exists()


def test_text_that_is_no_unicode_is_spelled_out(tmp_path: Path) -> None:
    write_outputs(tmp_path / "output", {"a": "x\ud800"})
    assert outputs_in(_read(tmp_path / "output")) == {"a": "x\\ud800"}


def _link(path: Path) -> None:
    (path.parent / "target").write_text("kept")
    path.symlink_to(path.parent / "target")


@pytest.mark.parametrize("make", [_link, Path.mkdir, os.mkfifo], ids=["link", "folder", "pipe"])
def test_only_a_file_is_written_and_no_link_is_followed(tmp_path: Path, make: object) -> None:
    path = tmp_path / "file"
    assert callable(make)
    make(path)
    with pytest.raises(InputError, match="GITHUB_OUTPUT names cannot be written"):
        write_outputs(path, {"a": "1"})
    with pytest.raises(InputError, match="GITHUB_STEP_SUMMARY names cannot be written"):
        append_summary(path, "text")
    assert not (tmp_path / "target").exists() or _read(tmp_path / "target") == "kept"


def test_a_pipe_that_somebody_reads_is_not_written_either(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        with pytest.raises(InputError, match="it is not a file"):
            write_outputs(path, {"a": "1"})
    finally:
        os.close(reader)


@pytest.mark.parametrize("path", ["", "a\0b", "/nowhere/at/all"])
def test_a_path_that_is_none_is_an_error_in_words(path: str) -> None:
    with pytest.raises(InputError) as caught:
        write_outputs(path, {"a": "1"})
    assert caught.value.hint


def test_a_disk_without_room_for_all_of_it_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "write", lambda handle, content: len(content) - 1)
    with pytest.raises(InputError, match="the disk is full"):
        write_outputs(tmp_path / "output", {"a": "1"})


def test_a_new_file_is_the_owners_alone(tmp_path: Path) -> None:
    write_outputs(tmp_path / "output", {"a": "1"})
    assert stat.S_IMODE((tmp_path / "output").stat().st_mode) == 0o600


def test_no_outputs_and_no_text_write_nothing(tmp_path: Path) -> None:
    write_outputs(tmp_path / "output", {})
    assert append_summary(tmp_path / "output", "")
    assert not (tmp_path / "output").exists()


def test_a_summary_is_appended_on_lines_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "summary"
    path.write_text("# earlier")
    assert append_summary(path, "ä")
    assert append_summary(path, "b\n")
    assert _read(path) == "# earlier\nä\nb\n"


@pytest.mark.parametrize("there", [0, 1, 500_000, SUMMARY_MAX - 3, SUMMARY_MAX - 2, SUMMARY_MAX, 2 * SUMMARY_MAX])
@pytest.mark.parametrize("letter", ["x", "\u00e9"])
def test_a_summary_takes_as_much_as_it_has_room_for_and_never_more(tmp_path: Path, there: int, letter: str) -> None:
    path = tmp_path / "summary"
    path.write_bytes(b"." * there)
    free = room(path)
    text = letter * (free // len(letter.encode()))
    assert append_summary(path, text)
    assert path.stat().st_size <= max(SUMMARY_MAX, there)
    path.write_bytes(b"." * there)
    assert not append_summary(path, "." * (free + 1))
    assert path.stat().st_size == there


def test_a_summary_that_is_not_there_yet_has_all_its_room(tmp_path: Path) -> None:
    assert room(tmp_path / "summary") == room("a\0b") > 899_000

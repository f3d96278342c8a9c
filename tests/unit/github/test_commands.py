"""Workflow commands, read back by the model of the runner's grammar."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given

from sarv_sync.errors import Fault
from sarv_sync.github.commands import annotation, annotation_lines
from sarv_sync.model.visible import notation, printable
from tests.runner.grammar import Command, commands_in
from tests.unit.reporting.hostile_words import NASTY, faults, words

WORKSPACE = Path("/work/space")
DIRECTORY = WORKSPACE / "mail"


def _annotation(fault: Fault, title: str = "sarv-sync", workspace: Path = WORKSPACE) -> Command:
    line = annotation("error", fault, workspace, DIRECTORY, title)
    assert "\n" not in line
    (command,) = commands_in(line)
    return command


def test_an_annotation_names_file_line_column_title_message_and_hint() -> None:
    fault = Fault("no such key", "remove it", "smtp.yml", 3, 7, "  x: y")
    assert annotation("warning", fault, WORKSPACE, DIRECTORY) == (
        "::warning file=mail/smtp.yml,line=3,col=7,title=sarv-sync::no such key%0Aremove it"
    )


FILES: dict[str, tuple[str, str]] = {
    "smtp.yml": ("mail/smtp.yml", ""),
    "../smtp.yml": ("smtp.yml", ""),
    "./a/../b c.yml": ("mail/b c.yml", ""),
    "/work/space/x.yml": ("x.yml", ""),
    "a,b:c%.yml": ("mail/a,b:c%.yml", ""),
    "/etc/x.yml": ("", "/etc/x.yml:3:7: "),
    "/work/spaces/x.yml": ("", "/work/spaces/x.yml:3:7: "),
    "../../x.yml": ("", "../../x.yml:3:7: "),
    "/work/space/=x.yml": ("", "/work/space/=x.yml:3:7: "),
    "/work/space/ x.yml": ("", "/work/space/ x.yml:3:7: "),
    "x.yml ": ("", "x.yml :3:7: "),
    "a\nb.yml": ("", r"a\nb.yml:3:7: "),
    "": ("", "3:7: "),
}


@pytest.mark.parametrize(("file", "expected"), FILES.items(), ids=map(repr, FILES))
def test_a_file_is_named_from_the_workspace_on_else_in_the_message(file: str, expected: tuple[str, str]) -> None:
    command = _annotation(Fault("bad", file=file, line=3, column=7))
    name, place = expected
    position = {"file": name, "line": "3", "col": "7"} if name else {}
    assert command == Command("error", f"{place}bad", {**position, "title": "sarv-sync"})


def test_a_file_below_a_link_to_the_workspace_is_within_it(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    (real / "mail").mkdir(parents=True)
    link.symlink_to(real)
    for workspace, directory in ((link, real / "mail"), (real, link / "mail"), (link, link / "mail")):
        for file in ("x.yml", str(directory / "x.yml")):
            (command,) = commands_in(annotation("error", Fault("bad", file=file), workspace, directory))
            assert command.properties["file"] == "mail/x.yml"


def test_a_column_without_a_line_is_left_out() -> None:
    assert "col" not in _annotation(Fault("bad", file="x.yml", column=3)).properties


def test_an_annotation_without_a_file_has_none() -> None:
    assert _annotation(Fault("bad")) == Command("error", "bad", {"title": "sarv-sync"})


@pytest.mark.parametrize(
    ("title", "shown"), {"=a": r"\x3da", " a ": "a", "a,b:c": "a,b:c", "": None, "x" * 300: "x" * 199 + "…"}.items()
)
def test_a_title_arrives_as_it_is_as_far_as_the_grammar_lets_it(title: str, shown: str | None) -> None:
    assert _annotation(Fault("bad"), title).properties.get("title") == shown


def test_a_mark_that_would_join_the_colons_before_it_is_written_out() -> None:
    assert _annotation(Fault("\u0301a\u0301")).data == "\\u0301a\u0301"


def test_a_message_and_a_hint_stay_below_what_the_runner_passes_on() -> None:
    data = _annotation(Fault("\x00" * 5000, "\u4e2d" * 5000)).data
    assert len(data) <= 4096
    assert data.endswith("…")


def test_ten_annotations_are_shown_and_the_tenth_of_more_counts_the_rest() -> None:
    def messages(count: int) -> list[str]:
        bad = [Fault(f"bad {number}") for number in range(1, count + 1)]
        return [
            command.data for command in commands_in("\n".join(annotation_lines("error", bad, WORKSPACE, DIRECTORY)))
        ]

    assert messages(0) == []
    assert messages(10) == [f"bad {number}" for number in range(1, 11)]
    assert messages(12) == [
        *(f"bad {number}" for number in range(1, 10)),
        "and 3 more\nthe log of this step shows all of them",
    ]


titles = words.filter(lambda text: len(printable(text)) <= 200)


@given(faults, titles)
def test_any_annotation_is_read_back_as_one_command_with_exactly_what_is_visible(fault: Fault, title: str) -> None:
    line = annotation("notice", fault, WORKSPACE, DIRECTORY, title)
    assert line.isprintable()
    assert "##[" not in line
    (command,) = commands_in(line)
    file = command.properties.get("file")
    if file is not None:
        assert file == os.path.relpath(DIRECTORY / (fault.file or ""), WORKSPACE)
    position = [fault.file or None, fault.line, fault.column]
    place = "" if file else "".join(f"{part}:" for part in position if part is not None)
    first = _spelled(printable(f"{place} {fault.message}" if place else fault.message))
    hint = f"\n{printable(fault.hint)}" if fault.hint else ""
    shown = printable(title).strip()
    properties = {
        "file": file,
        "line": str(fault.line) if file and fault.line is not None else None,
        "col": str(fault.column) if file and fault.line is not None and fault.column is not None else None,
        "title": r"\x3d" + shown[1:] if shown.startswith("=") else shown,
    }
    assert command == Command("notice", first + hint, {key: value for key, value in properties.items() if value})


def _spelled(text: str) -> str:
    """Return `text` as it stands where a leading mark would join the colons before it."""
    return notation(text[0]) + text[1:] if text and unicodedata.category(text[0])[0] == "M" else text


PERCENT = "100%, %25, %0A, %0D, %3A, %2C, %250A, 50%"


def test_what_looks_like_an_escape_arrives_as_it_is() -> None:
    command = _annotation(Fault(PERCENT, PERCENT, PERCENT), PERCENT)
    assert command.data == f"{PERCENT}\n{PERCENT}"
    assert command.properties == {"file": f"mail/{PERCENT}", "title": PERCENT}


@pytest.mark.parametrize("word", NASTY)
def test_no_known_trick_forges_a_command(word: str) -> None:
    line = annotation("error", Fault(word, word, word, 1, 1, word), WORKSPACE, DIRECTORY, word)
    assert len(commands_in(line, None)) == 1

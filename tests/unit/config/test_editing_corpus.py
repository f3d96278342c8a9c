"""Each value of each entry of real-looking files is set to another, and every byte elsewhere stays as it was.

What should be is told by `yaml_witness`, which shares nothing with the editor.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sarv_sync.config import reader
from sarv_sync.config.editing import Assignment, edited
from tests.unit.config.yaml_witness import Spot, comments, difference, meaning, spot, with_value

CORPUS = Path(__file__).parents[2] / "golden" / "config" / "editing"
FILES = sorted(CORPUS.glob("*.yaml"))
BOM = "\ufeff"
NOTHING_WRITTEN = re.compile(r"(~|null|NULL|!!null( ~| null| &\w+)?|&\w+ !!null|\*[\w-]+)?")


def text_of(path: Path) -> str:
    return path.read_bytes().decode().removeprefix(BOM)


def every_assignment(text: str) -> Iterator[Assignment]:
    data = meaning(text)
    keys = {"users": ("total_limit", "hourly_limit", "status", "smtp_user_name")}
    for section in ("users", "profiles"):
        for name, entry in data.get(section, {}).items():
            for key in keys.get(section, keys["users"][:3]):
                status = "Enable" if (entry or {}).get("status") == "Disable" else "Disable"
                new: dict[str, int | str] = {
                    "total_limit": 4242,
                    "hourly_limit": 42,
                    "status": status,
                    "smtp_user_name": "smtp4242",
                }
                yield Assignment("users" if section == "users" else "profiles", name, key, new[key])


def after(path: Path, *assignments: Assignment) -> str:
    (edit,) = edited(path.name, path.parent, assignments)
    assert (edit.path, edit.name, edit.before) == (path, path.name, path.read_bytes())
    text = edit.after.decode()
    assert text.startswith(BOM) == path.read_bytes().decode().startswith(BOM)
    return text.removeprefix(BOM)


def place(text: str, one: Assignment) -> Spot:
    return spot(text, one.section, one.name, one.key)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_says_what_it_said_and_the_new_value(path: Path) -> None:
    before = text_of(path)
    for one in every_assignment(before):
        new = after(path, one)
        assert meaning(new) == with_value(meaning(before), one.section, one.name, one.key, one.value), one
        assert comments(new) == comments(before), one


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_both_parsers_lead_to_the_same_bytes(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reader.FAST is not None, "this PyYAML lacks libyaml: the two parsers cannot be compared"
    assignments = list(every_assignment(text_of(path)))
    fast = [after(path, one) for one in assignments]
    monkeypatch.setattr(reader, "FAST", None)
    assert [after(path, one) for one in assignments] == fast


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_all_values_of_a_file_are_set_at_once(path: Path) -> None:
    before = text_of(path)
    everything = [one for one in every_assignment(before) if one.key != "smtp_user_name"]
    expected = meaning(before)
    for one in everything:
        expected = with_value(expected, one.section, one.name, one.key, one.value)
    new = after(path, *everything)
    assert meaning(new) == expected
    assert comments(new) == comments(before)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_value_that_is_written_changes_and_no_byte_beside_it(path: Path) -> None:
    before = text_of(path)
    for one in every_assignment(before):
        here = place(before, one)
        if here.start is None or here.end is None or here.shared:
            continue
        new = after(path, one)
        assert new.startswith(before[: here.start]), one
        assert new.endswith(before[here.end :]), one
        assert len(new) >= len(before) - (here.end - here.start), one


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_value_that_is_not_written_is_added_and_no_byte_is_lost(path: Path) -> None:
    before = text_of(path)
    for one in every_assignment(before):
        here = place(before, one)
        if here.start is not None or here.shared:
            continue
        new = after(path, one)
        if here.entry in {"alias", "null"}:
            assert NOTHING_WRITTEN.fullmatch(difference(before, new)[0]), one
        elif here.entry == "flow" and len(new.splitlines()) == len(before.splitlines()):
            old, added = difference(before, new)
            assert (old, "\n" in added, str(one.value) in added) == ("", False, True), one
        else:
            old, added = min(difference(before, rest) for rest in without_new_line(new, one))
            assert (old, added.strip(" ,\r\n")) == ("", ""), one


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_where_a_value_is_shared_only_lines_that_share_it_change(path: Path) -> None:
    before = text_of(path)
    for one in every_assignment(before):
        here = place(before, one)
        if not here.shared:
            continue
        old, new = before.splitlines(), after(path, one).splitlines()
        changes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        changed = [line for kind, start, end, *_ in changes if kind != "equal" for line in range(start, end)]
        assert all(line in here.lines or re.search(r": [*]\w+", old[line]) for line in changed), one
        assert len(changed) <= 4, one


def without_new_line(text: str, one: Assignment) -> Iterator[str]:
    """Return `text` without a line that holds nothing but what was set: for each that does."""
    own = re.compile(rf'[ ]*(: {{)?"?{one.key}"?: "?{one.value}"?[,}}]?[ ]*')
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n|\Z)", text)
    for at, line in enumerate(lines):
        if own.fullmatch(line.rstrip("\r\n")):
            yield "".join(lines[:at] + lines[at + 1 :])

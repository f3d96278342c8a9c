"""Values are set in the files that hold them, each in the way it is written there, or the file is not touched."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from sarv_sync.config import assigning, reader
from sarv_sync.config.editing import Assignment, FileEdit, edited, write
from sarv_sync.config.load import load
from sarv_sync.errors import InputError, Refused, SarvSyncError
from sarv_sync.model.users import Settings

HEAD = "version: 1\ndefaults: {total_limit: 9, hourly_limit: 3}\n"
HOUR: dict[str, int | str] = {"hourly_limit": 2}
TOTAL: dict[str, int | str] = {"total_limit": 7}
OFF: dict[str, int | str] = {"status": "Disable"}

WAYS: dict[str, tuple[str, dict[str, dict[str, int | str]], str]] = {
    "a plain value": ("a: {total_limit: 5}", {"a": TOTAL}, "a: {total_limit: 7}"),
    "a value beside a comment": ("a:\n    total_limit: 5  # five", {"a": TOTAL}, "a:\n    total_limit: 7  # five"),
    "a quoted value": ("a: {status: 'Enable'}", {"a": OFF}, "a: {status: 'Disable'}"),
    "a quoted name": ("a: {smtp_user_name: 'b'}", {"a": {"smtp_user_name": "it's"}}, "a: {smtp_user_name: 'it''s'}"),
    "a name like a number": ("a: {smtp_user_name: b}", {"a": {"smtp_user_name": "10"}}, 'a: {smtp_user_name: "10"}'),
    "a value with a tag": ('a: {total_limit: !!int "5"}', {"a": TOTAL}, 'a: {total_limit: !!int "7"}'),
    "a value on a line below": (
        "a:\n    status: >- # x\n      Enable",
        {"a": OFF},
        "a:\n    status: >- # x\n      Disable",
    ),
    "a value that it has": ("a: {total_limit: 7}", {"a": TOTAL | HOUR}, "a: {total_limit: 7, hourly_limit: 2}"),
    "a new line": (
        "a:\n    total_limit: 5\n    # x\n  # of b\n  b: {}",
        {"a": HOUR | OFF},
        "a:\n    total_limit: 5\n    # x\n    hourly_limit: 2\n    status: Disable\n  # of b\n  b: {}",
    ),
    "an empty entry": (
        "a: # x\n  b:",
        {"a": HOUR, "b": HOUR},
        "a: # x\n    hourly_limit: 2\n  b:\n    hourly_limit: 2",
    ),
    "a written null": (
        "a: ~ # x\n  b: null",
        {"a": HOUR, "b": HOUR},
        "a: {hourly_limit: 2} # x\n  b: {hourly_limit: 2}",
    ),
    "an empty mapping": ("a: {} # x", {"a": HOUR}, "a: {hourly_limit: 2} # x"),
    "a mapping with a trailing comma": ("a: {total_limit: 5,}", {"a": HOUR}, "a: {total_limit: 5, hourly_limit: 2,}"),
    "a mapping over lines": (
        "a: {\n    total_limit: 5  # x\n  }",
        {"a": HOUR},
        "a: {\n    total_limit: 5,  # x\n    hourly_limit: 2\n  }",
    ),
    "an alias": (
        "a: {total_limit: &t 5}\n  b: {total_limit: *t}",
        {"b": TOTAL},
        "a: {total_limit: &t 5}\n  b: {total_limit: 7}",
    ),
    "an anchored value that nobody uses": ("a: {total_limit: &t 5}", {"a": TOTAL}, "a: {total_limit: &t 7}"),
    "an anchored value that others use": (
        "a: {total_limit: &t 5}\n  b: {total_limit: *t}\n  c: {total_limit: *t}",
        {"a": TOTAL},
        "a: {total_limit: 7}\n  b: {total_limit: &t 5}\n  c: {total_limit: *t}",
    ),
    "an anchored value of which some users change with it": (
        "a: {total_limit: &t 5}\n  b: {total_limit: *t}\n  c: {total_limit: *t}",
        {"a": TOTAL, "b": TOTAL},
        "a: {total_limit: 7}\n  b: {total_limit: 7}\n  c: {total_limit: &t 5}",
    ),
    "an anchor that is used for another value later": (
        "a: {total_limit: &t 5}\n  b: {total_limit: &t 6}\n  c: {total_limit: *t}",
        {"a": TOTAL, "b": {"total_limit": 8}},
        "a: {total_limit: &t 7}\n  b: {total_limit: 8}\n  c: {total_limit: &t 6}",
    ),
    "an entry that is an alias": (
        "a: &a {total_limit: 5, labels: {x: '1'}}\n  b: *a  # x",
        {"b": HOUR},
        "a: &a {total_limit: 5, labels: {x: '1'}}\n  b: {total_limit: 5, labels: {x: \"1\"}, hourly_limit: 2}  # x",
    ),
    "an entry that others are aliases of": (
        "a: &a\n    total_limit: 5\n  b: *a\n  c: *a",
        {"a": TOTAL},
        "a:\n    total_limit: 7\n  b: &a {total_limit: 5}\n  c: *a",
    ),
    "an empty entry that others are aliases of": (
        "a: &a\n  b: *a",
        {"a": TOTAL},
        "a:\n    total_limit: 7\n  b: &a null",
    ),
    "an alias for a name": (
        "a: {description: &k b}\n  *k : {}",
        {"b": HOUR},
        "a: {description: &k b}\n  *k : {hourly_limit: 2}",
    ),
}
"""How an entry is written, what is set in it, and how it is written then."""


@pytest.fixture(params=["libyaml", "pure"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "pure":
        monkeypatch.setattr(reader, "FAST", None)


def assignments(wanted: dict[str, dict[str, int | str]]) -> list[Assignment]:
    return [Assignment("users", name, key, value) for name, values in wanted.items() for key, value in values.items()]


def hour(name: str, limit: int = 2) -> Assignment:
    return Assignment("users", name, "hourly_limit", limit)


@pytest.fixture
def main(tmp_path: Path) -> Path:
    path = tmp_path / "main.yaml"
    path.write_text(f"{HEAD}users:\n  a: {{}}\n")
    return path


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", ["", "\n", "\n  z: {}\n"])
def test_a_value_is_set_in_the_way_it_is_written(main: Path, way: str, ending: str, last: str) -> None:
    written, wanted, then = WAYS[way]
    before, after = (f"{HEAD}users:\n  {part}{last}" for part in (written, then))
    main.write_bytes(before.replace("\n", ending).encode())
    (edit,) = edited("main.yaml", main.parent, assignments(wanted))
    assert edit.after.decode() == after.replace("\n", ending)


def test_each_file_gets_what_is_of_its_entries(main: Path) -> None:
    main.write_text(
        "version: 1\ninclude: [users/*.yaml]\nprofiles: {p: {total_limit: 5}}\n"
        "users:\n  a: {hourly_limit: 1, profile: p}\n"
    )
    (main.parent / "users").mkdir()
    for name in ("b", "c"):
        (main.parent / "users" / f"{name}.yaml").write_text(f"users: {{{name}: {{profile: p, hourly_limit: 1}}}}\n")
    edits = edited("main.yaml", main.parent, [hour("c"), Assignment("profiles", "p", "total_limit", 6), hour("b", 1)])
    assert [edit.name for edit in edits] == ["main.yaml", "users/c.yaml"]
    assert [edit.path for edit in edits] == [main, main.parent / "users" / "c.yaml"]
    write(edits)
    users = load("main.yaml", main.parent).users
    assert {name: user.settings for name, user in users.items()} == {
        "a": Settings(6, 1, "Enable"),
        "b": Settings(6, 1, "Enable"),
        "c": Settings(6, 2, "Enable"),
    }


def test_nothing_changes_where_every_value_is_there_already(main: Path) -> None:
    main.write_text(f"{HEAD}users: {{a: {{hourly_limit: 2}}}}\n")
    assert edited("main.yaml", main.parent, [hour("a")]) == ()
    assert edited("main.yaml", main.parent, []) == ()


def test_an_entry_that_is_nowhere_is_wrong_input(main: Path) -> None:
    with pytest.raises(InputError, match="no `aa` under `users`") as wrong:
        edited("main.yaml", main.parent, [hour("aa")])
    assert wrong.value.hint == "did you mean `a`?"
    with pytest.raises(InputError, match="no `p` under `profiles`"):
        edited("main.yaml", main.parent, [Assignment("profiles", "p", "hourly_limit", 2)])


@pytest.mark.parametrize("text", [None, "version: 2\n", "version: 1\ninclude: [gone.yaml]\n", "users: ["])
def test_files_with_errors_are_wrong_input(main: Path, text: str | None) -> None:
    main.unlink() if text is None else main.write_text(text)
    with pytest.raises(InputError) as wrong:
        edited("main.yaml", main.parent, [hour("a")])
    assert wrong.value.faults[0].file == "main.yaml"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"{HEAD}profiles: &p {{a: {{status: Enable}}}}\n# x\nusers: *p\n", 5),
        (f"{HEAD}users: &p\n  a: {{status: Enable}}\nprofiles: *p\n", 3),
    ],
)
def test_an_entry_of_a_section_that_is_shared_is_refused(main: Path, text: str, line: int) -> None:
    main.write_text(text)
    with pytest.raises(Refused, match="`users` is shared") as refused:
        edited("main.yaml", main.parent, [hour("a")])
    (fault,) = refused.value.faults
    assert (fault.file, fault.line, "in place of the alias" in str(fault.hint)) == ("main.yaml", line, True)


def test_what_would_say_something_else_is_refused(main: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for spoilt in (
        f"{HEAD}users:\n  a: {{hourly_limit: 3}}\n",
        f"{HEAD}users:\n  a: {{hourly_limit: 2.0}}\n",
        f"{HEAD}users:\n  a: {{hourly_limit: 2, total_limit: 9}}\n",
        f"{HEAD}users:\n  a: {{hourly_limit: 2}}\n  b: {{}}\n",
        f"{HEAD}users:\n  a: {{hourly_limit: 2}}\nguards: {{}}\n",
        f"{HEAD}users:\n  a: {{hourly_limit: 2}}\n]",
        f"{HEAD}users:\n  a: {{hourly_limit: 2}}\n---\n",
        "",
        "version: 1\n",
    ):
        with monkeypatch.context() as patch:
            patch.setattr(assigning, "applied", lambda *_, spoilt=spoilt: spoilt.encode())
            with pytest.raises(Refused, match="`hourly_limit: 2` cannot be written into `a`") as refused:
                edited("main.yaml", main.parent, [hour("a")])
        (fault,) = refused.value.faults
        assert (fault.file, fault.line, "by hand" in str(fault.hint)) == ("main.yaml", 4, True)


def test_a_value_that_makes_an_error_elsewhere_is_refused(main: Path) -> None:
    main.write_text(f"{HEAD}include: [b.yaml]\nusers: {{a: {{smtp_user_name: smtp1}}}}\n")
    (main.parent / "b.yaml").write_text("users: {b: {}}\n")
    with pytest.raises(Refused, match="`smtp1` is the pin of `a` already") as refused:
        edited("main.yaml", main.parent, [Assignment("users", "b", "smtp_user_name", "smtp1")])
    (fault,) = refused.value.faults
    assert (fault.file, fault.line, "by hand" in str(fault.hint)) == ("b.yaml", 1, True)


def test_a_main_file_that_is_a_link_out_of_its_folder_is_refused(main: Path, tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "link.yaml").symlink_to("../main.yaml")
    with pytest.raises(Refused, match="leads outside"):
        edited("link.yaml", tmp_path / "inside", [hour("a")])


def two(folder: Path) -> tuple[FileEdit, FileEdit]:
    edits = tuple(FileEdit(folder / name, name, b"old", b"new") for name in ("a", "b"))
    for edit in edits:
        edit.path.write_bytes(edit.before)
    return edits[0], edits[1]


def held(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def test_files_keep_their_modes_and_links_stay_links(tmp_path: Path) -> None:
    edits = two(tmp_path)
    edits[0].path.chmod(0o640)
    edits[1].path.rename(tmp_path / "c")
    edits[1].path.symlink_to("c")
    write(edits)
    assert held(tmp_path) == {"a": "new", "b": "new", "c": "new"}
    assert (stat.S_IMODE((tmp_path / "a").stat().st_mode), (tmp_path / "b").is_symlink()) == (0o640, True)


@pytest.mark.parametrize("changed", [0, 1])
def test_no_file_is_written_if_one_was_changed_meanwhile(tmp_path: Path, changed: int) -> None:
    edits = two(tmp_path)
    edits[changed].path.write_text("other")
    with pytest.raises(Refused, match=f"{edits[changed].name} was changed meanwhile"):
        write(edits)
    assert held(tmp_path) == {"a": "old", "b": "old"} | {edits[changed].name: "other"}


@pytest.mark.parametrize("failing", [1, 2])
def test_no_file_is_written_if_there_is_no_room_for_one(
    tmp_path: Path, failing: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = iter(range(1, 9))
    real = os.fsync

    def sync(descriptor: int) -> None:
        if next(calls) == failing:
            raise OSError(28, "No space left on device")
        real(descriptor)

    edits = two(tmp_path)
    monkeypatch.setattr(os, "fsync", sync)
    with pytest.raises(SarvSyncError, match="No space left on device") as failed:
        write(edits)
    assert (failed.value.exit_code, held(tmp_path)) == (1, {"a": "old", "b": "old"})


def test_what_was_written_already_is_told_when_a_later_file_cannot_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits = two(tmp_path)
    real = Path.replace

    def rename(self: Path, target: Path) -> Path:
        if target.name == "b":
            raise OSError(13, "Permission denied")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", rename)
    with pytest.raises(SarvSyncError, match="cannot write b: Permission denied") as failed:
        write(edits)
    assert "Written already: a" in str(failed.value.hint)
    assert held(tmp_path) == {"a": "new", "b": "old"}

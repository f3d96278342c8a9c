"""A main file on the disk gets the added users and keeps everything else, or is not touched."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from sarv_sync.config import adding
from sarv_sync.config.adding import add_users
from sarv_sync.config.load import load
from sarv_sync.errors import InputError, Refused, SarvSyncError
from sarv_sync.model.export import ExportedUser
from sarv_sync.model.users import Settings

NEW = (ExportedUser("new", "smtp1", Settings(500, 50, "Enable")),)
TEXT = "version: 1  # kept\ndefaults: {hourly_limit: 50}\nusers:\n  a: {total_limit: 5}\n"
AFTER = TEXT + "  new: {smtp_user_name: smtp1, total_limit: 500}\n"


@pytest.fixture
def main(tmp_path: Path) -> Path:
    path = tmp_path / "main.yaml"
    path.write_text(TEXT)
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_file_is_replaced_and_keeps_its_mode(main: Path) -> None:
    main.chmod(0o640)
    first = main.stat().st_ino
    add_users("main.yaml", main.parent, NEW)
    assert main.read_text() == AFTER
    assert (stat.S_IMODE(main.stat().st_mode), main.stat().st_ino == first) == (0o640, False)
    assert names(main.parent) == ["main.yaml"]


def test_included_files_and_the_names_in_them_are_heeded(main: Path) -> None:
    main.write_text("version: 1\ninclude: ['*.yaml']\n")
    (main.parent / "more.yaml").write_text("users: {b: {total_limit: 9, hourly_limit: 9}}\n")
    add_users("main.yaml", main.parent, NEW)
    assert load("main.yaml", main.parent).users.keys() == {"b", "new"}
    (main.parent / "more.yaml").write_text("users: {later: {total_limit: 9, hourly_limit: 9, smtp_user_name: s}}\n")
    before = main.read_bytes()
    for clash in (("later", "smtp2"), ("other", "s")):
        with pytest.raises(Refused, match=r"cannot be added to main\.yaml"):
            add_users("main.yaml", main.parent, (ExportedUser(*clash, Settings(1, 1, "Enable")),))
    assert main.read_bytes() == before


def test_sections_below_the_users_move_down_and_say_what_they_said(main: Path) -> None:
    below = "removed: {x: forget}\nbudgets: [{labels: {team: a}, hourly_limit: 9}]\nrequire_labels: []\n"
    main.write_text(TEXT + below + "guards: {max_creates: 4}\n")
    add_users("main.yaml", main.parent, NEW)
    assert main.read_text() == AFTER + below + "guards: {max_creates: 4}\n"


def test_a_link_within_the_folder_stays_a_link(main: Path) -> None:
    link = main.parent / "link.yaml"
    link.symlink_to("main.yaml")
    add_users("link.yaml", main.parent, NEW)
    assert (link.is_symlink(), main.read_text()) == (True, AFTER)


@pytest.mark.parametrize("via", ["file", "folder"])
def test_a_link_out_of_the_folder_is_refused(main: Path, tmp_path: Path, via: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    if via == "folder":
        (inside / "up").symlink_to(tmp_path)
    (inside / "link.yaml").symlink_to("../main.yaml" if via == "file" else "up/main.yaml")
    with pytest.raises(Refused, match="leads outside"):
        add_users("link.yaml", inside, NEW)
    assert main.read_text() == TEXT


def test_a_folder_may_be_reached_through_a_link(main: Path, tmp_path: Path) -> None:
    (tmp_path / "other").symlink_to(".")
    add_users("other/main.yaml", tmp_path, NEW)
    assert main.read_text() == AFTER


def test_a_file_with_errors_is_not_touched(main: Path) -> None:
    main.write_text("version: 2\n")
    with pytest.raises(InputError):
        add_users("main.yaml", main.parent, NEW)
    assert main.read_text() == "version: 2\n"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SarvSyncError, match=r"cannot read gone\.yaml: No such file"):
        add_users("gone.yaml", tmp_path, NEW)


@pytest.mark.parametrize(
    "spoilt",
    [
        TEXT.encode() + b"  new: {smtp_user_name: smtp1, total_limit: 501}\n",
        TEXT.encode() + b"  new: {smtp_user_name: smtp2, total_limit: 500}\n",
        TEXT.encode() + b"  older: {smtp_user_name: smtp1, total_limit: 500}\n",
        AFTER.replace("total_limit: 5}", "total_limit: 6}").encode(),
        AFTER.encode() + b"  more: {total_limit: 4}\n",
        AFTER.encode() + b"removed: {b: forget}\n",
        AFTER.encode() + b"guards: {max_creates: 5}\n",
        AFTER.replace("version: 1", "version: 3").encode(),
        AFTER.encode() + b"]",
        b"",
    ],
)
def test_what_would_say_something_else_is_never_written(
    main: Path, spoilt: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "insert", lambda *_: spoilt)
    with pytest.raises(Refused) as refused:
        add_users("main.yaml", main.parent, NEW)
    assert "sarv-sync export" in str(refused.value.hint)
    assert (main.read_text(), names(main.parent)) == (TEXT, ["main.yaml"])


def test_a_change_that_comes_in_between_is_not_overwritten(main: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def edited_meanwhile(descriptor: int) -> None:
        real(descriptor)
        main.write_text("version: 1\n")

    monkeypatch.setattr(os, "fsync", edited_meanwhile)
    with pytest.raises(Refused, match="changed meanwhile"):
        add_users("main.yaml", main.parent, NEW)
    assert (main.read_text(), names(main.parent)) == ("version: 1\n", ["main.yaml"])


def test_a_full_disk_leaves_the_file_as_it_was(main: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SarvSyncError, match=r"cannot write main\.yaml: No space left") as failed:
        add_users("main.yaml", main.parent, NEW)
    assert (failed.value.exit_code, main.read_text(), names(main.parent)) == (1, TEXT, ["main.yaml"])

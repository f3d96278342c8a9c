"""New files are written all or not at all, and nothing that is there already changes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sarv_sync.config.new_files import write_new
from sarv_sync.errors import Refused, SarvSyncError

FILES = {"main.yaml": "main\n", "users/a.yaml": "a\n", "users/b.yaml": "b\n"}


def found(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def fine() -> None:
    """Nothing to object to."""


def test_files_and_the_folders_they_need_are_made(tmp_path: Path) -> None:
    write_new(tmp_path / "deep" / "out", "deep/out", FILES, fine)
    assert found(tmp_path / "deep" / "out") == FILES


def test_nothing_stays_when_a_file_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(SarvSyncError, match="cannot write out/x"):
        write_new(tmp_path / "out", "out", {"x" * 300: "", **FILES}, fine)
    assert list(tmp_path.iterdir()) == []


def test_the_main_file_is_there_only_once_the_others_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[list[str]] = []
    real = os.fsync

    def watched(descriptor: int) -> None:
        seen.append(sorted(found(tmp_path)))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    write_new(tmp_path, "out", FILES, fine)
    assert [("main.yaml" in names) for names in seen] == [False, False, True]


@pytest.mark.parametrize("there", sorted(FILES))
@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_what_exists_is_never_overwritten(tmp_path: Path, there: str, kind: str) -> None:
    path = tmp_path / there
    path.parent.mkdir(exist_ok=True)
    if kind == "file":
        path.write_text("mine")
    elif kind == "link":
        path.symlink_to("nowhere")
    else:
        path.mkdir()
    with pytest.raises(Refused, match=rf"out/{there} exists already, so nothing was written"):
        write_new(tmp_path, "out", FILES, fine)
    assert found(tmp_path) == ({there: "mine"} if kind == "file" else {})


def test_how_many_more_exist_is_said(tmp_path: Path) -> None:
    write_new(tmp_path, "out", FILES, fine)
    with pytest.raises(Refused, match=r"out/main\.yaml exists already, and so do 2 more of the files"):
        write_new(tmp_path, "out", FILES, fine)


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "out"
    outside.mkdir()
    folder.mkdir()
    (folder / "users").symlink_to(outside)
    with pytest.raises(Refused, match="out/users is a link that leads outside out"):
        write_new(folder, "out", FILES, fine)
    assert (found(outside), found(folder)) == ({}, {})


def test_what_the_check_refuses_does_not_stay(tmp_path: Path) -> None:
    def refuse() -> None:
        assert found(tmp_path / "out") == FILES
        raise Refused("no")

    with pytest.raises(Refused, match="no"):
        write_new(tmp_path / "out", "out", FILES, refuse)
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "users").write_text("mine")
    with pytest.raises(SarvSyncError, match=r"cannot write out/users/b\.yaml"):
        write_new(tmp_path, "out", FILES, fine)
    assert found(tmp_path) == {"users": "mine"}

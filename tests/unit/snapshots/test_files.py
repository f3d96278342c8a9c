from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from sarv_sync.errors import EXIT_ERROR, EXIT_INPUT, InputError, SarvSyncError
from sarv_sync.model.secret import Secret
from sarv_sync.signing.ed25519 import public_key_of
from sarv_sync.snapshots.files import make_key, save


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("mask", [0o022, 0o000, 0o077])
def test_a_key_is_written_for_its_owner_alone(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        public_key = make_key(tmp_path / "key")
    finally:
        os.umask(before)
    text = (tmp_path / "key").read_text()
    assert (mode(tmp_path / "key"), text.endswith("=\n")) == (0o600, True)
    assert public_key_of(Secret(text.strip())) == public_key


def test_a_key_that_is_there_is_not_overwritten_nor_followed(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("in use")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    for name in ("key", "link"):
        with pytest.raises(InputError, match="exists, so no key was made") as caught:
            make_key(tmp_path / name)
        assert caught.value.exit_code == EXIT_INPUT
    assert ((tmp_path / "key").read_text(), (tmp_path / "elsewhere").exists()) == ("in use", False)


def test_a_key_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SarvSyncError, match=r"cannot write .*: No such file or directory") as caught:
        make_key(tmp_path / "no" / "key")
    assert caught.value.exit_code == EXIT_ERROR


def test_a_file_is_replaced_as_a_whole_for_all_to_read(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    for text in ("old", "new"):
        save(path, text)
        assert (path.read_text(), mode(path), list(tmp_path.iterdir())) == (text, 0o644, [path])


def test_a_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to("real")
    save(tmp_path / "link", "new")
    assert ((tmp_path / "link").is_symlink(), (tmp_path / "real").read_text()) == (True, "new")


def test_a_write_that_fails_leaves_what_was_there_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "s.json"
    save(path, "old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SarvSyncError, match="No space left on device"):
        save(path, "new")
    with pytest.raises(SarvSyncError, match="No space left on device"):
        make_key(tmp_path / "key")
    assert (path.read_text(), list(tmp_path.iterdir())) == ("old", [path])


def test_what_is_no_file_is_left_alone(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "."):
        with pytest.raises(InputError, match="is no file"):
            save(tmp_path / name, "new")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SarvSyncError, match=r"cannot write .*: No such file or directory"):
        save(tmp_path / "no" / "s.json", "new")

"""A commit can bring folders along that look like repositories. What they say is not done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import StateError
from tests.engines.git import git
from tests.unit.state.git_stores import checkout, complaint, content, opened

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """The repository that everybody pushes to, with one commit."""
    path, work = tmp_path / "origin.git", tmp_path / "first"
    git(tmp_path, "init", "--quiet", "--bare", str(path))
    git(tmp_path, "init", "--quiet", str(work))
    git(work, "-c", "user.name=ann", "-c", "user.email=a@b", "commit", "--quiet", "--allow-empty", "-m", "first")
    git(work, "push", "--quiet", str(path), "HEAD:refs/heads/main")
    return path


@pytest.fixture
def work(tmp_path: Path, origin: Path) -> Path:
    return checkout(tmp_path / "work", origin)


def plant(folder: Path, more: str) -> Path:
    """Make `folder` look like a bare repository, with settings that leave a trace where they are believed."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in ("objects", "refs"):
        (folder / part).mkdir()
    (folder / "HEAD").write_text("ref: refs/heads/main\n")
    script = folder / "evil.sh"
    script.write_text(f"#!/bin/sh\ntouch {folder}/trace\nexit 1\n")
    script.chmod(0o755)
    (folder / "config").write_text(
        f"[core]\n\trepositoryformatversion = 0\n\tsshCommand = {script}\n\tfsmonitor = {script}\n{more}"
        '[remote "origin"]\n\turl = ssh://git@localhost/x.git\n'
    )
    (folder / "hooks").mkdir()
    for hook in ("pre-receive", "update", "post-receive", "reference-transaction"):
        (folder / "hooks" / hook).symlink_to(script)
    return folder


@pytest.mark.parametrize("more", ["\tbare = true\n", "\tbare = false\n\tworktree = ..\n"])
@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize("old", [False, True], ids=["git that refuses it too", "git that would believe it"])
def test_a_folder_around_the_file_that_looks_like_a_repository_is_not_believed(
    work: Path, more: str, monkeypatch: pytest.MonkeyPatch, *, inside: bool, old: bool
) -> None:
    if old:
        monkeypatch.delitem(sarv_sync_forced(), "safe.bareRepository")
    planted = plant(work / "mail", more)
    folder = planted / "deeper" if inside else planted
    folder.mkdir(exist_ok=True)

    error = complaint(opened(folder).read)

    assert not (planted / "trace").exists()
    assert error.hint


def sarv_sync_forced() -> dict[str, str]:
    from sarv_sync.state.git.command import _FORCED

    return _FORCED


@pytest.mark.parametrize("old", [False, True])
def test_its_settings_do_not_count_for_another_remote_either(
    work: Path, monkeypatch: pytest.MonkeyPatch, *, old: bool
) -> None:
    if old:
        monkeypatch.delitem(sarv_sync_forced(), "safe.bareRepository")
    planted = plant(work / "mail", "\tbare = true\n")

    complaint(opened(planted, remote="ssh://git@localhost:1/x.git").read)

    assert not (planted / "trace").exists()


@pytest.mark.parametrize("remote", ["./mail", "mail", "{}/mail", "file://{}/mail", "./link", "file://{}/a/../mail"])
def test_a_repository_inside_the_checkout_is_no_remote(work: Path, remote: str) -> None:
    planted = plant(work / "mail", "\tbare = true\n")
    (work / "link").symlink_to(planted)
    (work / "a").mkdir()
    store = opened(work, remote=remote.format(work))

    for attempt in (store.read, store.version, lambda: store.swap(None, b"first")):
        with pytest.raises(StateError, match="in the folder of the configuration itself"):
            attempt()
    assert not (planted / "trace").exists()


def test_a_bare_repository_that_is_meant_can_be_named(work: Path, origin: Path) -> None:
    assert complaint(opened(origin).read).hint, "standing in it does not mean it"
    store = opened(work, remote=str(origin))
    store.swap(None, b"first")

    assert content(opened(work, remote="../origin.git")) == b"first"

"""A state that is opened from a checkout: its remotes are found, and nothing of it is written to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import SwapLost
from tests.engines.git import REF, SETTLED, bare, git, put
from tests.unit.state.git_stores import checkout, complaint, content, opened, used

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """A repository with two commits on main."""
    repository = bare(tmp_path / "origin.git")
    put(repository, b"one", ref="refs/heads/main", file="readme")
    put(repository, b"two", ref="refs/heads/main", file="readme")
    return repository


@pytest.fixture
def work(tmp_path: Path, origin: Path) -> Path:
    """A checkout of it."""
    return checkout(tmp_path / "work", origin)


def everything_in(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_it_is_kept_at_origin_in_a_history_of_its_own(work: Path, origin: Path) -> None:
    assert used(work) == b"second"

    assert git(origin, "rev-list", "--count", REF) == "2"
    assert git(origin, "rev-list", "--count", "refs/heads/main") == "2"
    assert git(origin, "show", f"{REF}:sarv-sync.state.json") == "second"


def test_a_folder_of_the_checkout_will_do(work: Path) -> None:
    (work / "mail" / "eu").mkdir(parents=True)

    assert used(work / "mail" / "eu") == b"second"


def test_nothing_of_the_checkout_is_written_to(work: Path) -> None:
    before = everything_in(work)

    used(work)
    opened(work).version()

    assert everything_in(work) == before


@pytest.mark.parametrize("options", [("--depth=1",), ("--single-branch",), ("--filter=blob:none",)])
def test_every_kind_of_clone_will_do(tmp_path: Path, origin: Path, options: tuple[str, ...]) -> None:
    clone = checkout(tmp_path / "clone", f"file://{origin}", *options)
    before = everything_in(clone)

    assert used(clone) == b"second"
    assert everything_in(clone) == before
    assert git(origin, "rev-list", "--count", "refs/heads/main") == "2"


@pytest.mark.parametrize("options", [(), ("--filter=blob:none", "--no-checkout")])
def test_git_talks_to_the_remote_no_more_often_than_it_has_to(
    tmp_path: Path, origin: Path, options: tuple[str, ...]
) -> None:
    git(origin, "config", "uploadpack.allowFilter", "true")
    clone = checkout(tmp_path / "clone", f"file://{origin}", *options)
    for service in ("upload-pack", "receive-pack"):
        path = tmp_path / service
        path.write_text(f'#!/bin/sh\necho {service} >> {tmp_path}/log\nexec git-{service} "$@"\n')
        path.chmod(0o755)
        git(clone, "config", f"remote.origin.{service.replace('-', '')}", str(path))
    used(clone)
    store = opened(clone)

    def talks(act: Callable[[], object]) -> list[str]:
        (tmp_path / "log").write_text("")
        act()
        return (tmp_path / "log").read_text().split()

    assert talks(store.read) == ["upload-pack"] * 2, "which commit is it, and its document"
    assert talks(store.read) == ["upload-pack"]
    version = store.version()
    assert talks(store.version) == ["upload-pack"]
    assert talks(lambda: store.swap(version, b"third")) == ["receive-pack"]
    assert talks(store.read) == ["upload-pack"]


def test_a_worktree_will_do(tmp_path: Path, work: Path) -> None:
    git(work, "config", "extensions.worktreeConfig", "true")
    git(work, "worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"))
    git(tmp_path / "tree", "config", "--worktree", "core.bare", "false")

    assert used(tmp_path / "tree") == b"second"


def test_a_submodule_has_a_state_at_its_own_origin(tmp_path: Path, work: Path) -> None:
    part = bare(tmp_path / "part.git")
    put(part, b"x", ref="refs/heads/main", file="readme")
    git(work, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(part), "part")

    assert used(work / "part") == b"second"
    assert git(part, "rev-list", "--count", REF) == "2"


@pytest.mark.parametrize("folder", [".", "folder"])
def test_a_remote_whose_path_is_relative_is_where_git_finds_it(work: Path, origin: Path, folder: str) -> None:
    (work / "folder").mkdir()
    git(work, "remote", "set-url", "origin", "../origin.git")

    assert used(work / folder) == b"second"
    assert git(origin, "rev-list", "--count", REF) == "2"


def test_another_remote_can_be_named(tmp_path: Path, work: Path) -> None:
    other = bare(tmp_path / "other.git")
    git(work, "remote", "add", "team/state", str(other))

    assert used(work, remote="team/state") == b"second"
    assert git(other, "rev-list", "--count", REF) == "2"


def test_a_path_is_relative_to_the_main_file_s_folder(tmp_path: Path, work: Path) -> None:
    other = bare(tmp_path / "states" / "state.git")
    (work / "mail").mkdir()

    for remote in ("../../states/state.git", "./../../states/state.git", str(other)):
        store = opened(work / "mail", remote=remote)
        store.swap(store.version(), remote.encode())
    assert git(other, "rev-list", "--count", REF) == "3"


def test_no_checkout_is_needed_where_the_repository_is_named_in_full(tmp_path: Path, origin: Path) -> None:
    (tmp_path / "plain").mkdir()

    assert used(tmp_path / "plain", remote=str(origin)) == b"second"


def test_what_is_read_is_what_is_pushed_to(tmp_path: Path, work: Path, origin: Path) -> None:
    pushed = bare(tmp_path / "pushed.git")
    git(work, "remote", "set-url", "--push", "origin", str(pushed))

    assert used(work) == b"second"
    assert git(pushed, "rev-list", "--count", REF) == "2"
    assert git(origin, "for-each-ref", REF) == ""


def test_a_remote_that_is_pushed_to_two_places_is_refused(tmp_path: Path, work: Path, origin: Path) -> None:
    for address in (origin, bare(tmp_path / "second.git")):
        git(work, "remote", "set-url", "--add", "--push", "origin", str(address))

    error = complaint(opened(work).read)

    assert "is pushed to 2 addresses" in error.message
    assert error.hint


def test_an_address_for_pushing_that_holds_a_password_is_not_copied(work: Path) -> None:
    git(work, "remote", "set-url", "--push", "origin", "https://ann:s3cr3t@git.example.net/x.git")

    error = complaint(opened(work).read)

    assert "that holds a password" in error.message
    assert "s3cr3t" not in f"{error.message}{error.hint}"


def test_who_writes_between_two_looks_is_not_written_over(tmp_path: Path, work: Path, origin: Path) -> None:
    used(work)
    faster = put(origin, b"the faster one's", ref="refs/heads/faster")
    other = f"[ -e {tmp_path}/looked ] && git -C {origin} update-ref {REF} {faster}; touch {tmp_path}/looked"
    (tmp_path / "upload-pack").write_text(f'#!/bin/sh\n{other}\nexec git-upload-pack "$@"\n')
    (tmp_path / "upload-pack").chmod(0o755)
    version = opened(work).version()
    git(work, "config", "remote.origin.uploadpack", str(tmp_path / "upload-pack"))

    with pytest.raises(SwapLost):
        opened(work).swap(version, b"late")

    assert content(opened(work)) == b"the faster one's"


def test_temporary_files_are_for_their_owner_alone_and_gone_in_the_end(
    tmp_path: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    store = opened(work)
    store.swap(None, b"first")

    (folder,) = (tmp_path / "temporary").iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700
    del store
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_repository_with_other_hashes_will_do(tmp_path: Path, work: Path) -> None:
    modern = bare(tmp_path / "modern.git", hashes="sha256")
    put(modern, b"x", ref="refs/heads/main", file="readme")
    clone = checkout(tmp_path / "clone", modern)

    assert used(clone) == b"second"
    assert used(work, remote=str(modern), ref="refs/heads/state") == b"second"
    version = opened(clone).version()
    assert version is not None
    assert len(version) == 64


def test_an_empty_repository_may_have_other_hashes_without_saying_so(tmp_path: Path, work: Path) -> None:
    modern = bare(tmp_path / "modern.git", hashes="sha256")

    assert used(work, remote=str(modern)) == b"second"
    assert git(modern, "rev-list", "--count", REF) == "2"


def test_outside_of_a_repository_the_error_says_what_to_set(tmp_path: Path) -> None:
    error = complaint(opened(tmp_path).read)

    assert "not a git repository" in error.message
    assert "state.remote" in str(error.hint)


def test_a_remote_that_is_not_there_is_named(work: Path) -> None:
    error = complaint(opened(work, remote="upstream").read)

    assert "No such remote 'upstream'" in error.message
    assert error.hint


def test_somebody_else_s_repository_has_to_be_trusted_first(work: Path) -> None:
    variables = {**SETTLED, "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}

    error = complaint(opened(work, variables=variables).read)

    assert "dubious ownership" in error.message
    assert "safe.directory" in str(error.hint)


def test_a_git_that_is_too_old_is_told(tmp_path: Path) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\necho git version 2.20.1\n")
    (tmp_path / "git").chmod(0o755)

    error = complaint(opened(tmp_path, variables={"PATH": f"{tmp_path}:{os.environ['PATH']}"}).read)

    assert error.message.endswith("git version 2.20.1")
    assert error.hint == "install git 2.30 or newer"

"""Which commit a run's files are of: asked of the real git."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from sarv_sync import commit
from sarv_sync.commit import find_commit

SHA = "0123456789abcdef0123456789abcdef01234567"
PATH = {"PATH": os.environ["PATH"]}


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=ann", "-c", "user.email=ann@example.net", "-c", "commit.gpgSign=false")
    environment = {**PATH, "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository with a project in a folder of its own, a file of a team, and one commit."""
    top = tmp_path / "top"
    (top / "mail" / "users").mkdir(parents=True)
    (top / "mail" / "sarv-sync.yaml").write_bytes(b"version: 1\n")
    (top / "mail" / "users" / "a team.yaml").write_bytes(b"users: {}\n")
    git(top, "init", "-q")
    git(top, "add", ".")
    git(top, "commit", "-qm", "Begin")
    return top / "mail"


def files(folder: Path) -> list[Path]:
    return [folder / "sarv-sync.yaml", folder / "users" / "a team.yaml"]


def test_the_commit_that_is_checked_out_is_told(checkout: Path) -> None:
    assert find_commit(PATH, checkout, files(checkout)) == git(checkout, "rev-parse", "HEAD")


def test_hashes_of_the_longer_kind_are_told_too(tmp_path: Path) -> None:
    (tmp_path / "sarv-sync.yaml").write_bytes(b"version: 1\n")
    git(tmp_path, "init", "-q", "--object-format=sha256")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "Begin")

    found = find_commit(PATH, tmp_path, [tmp_path / "sarv-sync.yaml"])

    assert (found, len(found or "")) == (git(tmp_path, "rev-parse", "HEAD"), 64)


@pytest.mark.parametrize("name", ["sarv-sync.yaml", "users/a team.yaml", "users/new.yaml", "users/two\nlines.yaml"])
def test_a_file_that_is_not_as_the_commit_has_it_marks_the_commit(checkout: Path, name: str) -> None:
    (checkout / name).write_bytes(b"version: 1 # changed\n")

    found = find_commit(PATH, checkout, sorted({*files(checkout), checkout / name}))

    assert found == git(checkout, "rev-parse", "HEAD") + "-dirty"


def test_what_is_no_file_of_the_configuration_marks_nothing(checkout: Path) -> None:
    (checkout / "notes.txt").write_text("changed")

    assert find_commit(PATH, checkout, files(checkout)) == git(checkout, "rev-parse", "HEAD")


def test_line_ends_that_git_put_there_are_no_change(checkout: Path) -> None:
    (checkout / "sarv-sync.yaml").write_bytes(b"version: 1\r\n")

    assert find_commit(PATH, checkout, files(checkout)) == git(checkout, "rev-parse", "HEAD")


def test_a_file_behind_a_link_is_the_one_that_is_looked_at(checkout: Path) -> None:
    (checkout / "sarv-sync.yaml").rename(checkout.parent / "account.yaml")
    (checkout / "sarv-sync.yaml").symlink_to("../account.yaml")
    git(checkout.parent, "add", ".")
    git(checkout.parent, "commit", "-qm", "Move")
    head = git(checkout, "rev-parse", "HEAD")

    assert find_commit(PATH, checkout, files(checkout)) == head
    (checkout.parent / "account.yaml").write_bytes(b"version: 1 # changed\n")
    assert find_commit(PATH, checkout, files(checkout)) == f"{head}-dirty"


def test_a_file_outside_of_the_repository_marks_the_commit(checkout: Path, tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_bytes(b"version: 1\n")

    assert str(find_commit(PATH, checkout, [tmp_path / "other.yaml"])).endswith("-dirty")


@pytest.mark.parametrize("name", ["GITHUB_SHA", "CI_COMMIT_SHA"])
def test_where_git_cannot_tell_the_job_does(checkout: Path, tmp_path: Path, name: str) -> None:
    given = {**PATH, name: SHA}

    assert find_commit(given, tmp_path, files(checkout)) == SHA
    assert find_commit({**given, "PATH": str(tmp_path)}, checkout, files(checkout)) == SHA
    assert find_commit(given, checkout, files(checkout)) == git(checkout, "rev-parse", "HEAD")


@pytest.mark.parametrize("said", ["", "main", SHA[:-1], SHA.upper(), f"{SHA}\n", f"{SHA}::error::", "0" * 64 + "0"])
def test_what_is_no_hash_is_not_told(tmp_path: Path, said: str) -> None:
    assert find_commit({**PATH, "GITHUB_SHA": said}, tmp_path) is None


def test_a_repository_without_a_commit_tells_nothing(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")

    assert find_commit(PATH, tmp_path) is None


def test_a_folder_that_is_only_called_a_repository_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("nonsense")

    assert find_commit(PATH, tmp_path) is None


def test_a_git_that_hangs_or_cannot_be_run_fails_nothing(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit, "PATIENCE", 0.1)
    for text in ("#!/bin/sh\nexec sleep 1000\n", "#!/no/such/interpreter\n"):
        (tmp_path / "git").write_text(text)
        (tmp_path / "git").chmod(0o755)
        given = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
        assert find_commit(given, checkout, files(checkout)) is None


def test_nothing_that_the_repositorys_settings_name_is_run(checkout: Path, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    for key in ("core.fsmonitor", "filter.trap.clean", "diff.external", "core.pager", "alias.rev-parse"):
        git(checkout, "config", key, f"touch {trap}; cat")
    (checkout / ".gitattributes").write_text("*.yaml filter=trap diff=trap\n")
    (checkout / "sarv-sync.yaml").write_bytes(b"version: 1 # changed\n")

    assert str(find_commit(PATH, checkout, files(checkout))).endswith("-dirty")
    assert not trap.exists()


def test_git_learns_no_secret_and_is_not_led_to_another_repository(checkout: Path, tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    (tmp_path / "git").write_text(f"#!/bin/sh\nenv >> {heard}\n")
    (tmp_path / "git").chmod(0o755)
    given = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SARV_TOKEN": "c4nary", "GIT_DIR": "/elsewhere"}

    assert find_commit(given, checkout, files(checkout)) is None
    assert heard.exists()
    assert "c4nary" not in heard.read_text()
    assert "/elsewhere" not in heard.read_text()

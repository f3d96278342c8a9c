"""What a write of the state leaves in the repository, and what the repository may refuse."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.model.account import Account
from sarv_sync.model.state import Lock, State
from sarv_sync.state.document import encode
from sarv_sync.state.doubt import InDoubt
from sarv_sync.state.git.channel import Channel
from sarv_sync.state.git.command import Git, child_environment
from sarv_sync.state.git.place import place_of
from tests.engines.git import FILE, REF, SETTLED, bare, git, hook, put
from tests.unit.state.git_stores import beside, complaint, content, log, opened, write

REFUSES = "#!/bin/sh\necho 'Only releases on Mondays.' >&2\nexit 1\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return bare(tmp_path / "state.git")


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait between attempts."""
    monkeypatch.setattr("sarv_sync.state.doubt._PAUSES", (0, 0, 0))


def test_the_log_of_the_ref_tells_who_wrote_what(repository: Path) -> None:
    lock = Lock("1d", "ann on laptop", "sarv-sync apply", "2030-01-01T00:00:00Z", "2030-01-01T00:05:00Z")
    state = State("lineage", 12, Account("https://api.example.net/v1.0", "10042"), lock=lock)

    write(repository, encode(state), b"garbage\nSarv-Sync-Depth: 99\n\nSigned-off-by: eve")

    assert log(repository, "%s") == [
        "a document of 47 bytes that is no state",
        "serial 12: sarv-sync apply by ann on laptop",
    ]
    assert log(repository, "%(trailers:only,key=Sarv-Sync-Depth,valueonly,separator=%x2C)") == ["2", "1"]
    assert git(repository, "ls-tree", "--name-only", REF) == FILE
    git(repository, "fsck", "--strict")


def test_equal_documents_are_different_commits_and_one_of_two_wins(repository: Path) -> None:
    one, other = (opened(beside(repository), remote=str(repository)) for _ in range(2))
    write(repository, b"start")
    seen_by_one, seen_by_other = one.version(), other.version()
    assert (content(one), content(other)) == (b"start", b"start")

    won = one.swap(seen_by_one, b"the same")

    with pytest.raises(SwapLost):
        other.swap(seen_by_other, b"the same")
    assert other.version() == won
    again = one.swap(won, b"the same")
    assert again != won


def test_a_ref_that_was_there_already_is_no_success(repository: Path) -> None:
    tip = put(repository, b"x")
    outside = Git(str(shutil.which("git")), beside(repository), child_environment({**os.environ, **SETTLED}))
    channel = Channel(place_of({"remote": str(repository)}, beside(repository)), outside, None)
    channel.fetch("read", 1)

    with pytest.raises(InDoubt):
        channel.push(tip, tip)


@pytest.mark.usefixtures("hurried")
def test_a_git_that_fails_is_not_believed_to_have_written(repository: Path, tmp_path: Path) -> None:
    real = shutil.which("git")
    lies = f"*' push '*) printf ' \\tx:{REF}\\t1..2\\n'; exit 1"
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text(f'#!/bin/sh\ncase " $* " in {lies};; esac\nexec {real} "$@"\n')
    (tmp_path / "bin" / "git").chmod(0o755)
    variables = {"PATH": f"{tmp_path}/bin:{os.environ['PATH']}"}
    store = opened(beside(repository), variables=variables, remote=str(repository))

    assert not isinstance(complaint(lambda: store.swap(None, b"first")), SwapLost)
    assert store.read() is None


def test_a_branch_will_do_where_rules_need_one(repository: Path) -> None:
    write(repository, b"first", b"second", ref="refs/heads/sarv-sync/state")

    assert len(log(repository, "%H", "sarv-sync/state")) == 2


def test_what_others_commit_to_the_ref_is_read_and_written_on(repository: Path) -> None:
    write(repository, b"first")
    put(repository, b"by hand")
    store = opened(beside(repository), remote=str(repository))
    assert content(store) == b"by hand"

    store.swap(store.version(), b"third")

    assert log(repository, "%s")[1] == "by hand"
    assert len(log(repository, "%H")) == 3


def test_a_version_that_another_run_saw_can_be_written_on(repository: Path) -> None:
    write(repository, b"first")
    version = opened(beside(repository), remote=str(repository)).version()

    opened(beside(repository), remote=str(repository)).swap(version, b"second")

    assert len(log(repository, "%H")) == 2


def test_a_ref_with_something_else_is_no_state_and_stays_as_it_is(repository: Path) -> None:
    tip = put(repository, b"x", ref="refs/heads/main", file="readme")
    store = opened(beside(repository), remote=str(repository), ref="refs/heads/main")

    for attempt in (store.read, lambda: store.swap(tip, b"first")):
        error = complaint(attempt)
        assert f"there is no file {FILE}" in error.message
        assert "state.ref" in str(error.hint)
    with pytest.raises(SwapLost):
        store.swap(None, b"first")
    assert git(repository, "rev-parse", "refs/heads/main") == tip


@pytest.mark.parametrize("kind", ["tag", "blob", "tree", "folder"])
def test_a_ref_that_is_at_no_document_is_no_state(repository: Path, kind: str) -> None:
    put(repository, b"x", ref="refs/heads/main", file="x")
    blob = git(repository, "rev-parse", "refs/heads/main:x")
    if kind == "tag":
        git(repository, "tag", "--annotate", "--message=x", "t", "refs/heads/main")
        git(repository, "update-ref", REF, "refs/tags/t")
    elif kind == "folder":
        tree = git(repository, "rev-parse", "refs/heads/main^{tree}")
        outer = git(repository, "mktree", data=f"040000 tree {tree}\t{FILE}\n".encode())
        git(repository, "update-ref", REF, git(repository, "commit-tree", "-m", "x", outer))
    else:
        git(repository, "update-ref", REF, blob if kind == "blob" else "refs/heads/main^{tree}")

    with pytest.raises(StateError):
        opened(beside(repository), remote=str(repository)).read()


def test_a_refusal_is_told_in_the_server_s_words_and_not_tried_again(repository: Path) -> None:
    write(repository, b"first")
    hook(repository, "pre-receive", REFUSES.replace("exit", f"echo x >> {repository}/asked\nexit"))
    store = opened(beside(repository), remote=str(repository))

    error = complaint(lambda: store.swap(store.version(), b"second"))

    assert not isinstance(error, SwapLost)
    assert "pre-receive hook declined; Only releases on Mondays." in error.message
    assert "rules" in str(error.hint)
    assert (repository / "asked").read_text() == "x\n"
    assert content(store) == b"first"


def test_who_is_refused_because_another_was_faster_has_lost(repository: Path) -> None:
    write(repository, b"first")
    faster = f"git -C {repository} update-ref {REF} $(git -C {repository} rev-parse refs/heads/faster)"
    put(repository, b"the faster one's", ref="refs/heads/faster")
    hook(repository, "pre-receive", f"#!/bin/sh\nunset GIT_QUARANTINE_PATH\n{faster}\nexit 1\n")
    store = opened(beside(repository), remote=str(repository))

    with pytest.raises(SwapLost):
        store.swap(store.version(), b"second")

    assert content(store) == b"the faster one's"


@pytest.mark.usefixtures("hurried")
def test_a_lock_that_somebody_left_at_the_server_is_tried_again_and_told(repository: Path) -> None:
    write(repository, b"first")
    (repository / f"{REF}.lock").touch()
    hook(repository, "pre-receive", f"#!/bin/sh\necho x >> {repository}/asked\n")
    store = opened(beside(repository), remote=str(repository))

    error = complaint(lambda: store.swap(store.version(), b"second"))
    (repository / f"{REF}.lock").unlink()

    assert not isinstance(error, SwapLost)
    assert "failed to update ref" in error.message
    assert (repository / "asked").read_text() == "x\n" * 4
    assert content(store) == b"first"
    store.swap(store.version(), b"second")


def test_a_long_run_keeps_its_temporary_files_small(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("sarv_sync.state.git.backend._TIDY_AFTER", 5)
    store = opened(beside(repository), remote=str(repository))
    version, sizes = None, []
    for number in range(1, 21):
        version = store.swap(version, os.urandom(50_000))
        if number % 5 == 0:
            files = [path for path in (tmp_path / "temporary").rglob("*") if path.is_file()]
            sizes.append(sum(path.stat().st_size for path in files))

    assert max(sizes) < 100_000
    assert len(log(repository, "%H")) == 20
    git(repository, "fsck", "--strict")


def test_no_room_for_temporary_files_is_an_error_with_a_hint(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    store = opened(beside(repository), remote=str(repository))

    for attempt in (store.read, store.version, lambda: store.swap(None, b"x")):
        error = complaint(attempt)
        assert "No such file or directory" in error.message
        assert "TMPDIR" in str(error.hint)

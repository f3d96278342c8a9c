"""What is particular about a store that is a file; what every store guarantees is in tests/contract."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from pathlib import Path

import pytest

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.state.local import LocalStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sarv-sync.state.json"


def beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def written(path: Path, data: bytes = b"old") -> str:
    return LocalStore(path).swap(None, data)


def test_the_document_is_for_its_owner_alone(path: Path) -> None:
    written(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_temporary_file_that_a_crash_left_is_no_obstacle(path: Path) -> None:
    version = written(path)
    beside(path, ".tmp").write_bytes(b"half of a document that was longer than the next one")
    beside(path, ".tmp").chmod(0o666)

    LocalStore(path).swap(version, b"new")

    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not beside(path, ".tmp").exists()


@pytest.mark.parametrize("suffix", [".tmp", ".lock"])
def test_a_link_in_the_way_is_not_followed(path: Path, tmp_path: Path, suffix: str) -> None:
    version = written(path)
    precious = tmp_path / "precious"
    precious.write_text("precious")
    beside(path, suffix).unlink(missing_ok=True)
    beside(path, suffix).symlink_to(precious)

    with pytest.raises(StateError) as refused:
        LocalStore(path).swap(version, b"new")

    assert refused.value.hint
    assert (path.read_bytes(), precious.read_text()) == (b"old", "precious")


def test_a_folder_in_place_of_the_document_can_be_neither_read_nor_written(path: Path) -> None:
    path.mkdir()

    with pytest.raises(StateError, match=r"cannot read the state .*: Is a directory"):
        LocalStore(path).read()
    with pytest.raises(StateError, match="Is a directory"):
        LocalStore(path).swap(None, b"new")


def test_a_folder_in_place_of_the_temporary_file_leaves_the_document_as_it_is(path: Path) -> None:
    version = written(path)
    beside(path, ".tmp").mkdir()

    with pytest.raises(StateError, match=r"cannot write the state .*: Is a directory"):
        LocalStore(path).swap(version, b"new")

    assert path.read_bytes() == b"old"


def test_a_folder_in_place_of_the_lock_is_an_error(path: Path) -> None:
    beside(path, ".lock").mkdir()

    with pytest.raises(StateError, match=r"cannot lock the state .*: Is a directory"), LocalStore(path).presence():
        pytest.fail("the lock was given")


def test_a_document_without_a_folder_does_not_exist(tmp_path: Path) -> None:
    assert LocalStore(tmp_path / "missing" / "state.json").read() is None


def test_a_folder_of_the_kernel_s_can_be_read_and_not_written() -> None:
    store = LocalStore(Path("/proc/self/sarv-sync.state.json"))

    assert store.read() is None
    with pytest.raises(StateError, match="cannot write the state /proc"):
        store.swap(None, b"new")


def test_a_file_system_without_locks_is_an_error_not_a_bug(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", no_locks)

    with (
        pytest.raises(StateError, match=r"cannot lock the state .*: No locks available"),
        LocalStore(path).presence(),
    ):
        pytest.fail("the lock was given")
    with pytest.raises(StateError, match="No locks available"):
        LocalStore(path).swap(None, b"new")
    assert not path.exists()


def test_an_error_inside_the_presence_is_the_caller_s(path: Path) -> None:
    with pytest.raises(FileNotFoundError), LocalStore(path).presence():
        raise FileNotFoundError


def test_a_document_that_may_not_survive_a_power_cut_is_not_called_untouched(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = written(path)
    real, calls = os.fsync, []

    def fail_for_the_folder(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fail_for_the_folder)

    with pytest.raises(StateError) as failure:
        LocalStore(path).swap(version, b"new")

    assert path.read_bytes() == b"new"
    assert "was written" in failure.value.message
    assert "as it was" not in (failure.value.hint or "")


def test_a_short_write_is_continued(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: real(descriptor, bytes(data)[:2]))

    LocalStore(path).swap(None, b"a whole document")

    assert path.read_bytes() == b"a whole document"


def test_who_is_not_present_waits_a_while_and_then_gives_way(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = written(path)
    pauses: list[float] = []
    monkeypatch.setattr("sarv_sync.state.local.time.sleep", pauses.append)

    with LocalStore(path).presence(), pytest.raises(SwapLost) as lost:
        LocalStore(path).swap(version, b"new")

    assert lost.value.hint
    assert 1 <= sum(pauses) <= 10
    assert path.read_bytes() == b"old"


def test_who_is_not_present_writes_as_soon_as_the_other_is_gone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = written(path)
    other = LocalStore(path).presence()
    other.__enter__()
    monkeypatch.setattr("sarv_sync.state.local.time.sleep", lambda _: other.__exit__(None, None, None))

    LocalStore(path).swap(version, b"new")

    assert path.read_bytes() == b"new"


def test_asking_twice_for_presence_does_not_end_the_first(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sarv_sync.state.local.time.sleep", lambda _: pytest.fail("it waits for itself"))
    store = LocalStore(path)
    with store.presence() as first:
        with store.presence() as second:
            assert (first, second) == (True, False)

        store.swap(None, b"new")

    assert path.read_bytes() == b"new"


def test_the_place_is_the_path(path: Path) -> None:
    assert LocalStore(path).describe() == str(path)

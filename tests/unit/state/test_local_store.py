"""What is particular about a store that is a file; what every store guarantees is in tests/contract."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from sarv_sync.errors import StateError, SwapLost
from sarv_sync.state.local import LocalStore


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sarv-sync.state.json"


class Clock:
    """Time that only sleeping moves; `alarm` rings at every sleep."""

    def __init__(self) -> None:
        self.time = 0.0
        self.alarm: Callable[[], object] = lambda: None

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.alarm()


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
    beside(path, suffix).symlink_to(precious)
    store = LocalStore(path)

    with pytest.raises(StateError) as refused, store.presence():
        store.swap(version, b"new")
    store.remember("a note")

    assert "symbolic links" in refused.value.message
    assert refused.value.hint
    assert (path.read_bytes(), precious.read_text()) == (b"old", "precious")
    assert store.recall() == {".tmp": "a note", ".lock": None}[suffix]


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


def test_a_holder_that_hangs_keeps_nobody_from_swapping_and_loses_its_own_swap(path: Path) -> None:
    version = written(path)

    with LocalStore(path).presence():
        LocalStore(path).swap(version, b"another's")
        with pytest.raises(SwapLost):
            LocalStore(path).swap(version, b"the holder's")

    assert path.read_bytes() == b"another's"


def test_who_is_writing_is_waited_for_and_not_for_ever(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = written(path)
    clock = Clock()
    monkeypatch.setattr("sarv_sync.state.local.time", clock)
    writer = os.open(beside(path, ".tmp"), os.O_WRONLY | os.O_CREAT)
    fcntl.flock(writer, fcntl.LOCK_EX)

    with pytest.raises(StateError) as failure:
        LocalStore(path).swap(version, b"new")

    assert (failure.value.exit_code, "cannot write the state" in failure.value.message) == (1, True)
    assert failure.value.hint
    assert 5 <= clock.time <= 20
    assert path.read_bytes() == b"old"
    clock.alarm = lambda: os.close(writer)
    LocalStore(path).swap(version, b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("takes", ["the name of the state", "the name away"])
def test_a_file_that_is_not_the_next_document_any_more_is_never_written(
    path: Path, monkeypatch: pytest.MonkeyPatch, takes: str
) -> None:
    version = written(path)
    real = os.open
    inodes: list[int] = []

    def overtaken(file: Path, flags: int, mode: int = 0o777) -> int:
        descriptor = real(file, flags, mode)
        if file.suffix == ".tmp" and not inodes:
            inodes.append(os.fstat(descriptor).st_ino)
            if takes == "the name away":
                file.unlink()
            else:
                LocalStore(path).swap(version, b"the other's")
        return descriptor

    monkeypatch.setattr(os, "open", overtaken)

    if takes == "the name away":
        LocalStore(path).swap(version, b"new")
        assert path.read_bytes() == b"new"
    else:
        with pytest.raises(SwapLost):
            LocalStore(path).swap(version, b"new")
        assert (path.stat().st_ino, path.read_bytes()) == (inodes[0], b"the other's")
    assert not beside(path, ".tmp").exists()


def test_a_lost_swap_leaves_nothing_behind(path: Path) -> None:
    written(path)

    with pytest.raises(SwapLost):
        LocalStore(path).swap(None, b"new")

    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_asking_twice_for_presence_does_not_end_the_first(path: Path) -> None:
    store = LocalStore(path)
    with store.presence() as first:
        with store.presence() as second:
            assert (first, second) == (True, False)

        store.swap(None, b"new")

    assert path.read_bytes() == b"new"


def test_a_note_stays_where_it_was_written(path: Path, tmp_path: Path) -> None:
    store = LocalStore(path)
    written(path)
    with store.presence():
        store.remember("the first, and longer, note")
        store.remember("a note")
    copy = tmp_path / "copy.json"
    copy.write_bytes(path.read_bytes())

    assert (LocalStore(path).recall(), LocalStore(copy).recall()) == ("a note", None)
    assert beside(path, ".lock").read_text() == "a note\n"


@pytest.mark.parametrize("left", [b"", b"\n", b"\x00" * 50, b"\xff\xfe{", b"a note\nand what a crash left"])
def test_what_a_crash_left_of_a_note_is_no_error(path: Path, left: bytes) -> None:
    beside(path, ".lock").write_bytes(left)

    assert LocalStore(path).recall() in {None, "a note", "\x00" * 50, "\ufffd\ufffd{"}


def test_a_note_that_cannot_be_kept_is_no_error(path: Path) -> None:
    beside(path, ".lock").mkdir()

    LocalStore(path).remember("a note")

    assert LocalStore(path).recall() is None


def test_the_place_is_the_path(path: Path) -> None:
    assert LocalStore(path).describe() == str(path)


@pytest.mark.parametrize("what", ["pipe", "device", "folder"])
def test_what_is_no_file_is_an_error_and_is_not_waited_for(tmp_path: Path, what: str) -> None:
    path = tmp_path / "state.json"
    if what == "pipe":
        os.mkfifo(path)
    elif what == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero")

    with pytest.raises(StateError) as failure:
        LocalStore(path).read()

    assert failure.value.hint

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sarv_sync.sinks import draft as draft_module
from sarv_sync.sinks.draft import PREFIX, draft

NAME = "billing.env"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[int]:
    descriptor = os.open(tmp_path, os.O_RDONLY | os.O_DIRECTORY)
    yield descriptor
    os.close(descriptor)


def test_a_draft_is_new_and_the_owners_alone(folder: int, tmp_path: Path) -> None:
    with draft(folder, NAME) as (descriptor, own):
        found = os.fstat(descriptor)
        assert (found.st_mode & 0o777, found.st_size, found.st_nlink) == (0o600, 0, 1)
        assert os.path.samestat(found, (tmp_path / own).lstat())


def test_its_name_has_the_ending_of_the_target_so_that_git_ignores_it_too(folder: int) -> None:
    with draft(folder, NAME) as (_, own):
        assert own.endswith(NAME)


def test_it_is_gone_when_something_fails(folder: int, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), draft(folder, NAME):
        raise ZeroDivisionError

    assert list(tmp_path.iterdir()) == []


def test_one_that_was_renamed_stays(folder: int, tmp_path: Path) -> None:
    with draft(folder, NAME) as (_, own):
        os.rename(own, NAME, src_dir_fd=folder, dst_dir_fd=folder)

    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_one_that_a_killed_run_left_behind_is_not_written_but_replaced(folder: int, tmp_path: Path) -> None:
    left = tmp_path / f"{PREFIX}{NAME}"
    left.write_bytes(b"half a passw")
    with left.open("rb") as held:
        with draft(folder, NAME) as (descriptor, own):
            os.write(descriptor, b"new")
            assert (tmp_path / own).read_bytes() == b"new"

        assert held.read() == b"half a passw", "who has the old one open does not see what is written now"


@pytest.mark.parametrize("obstacle", ["link", "folder", "pipe"])
def test_what_is_no_file_is_neither_followed_nor_deleted(folder: int, tmp_path: Path, obstacle: str) -> None:
    own, victim = tmp_path / f"{PREFIX}{NAME}", tmp_path / "victim"
    victim.write_bytes(b"untouched")
    match obstacle:
        case "link":
            own.symlink_to(victim)
        case "folder":
            own.mkdir()
        case _:
            os.mkfifo(own)

    with pytest.raises(OSError, match="is in the way"), draft(folder, NAME):
        pass

    assert victim.read_bytes() == b"untouched"
    assert os.path.lexists(own)


def test_the_draft_of_a_living_run_is_left_alone(
    folder: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_module, "_PATIENCE", 0.05)
    own = tmp_path / f"{PREFIX}{NAME}"
    with own.open("wb") as theirs:
        fcntl.flock(theirs, fcntl.LOCK_EX)
        theirs.write(b"their text")

        with pytest.raises(OSError, match="another process"), draft(folder, NAME):
            pass

    assert own.read_bytes() == b"their text"


def test_those_who_write_one_target_take_turns(folder: int, tmp_path: Path) -> None:
    def write(number: int) -> None:
        with draft(folder, NAME) as (descriptor, own):
            for _ in range(10):
                os.write(descriptor, b"%d" % number)
                os.sched_yield()
            os.rename(own, NAME, src_dir_fd=folder, dst_dir_fd=folder)
        assert (tmp_path / NAME).read_bytes() in {b"%d" % other * 10 for other in range(1, 9)}, "it is always whole"

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(1, 9)))

    assert [path.name for path in tmp_path.iterdir()] == [NAME]

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import SinkError
from sarv_sync.sinks import files as files_module
from sarv_sync.sinks.draft import draft
from sarv_sync.sinks.files import Files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATH = "secrets/finance/billing.env"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    return folder


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    return folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def everything(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_a_private_file_and_its_new_folders_are_the_owners_alone(project: Path) -> None:
    previous = os.umask(0)
    try:
        Files(project).write(PATH, b"text")
    finally:
        os.umask(previous)

    assert mode(project / PATH) == 0o600
    assert (mode(project / "secrets"), mode(project / "secrets/finance")) == (0o700, 0o700)


def test_a_file_that_others_could_read_is_the_owners_alone_afterwards(project: Path) -> None:
    Files(project).write(PATH, b"text")
    (project / PATH).chmod(0o644)

    Files(project).write(PATH, b"text")

    assert mode(project / PATH) == 0o600


def test_who_had_the_old_file_open_does_not_see_the_new_text(project: Path) -> None:
    Files(project).write(PATH, b"old")
    with (project / PATH).open("rb") as held:
        Files(project).write(PATH, b"new")

        assert held.read() == b"old"
    assert Files(project).read(PATH) == b"new"


def test_a_file_for_everybody_can_be_read_by_everybody(project: Path) -> None:
    previous = os.umask(0o077)
    try:
        Files(project, private=False).write("vault/billing.age", b"text")
    finally:
        os.umask(previous)

    assert mode(project / "vault/billing.age") == 0o644


def test_folders_that_are_there_keep_their_mode(project: Path) -> None:
    (project / "secrets").mkdir(mode=0o755)

    Files(project).write(PATH, b"text")

    assert mode(project / "secrets") == 0o755


def a_link_on_the_way(project: Path, outside: Path) -> None:
    (project / "secrets").symlink_to(outside)


def a_link_further_down(project: Path, outside: Path) -> None:
    (project / "secrets").mkdir()
    (project / "secrets/finance").symlink_to(outside)


def a_link_for_a_file(project: Path, outside: Path) -> None:
    (project / "secrets/finance").mkdir(parents=True)
    (outside / "billing.env").write_bytes(b"outside")
    (project / PATH).symlink_to(outside / "billing.env")


def a_link_to_nothing(project: Path, outside: Path) -> None:
    (project / "secrets/finance").mkdir(parents=True)
    (project / PATH).symlink_to(outside / "billing.env")


def a_link_within_the_project(project: Path, outside: Path) -> None:
    (project / "elsewhere").mkdir()
    (project / "secrets").symlink_to("elsewhere")


def a_folder(project: Path, outside: Path) -> None:
    (project / PATH).mkdir(parents=True)


def a_pipe(project: Path, outside: Path) -> None:
    (project / "secrets/finance").mkdir(parents=True)
    os.mkfifo(project / PATH)


def a_file_for_a_folder(project: Path, outside: Path) -> None:
    (project / "secrets").write_bytes(b"a file")


OBSTACLES = [
    a_link_on_the_way, a_link_further_down, a_link_for_a_file, a_link_to_nothing, a_link_within_the_project, a_folder,
    a_pipe, a_file_for_a_folder,
]  # fmt: skip
USES: dict[str, Callable[[Files], object]] = {
    "write": lambda files: files.write(PATH, b"text"),
    "check": lambda files: files.check(PATH),
    "read": lambda files: files.read(PATH),
}


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_links_and_what_is_no_file_are_refused_and_left_alone(
    project: Path, outside: Path, obstacle: Callable[[Path, Path], None], use: str
) -> None:
    obstacle(project, outside)
    before = everything(project), everything(outside)

    with pytest.raises(SinkError, match=PATH):
        USES[use](Files(project))

    assert (everything(project), everything(outside)) == before
    assert not (outside / "billing.env").exists() or (outside / "billing.env").read_bytes() == b"outside"


def test_a_link_is_called_one(project: Path, outside: Path) -> None:
    a_link_on_the_way(project, outside)

    with pytest.raises(SinkError) as caught:
        Files(project).write(PATH, b"text")

    assert caught.value.message == f"cannot write {PATH}: secrets: it is a symbolic link"


def test_the_project_itself_may_be_reached_through_a_link(project: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(project)

    Files(tmp_path / "link").write(PATH, b"text")

    assert (project / PATH).read_bytes() == b"text"


def test_a_folder_that_is_swapped_for_a_link_meanwhile_leads_nowhere(
    project: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "secrets/finance").mkdir(parents=True)

    @contextmanager
    def swapping(folder: int, name: str) -> Iterator[tuple[int, str]]:
        (project / "secrets").rename(project / "moved")
        (outside / "finance").mkdir()
        (project / "secrets").symlink_to(outside)
        with draft(folder, name) as made:
            yield made

    monkeypatch.setattr(files_module, "draft", swapping)

    Files(project).write(PATH, b"text")

    assert everything(outside) == {"finance"}
    assert (project / "moved/finance/billing.env").read_bytes() == b"text"


def test_a_file_that_is_swapped_for_a_link_meanwhile_is_not_written_through(
    project: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (outside / "billing.env").write_bytes(b"outside")

    @contextmanager
    def swapping(folder: int, name: str) -> Iterator[tuple[int, str]]:
        with draft(folder, name) as made:
            (project / PATH).symlink_to(outside / "billing.env")
            yield made

    monkeypatch.setattr(files_module, "draft", swapping)

    Files(project).write(PATH, b"text")

    assert (outside / "billing.env").read_bytes() == b"outside"
    assert not (project / PATH).is_symlink()


@pytest.mark.parametrize("there", [True, False])
def test_a_check_leaves_nothing_behind(project: Path, there: bool) -> None:
    if there:
        Files(project).write(PATH, b"text")
    before = everything(project)

    Files(project).check(PATH)

    assert everything(project) == before


def test_what_is_not_there_reads_as_nothing(project: Path) -> None:
    assert Files(project).read(PATH) is None


def test_a_project_that_is_gone_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SinkError, match="cannot write"):
        Files(tmp_path / "gone").check(PATH)

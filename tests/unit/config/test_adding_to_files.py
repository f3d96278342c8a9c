"""Users go into the files that they belong to, all at once or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from sarv_sync.config.adding_to_files import add_to_files
from sarv_sync.config.load import load
from sarv_sync.errors import InputError, Refused
from sarv_sync.model.export import ExportedUser, Profile, Remarks, Values
from sarv_sync.model.users import Settings

MAIN = """\
version: 1  # kept
include: [users/*.yaml]
defaults: {hourly_limit: 50}
profiles: {bulk: {total_limit: 9000, hourly_limit: 900}}
users:
  # nobody yet
"""
FINANCE = "users:  # theirs\r\n  audit: {total_limit: 5}\r\n# the end"
BULK = Profile("bulk", Values(9000, 900))
ONE = ExportedUser("one", "smtp1", Settings(9000, 900, "Enable"), None, Remarks("Bills", (("team", "x"),)), BULK)
TWO = ExportedUser("two", "smtp2", Settings(5, 50, "Disable"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "users").mkdir()
    (tmp_path / "main.yaml").write_text(MAIN, newline="")
    (tmp_path / "users" / "finance.yaml").write_text(FINANCE, newline="")
    return tmp_path


def contents(folder: Path) -> tuple[str, str]:
    return (folder / "main.yaml").read_bytes().decode(), (folder / "users" / "finance.yaml").read_bytes().decode()


def test_each_file_gets_its_users_in_its_own_style_and_keeps_the_rest(folder: Path) -> None:
    add_to_files("main.yaml", folder, {None: (TWO,), "users/finance.yaml": (ONE,)})
    assert contents(folder) == (
        MAIN + "  two:\n    smtp_user_name: smtp2\n    total_limit: 5\n    status: Disable\n",
        FINANCE.replace(
            "# the end",
            "  one: {smtp_user_name: smtp1, profile: bulk, description: Bills, labels: {team: x}}\r\n# the end",
        ),
    )
    users = load("main.yaml", folder).users
    assert (users["one"].profile, users["one"].labels) == ("bulk", (("team", "x"),))


def test_files_that_are_not_included_are_named_and_nothing_is_written(folder: Path) -> None:
    (folder / "users" / "readme.txt").touch()
    before = contents(folder)
    with pytest.raises(InputError) as caught:
        add_to_files("main.yaml", folder, {None: (TWO,), "users/shop.yaml": (ONE,), "users/readme.txt": (ONE,)})
    assert [fault.message for fault in caught.value.faults] == [
        "users/shop.yaml is none of the files of main.yaml, so nothing was written",
        "users/readme.txt is none of the files of main.yaml, so nothing was written",
    ]
    assert contents(folder) == before


@pytest.mark.parametrize(
    "users", [(ExportedUser("audit", "smtp1", Settings(5, 5, "Enable")),), (TWO, TWO)], ids=["known", "twice"]
)
def test_a_name_that_is_there_already_keeps_every_file_as_it_is(
    folder: Path, users: tuple[ExportedUser, ...]
) -> None:
    before = contents(folder)
    with pytest.raises(Refused, match=r"cannot be added to main\.yaml and users/finance\.yaml"):
        add_to_files("main.yaml", folder, {None: users, "users/finance.yaml": (ONE,)})
    assert contents(folder) == before


def test_an_alias_in_one_file_keeps_every_file_as_it_is(folder: Path) -> None:
    (folder / "users" / "finance.yaml").write_text("removed: &all {}\nusers: *all\n")
    before = contents(folder)
    with pytest.raises(Refused, match="alias"):
        add_to_files("main.yaml", folder, {None: (TWO,), "users/finance.yaml": (ONE,)})
    assert contents(folder) == before

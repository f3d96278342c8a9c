"""Which layer of the files a value comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from sarv_sync.config.load import load
from sarv_sync.config.origins import origins_of
from sarv_sync.errors import InputError

MAIN = """\
version: 1
include: [users/*.yaml]
defaults: {hourly_limit: 100}
profiles:
  bulk: {total_limit: 1000000}
  quiet: {hourly_limit: 5, status: Disable}
users:
  own: {total_limit: 1, hourly_limit: 1, status: Disable}
  bulky: {profile: bulk}
  mixed: {profile: quiet, total_limit: 9, status: Enable}
  bare:
    total_limit: 7
"""
TEAM = "users:\n  elsewhere:\n    profile: bulk\n    hourly_limit: 3\n"


def said(folder: Path, name: str, main: str = "sarv-sync.yaml") -> list[tuple[str, str]]:
    """Return, for each value of `name`, its layer and its place."""
    configuration = load(main, folder)
    origins = origins_of(configuration.users[name], configuration, folder)
    return [(one.where, f"{one.source.file}:{one.source.line}" if one.source else "") for one in origins]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "users").mkdir()
    (tmp_path / "sarv-sync.yaml").write_text(MAIN)
    (tmp_path / "users" / "team.yaml").write_text(TEAM)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "total", "hourly", "status"),
    [
        ("own", ("entry", "sarv-sync.yaml:8"), ("entry", "sarv-sync.yaml:8"), ("entry", "sarv-sync.yaml:8")),
        ("bulky", ("profile", "sarv-sync.yaml:5"), ("defaults", "sarv-sync.yaml:3"), ("built-in", "")),
        ("mixed", ("entry", "sarv-sync.yaml:10"), ("profile", "sarv-sync.yaml:6"), ("entry", "sarv-sync.yaml:10")),
        ("bare", ("entry", "sarv-sync.yaml:12"), ("defaults", "sarv-sync.yaml:3"), ("built-in", "")),
        ("elsewhere", ("profile", "sarv-sync.yaml:5"), ("entry", "users/team.yaml:4"), ("built-in", "")),
    ],
)
def test_a_value_comes_from_the_entry_else_its_profile_else_defaults(
    project: Path, name: str, total: tuple[str, str], hourly: tuple[str, str], status: tuple[str, str]
) -> None:
    assert said(project, name) == [total, hourly, status]


def test_what_an_alias_lends_to_an_entry_is_the_entrys(tmp_path: Path) -> None:
    (tmp_path / "sarv-sync.yaml").write_text(
        "version: 1\n"
        "profiles: {bulk: &bulk {total_limit: 9, hourly_limit: 3}}\n"
        "users: {a: *bulk, b: {profile: bulk}}\n"
    )
    assert [where for where, _ in said(tmp_path, "a")] == ["entry", "entry", "built-in"]
    assert [where for where, _ in said(tmp_path, "b")] == ["profile", "profile", "built-in"]


def test_files_are_found_from_any_folder(project: Path) -> None:
    folder = project / "users"
    configuration = load("../sarv-sync.yaml", folder)
    origins = origins_of(configuration.users["elsewhere"], configuration, folder)
    assert [one.where for one in origins] == ["profile", "entry", "built-in"]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("sarv-sync.yaml", None),
        ("sarv-sync.yaml", "["),
        ("users/team.yaml", None),
        ("users/team.yaml", "users: {}\n"),
        ("users/team.yaml", "- a\n"),
    ],
)
def test_files_that_changed_meanwhile_are_told(project: Path, file: str, text: str | None) -> None:
    configuration = load("sarv-sync.yaml", project)
    if text is None:
        (project / file).unlink()
    else:
        (project / file).write_text(text)
    with pytest.raises(InputError, match="was changed while it was read"):
        origins_of(configuration.users["elsewhere"], configuration, project)

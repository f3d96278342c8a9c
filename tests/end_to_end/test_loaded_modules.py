"""What a command loads, held to a list: a module that comes in makes every start slower, and nobody would notice.

`UPDATE_GOLDEN=1 pytest tests/end_to_end/test_loaded_modules.py` accepts what has changed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.workplace import Workplace

LISTS = Path(__file__).parents[1] / "golden" / "loaded"

LISTING = """
import atexit, sys
_, listing, *arguments = sys.argv
atexit.register(lambda: print(*sys.modules, file=open(listing, "w")))
"""

PROGRAM = f"""
{LISTING}
sys.argv = ["sarv-sync", *arguments]
from sarv_sync.cli.main import main
main()
"""

RUNS: dict[str, tuple[str, ...]] = {
    "help": ("--help",),
    "version": ("--version",),
    "validate": ("validate",),
    "plan": ("plan",),
}

OF_OTHERS = {
    "help": set[str](),
    "version": set[str](),
    "validate": {"click", "yaml"},
    "plan": {"click", "yaml", "requests", "urllib3", "certifi", "idna", "charset_normalizer"},
}
"""Whose packages a command may load."""

AS_INSTALLED = {
    "OpenSSL", "brotli", "brotlicffi", "chardet", "cryptography", "cython_runtime", "h2", "simplejson", "socks",
    "zstandard",
}  # fmt: skip
"""What those load where it is there."""

_NEVER = {"asyncio", "multiprocessing", "concurrent.futures", "sqlite3", "xml.etree", "unittest", "pydoc", "difflib"}
_NO_NETWORK = {"http.client", "http.server", "ssl", "socket", "email", "importlib.metadata", "logging", "subprocess"}
_AT_ONCE = {"dataclasses", "inspect", "json", "hashlib", "pathlib", "shutil", "urllib.parse", "datetime", "uuid"}
SLOW = {
    "help": _NEVER | _NO_NETWORK | _AT_ONCE,
    "version": _NEVER | _NO_NETWORK | _AT_ONCE,
    "validate": _NEVER | _NO_NETWORK,
    "plan": _NEVER | {"http.server", "subprocess"},
}
"""What a command must not load of Python's own modules. The rest of them differs from one Python to the next."""


@pytest.fixture
def project(work: Workplace, sandbox: Sandbox) -> Workplace:
    work.users("a: {}\nb: {hourly_limit: 50}")
    return work


def loaded(work: Workplace, run: str) -> set[str]:
    """Return the modules that `run` loads, beyond those that Python loads for itself in this environment."""
    listing, found = work.path / "modules", []
    for program in (PROGRAM, LISTING):
        command = [sys.executable, "-c", program, str(listing), *RUNS[run]]
        environment = work._environment({})
        subprocess.run(command, cwd=work.path, env=environment, capture_output=True, check=True, timeout=60)
        found.append(set(listing.read_text(encoding="utf-8").split()))
    return found[0] - found[1]


@pytest.mark.parametrize("run", RUNS)
def test_a_command_loads_these_modules_of_the_program_and_no_others(project: Workplace, run: str) -> None:
    own = sorted(name for name in loaded(project, run) if name.split(".")[0] == "sarv_sync")
    path = LISTS / f"{run}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text("".join(f"{name}\n" for name in own), encoding="utf-8")
    listed = path.read_text(encoding="utf-8").split()
    changed = {"came in": sorted(set(own) - set(listed)), "left": sorted(set(listed) - set(own))}
    advice = f"import late what only some runs need; if all need it, UPDATE_GOLDEN=1 writes {path.name} anew"
    assert changed == {"came in": [], "left": []}, advice


@pytest.mark.parametrize("run", RUNS)
def test_a_command_loads_no_package_that_it_does_not_need(project: Workplace, run: str) -> None:
    packages = {name.split(".")[0] for name in loaded(project, run)} - sys.stdlib_module_names - {"sarv_sync"}
    packages = {name for name in packages if not name.startswith("_") and not name.endswith("__mypyc")}
    assert packages - AS_INSTALLED <= OF_OTHERS[run]


@pytest.mark.parametrize("run", RUNS)
def test_a_command_loads_nothing_slow_that_it_does_not_need(project: Workplace, run: str) -> None:
    assert sorted(loaded(project, run) & SLOW[run]) == []

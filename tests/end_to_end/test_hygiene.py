"""What nobody catches says nothing it should not, and nothing of the process is left behind or can be looked at."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.leaks import assert_no_leak
from tests.end_to_end.workplace import HEAD, TOKEN, Workplace, command
from tests.privileges import without_privileges

pytestmark = pytest.mark.usefixtures("fresh")

MODULE = """
import logging, os, threading, warnings
from sarv_sync.state.local import LocalStore

TOKEN = os.environ["SARV_TOKEN"]

def fail():
    raise RuntimeError(TOKEN) from ValueError(TOKEN)

class Fragile:
    def __del__(self):
        fail()

def open_careless(options, site):
    {careless}
    return LocalStore(site.directory / "state.json")
"""

CARELESS = {
    "a thread that fails": ("t = threading.Thread(target=fail); t.start(); t.join()", "uncaught RuntimeError at"),
    "an object that fails at its end": ("Fragile()", "uncaught RuntimeError at"),
    "a warning": ("warnings.warn(TOKEN, UserWarning)", "UserWarning at"),
    "a log of an error": ("logging.getLogger('careless').error('%s', TOKEN)", ""),
    "a log of no logger": ("logging.error('%s', TOKEN)", ""),
    "a log of an exception": ("try: fail()\n    except RuntimeError: logging.exception('failed')", ""),
    "a log whose words do not fit": ("logging.getLogger('careless').error('%d', TOKEN)", ""),
}  # fmt: skip


@pytest.fixture
def packaged(work: Workplace, tmp_path: Path) -> Callable[[str], None]:
    """Installs a package whose backend for the state does something careless when it is opened."""

    def package(careless: str) -> None:
        info = tmp_path / "packages" / "careless-1.0.dist-info"
        info.mkdir(parents=True)
        (info.parent / "careless.py").write_text(MODULE.format(careless=careless), encoding="utf-8")
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: careless\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(
            "[sarv_sync.backends]\ncareless = careless:open_careless\n", encoding="utf-8"
        )
        work.environment["PYTHONPATH"] = str(info.parent)
        work.users("a: {}", f"{HEAD}state: {{backend: careless}}\n")

    return package


@pytest.mark.parametrize("what", CARELESS)
def test_a_library_cannot_print_a_secret(
    work: Workplace, sandbox: Sandbox, packaged: Callable[[str], None], what: str
) -> None:
    careless, words = CARELESS[what]
    packaged(careless)

    ended = [work.run("plan"), work.apply("-vv"), work.run("state", "list"), work.run("show")]

    assert [done.code for done in ended] == [0] * 4, [done.said for done in ended]
    for done in ended:
        assert "Traceback" not in done.said
        assert not words or f"warning: {words} {work.environment['PYTHONPATH']}/careless.py:" in done.err
    assert_no_leak(work, [TOKEN])


def crash(running: subprocess.Popen[bytes]) -> bool:
    """Crash a process that may leave as much as it likes; return whether the kernel made a dump of it."""
    most = resource.prlimit(running.pid, resource.RLIMIT_CORE)[1]
    resource.prlimit(running.pid, resource.RLIMIT_CORE, (most, most))
    running.send_signal(signal.SIGABRT)
    _, status = os.waitpid(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    return os.WCOREDUMP(status)


@contextmanager
def running(work: Workplace, before: Sequence[str] = ()) -> Iterator[subprocess.Popen[bytes]]:
    """The program as it runs, with the token in its environment."""
    environment = {**os.environ, **work.environment}
    begun = subprocess.Popen(
        [*before, *command("sandbox")],
        cwd=work.path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with begun:
        assert begun.stdout is not None
        assert begun.stdout.readline().startswith(b"listening on")
        yield begun
        begun.kill()


def test_a_crash_leaves_no_memory_behind(work: Workplace) -> None:
    with subprocess.Popen(["sleep", "1000"], cwd=work.path) as control:
        made = crash(control)
    with running(work) as program:
        soft, _ = resource.prlimit(program.pid, resource.RLIMIT_CORE)
        assert (soft, crash(program)) == (0, False), "the limit was lifted for the crash, and still nothing is left"
    sys.stdout.write("a dump is made of others here\n" if made else "this machine makes no dumps\n")


def test_nobody_but_root_can_look_at_the_environment_of_the_process(work: Workplace) -> None:
    with running(work, before=without_privileges()) as program:
        look = subprocess.run(
            [*without_privileges(), "cat", f"/proc/{program.pid}/environ"], capture_output=True, check=False
        )
    assert (look.returncode, look.stdout) == (1, b""), "the token is in there"

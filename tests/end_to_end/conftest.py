from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from sarv_sync.model.users import ObservedUser
from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.forks import Forks
from tests.end_to_end.quick import QuickWorkplace
from tests.end_to_end.workplace import OWNER, TOKEN, Workplace
from tests.unit.provider.stage import Stage

Serve = Callable[..., Sandbox]

POINTS = "system calls attacked"
SEARCHED = "searched for secrets"
KILLS = "runs killed"
LOGINS = "logins while passwords changed"


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    """The program, loaded once for all that run it."""
    forks = Forks("strace", tmp_path_factory.mktemp("loaded"))
    yield forks
    forks.close()


@pytest.fixture
def work(tmp_path: Path, loaded: Forks) -> QuickWorkplace:
    """An empty folder, with the token set and no endpoint."""
    folder = tmp_path / "work"
    folder.mkdir()
    work = QuickWorkplace(folder, {"SARV_TOKEN": TOKEN})
    work.forks = loaded
    return work


@pytest.fixture
def fresh(work: QuickWorkplace) -> None:
    """Has every run start an interpreter: for tests of what only a real start, and a real end, can show."""
    work.forks = None


@pytest.fixture
def serve(work: Workplace) -> Iterator[Serve]:
    """Starts a sandbox with the faults and users given, and points the program at it."""
    with ExitStack() as stack:

        def serving(*faults: str, users: tuple[ObservedUser, ...] = (), **options: Any) -> Sandbox:
            account = options.pop("account", None) or MemoryAccount(users=users)
            sandbox = Sandbox(account, owner_id=OWNER, token=TOKEN, faults=faults, **options)
            stack.enter_context(sandbox)
            work.environment["SARV_ENDPOINT"] = sandbox.url
            return sandbox

        yield serving


@pytest.fixture
def sandbox(serve: Serve) -> Sandbox:
    """A sandbox that behaves, with an empty account."""
    return serve()


@pytest.fixture
def stage(work: Workplace) -> Iterator[Stage]:
    """A server that answers what it is told, byte for byte, as the program's endpoint."""
    server = Stage()
    work.environment["SARV_ENDPOINT"] = server.url
    yield server
    server.close()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say at the end of a run what was attacked, and how much was searched for secrets."""
    reports = terminalreporter.getreports("passed")
    counts = [value for report in reports for key, value in report.user_properties if key == POINTS]
    if counts:
        terminalreporter.write_line(
            f"an apply was attacked at {sum(counts)} system calls, and the next one finished it"
        )
    kills = Counter[str]()
    for report in reports:
        for key, value in report.user_properties:
            if key == KILLS:
                kind, _, number = value.partition(" ")
                kills[kind] += int(number)
    if kills:
        each = ", ".join(f"{number} of {kind}" for kind, number in sorted(kills.items()))
        terminalreporter.write_line(
            f"{kills.total()} deliveries were killed, and the next run made up for it: {each}"
        )
    searched = [value for report in reports for key, value in report.user_properties if key == SEARCHED]
    if searched:
        outputs, files, size = map(sum, zip(*searched, strict=True))
        terminalreporter.write_line(
            f"no secret was in {outputs} outputs and {files} files of {len(searched)} scenarios, {size} bytes in all"
        )
    logins = [value for report in reports for key, value in report.user_properties if key == LOGINS]
    if logins:
        terminalreporter.write_line(f"none of {sum(logins)} logins failed while passwords were changed in turns")

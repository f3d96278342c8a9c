"""A PostgreSQL cluster of a test's own, and PgBouncer in front of it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

TRUST = "host all all 127.0.0.1/32 trust\n"

_OWNER = "postgres"
_PATIENCE = 60.0
_FAST = {
    "autovacuum": "off",
    "fsync": "off",
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "16MB",
    "unix_socket_directories": "",
}


def program(name: str) -> str:
    """Return the path of a tool; without it the test is skipped, but not in CI."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    found = str(debian[-1]) if debian else shutil.which(name)
    if found is None:
        assert "CI" not in os.environ, f"{name} has to be installed: without it nothing is proved about PostgreSQL"
        pytest.skip(f"{name} is not installed")
    return found


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def as_nobody(*command: str) -> list[str]:
    """Return `command` such that it ends with this thread and is not root's: these servers refuse to be.

    Where a test keeps its files only root may go, so that right it keeps.
    """
    prefix = [program("setpriv"), "--pdeathsig", "QUIT"]
    if os.geteuid() == 0:
        rights = ["--inh-caps", "+dac_override", "--ambient-caps", "+dac_override"]
        prefix += ["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", *rights]
    return [*prefix, "--", *command]


@dataclass
class Server:
    """A server process that listens on `port` of 127.0.0.1, and can be ended and started again."""

    command: Sequence[str]
    port: int
    log: Path
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def conninfo(self, **more: object) -> str:
        """Return a connection string for the owner of everything, unless `more` says otherwise."""
        parts: dict[str, object] = {"host": "127.0.0.1", "port": self.port, "user": _OWNER, "dbname": "postgres"}
        return " ".join(f"{key}={value}" for key, value in {**parts, **more}.items())

    def sql(self, *statements: str, **more: object) -> list[tuple[Any, ...]]:
        """Carry out `statements` as the owner; return the rows of the last one."""
        with psycopg.connect(self.conninfo(**more), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)  # type: ignore[call-overload, unused-ignore]
            return cursor.fetchall() if cursor.description else []

    def start(self) -> None:
        """Return when it can be used."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(self.command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self.wait()

    def wait(self) -> None:
        """Return when it can be used."""
        while not self._answers():
            assert self._process is not None
            assert self._process.poll() is None, self.log.read_text(errors="replace")

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Return when it is gone."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=_PATIENCE)
            self._process = None

    def restart(self, how: signal.Signals = signal.SIGQUIT) -> None:
        self.stop(how)
        self.start()

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            self.sql("SELECT 1", connect_timeout=2, sslmode="disable")
            return True
        return False


@contextmanager
def cluster(folder: Path, settings: Mapping[str, str] | None = None, hba: str = TRUST) -> Iterator[Server]:
    """Yield a running server with these `settings`, and with `hba` in its pg_hba.conf."""
    data = _data(folder, "data")
    made = as_nobody(
        program("initdb"), "-D", str(data), "-U", _OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
    )
    _made(made)
    (data / "pg_hba.conf").write_text(hba)
    yield from _running(_server(data, settings or {}))


@contextmanager
def standby(primary: Server, folder: Path) -> Iterator[Server]:
    """Yield a running server that follows `primary`, and may be read."""
    data = _data(folder, "standby")
    copied = ["-d", primary.conninfo(dbname="replication"), "-D", str(data)]
    _made(as_nobody(program("pg_basebackup"), *copied, "-R", "--checkpoint=fast", "--no-sync"))
    yield from _running(_server(data, {}))


@contextmanager
def bouncer(folder: Path, behind: int, users: Sequence[str]) -> Iterator[Server]:
    """Yield a running PgBouncer in transaction mode, whose clients get another server connection each time."""
    port = free_port()
    (folder / "users.txt").write_text("".join(f'"{user}" ""\n' for user in users))
    lines = (
        "[databases]",
        f"* = host=127.0.0.1 port={behind}",
        "[pgbouncer]",
        "listen_addr = 127.0.0.1",
        f"listen_port = {port}",
        "unix_socket_dir =",
        "auth_type = trust",
        f"auth_file = {folder / 'users.txt'}",
        "pool_mode = transaction",
        "default_pool_size = 8",
        "server_login_retry = 1",
        "server_round_robin = 1",
        "max_client_conn = 300",
    )
    (folder / "pgbouncer.ini").write_text("\n".join(lines) + "\n")
    command = as_nobody(program("pgbouncer"), str(folder / "pgbouncer.ini"))
    yield from _running(Server(command, port, folder / "pgbouncer.log"))


def _data(folder: Path, name: str) -> Path:
    """Return a new folder of whom the servers run as."""
    data = folder / name
    data.mkdir(mode=0o700)
    if os.geteuid() == 0:
        shutil.chown(data, "nobody", "nogroup")
    return data


def _made(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stdout + done.stderr


def _server(data: Path, settings: Mapping[str, str]) -> Server:
    port = free_port()
    options = {**_FAST, "port": str(port), **settings}
    parts = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    return Server(as_nobody(program("postgres"), "-D", str(data), *parts), port, data.with_suffix(".log"))


def _running(server: Server) -> Iterator[Server]:
    server.start()
    try:
        yield server
    finally:
        server.stop()

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from sarv_sync.errors import InputError, Refused, StateError
from sarv_sync.model.users import Settings
from sarv_sync.sandbox.sqlite import SqliteAccount
from tests.unit.sandbox.asking import Caller

if TYPE_CHECKING:
    from tests.unit.sandbox.conftest import Start

SERVE = """
import sys, threading
from pathlib import Path
from sarv_sync.sandbox.server import Sandbox
from sarv_sync.sandbox.sqlite import SqliteAccount
with Sandbox(SqliteAccount(Path(sys.argv[1])), owner_id="10042", token="test-token") as sandbox:
    print(sandbox.url, flush=True)
    threading.Event().wait()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "account.db"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_an_account_is_as_it_was_when_opened_again(path: Path) -> None:
    with closing(SqliteAccount(path)) as account:
        first = account.add(10, 1)
        account.fill([Settings(20, 2, "Disable")])
        account.edit(first.smtp_user_name, hourly_limit=7)
        account.reset(first.smtp_user_name)
        before = account.users()
    with closing(SqliteAccount(path)) as account:
        assert account.users() == before


def test_what_was_answered_survives_a_kill(path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", SERVE, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        with closing(Caller(process.stdout.readline().strip())) as caller:
            made = [caller.ask("addSmtp", total_limit=count, hourly_limit=1).json for count in range(1, 21)]
            caller.ask("editSmtp", smtp_user_name=made[0]["smtp_user_name"], status="Disable")
            reset = caller.ask("resetSmtpPassword", smtp_user_name=made[1]["smtp_user_name"]).json
            process.send_signal(signal.SIGKILL)
    with closing(SqliteAccount(path)) as account:
        users = account.users()
    assert [user.smtp_user_name for user in users] == [answer["smtp_user_name"] for answer in made]
    assert users[0].settings.status == "Disable"
    assert users[1].password.reveal() == reset["smtp_password"]


def test_nobody_else_can_read_the_file_or_its_journal(path: Path) -> None:
    before = os.umask(0)
    try:
        with closing(SqliteAccount(path)) as account:
            account.add(1, 1)
            files = [*path.parent.iterdir()]
            assert len(files) == 2
            assert {mode(file) for file in files} == {0o600}
    finally:
        os.umask(before)


def test_a_file_that_others_could_read_is_closed_to_them(path: Path) -> None:
    SqliteAccount(path).close()
    path.chmod(0o644)
    SqliteAccount(path).close()
    assert mode(path) == 0o600


@pytest.mark.parametrize("new", [True, False])
def test_a_file_in_use_is_refused(path: Path, *, new: bool) -> None:
    if not new:
        SqliteAccount(path).close()
    with closing(SqliteAccount(path)) as account:
        with pytest.raises(Refused, match="in use by another sandbox"):
            SqliteAccount(path)
        account.add(1, 1)


def test_a_text_file_is_not_taken_and_not_touched(path: Path) -> None:
    path.write_text("precious\n" * 1_000)
    path.chmod(0o644)
    with pytest.raises(InputError, match="cannot be used"):
        SqliteAccount(path)
    assert path.read_text() == "precious\n" * 1_000
    assert mode(path) == 0o644


def test_another_database_is_not_taken_and_not_touched(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE precious (x)")
    before = path.read_bytes()
    with pytest.raises(InputError, match="not an account of this sandbox"):
        SqliteAccount(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["missing/account.db", "."])
def test_a_path_that_cannot_be_a_file_is_an_input_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="cannot open"):
        SqliteAccount(tmp_path / name)


def test_a_file_whose_mode_cannot_be_set_is_an_input_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(InputError, match="Operation not permitted"):
        SqliteAccount(path)
    assert mode(path) == 0o600


def test_a_change_that_cannot_be_written_did_not_happen(path: Path) -> None:
    with closing(SqliteAccount(path)) as account:
        account.add(1, 1)
        before = account.users()
        with pytest.raises(StateError, match="cannot be written"):
            account.add(-1, 1)
        assert account.users() == before
        assert account.add(2, 2) in account.users()


def test_a_client_learns_of_it_as_a_general_error(path: Path, start: Start, caplog: pytest.LogCaptureFixture) -> None:
    with closing(SqliteAccount(path)) as account:
        _, caller = start(account=account)
        account.close()
        assert caller.ask("addSmtp", total_limit=1, hourly_limit=1).json["name"] == "GeneralError"
        assert caller.names() == []
    assert "cannot be written" in caplog.text

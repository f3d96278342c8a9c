"""Passwords are changed while a program logs in every 100 ms: with two users in turns it never fails."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import by_name
from tests.end_to_end.certificates import certificate
from tests.end_to_end.conftest import LOGINS
from tests.end_to_end.passwords.client import MailClient
from tests.end_to_end.passwords.logins import WITH_SINK, applied, bound, planned
from tests.end_to_end.workplace import Workplace
from tests.mail.server import MailServer, accounts_of

Record = Callable[[str, object], None]
TURNS = 4
SLOW = ("editSmtp:late-commit:hold=true,seconds=0.4", "resetSmtpPassword:late:seconds=0.4")
"""Time for a login between any two steps of a turn: an edit takes effect late, a new password is told late."""


@pytest.fixture
def pem(tmp_path: Path) -> Path:
    return certificate(tmp_path, 30)


@pytest.fixture
def server(sandbox: Sandbox, pem: Path) -> Iterator[MailServer]:
    """Lets in the enabled users of the account, with the passwords that they have at that moment."""
    with MailServer(accounts_of(sandbox.account), pem) as server:
        yield server


def test_no_login_fails_while_two_users_take_turns(
    work: Workplace, sandbox: Sandbox, server: MailServer, pem: Path, record_property: Record
) -> None:
    """Over several turns, and the ends of their graces."""
    work.users("billing: {rotation: alternate, grace: 1s}", WITH_SINK)
    applied(work)
    sandbox.set_faults(*SLOW)
    with MailClient(work, "billing", server, pem) as client:
        for turn in range(TURNS):
            client.once_more()
            assert work.run("rotate", "billing", "--auto-approve").code == 0
            client.once_more()
            while not planned(work):  # its grace is not over yet
                client.once_more()
            applied(work)
            serving, idle = ("billing+2", "billing") if turn % 2 == 0 else ("billing", "billing+2")
            statuses = {name: status for name, (_, _, status) in by_name(work, sandbox).items()}
            assert statuses == {serving: "Enable", idle: "Disable"}
            client.once_more()
            assert client.logins[-1:] == [bound(work)[serving]]
    counts = Counter(client.logins)
    sys.stdout.write(f"{len(client.logins)} logins over {TURNS} turns, {len(client.failures)} of them failed\n")
    record_property(LOGINS, len(client.logins))
    assert client.failures == []
    assert set(counts) == set(bound(work).values()), "both users were in use"
    assert len(client.logins) >= TURNS * 6


def test_in_place_logins_fail_until_the_new_password_has_arrived(
    work: Workplace, sandbox: Sandbox, server: MailServer, pem: Path
) -> None:
    """So the check above can fail. A target in front of the file takes its time, until the client has noticed."""
    script = '#!/bin/sh\ncase "$(cat)" in *\'"check"\'*) exit 0;; esac\nuntil test -e noticed; do sleep 0.05; done\n'
    work.write(script, "deliver.sh").chmod(0o755)
    work.write("", "noticed")
    work.users("billing: {}", WITH_SINK.replace("[", "[{sink: command, command: [./deliver.sh]}, ", 1))
    applied(work)
    (work.path / "noticed").unlink()
    with MailClient(work, "billing", server, pem, failed=(work.path / "noticed").touch) as client:
        client.once_more()
        assert client.failures == []
        assert work.run("rotate", "billing", "--auto-approve").code == 0
        client.once_more()
        failures = len(client.failures)
        client.once_more()
    assert failures >= 1
    assert "535" in client.failures[0]
    assert len(client.failures) == failures, "what has arrived is let in"
    assert client.logins[-1] == bound(work)["billing"]
    assert len(sandbox.account.users()) == 1

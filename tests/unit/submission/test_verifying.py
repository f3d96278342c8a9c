"""Proving a delivered password, with patience."""

from __future__ import annotations

from pathlib import Path

import pytest

from sarv_sync.errors import InputError, SinkError
from sarv_sync.model.secret import Secret
from sarv_sync.model.sink import Credential, Recipient
from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.submission.failures import LoginRefused
from sarv_sync.submission.verifying import Verifier
from tests.end_to_end.certificates import certificate
from tests.mail.server import MailServer, accounts_of

RECIPIENT = Recipient("billing", "smtp1")


def credential(server: MailServer, password: str = "right", user: str = "smtp1") -> Credential:
    return Credential(Recipient("billing", user), Secret(password), server.host, server.port)


@pytest.mark.parametrize("busy", [False, "454 4.7.0 not now"])
def test_a_password_that_is_late_at_the_server_is_waited_for(tmp_path: Path, busy: bool | str) -> None:
    pauses: list[float] = []
    pem = certificate(tmp_path, 30)
    with MailServer(lambda *_: len(pauses) == 2 or busy, pem) as server:
        Verifier(str(pem), attempts=3, pause=7, sleep=pauses.append).verify(credential(server))
    assert server.logins == [("smtp1", False), ("smtp1", False), ("smtp1", True)]
    assert pauses == [7, 7]


def test_a_password_that_stays_wrong_is_given_up(tmp_path: Path) -> None:
    pauses: list[float] = []
    pem = certificate(tmp_path, 30)
    with (
        MailServer(lambda *_: False, pem) as server,
        pytest.raises(LoginRefused, match="does not accept the password"),
    ):
        Verifier(str(pem), attempts=3, sleep=pauses.append).verify(credential(server))
    assert (len(server.logins), len(pauses)) == (3, 2)


def test_what_waiting_does_not_mend_is_told_at_once(tmp_path: Path) -> None:
    pem = certificate(tmp_path, 30)
    with MailServer(lambda *_: True, pem) as server, pytest.raises(SinkError, match="certificate"):
        Verifier(sleep=lambda _: pytest.fail("waited")).verify(credential(server))
    assert server.logins == []


def test_the_server_can_know_who_the_account_knows(tmp_path: Path) -> None:
    account, pem = MemoryAccount(), certificate(tmp_path, 30)
    enabled, disabled = account.add(1, 1), account.add(1, 1, "Disable")
    verifier = Verifier(str(pem), attempts=1)
    with MailServer(accounts_of(account), pem) as server:
        password = enabled.password.reveal()
        verifier.verify(credential(server, password, enabled.smtp_user_name))
        for user, given in ((disabled, disabled.password.reveal()), (enabled, f"{password}x")):
            with pytest.raises(LoginRefused):
                verifier.verify(credential(server, given, user.smtp_user_name))


def test_without_a_server_there_is_nothing_to_prove() -> None:
    with pytest.raises(InputError, match="needs a server to log in to"):
        Verifier().verify(Credential(RECIPIENT, Secret("right")))

"""`verify: smtp`: what was delivered has to be let in by the server that mail is handed to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.certificates import certificate
from tests.end_to_end.conftest import Serve
from tests.end_to_end.leaks import CanaryAccount, assert_no_leak
from tests.end_to_end.passwords.logins import (
    accepted,
    applied,
    bound,
    delivered,
    drift,
    held,
    names,
    passwords,
    planned,
)
from tests.end_to_end.workplace import TOKEN, Workplace
from tests.mail.server import Accepts, MailServer, accounts_of

Mail = Callable[..., MailServer]


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificate"), 30)


@pytest.fixture
def account(serve: Serve) -> CanaryAccount:
    """An empty account, with passwords that no encoding keeps as they are."""
    account = CanaryAccount()
    serve(account=account)
    return account


@pytest.fixture
def mail(work: Workplace, pem: Path) -> Iterator[Mail]:
    """Starts a server that the program trusts, and has a file log in there."""
    work.environment["SARV_CA_BUNDLE"] = str(pem)
    with ExitStack() as stack:

        def serving(accepts: Accepts, certified: Path | None = pem, users: str = "a: {}\nb: {}") -> MailServer:
            server = stack.enter_context(MailServer(accepts, certified))
            work.users(users, head(server))
            return server

        yield serving


def head(server: MailServer) -> str:
    return f"""\
version: 1
account:
  {{owner_id: "10042", settle: 100ms, retry_for: 0s, smtp: {{host: {server.host}, port: {server.port}}}}}
defaults: {{total_limit: 1000, hourly_limit: 100}}
credentials: [{{sink: dotenv, path: "secrets/{{name}}.env", verify: smtp}}]
"""


def refusing(*_: str) -> bool:
    return False


def test_what_is_let_in_is_delivered(work: Workplace, account: CanaryAccount, mail: Mail) -> None:
    server = mail(accounts_of(account))
    done = applied(work)
    assert names(done.json["delivered"]) == ["a", "b"]
    assert sorted(server.logins) == sorted((user, True) for user in bound(work).values())
    work.users("a: {password_version: 2}\nb: {}", head(server))
    applied(work)
    assert server.logins[2:] == [(bound(work)["a"], True)], "only what was changed is tried"
    assert server.mails == []
    assert_no_leak(work, [TOKEN, *account.given], except_for=["secrets/*"])


def test_what_is_refused_counts_as_undelivered_with_the_reason_and_is_tried_again(
    work: Workplace, account: CanaryAccount, mail: Mail
) -> None:
    closed = ["closed"]
    server = mail(lambda name, password: not closed and accounts_of(account)(name, password), users="a: {}")
    done = work.apply("--format", "json")
    assert (done.code, done.json["delivered"]) == (5, []), done.said
    [failed] = done.json["undelivered"]
    assert f"cannot log in at {server.host}:{server.port} as {bound(work)['a']}" in failed["message"]
    assert "535" in failed["message"]
    assert [entry["action"] for entry in done.json["applied"]] == ["create"]
    assert len(server.logins) == 5, "a new password may take a moment to reach the server"
    assert drift(work) == {("a", "undelivered")}
    assert planned(work) == {("a", "deliver")}
    closed.clear()
    assert names(applied(work).json["delivered"]) == ["a"]
    assert server.logins[5:] == [(bound(work)["a"], True)]
    assert len(account.users()) == 1
    assert_no_leak(work, [TOKEN, *account.given], except_for=["secrets/*"])


def test_a_password_that_takes_a_moment_to_reach_the_server_is_waited_for(
    work: Workplace, account: CanaryAccount, mail: Mail
) -> None:
    tried: list[str] = []

    def slowly(name: str, password: str) -> bool:
        tried.append(name)
        return tried.count(name) > 2 and bool(accounts_of(account)(name, password))

    server = mail(slowly)
    applied(work)
    assert sorted(ok for _, ok in server.logins) == [False] * 4 + [True] * 2


def test_one_that_is_refused_leaves_the_others(work: Workplace, account: CanaryAccount, mail: Mail) -> None:
    users: list[str] = []

    def picky(name: str, password: str) -> bool:
        users.append(name)
        return name != users[0] and bool(accounts_of(account)(name, password))

    mail(picky)
    done = work.apply("--format", "json")
    assert done.code == 5, done.said
    [failed], [well] = done.json["undelivered"], done.json["delivered"]
    assert failed["smtp_user_name"] == users[0]
    assert {failed["name"], well["name"]} == {"a", "b"}
    assert delivered(work).keys() == {"a", "b"}


def test_a_certificate_that_nobody_vouches_for_is_no_proof(
    work: Workplace, account: CanaryAccount, mail: Mail
) -> None:
    server = mail(accounts_of(account), users="a: {}")
    done = work.run("apply", "--auto-approve", "--format", "json", SARV_CA_BUNDLE=None)
    assert (done.code, names(done.json["undelivered"])) == (5, ["a"]), done.said
    assert "certificate" in done.json["undelivered"][0]["message"]
    assert server.logins == []
    assert names(applied(work).json["delivered"]) == ["a"]


def test_without_tls_nothing_is_sent(work: Workplace, account: CanaryAccount, mail: Mail) -> None:
    server = mail(accounts_of(account), None, users="a: {}")
    done = work.apply("--format", "json")
    assert (done.code, names(done.json["undelivered"])) == (5, ["a"]), done.said
    assert "offers no STARTTLS, so nothing was sent" in done.json["undelivered"][0]["message"]
    assert (server.logins, server.mails) == ([], [])


def test_a_server_that_is_not_there_is_said(work: Workplace, account: CanaryAccount, mail: Mail) -> None:
    server = mail(accounts_of(account), users="a: {}")
    work.users("a: {}", head(server).replace(f"port: {server.port}", "port: 1"))
    done = work.apply("--format", "json")
    assert (done.code, names(done.json["undelivered"])) == (5, ["a"]), done.said
    assert f"cannot log in at {server.host}:1" in done.json["undelivered"][0]["message"]
    assert len(account.users()) == 1


def test_a_user_that_is_disabled_is_not_tried(work: Workplace, account: CanaryAccount, mail: Mail) -> None:
    server = mail(accounts_of(account), users="a: {status: Disable}\nb: {}")
    applied(work)
    assert server.logins == [(bound(work)["b"], True)]
    assert delivered(work).keys() == {"a", "b"}


def test_of_two_users_in_turns_the_one_that_takes_over_is_let_in_before_the_other_goes(
    work: Workplace, sandbox: Sandbox, mail: Mail
) -> None:
    account = sandbox.account
    closed: list[str] = []
    entry = "a: {rotation: alternate, grace: 0s}"
    server = mail(lambda name, password: not closed and accounts_of(account)(name, password), users=entry)
    applied(work)
    closed.append("for now")
    failed = work.run("rotate", "a", "--auto-approve")
    assert failed.code == 5, failed.said
    assert planned(work) == {("a+2", "deliver")}, "until then the first one is left as it is"
    closed.clear()
    assert work.apply().code == 0
    assert server.logins[-1] == (bound(work)["a+2"], True)
    assert planned(work) == {("a", "update")}
    applied(work)
    assert accepted(sandbox) == {held(work, "a")}
    assert held(work, "a") == (bound(work)["a+2"], passwords(work, sandbox)["a+2"])

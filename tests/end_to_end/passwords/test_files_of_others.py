"""Where a password belongs there may be a file that somebody else wrote: it stays, and that is said."""

from __future__ import annotations

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.conftest import Serve
from tests.end_to_end.leaks import CanaryAccount
from tests.end_to_end.passwords.logins import WITH_SINK, applied, delivered, drift, passwords
from tests.end_to_end.workplace import HEAD, Workplace

MINE = "SMTP_USERNAME=a\nSMTP_PASSWORD=another\n"


def test_one_in_place_of_a_delivered_password_is_drift_and_stays_until_it_is_moved(
    work: Workplace, serve: Serve
) -> None:
    sandbox = serve(account=CanaryAccount())
    work.users("a: {}", WITH_SINK)
    applied(work)
    mine = work.write(MINE, "secrets/a.env")
    assert drift(work) == {("a", "undelivered")}
    done = work.apply()
    assert (done.code, "what is there is not a file of this sink" in done.flat) == (5, True), done.said
    assert mine.read_text() == MINE
    mine.unlink()
    applied(work)
    assert delivered(work) == passwords(work, sandbox)


def test_nobody_is_made_whose_password_has_no_place_because_of_it(work: Workplace, sandbox: Sandbox) -> None:
    mine = work.write(MINE, "secrets/a.env")
    work.users("a: {}", WITH_SINK)
    assert (work.apply().code, sandbox.account.users(), mine.read_text()) == (4, (), MINE)


def test_the_files_that_are_applied_are_not_replaced(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}", f"{HEAD}credentials: [{{sink: dotenv, path: sarv-sync.yaml}}]\n")
    before = (work.path / "sarv-sync.yaml").read_text()
    assert (work.apply().code, sandbox.account.users()) == (3, ())
    assert (work.path / "sarv-sync.yaml").read_text() == before


def test_the_state_is_not_replaced(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    applied(work)
    work.users("a: {}", f"{HEAD}credentials: [{{sink: dotenv, path: sarv-sync.state.json}}]\n")
    assert work.apply().code == 3
    assert list(work.state()["bindings"]) == ["a"]
    assert len(sandbox.account.users()) == 1


def test_gits_folder_is_none_of_a_user_called_git(work: Workplace, sandbox: Sandbox) -> None:
    config = work.write("[core]\n", ".git/config")
    work.users("git: {}", f'{HEAD}credentials: [{{sink: dotenv, path: ".{{name}}/config"}}]\n')
    done = work.run("validate")
    assert (done.code, "leads into git's own folder for `git`" in done.said) == (3, True), done.said
    assert work.apply().code == 3
    assert (config.read_text(), sandbox.account.users()) == ("[core]\n", ())

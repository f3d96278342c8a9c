"""An apply that creates twenty users, to be attacked, and what has to be true afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sarv_sync.applying.beginning import begin
from sarv_sync.inputs import Inputs, read_configuration
from sarv_sync.model.account import Account
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.secret import Secret
from sarv_sync.planning.planner import make_plan
from sarv_sync.planning.rotating import Rotations
from sarv_sync.provider.client import Client
from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.sandbox.server import Sandbox
from sarv_sync.state.journal import read_state
from sarv_sync.state.local import LocalStore
from tests.end_to_end.accounts import Values, by_name, by_user, in_account, user, values
from tests.end_to_end.workplace import OWNER, TOKEN, Ended, Workplace

HEAD = """\
version: 1
account: {owner_id: "10042", settle: 100ms, retry_for: 0s}
"""
STATE = "sarv-sync.state.json"
STRANGER = user("smtp7", 77, 7)

Desired = dict[str, Values]


def tenants(number: int) -> Desired:
    """Return the values that so many users are to have, every fifth disabled."""
    names = {index: f"tenant-{index:02}" for index in range(number)}
    return {name: (1000 + index, 10 + index, "Enable" if index % 5 else "Disable") for index, name in names.items()}


def entries(desired: Desired) -> str:
    """Return the lines that ask for `desired` in the file."""
    return "\n".join(
        f"{name}: {{total_limit: {total}, hourly_limit: {hourly}, status: {status}}}"
        for name, (total, hourly, status) in desired.items()
    )


def everybody(desired: Desired) -> list[Values]:
    """Return what `in_account` has to say when there is nobody but the users of `desired` and the stranger."""
    return sorted([*desired.values(), values(STRANGER)])


DESIRED = tenants(20)


@contextmanager
def scene(folder: Path, head: str = HEAD) -> Iterator[tuple[Workplace, Sandbox]]:
    """Yield a new folder with the file of twenty users, and an account that has one of somebody else's."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with Sandbox(MemoryAccount(users=(STRANGER,)), owner_id=OWNER, token=TOKEN) as sandbox:
        work = Workplace(folder, {"SARV_TOKEN": TOKEN, "SARV_ENDPOINT": sandbox.url})
        work.users(entries(DESIRED), head)
        yield work, sandbox


def assert_whole(work: Workplace, sandbox: Sandbox, desired: Desired = DESIRED) -> None:
    """Everybody is there exactly once, nobody else was touched, and nothing is left to be done or looked for."""
    assert in_account(sandbox) == everybody(desired), "one user for each name, and no spare"
    assert STRANGER in sandbox.account.users(), "with its name and password"
    assert by_name(work, sandbox) == desired
    configuration = read_configuration(Inputs(None, None, work.environment, work.path))
    account = Account(sandbox.url, OWNER)
    client = Client(sandbox.url, OWNER, Secret(TOKEN), Scrubber())
    listing = client.list_users()
    client.close()
    state = read_state(LocalStore(work.path / STATE), account)
    assert (state.intents, state.removed) == ({}, {})
    plan = make_plan(configuration, account, state, listing)
    assert (plan.changes, plan.drift, plan.blocked, plan.refusals) == ((), (), (), ())
    assert begin(state, plan, Rotations(configuration), listing) == state
    assert [each.smtp_user_name for each in plan.unmanaged] == [STRANGER.smtp_user_name]
    passwords = {listing.users[binding.smtp_user_name].password for binding in state.bindings.values()}
    assert len({password.reveal() for password in passwords} - {""}) == len(desired)


def assert_told(ended: Ended, sandbox: Sandbox, reason: str, *, healed: bool) -> None:
    """A run that was refused a call ends as the contract says, tells the `reason`, and reports nothing false.

    One that `healed` and finished may keep it to itself.
    """
    assert "Traceback" not in ended.said
    assert "bug" not in ended.said
    assert ended.code in {0, 1, 5}
    if ended.code == 0:
        assert in_account(sandbox) == everybody(DESIRED)
    if ended.code or not healed:
        assert reason in ended.flat
    if ended.out.startswith("{"):
        _assert_reported(ended, sandbox)


def _assert_reported(ended: Ended, sandbox: Sandbox) -> None:
    report = ended.json
    if ended.code == 1:
        assert (report["format"], report["exit_code"]) == ("sarv-sync-error/1", 1)
        return
    users = by_user(sandbox)
    assert {entry["name"]: users[entry["smtp_user_name"]] for entry in report["applied"]}.items() <= DESIRED.items()
    ends = [len(report[key]) for key in ("applied", "failed", "unknown", "not_attempted")]
    assert (sum(ends), report["verified"]) == (len(DESIRED), ended.code == 0)

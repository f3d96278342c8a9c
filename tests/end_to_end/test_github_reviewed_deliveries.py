"""A delivery that was reviewed stays approved until it is made, and nothing else stays approved with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import by_user, user
from tests.end_to_end.github_office import Office
from tests.end_to_end.workplace import OWNER, TOKEN
from tests.forge.server import Forge

BILLING = "billing: {smtp_user_name: smtp1, total_limit: 1000, hourly_limit: 100}"
RAISED = "billing: {smtp_user_name: smtp1, total_limit: 5000, hourly_limit: 100}"
CLOSED = 'case "$(cat)" in *check*) ;; *) test -e open || exit 3;; esac'
"""A program that can be checked, and takes a password only if there is a file called `open`."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """One user, bound and applied; from now on its password goes to a program that does not take it."""
    account = MemoryAccount(users=(user("smtp1"),))
    with Forge() as forge, Sandbox(account, owner_id=OWNER, token=TOKEN) as sandbox:
        made = Office(tmp_path, forge, sandbox)
        made.found(made.users(BILLING))
        made.comment = "false"
        first = made.apply(approved_plan="none")
        assert first.code == 0, first.said
        made.head += f"credentials: {json.dumps([{'sink': 'command', 'command': ['sh', '-c', CLOSED]}])}\n"
        yield made


def test_an_owed_delivery_stays_approved_and_the_edit_that_was_made_does_not(office: Office) -> None:
    pull = office.open(office.users(RAISED))
    assert office.plan(pull).outputs["exitcode"] == "2"
    office.merge(pull)
    first = office.apply()
    assert (first.code, first.outputs["updated"], first.outputs["delivered"]) == (5, "1", "0"), first.said
    assert "billing: deliver failed: command: the delivery for billing" in first.said
    office.sandbox.account.edit("smtp1", total_limit=1000)
    again = office.apply()
    assert again.outputs["failure-reason"] == "not-reviewed", again.said
    assert "billing: not as reviewed" in again.said
    assert by_user(office.sandbox)["smtp1"] == (1000, 100, "Enable")
    office.sandbox.account.edit("smtp1", total_limit=5000)
    third = office.apply()
    assert (third.code, third.outputs["failure-reason"]) == (5, "incomplete"), third.said
    assert len(office.reviews()) == 1


def test_a_delivery_that_was_made_is_forgotten(office: Office) -> None:
    pull = office.open({"open": "", **office.users(RAISED)})
    office.plan(pull)
    office.merge(pull)
    done = office.apply()
    assert (done.code, done.outputs["delivered"]) == (0, "1"), done.said
    assert office.reviews() == []

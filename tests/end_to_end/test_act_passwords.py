"""Passwords by the workflows as they are, run by a real runner: an apply delivers them, a schedule changes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.accounts import by_user, user
from tests.end_to_end.act_log import Ended
from tests.end_to_end.act_office import BILLING, RAISED, open_office
from tests.end_to_end.act_runner import SECRETS, Runner
from tests.end_to_end.deliveries import (
    LIVE,
    WRITER,
    RememberingAccount,
    arrived,
    assert_nothing_seen,
    deliver_to_github,
    logs_in,
)

SHOP = "shop: {total_limit: 700, hourly_limit: 70, labels: {stage: live}}"
BUMPED = SHOP.replace("{total", "{password_version: 2, total")
GIVEN = {**SECRETS, "SARV_SECRETS_TOKEN": WRITER}
"""What the environments of the workflows that apply and rotate have."""


@pytest.fixture
def account() -> RememberingAccount:
    return RememberingAccount(users=(user("smtp1"),))


@pytest.fixture
def runner(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, account: RememberingAccount) -> Iterator[Runner]:
    """One user that is applied, before there were sinks; now there are."""
    with open_office(tmp_path, tmp_path_factory, "plan.yml", "apply.yml", "rotate.yml", account=account) as made:
        deliver_to_github(made.office)
        yield made


@pytest.fixture
def delivering(runner: Runner) -> Runner:
    """Both users' passwords are where they belong."""
    office = runner.office
    office.push_main(office.users(f"{BILLING}\n{SHOP}"))
    done = office.apply(approved_plan="none", secrets_token=WRITER)
    assert done.code == 0, done.said
    return runner


def said(*runs: Ended) -> list[str]:
    """Return everything that was printed, set and told in these runs."""
    return [
        text
        for run in runs
        for text in (run.log, run.complaints, run.summary, *(json.dumps(entry) for entry in run.entries))
    ]


def test_a_new_users_password_arrives_in_secrets_of_the_repository_and_of_an_environment(
    runner: Runner, account: RememberingAccount
) -> None:
    office = runner.office
    pull = office.open(office.users(f"{BILLING}\n{SHOP}"))
    planned = runner.pull_request("plan.yml", pull)
    assert planned.jobs == {"Validate": "success", "Plan": "success"}, planned.plain
    assert planned.outputs("Plan")["delivered"] == "2"

    office.merge(pull)
    done = runner.on_main("apply.yml", "push", secrets=GIVEN)

    assert (done.code, done.jobs) == (0, {"Apply": "success"}), done.plain
    outputs = done.outputs("Apply")
    assert (outputs["created"], outputs["delivered"], outputs["incomplete"]) == ("1", "2", "false")
    for place in (("BILLING", None), ("SHOP", None), ("SHOP", LIVE)):
        assert logs_in(office.sandbox, arrived(office, *place))
    assert_nothing_seen(office, account, said(planned, done))


def test_without_a_token_that_may_write_secrets_nothing_is_created(runner: Runner) -> None:
    office = runner.office
    pull = office.open(office.users(f"{BILLING}\n{SHOP}"))
    assert runner.pull_request("plan.yml", pull).code == 0
    office.merge(pull)
    before = office.writes()
    refused = runner.on_main("apply.yml", "push")

    assert refused.jobs == {"Apply": "failure"}, refused.plain
    assert (refused.outputs("Apply")["exitcode"], refused.outputs("Apply")["failure-reason"]) == ("4", "sink")
    assert "SARV_SECRETS_TOKEN" in refused.summary
    assert office.writes() == before


def test_the_schedule_changes_and_delivers_what_is_due(delivering: Runner, account: RememberingAccount) -> None:
    office = delivering.office
    before = {name: arrived(office, name) for name in ("BILLING", "SHOP")}
    office.push_main(office.users(f"{RAISED}\n{BUMPED}"))
    done = delivering.on_main("rotate.yml", "schedule", secrets=GIVEN)

    assert (done.code, done.jobs) == (0, {"Rotate": "success"}), done.plain
    outputs = done.outputs("Rotate")
    assert (outputs["rotated"], outputs["delivered"], outputs["updated"]) == ("1", "1", "0")
    assert arrived(office, "BILLING") == before["BILLING"]
    assert arrived(office, "SHOP") != before["SHOP"]
    for place in (("BILLING", None), ("SHOP", None), ("SHOP", LIVE)):
        assert logs_in(office.sandbox, arrived(office, *place))
    assert by_user(office.sandbox)["smtp1"] == (1000, 100, "Enable")
    assert "1 to rotate" in done.flat
    assert_nothing_seen(office, account, said(done))


def test_started_by_hand_it_changes_who_is_named(delivering: Runner, account: RememberingAccount) -> None:
    office = delivering.office
    before = {name: arrived(office, name) for name in ("BILLING", "SHOP")}
    done = delivering.on_main(
        "rotate.yml", "workflow_dispatch", secrets=GIVEN, inputs={"names": "--label stage=live"}
    )

    assert (done.code, done.outputs("Rotate")["rotated"]) == (0, "1"), done.plain
    assert arrived(office, "BILLING") == before["BILLING"]
    assert arrived(office, "SHOP") != before["SHOP"]
    assert logs_in(office.sandbox, arrived(office, "SHOP", LIVE))
    assert_nothing_seen(office, account, said(done))


def test_started_by_hand_for_nobody_it_does_what_is_due(delivering: Runner) -> None:
    before = delivering.office.writes()
    done = delivering.on_main("rotate.yml", "workflow_dispatch", secrets=GIVEN)
    assert (done.code, done.outputs("Rotate")["rotated"]) == (0, "0"), done.plain
    assert delivering.office.writes() == before

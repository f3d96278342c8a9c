"""Passwords in jobs on GitHub: an apply delivers them to secrets, a schedule changes them, and nothing shows them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import by_user, user
from tests.end_to_end.deliveries import (
    LIVE,
    WRITER,
    RememberingAccount,
    arrived,
    assert_nothing_seen,
    deliver_to_github,
    logs_in,
)
from tests.end_to_end.github_applied import BILLING, RAISED
from tests.end_to_end.github_office import JOB_TOKEN, REPOSITORY, Job, Office
from tests.end_to_end.workplace import OWNER, TOKEN
from tests.forge.answers import Answer
from tests.forge.server import Forge

SHOP = "shop: {total_limit: 700, hourly_limit: 70, labels: {stage: live}}"
BUMPED = SHOP.replace("{total", "{password_version: 2, total")


@pytest.fixture
def account() -> RememberingAccount:
    return RememberingAccount(users=(user("smtp1"),))


@pytest.fixture
def office(tmp_path: Path, account: RememberingAccount) -> Iterator[Office]:
    """One user that is applied, before there were sinks; now there are."""
    with Forge() as forge, Sandbox(account, owner_id=OWNER, token=TOKEN) as sandbox:
        made = Office(tmp_path, forge, sandbox, comment="false")
        made.found(made.users(BILLING))
        first = made.apply(approved_plan="none")
        assert first.code == 0, first.said
        deliver_to_github(made)
        yield made


@pytest.fixture
def delivered(office: Office) -> Office:
    """Both users' passwords are where they belong."""
    office.push_main(office.users(f"{BILLING}\n{SHOP}"))
    done = office.apply(approved_plan="none", secrets_token=WRITER)
    assert done.code == 0, done.said
    return office


def rotate(office: Office, args: str, **options: object) -> Job:
    """Run the job that rotates."""
    with office.checkout("main") as folder:
        return office.step(
            "rotate", folder, **{"event": "schedule", "args": args, "secrets_token": WRITER, **options}
        )


def said(*jobs: Job) -> list[str]:
    return [text for job in jobs for text in (job.out, job.err, job.summary, json.dumps(job.outputs))]


def test_a_merge_delivers_what_its_pull_request_has_shown(office: Office, account: RememberingAccount) -> None:
    pull = office.open(office.users(f"{BILLING}\n{SHOP}"))
    planned = office.plan(pull)
    assert (planned.outputs["created"], planned.outputs["delivered"]) == ("1", "2"), planned.said
    office.merge(pull)
    done = office.apply(secrets_token=WRITER)
    assert (done.code, done.outputs["created"], done.outputs["delivered"]) == (0, "1", "2"), done.said
    assert done.outputs["digest"] == planned.outputs["digest"]
    places = [("BILLING", None), ("SHOP", None), ("SHOP", LIVE)]
    assert all(logs_in(office.sandbox, arrived(office, *place)) for place in places)
    assert office.forge.secret(REPOSITORY, "BILLING_SMTP_PASSWORD", LIVE) is None
    assert_nothing_seen(office, account, said(planned, done))


def test_the_token_of_the_workflow_cannot_write_secrets_so_nothing_is_created(office: Office) -> None:
    office.push_main(office.users(f"{BILLING}\n{SHOP}"))
    before = office.writes()
    for environment in ({}, {"GITHUB_TOKEN": JOB_TOKEN}):
        refused = office.apply(approved_plan="none", environment=environment)
        assert (refused.code, refused.outputs["failure-reason"]) == (4, "sink"), refused.said
        assert "SARV_SECRETS_TOKEN" in refused.said
        assert "SARV_SECRETS_TOKEN" in refused.summary
    assert office.writes() == before


def test_what_could_not_be_delivered_is_delivered_by_the_next_run_without_another_review(office: Office) -> None:
    pull = office.open(office.users(f"{BILLING}\n{SHOP}"))
    office.plan(pull)
    office.merge(pull)
    path = f"/repos/{REPOSITORY}/environments/{LIVE}/secrets/SHOP"
    office.forge.events.fail("PUT", path, Answer(403, {"message": "Resource not accessible"}), None)
    failed = office.apply(secrets_token=WRITER)
    assert (failed.code, failed.outputs["failure-reason"]) == (5, "incomplete"), failed.said
    assert (failed.outputs["created"], failed.outputs["incomplete"]) == ("1", "true")
    assert [command.name for command in failed.commands] == ["error"]
    assert "shop" in failed.commands[0].data
    assert logs_in(office.sandbox, arrived(office, "BILLING"))

    office.forge.events.forgive(path)
    done = office.apply(secrets_token=WRITER)
    assert (done.code, done.outputs["created"], done.outputs["delivered"]) == (0, "0", "1"), done.said
    assert logs_in(office.sandbox, arrived(office, "SHOP", LIVE))
    assert office.reviews() == []


def test_a_schedule_changes_what_is_due_and_nothing_else(delivered: Office, account: RememberingAccount) -> None:
    before = {name: arrived(delivered, name) for name in ("BILLING", "SHOP")}
    delivered.push_main(delivered.users(f"{RAISED}\n{BUMPED}"))
    done = rotate(delivered, "--due")
    assert (done.code, done.outputs["failure-reason"]) == (0, ""), done.said
    assert {key: done.outputs[key] for key in ("rotated", "delivered", "created", "updated", "incomplete")} == {
        "rotated": "1", "delivered": "1", "created": "0", "updated": "0", "incomplete": "false",
    }  # fmt: skip
    assert arrived(delivered, "BILLING") == before["BILLING"]
    assert arrived(delivered, "SHOP") != before["SHOP"]
    assert arrived(delivered, "SHOP") == arrived(delivered, "SHOP", LIVE)
    assert all(logs_in(delivered.sandbox, arrived(delivered, name)) for name in before)
    assert by_user(delivered.sandbox)["smtp1"] == (1000, 100, "Enable")
    assert "shop" in done.summary
    assert_nothing_seen(delivered, account, said(done))


def test_where_nothing_is_due_the_job_succeeds_and_says_so(delivered: Office) -> None:
    before = delivered.writes()
    done = rotate(delivered, "--due", secrets_token=None)
    assert (done.code, done.outputs["rotated"], done.outputs["changes"]) == (0, "0", "false"), done.said
    assert delivered.writes() == before


@pytest.mark.parametrize(
    ("args", "told"),
    [
        ("", "whose passwords are to be changed"),
        ("billing --all", "--all and names say different things"),
        ("--bogus", "rotate takes there: [NAME]..., --all, --due, --older-than, --label, --expect-digest"),
        ("--older-than soon", "--older-than soon: this is no duration"),
        ("nobody", "nobody"),
    ],
)
def test_args_that_mean_nobody_are_wrong_input(delivered: Office, args: str, told: str) -> None:
    before = delivered.writes()
    refused = rotate(delivered, args)
    assert (refused.code, refused.outputs["failure-reason"]) == (3, "input"), refused.said
    assert told in refused.said
    assert delivered.writes() == before


def test_a_guard_holds_where_nobody_is_asked(delivered: Office) -> None:
    before = delivered.writes()
    delivered.head += "guards: {max_rotations: 1}\n"
    delivered.push_main(delivered.users(f"{BILLING}\n{SHOP}"))
    refused = rotate(delivered, "--all")
    assert (refused.code, refused.outputs["failure-reason"]) == (4, "guard"), refused.said
    assert delivered.writes() == before
    allowed = rotate(delivered, "--all --allow max_rotations=2")
    assert (allowed.code, allowed.outputs["rotated"]) == (0, "2"), allowed.said


def test_a_state_that_would_go_with_the_checkout_keeps_passwords_as_they_are(delivered: Office) -> None:
    before = delivered.writes()
    refused = rotate(delivered, "--all", state_options="file")
    assert (refused.code, refused.outputs["failure-reason"]) == (3, "input"), refused.said
    assert "would be lost with it" in refused.said
    assert delivered.writes() == before


def test_a_secret_that_was_deleted_keeps_no_pull_request_from_being_applied_and_the_schedule_brings_it_back(
    delivered: Office,
) -> None:
    """The plan of a pull request has no token to look with, so it cannot show that."""
    del delivered.forge.vault(REPOSITORY).secrets["SHOP_SMTP_PASSWORD"]
    pull = delivered.open(delivered.users(f"{RAISED}\n{SHOP}"))
    planned = delivered.plan(pull)
    assert "what was delivered there is not looked at: SARV_SECRETS_TOKEN is not set" in planned.said
    assert [command.name for command in planned.commands] == ["warning"]
    delivered.merge(pull)
    done = delivered.apply(secrets_token=WRITER)
    assert (done.code, done.outputs["updated"], done.outputs["delivered"]) == (0, "1", "0"), done.said
    assert arrived(delivered, "SHOP")[1] is None
    found = delivered.drift(secrets_token=WRITER)
    assert (found.code, found.outputs["drift"]) == (0, "true"), found.said
    brought = rotate(delivered, "--due")
    assert (brought.code, brought.outputs["rotated"], brought.outputs["delivered"]) == (0, "0", "1"), brought.said
    assert logs_in(delivered.sandbox, arrived(delivered, "SHOP"))


def test_drift_says_that_somebody_changed_a_password_and_shows_none(
    delivered: Office, account: RememberingAccount
) -> None:
    account.reset("smtp1")
    found = delivered.drift()
    assert (found.code, found.outputs["drift"]) == (0, "true"), found.said
    [issue] = delivered.forge.issues(REPOSITORY)
    assert "billing" in (issue.body or "")
    repaired = delivered.apply(approved_plan="none", secrets_token=WRITER)
    assert (repaired.code, repaired.outputs["delivered"]) == (0, "1"), repaired.said
    assert logs_in(delivered.sandbox, arrived(delivered, "BILLING"))
    assert [issue.state for issue in delivered.forge.issues(REPOSITORY)] == ["closed"]
    assert_nothing_seen(delivered, account, [*said(found, repaired), issue.body or ""])

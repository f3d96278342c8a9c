"""Plans without the token: a listing is taken where the token is, and stands for the account where it is not."""

from __future__ import annotations

import json

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, by_user, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.leaks import CanaryAccount, assert_no_leak, secrets_of
from tests.end_to_end.snapshots import NOWHERE, PUBLISHED, mixed, new_key, without_warning
from tests.end_to_end.test_documents import validator
from tests.end_to_end.workplace import OWNER, Workplace


def test_a_plan_from_a_snapshot_is_that_of_the_account(work: Workplace, serve: Serve) -> None:
    sandbox = mixed(work, serve)
    taken = work.run("snapshot", "--out", "s.json")
    assert (taken.code, taken.err) == (0, "")
    assert taken.out.startswith("Wrote s.json: 4 users; taken at 20")
    assert taken.out.endswith("Z, not signed\n")
    assert work.run("snapshot", "--publish").code == 0
    live = work.run("plan", "--format", "json").json
    assert {change["action"] for change in live["changes"]} == {"create", "update", "adopt", "disable"}
    sandbox.account.edit("smtp1", hourly_limit=99)  # which a snapshot cannot know
    calls, files = len(sandbox.calls), work.files()
    for where in ("s.json", "state", "./s.json", str(work.path / "s.json")):
        done = work.run("plan", "--snapshot", where, "--format", "json", **NOWHERE)
        assert (done.code, without_warning(done.json)) == (0, live), done.said
        assert done.err.startswith("compared with a snapshot of the account that is ")
        assert done.err.endswith(" s old\n")
    assert (len(sandbox.calls), work.files()) == (calls, files)


def test_the_provider_need_not_even_be_there(work: Workplace, serve: Serve) -> None:
    sandbox = mixed(work, serve)
    assert work.run("snapshot", "--out", "s.json").code == 0
    live = work.run("plan", "--format", "json").json
    sandbox.stop()
    assert work.run("plan").code == 1
    done = work.run("plan", "--snapshot", "s.json", "--format", "json", SARV_TOKEN_FILE="no/such/file", **NOWHERE)
    assert without_warning(done.json) == live


def test_every_format_says_what_the_plan_was_made_from_and_the_same_inputs_give_the_same_bytes(
    work: Workplace, serve: Serve
) -> None:
    mixed(work, serve)
    document = work.run("snapshot").json
    work.write(json.dumps(document), "s.json")
    for format_ in ("text", "json", "markdown"):
        one, two = (work.run("plan", "--snapshot", "s.json", "--format", format_, **NOWHERE) for _ in range(2))
        assert one.out == two.out
        flat = one.flat.replace("<wbr>", "")
        assert f"made from a snapshot taken at {document['taken_at']}, not from the live account" in flat
    quiet = work.run("plan", "--snapshot", "s.json", "-q", **NOWHERE)
    assert quiet.err == ""


def test_a_saved_plan_from_a_snapshot_is_applied_to_the_live_account(work: Workplace, serve: Serve) -> None:
    sandbox = mixed(work, serve)
    assert work.run("snapshot", "--publish").code == 0
    assert work.run("plan", "--snapshot", "state", "--out", "plan.json", **NOWHERE).code == 0
    sandbox.account.edit("smtp1", hourly_limit=99)
    drifted = work.run("apply", "plan.json")
    assert (drifted.code, by_user(sandbox)["smtp1"]) == (4, (1000, 99, "Disable")), drifted.said
    sandbox.account.edit("smtp1", hourly_limit=100)
    assert work.run("apply", "plan.json").code == 0
    assert by_user(sandbox)["smtp1"] == (1000, 5, "Enable")


@pytest.mark.parametrize("fault", ["empty-list", "duplicate-row"])
def test_a_bad_listing_is_kept_and_the_plan_judges_it(work: Workplace, serve: Serve, fault: str) -> None:
    sandbox = serve(f"listSmtp:{fault}", users=(user("smtp1"), user("smtp2")))
    bind(work, sandbox, a="smtp1")
    work.users("a: {hourly_limit: 5}\nb: {}")
    live = work.run("plan", "--format", "json").json
    assert (live["changes"], [entry["reason"] for entry in live["refused"]]) == ([], ["listing"])
    taken = work.run("snapshot", "--publish")
    assert (taken.code, "listed more than once" in taken.out) == (0, fault == "duplicate-row"), taken.said
    made = work.run("plan", "--snapshot", "state", "--format", "json", **NOWHERE)
    assert without_warning(made.json) == live


@pytest.mark.parametrize("fault", ["null-list", "html", "validation-error"])
def test_a_listing_that_cannot_be_had_is_an_error_and_leaves_what_is_there(
    work: Workplace, serve: Serve, fault: str
) -> None:
    serve(f"listSmtp:{fault}")
    work.users("a: {}")
    (work.path / "s.json").write_text("old")
    for arguments in ((), ("--out", "s.json"), ("--publish",)):
        done = work.run("snapshot", *arguments)
        assert (done.code, done.out, (work.path / "s.json").read_text()) == (1, "", "old")
    assert PUBLISHED not in work.files()


def test_without_the_token_no_snapshot_is_taken(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    done = work.run("snapshot", **NOWHERE)
    assert (done.code, done.out, "SARV_TOKEN" in done.err) == (3, "", True)


def test_without_files_a_snapshot_is_taken_of_the_account_that_the_environment_names(
    work: Workplace, serve: Serve
) -> None:
    sandbox = serve(users=(user("smtp1"),))
    done = work.run("snapshot", SARV_OWNER_ID=OWNER)
    assert (done.code, done.err) == (0, "")
    validator(work, "snapshot").validate(done.json)
    assert done.json["account"] == {"endpoint": sandbox.url, "owner_id": OWNER}
    assert done.json["users"] == [
        {"smtp_user_name": "smtp1", "total_limit": 1000, "hourly_limit": 100, "status": "Enable"}
    ]


def test_no_secret_gets_out(work: Workplace, serve: Serve) -> None:
    account = CanaryAccount()
    for _ in range(3):
        account.add(1000, 100)
    serve(account=account)
    work.users("a: {}")
    public_key = new_key(work)
    private_key = (work.path / "key").read_text().strip()
    (work.path / "key").unlink()
    for changed in ({}, {"SARV_SNAPSHOT_KEY": private_key}, {"SARV_SNAPSHOT_KEY": private_key + "x"}):
        for arguments in ((), ("--out", "s.json"), ("--publish",), ("-vv",)):
            work.run("snapshot", *arguments, **changed)
    work.run("plan", "--snapshot", "s.json", SARV_SNAPSHOT_PUBLIC_KEY=public_key, **NOWHERE)
    work.run("plan", "--snapshot", "state", "--out", "plan.json", **NOWHERE)
    assert {"s.json", "plan.json", PUBLISHED} <= work.files().keys()
    assert_no_leak(work, [*secrets_of(account), private_key])

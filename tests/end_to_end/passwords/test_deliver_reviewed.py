"""What was reviewed is delivered, and nothing that was not; another token is no reason to deliver anything."""

from __future__ import annotations

import json

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import calls
from tests.end_to_end.conftest import Serve
from tests.end_to_end.leaks import CanaryAccount
from tests.end_to_end.passwords.logins import (
    SINK,
    WITH_SINK,
    applied,
    bound,
    delivered,
    drift,
    names,
    passwords,
    planned,
)
from tests.end_to_end.workplace import HEAD, OWNER, TOKEN, Ended, Workplace

PLAN = "plan.json"
APPROVED = ("apply", "--approved", PLAN, "--format", "json")
OTHER_TOKEN = "another-token-than-before"
STATE_KEY = "a-key-of-its-own-that-outlives-tokens"


@pytest.fixture
def settled(work: Workplace, sandbox: Sandbox) -> Sandbox:
    """`a` and `b`, whose passwords were delivered."""
    work.users("a: {}\nb: {}", WITH_SINK)
    applied(work)
    return sandbox


def review(work: Workplace) -> None:
    assert work.run("plan", "--out", PLAN).code == 0


def assert_not_reviewed(refused: Ended) -> None:
    assert refused.code == 4, refused.said
    assert "reviewed" in refused.flat


def test_a_delivery_that_was_reviewed_is_carried_out(work: Workplace, settled: Sandbox) -> None:
    work.users("a: {}\nb: {}\nc: {}", WITH_SINK)
    settled.account.reset(bound(work)["b"])
    review(work)
    done = work.run(*APPROVED)
    assert (done.code, names(done.json["delivered"])) == (0, ["b", "c"]), done.said
    assert delivered(work) == passwords(work, settled)


def test_another_place_than_the_reviewed_one_is_refused(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}", WITH_SINK)
    review(work)
    work.users("a: {}", HEAD + SINK.replace("secrets/", "public/"))
    refused = work.run(*APPROVED)
    assert_not_reviewed(refused)
    assert "public/a.env" in refused.flat
    assert (calls(sandbox, "addSmtp"), set(work.files())) == (0, {PLAN, "sarv-sync.yaml"})


def test_a_place_that_was_added_after_the_review_is_refused(work: Workplace, settled: Sandbox) -> None:
    work.users("a: {hourly_limit: 7}\nb: {}", WITH_SINK)
    review(work)
    more = SINK.replace("]", ', {sink: dotenv, path: "public/{name}.env"}]')
    work.users("a: {hourly_limit: 7}\nb: {}", HEAD + more)
    assert_not_reviewed(work.run(*APPROVED))
    assert not (work.path / "public").exists()
    assert calls(settled, "editSmtp") == 2, "what makes the two users ready, and nothing since"


def test_what_lost_a_password_after_the_review_waits_and_holds_nothing_up(work: Workplace, settled: Sandbox) -> None:
    work.users("a: {hourly_limit: 7}\nb: {}", WITH_SINK)
    review(work)
    (work.path / "secrets/b.env").unlink()
    done = work.run(*APPROVED)
    assert (done.code, done.json["delivered"]) == (0, []), done.said
    assert planned(work) == {("b", "deliver")}


def test_a_reviewed_create_that_a_crash_left_half_done_is_still_covered(work: Workplace, serve: Serve) -> None:
    sandbox = serve("editSmtp:late:seconds=60")
    work.users("a: {}", WITH_SINK)
    review(work)
    with work.start("apply", "--auto-approve") as running:
        while not sandbox.account.users():
            assert running.poll() is None, running.communicate()
        running.kill()
    sandbox.set_faults()
    assert work.run("state", "unlock", work.state()["lock"]["id"]).code == 0
    done = work.run(*APPROVED)
    assert (done.code, names(done.json["delivered"])) == (0, ["a"]), done.said
    assert (delivered(work), calls(sandbox, "addSmtp")) == (passwords(work, sandbox), 1)


def test_a_reviewed_delivery_that_failed_after_the_create_is_still_covered(work: Workplace, sandbox: Sandbox) -> None:
    head = HEAD + "credentials: [{sink: command, command: [./deliver.sh]}]\n"
    script = '#!/bin/sh\ncase "$(cat)" in *\'"check"\'*) exit 0;; esac\ntest -e open || exit 1\ntouch delivered\n'
    work.write(script, "deliver.sh").chmod(0o755)
    work.users("a: {}", head)
    review(work)
    first = work.run(*APPROVED)
    assert (first.code, names(first.json["undelivered"])) == (5, ["a"]), first.said
    assert [entry["action"] for entry in first.json["applied"]] == ["create"]
    work.write("", "open")
    second = work.run(*APPROVED)
    assert (second.code, names(second.json["delivered"])) == (0, ["a"]), second.said
    assert (calls(sandbox, "addSmtp"), "delivered" in work.files()) == (1, True)


def with_token(sandbox: Sandbox, work: Workplace, token: str) -> Sandbox:
    """Serve the same account at the same address, for another token."""
    port = int(sandbox.url.split(":")[2].split("/")[0])
    sandbox.stop()
    work.environment["SARV_TOKEN"] = token
    return Sandbox(sandbox.account, owner_id=OWNER, token=token, port=port)


def test_another_token_is_said_in_one_line_and_nothing_is_delivered_again(work: Workplace, settled: Sandbox) -> None:
    files = delivered(work)
    with with_token(settled, work, OTHER_TOKEN):
        plan = work.run("plan", "--format", "json")
        assert (plan.json["changes"], plan.json["drift"]) == ([], [])
        [warning] = plan.json["warnings"]
        assert "the API token has changed since 2 passwords were delivered" in warning["message"]
        assert "SARV_STATE_KEY" in warning["hint"]
        work.run("plan").out.index("the API token has changed")
        done = work.apply("--format", "json")
        assert (done.code, done.json["delivered"]) == (0, []), done.said
        assert work.run("plan", "--format", "json").json["warnings"] == []
        assert delivered(work) == files
        settled.account.reset(bound(work)["a"])
        assert drift(work) == {("a", "password_changed")}, "from then on changes are seen again"


def test_with_a_key_of_its_own_a_token_may_change_unnoticed(work: Workplace, serve: Serve) -> None:
    sandbox = serve(account=CanaryAccount())
    work.environment["SARV_STATE_KEY"] = STATE_KEY
    work.users("a: {}\nb: {}", WITH_SINK)
    applied(work)
    sandbox.account.reset(bound(work)["b"])
    with with_token(sandbox, work, OTHER_TOKEN):
        plan = work.run("plan", "--format", "json").json
        assert plan["warnings"] == []
        assert drift(work) == {("b", "password_changed")}
        assert names(applied(work).json["delivered"]) == ["b"]
        assert delivered(work) == passwords(work, sandbox)
    said = b"".join(work.heard)
    assert TOKEN.encode() not in said
    assert STATE_KEY.encode() not in said


def test_the_state_tells_where_passwords_went_and_what_is_owed(work: Workplace, settled: Sandbox) -> None:
    (work.path / "secrets/b.env").unlink()
    (work.path / "secrets/b.env").mkdir()
    settled.account.reset(bound(work)["b"])
    assert work.apply().code == 5
    assert "1 owed" in work.run("state", "list").flat
    assert "delivered to dotenv secrets/a.env" in work.run("state", "show", "a").flat
    assert "owed to dotenv secrets/b.env" in work.run("state", "show", "b").flat
    assert "Deliveries: 2, 1 of them owed" in work.run("show").flat
    text = json.dumps(work.state())
    assert not any(user.password.reveal() in text for user in settled.account.users())


def test_what_is_exported_plans_to_nothing_but_the_adoption(work: Workplace, settled: Sandbox) -> None:
    exported = work.run("export")
    assert exported.code == 0, exported.said
    work.write(exported.out)
    assert planned(work) == set()
    work.write(exported.out + SINK)
    assert planned(work) == set()
    (work.path / "sarv-sync.state.json").unlink()
    assert {action for _, action in planned(work)} == {"adopt", "deliver"}
    applied(work)
    assert delivered(work) == passwords(work, settled)

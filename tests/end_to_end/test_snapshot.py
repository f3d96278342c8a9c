"""Plans without the token: a listing is taken where the token is, and stands for the account where it is not."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from sarv_sync.model.snapshot import parse_snapshot, snapshot_text
from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, by_user, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.leaks import CanaryAccount, assert_no_leak, secrets_of
from tests.end_to_end.test_documents import validator
from tests.end_to_end.test_hostile_words import HALF, WORD
from tests.end_to_end.workplace import HEAD, OWNER, Workplace
from tests.unit.provider.stage import Stage, reply
from tests.unit.reporting.hostile_words import NASTY
from tests.unit.reporting.text_rules import assert_plain

NOWHERE: dict[str, Any] = {"SARV_TOKEN": None}
"""What a pull request has: no token. Which account is meant it still says."""

PUBLISHED = "sarv-sync.snapshot.state.json"
USERS = "a: {hourly_limit: 5}\nb: {}\nlegacy: {smtp_user_name: smtp2}"


def mixed(work: Workplace, serve: Serve) -> Sandbox:
    """An account with something of everything to plan."""
    sandbox = serve(users=(user("smtp1"), user("smtp2", 7, 5, "Disable"), user("smtp3"), user("smtp4")))
    bind(work, sandbox, a="smtp1", gone="smtp4")
    sandbox.account.edit("smtp1", status="Disable")
    work.users(USERS)
    return sandbox


def new_key(work: Workplace, name: str = "key") -> str:
    done = work.run("snapshot", "--new-key", name)
    assert (done.code, done.err) == (0, ""), done.said
    return done.out.strip()


def without_warning(plan: dict[str, Any]) -> dict[str, Any]:
    first, *rest = plan["warnings"]
    assert first["message"].startswith("made from a snapshot taken at 20")
    assert first["hint"] == "apply plans again on the live account"
    return {**plan, "warnings": rest}


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


# Signatures


def test_a_signed_snapshot_is_used_where_its_key_is_configured(work: Workplace, serve: Serve) -> None:
    mixed(work, serve)
    public_key = new_key(work)
    done = work.run("snapshot", "--publish", SARV_SNAPSHOT_KEY_FILE="key", SARV_SNAPSHOT_PUBLIC_KEY=public_key)
    assert (done.code, done.out.endswith("Z, signed\n")) == (0, True), done.said
    validator(work, "snapshot").validate(json.loads((work.path / PUBLISHED).read_text()))
    assert work.run("plan", "--snapshot", "state", SARV_SNAPSHOT_PUBLIC_KEY=public_key, **NOWHERE).code == 0
    work.users(USERS, f"{HEAD}snapshot: {{public_key: {public_key}}}\n")
    assert work.run("plan", "--snapshot", "state", **NOWHERE).code == 0


def test_the_environments_key_counts_and_not_that_of_a_pull_request(work: Workplace, serve: Serve) -> None:
    mixed(work, serve)
    ours, theirs = new_key(work, "ours"), new_key(work, "theirs")
    assert work.run("snapshot", "--out", "s.json", SARV_SNAPSHOT_KEY_FILE="theirs").code == 0
    work.users(USERS, f"{HEAD}snapshot: {{public_key: {theirs}, max_age: 999999999h}}\n")
    assert work.run("plan", "--snapshot", "s.json", **NOWHERE).code == 0
    refused = work.run("plan", "--snapshot", "s.json", SARV_SNAPSHOT_PUBLIC_KEY=ours, **NOWHERE)
    assert (refused.code, refused.out, "signed with another key" in refused.flat) == (4, "", True)
    empty = work.run("plan", "--snapshot", "s.json", SARV_SNAPSHOT_PUBLIC_KEY="", **NOWHERE)
    assert (empty.code, "SARV_SNAPSHOT_PUBLIC_KEY is set, but empty" in empty.flat) == (3, True)


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "a public key is configured, but no key to sign with"),
        ({"SARV_SNAPSHOT_KEY": ""}, "SARV_SNAPSHOT_KEY is set, but empty"),
        ({"SARV_SNAPSHOT_KEY": "x"}, "SARV_SNAPSHOT_KEY holds no private key"),
        ({"SARV_SNAPSHOT_KEY_FILE": "other"}, "does not belong to the public key that is configured"),
    ],
)
def test_what_plans_would_refuse_is_not_even_taken(
    work: Workplace, sandbox: Sandbox, environment: dict[str, str], message: str
) -> None:
    work.users("a: {}")
    public_key = new_key(work)
    new_key(work, "other")
    done = work.run("snapshot", "--publish", SARV_SNAPSHOT_PUBLIC_KEY=public_key, **environment)
    assert (done.code, done.out, message in done.flat, len(sandbox.calls)) == (3, "", True, 0), done.said


def test_where_signatures_cannot_be_checked_none_passes(work: Workplace, serve: Serve, tmp_path: Path) -> None:
    mixed(work, serve)
    public_key = new_key(work)
    assert work.run("snapshot", "--publish", SARV_SNAPSHOT_KEY_FILE="key").code == 0
    bare = tmp_path / "bare" / "nacl"
    bare.mkdir(parents=True)
    (bare / "__init__.py").write_text("raise ImportError")
    missing: dict[str, Any] = {"PYTHONPATH": str(bare.parent)}
    refused = work.run("plan", "--snapshot", "state", SARV_SNAPSHOT_PUBLIC_KEY=public_key, **missing, **NOWHERE)
    assert (refused.code, "sarv-sync[signing]" in refused.flat) == (4, True), refused.said
    assert work.run("plan", "--snapshot", "state", **missing, **NOWHERE).code == 0
    for arguments, environment in (((), {"SARV_SNAPSHOT_KEY_FILE": "key"}), (("--new-key", "k"), {})):
        unsigned = work.run("snapshot", *arguments, **environment, **missing)
        assert (unsigned.code, unsigned.out, "sarv-sync[signing]" in unsigned.flat) == (3, "", True), unsigned.said
    assert "k" not in work.files()


def test_a_key_is_made_without_files_account_or_token(work: Workplace) -> None:
    done = work.run("snapshot", "--new-key", "key", **NOWHERE)
    assert (done.code, len(done.out), done.err, list(work.files())) == (0, 45, "", ["key"])
    assert (work.path / "key").stat().st_mode & 0o777 == 0o600
    again = work.run("snapshot", "--new-key", "key")
    assert (again.code, again.out, "exists, so no key was made" in again.flat) == (3, "", True)
    for also in (("--publish",), ("--out", "s.json")):
        both = work.run("snapshot", "--new-key", "other", *also)
        assert (both.code, "nothing else" in both.flat, list(work.files())) == (3, True, ["key"])


# What is refused


def ago(**age: float) -> str:
    return (datetime.now(timezone.utc) - timedelta(**age)).strftime("%Y-%m-%dT%H:%M:%SZ")


REFUSED: tuple[tuple[dict[str, Any], dict[str, str], str], ...] = (
    ({"taken_at": ago(hours=25)}, {}, "is 25 h old, and 24 h is the most"),
    ({"taken_at": ago(hours=2)}, {"SARV_SNAPSHOT_MAX_AGE": "90m"}, "is 2 h old, and 90 min is the most"),
    ({"taken_at": "2019-01-01T00:00:00Z"}, {}, "it was taken at 2019-01-01T00:00:00Z"),
    ({"taken_at": ago(hours=-2)}, {}, "is from the future"),
    ({}, {"SARV_OWNER_ID": "7"}, "is of account 10042 at"),
    ({}, {"SARV_ENDPOINT": "https://other.example.net"}, "not of 10042 at https://other.example.net"),
    ({"taken_at": ago(hours=1)}, {"SARV_SNAPSHOT_PUBLIC_KEY": "key"}, "does not fit what it says"),
    ({"users": []}, {"SARV_SNAPSHOT_PUBLIC_KEY": "key"}, "does not fit what it says"),
    ({"signature": None}, {"SARV_SNAPSHOT_PUBLIC_KEY": "key"}, "is not signed, and a public key is configured"),
    ({}, {"SARV_SNAPSHOT_PUBLIC_KEY": "other"}, "is signed with another key"),
)


def test_a_snapshot_that_may_not_stand_for_the_account_is_refused(work: Workplace, serve: Serve) -> None:
    sandbox = mixed(work, serve)
    keys = {name: new_key(work, name) for name in ("key", "other")}
    document = work.run("snapshot", SARV_SNAPSHOT_KEY_FILE="key").json
    calls = len(sandbox.calls)
    for changed, environment, message in REFUSED:
        work.write(json.dumps({**document, **changed}), "s.json")
        given = {name: keys.get(value, value) for name, value in environment.items()}
        done = work.run("plan", "--snapshot", "s.json", "--format", "json", **given, **NOWHERE)
        [error] = done.json["errors"]
        assert (done.code, message in error["message"], bool(error["hint"])) == (4, True, True), (changed, done.said)
        assert "the snapshot s.json " in error["message"]
    assert len(sandbox.calls) == calls


@pytest.mark.parametrize("content", ["{", '{"format": "sarv-sync-plan/1"}'])
def test_what_is_no_snapshot_is_wrong_input(work: Workplace, serve: Serve, content: str) -> None:
    mixed(work, serve)
    work.write(content, "s.json")
    work.write(content, PUBLISHED)
    for where, named in (("s.json", "s.json"), ("state", PUBLISHED)):
        done = work.run("plan", "--snapshot", where, "--format", "json", **NOWHERE)
        assert (done.code, done.json["errors"][0]["file"].endswith(named)) == (3, True), done.said


@pytest.mark.parametrize("where", ["nowhere.json", "", "."])
def test_a_snapshot_that_is_not_there_is_wrong_input(work: Workplace, serve: Serve, where: str) -> None:
    mixed(work, serve)
    assert work.run("plan", "--snapshot", where, **NOWHERE).code == 3


def test_before_one_was_published_it_says_how(work: Workplace, serve: Serve) -> None:
    mixed(work, serve)
    done = work.run("plan", "--snapshot", "state", **NOWHERE)
    assert (done.code, "snapshot --publish" in done.flat, PUBLISHED in done.flat) == (3, True, True)


def test_a_file_called_state_is_named_by_its_folder(work: Workplace, serve: Serve) -> None:
    mixed(work, serve)
    assert work.run("snapshot", "--out", "state").code == 0
    assert work.run("plan", "--snapshot", "state", **NOWHERE).code == 3
    assert work.run("plan", "--snapshot", "./state", **NOWHERE).code == 0


def test_a_newer_snapshot_is_not_replaced_by_an_older_one(work: Workplace, serve: Serve) -> None:
    mixed(work, serve)
    ahead = (datetime.now(timezone.utc) + timedelta(minutes=4)).replace(microsecond=0)
    taken = parse_snapshot(work.run("snapshot").raw_out, "here")
    newer = work.write(snapshot_text(type(taken)(taken.account, ahead, taken.listing)), PUBLISHED)
    before = newer.read_bytes()
    done = work.run("snapshot", "--publish")
    assert (done.code, "has a newer snapshot" in done.flat, newer.read_bytes()) == (0, True, before), done.said


# Hostile words, and many


def test_a_hostile_listing_makes_a_tame_document(work: Workplace, stage: Stage) -> None:
    row = {"password": "pw", "status": "Enable", "total_limit": 10, "hourly_limit": 1}
    rows: list[Any] = [{**row, "smtp_user_name": word} for word in NASTY]
    rows += [{**row, "smtp_user_name": f"smtp{number}", "status": word} for number, word in enumerate(NASTY)]
    stage.play(reply({"status": "success", "smtp_list": [*rows, *NASTY]}))
    work.users("a: {}")
    done = work.run("snapshot")
    assert done.code == 0
    assert_plain(done.out)
    validator(work, "snapshot").validate(done.json)
    work.write(done.out, "s.json")
    live = work.run("plan", "--format", "json").json
    assert without_warning(work.run("plan", "--snapshot", "s.json", "--format", "json", **NOWHERE).json) == live


@pytest.mark.parametrize("word", [WORD, HALF])
def test_a_hostile_snapshot_is_shown_tamed(work: Workplace, serve: Serve, word: str) -> None:
    mixed(work, serve)
    document = work.run("snapshot").json
    user_ = {**document["users"][0], "smtp_user_name": f"{word[:99]}1"}
    faults = [{"smtp_user_name": None, "message": word}, {"smtp_user_name": f"{word[:99]}2", "message": word}]
    for changed, code in (
        ({"users": [user_], "faults": faults, "repeated": [f"{word[:99]}3"]}, 0),
        ({"account": {"endpoint": word, "owner_id": word}}, 4),
        ({"taken_at": word}, 3),
        ({word: word}, 3),
        ({"format": word}, 3),
        ({"users": [{**user_, "status": word}]}, 3),
        ({"users": [user_, user_]}, 3),
    ):
        work.write(json.dumps({**document, **changed}), "s.json")
        for format_ in ("text", "markdown")[: 1 if code else 2]:
            done = work.run("plan", "--snapshot", "s.json", "--format", format_, **NOWHERE)
            assert done.code == code, (changed, done.said)
            assert_plain(done.out)
            assert_plain(done.err)


def test_hostile_paths_are_shown_tamed(work: Workplace, serve: Serve) -> None:
    mixed(work, serve)
    word = "\x1b[31m::error::x\u202e##[error]\n::stop"
    for arguments in (
        ("plan", "--snapshot", word),
        ("snapshot", "--out", f"no/{word}"),
        ("snapshot", "--out", word),
        ("snapshot", "--new-key", f"no/{word}"),
    ):
        done = work.run(*arguments)
        assert "bug" not in done.flat
        assert_plain(done.out)
        assert_plain(done.err)
    assert_plain(work.run("plan", "--snapshot", "s.json", SARV_SNAPSHOT_MAX_AGE=word, **NOWHERE).err)


def test_ten_thousand_users_make_a_snapshot_and_a_plan(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=tuple(user(f"smtp{number:05}", 1000 + number) for number in range(10_000)))
    work.users("a: {smtp_user_name: smtp00005}")
    public_key = new_key(work)
    taken = work.run("snapshot", "--publish", SARV_SNAPSHOT_KEY_FILE="key")
    assert "10,000 users" in taken.out
    document = json.loads((work.path / PUBLISHED).read_text())
    shown = {
        row["smtp_user_name"]: (row["total_limit"], row["hourly_limit"], row["status"]) for row in document["users"]
    }
    assert shown == by_user(sandbox)
    done = work.run("plan", "--snapshot", "state", "--format", "json", SARV_SNAPSHOT_PUBLIC_KEY=public_key, **NOWHERE)
    assert done.json["summary"]["unmanaged"] == 9_999

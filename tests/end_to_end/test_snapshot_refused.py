"""Snapshots that may not stand for the account, and what is none at all."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from sarv_sync.model.snapshot import parse_snapshot, snapshot_text
from tests.end_to_end.conftest import Serve
from tests.end_to_end.snapshots import NOWHERE, PUBLISHED, mixed, new_key
from tests.end_to_end.workplace import Workplace


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

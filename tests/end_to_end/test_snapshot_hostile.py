"""Snapshots full of hostile words, and one of very many users."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.end_to_end.accounts import by_user, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.snapshots import NOWHERE, PUBLISHED, mixed, new_key, without_warning
from tests.end_to_end.test_documents import validator
from tests.end_to_end.test_hostile_words import HALF, WORD
from tests.end_to_end.workplace import Workplace
from tests.unit.provider.stage import Stage, reply
from tests.unit.reporting.hostile_words import NASTY
from tests.unit.reporting.text_rules import assert_plain


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

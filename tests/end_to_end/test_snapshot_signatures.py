"""Snapshots that are signed, and those that should be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.conftest import Serve
from tests.end_to_end.snapshots import NOWHERE, PUBLISHED, USERS, mixed, new_key
from tests.end_to_end.test_documents import validator
from tests.end_to_end.workplace import HEAD, Workplace


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

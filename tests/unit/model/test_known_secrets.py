"""Which secrets are known before anything is read."""

from __future__ import annotations

import os
from pathlib import Path

from sarv_sync.model.known_secrets import known_secrets
from sarv_sync.model.secret import Secret


def test_what_the_environment_holds_is_known_as_a_whole_and_by_lines(tmp_path: Path) -> None:
    environment = {"SARV_TOKEN": " one \n", "SARV_NOTIFY_URLS": "two://a\n\nthree://b\n", "SARV_ENDPOINT": "none"}
    assert set(known_secrets(environment, tmp_path)) == {
        Secret("one"), Secret("two://a\n\nthree://b"), Secret("two://a"), Secret("three://b"),
    }  # fmt: skip


def test_what_a_file_holds_is_known(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("first\nsecond\n")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    environment = {"SARV_TOKEN_FILE": "token", "VAULT_JWT_FILE": "missing", "SARV_SNAPSHOT_KEY_FILE": "binary"}
    assert {Secret("first"), Secret("second")} < set(known_secrets(environment, tmp_path))


def test_what_comes_through_a_pipe_is_left_to_whoever_needs_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "token")
    assert list(known_secrets({"SARV_TOKEN_FILE": "token"}, tmp_path)) == []

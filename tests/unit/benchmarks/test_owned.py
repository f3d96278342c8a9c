"""The account that large plans are measured on is what the benchmarks say that it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import owned
from process import PROGRAM, Process


def summary(account: owned.Owned) -> dict[str, int]:
    output = Process([PROGRAM, "plan", "--format", "json"], account.folder, account.environment).output()
    return {key: count for key, count in json.loads(output)["summary"].items() if count}


@pytest.mark.parametrize("users_a_file", [100, 8])
def test_the_files_want_what_state_and_account_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, users_a_file: int
) -> None:
    monkeypatch.setattr(owned, "USERS_A_FILE", users_a_file)
    with owned.owned_account(tmp_path / "account", 20) as account:
        assert summary(account) == {"unchanged": 20}
        account.change(2)
        assert summary(account) == {"update": 2, "unchanged": 18}

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from sarv_sync.sandbox.seeding import open_account

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("kept", [False, True])
def test_the_same_seed_gives_the_same_users(kept: bool, tmp_path: Path) -> None:
    paths = (tmp_path / "one", tmp_path / "two") if kept else (None, None)
    made = []
    for path in paths:
        with closing(open_account(path, 200, 5)) as account:
            made.append(account.users())
    assert made[0] == made[1]
    assert made[0] != open_account(None, 200, 6).users()


def test_without_a_seed_no_two_accounts_are_alike() -> None:
    assert open_account(None, 5, None).users() != open_account(None, 5, None).users()


def test_users_to_start_with_are_of_every_kind() -> None:
    settings = [user.settings for user in open_account(None, 500, 1).users()]
    assert {each.status for each in settings} == {"Enable", "Disable"}
    assert len({each.total_limit for each in settings}) > 5
    assert all(1 <= each.hourly_limit <= each.total_limit for each in settings)


def test_only_an_empty_account_is_filled(tmp_path: Path) -> None:
    path = tmp_path / "account.db"
    open_account(path, 3, None).close()
    with closing(open_account(path, 10, None)) as account:
        assert len(account.users()) == 3


def test_an_account_is_empty_unless_asked_for_users() -> None:
    assert open_account(None, 0, None).users() == ()

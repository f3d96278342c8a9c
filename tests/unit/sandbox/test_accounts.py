"""What every account does, wherever it is kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import TYPE_CHECKING

import pytest

from sarv_sync.model.users import Settings
from sarv_sync.sandbox.account import Account, UnknownUser
from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.sandbox.sqlite import SqliteAccount

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

MAKERS: dict[str, Callable[[Path, Random], Account]] = {
    "memory": lambda _, rng: MemoryAccount(rng=rng),
    "sqlite": lambda path, rng: SqliteAccount(path / "account.db", rng=rng),
}


@pytest.fixture(params=[*MAKERS.values()], ids=[*MAKERS])
def account(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Account]:
    made: Account = request.param(tmp_path, Random(1))
    yield made
    made.close()


def test_a_new_account_is_empty(account: Account) -> None:
    assert account.users() == ()


def test_what_is_added_is_there_oldest_first(account: Account) -> None:
    added = (account.add(10, 1), account.add(20, 2, "Disable"))
    assert account.users() == added
    assert [user.settings for user in added] == [Settings(10, 1, "Enable"), Settings(20, 2, "Disable")]


def test_names_and_passwords_differ(account: Account) -> None:
    account.fill(Settings(1, 1, "Enable") for _ in range(1_000))
    users = account.users()
    assert len({user.smtp_user_name for user in users}) == 1_000
    assert len({user.password for user in users}) == 1_000
    assert all(user.smtp_user_name[:4] == "smtp" and user.smtp_user_name[4:].isdigit() for user in users)


def test_a_name_that_is_taken_is_not_given_again() -> None:
    first = MemoryAccount(rng=Random(1)).add(1, 1)
    again = MemoryAccount(rng=Random(1), users=[first])
    again.fill([Settings(1, 1, "Enable")])
    assert len({user.smtp_user_name for user in again.users()}) == 2


def test_an_edit_keeps_the_place_the_password_and_what_is_not_given(account: Account) -> None:
    first, second = account.add(10, 1), account.add(20, 2)
    edited = account.edit(first.smtp_user_name, hourly_limit=5)
    assert account.users() == (edited, second)
    assert (edited.settings, edited.password) == (Settings(10, 5, "Enable"), first.password)
    assert account.edit(first.smtp_user_name, total_limit=9, status="Disable").settings == Settings(9, 5, "Disable")


def test_a_reset_changes_the_password_and_nothing_else(account: Account) -> None:
    user = account.add(10, 1)
    after = account.reset(user.smtp_user_name)
    assert account.users() == (after,)
    assert after.settings == user.settings
    assert after.password != user.password


@pytest.mark.parametrize("change", ["edit", "reset"])
def test_a_user_that_is_not_there_cannot_be_changed(account: Account, change: str) -> None:
    account.add(1, 1)
    before = account.users(), account.version
    with pytest.raises(UnknownUser):
        getattr(account, change)("smtp1")
    assert (account.users(), account.version) == before


def test_every_change_raises_the_version(account: Account) -> None:
    versions = [account.version]
    name = account.add(1, 1).smtp_user_name
    versions.append(account.version)
    account.edit(name, total_limit=2)
    versions.append(account.version)
    account.reset(name)
    versions.append(account.version)
    account.fill([Settings(1, 1, "Enable")])
    versions.append(account.version)
    assert versions == sorted(set(versions))


def test_filling_with_nothing_does_nothing(account: Account) -> None:
    account.fill([])
    assert (account.users(), account.version) == ((), 0)


def test_the_past_undoes_one_change_at_a_time(account: Account) -> None:
    seen = [account.users()]
    user = account.add(10, 1)
    seen.append(account.users())
    account.add(20, 2)
    seen.append(account.users())
    account.edit(user.smtp_user_name, status="Disable")
    seen.append(account.users())
    account.reset(user.smtp_user_name)
    seen.append(account.users())
    assert [account.past(changes=ago) for ago in range(len(seen))] == seen[::-1]
    assert account.past(changes=99) == ()
    assert account.past(seconds=3600) == ()
    assert account.past() == account.users()


def test_the_past_goes_by_the_clock() -> None:
    now = 100.0
    account = MemoryAccount(clock=lambda: now)
    account.add(1, 1)
    now = 105.0
    account.add(2, 2)
    now = 108.0
    sizes = [len(account.past(seconds=seconds)) for seconds in (2.9, 3.0, 3.1, 8.0, 8.1)]
    assert sizes == [2, 2, 1, 1, 0]


def test_changes_from_many_threads_are_all_kept(account: Account) -> None:
    with ThreadPoolExecutor(8) as pool:
        names = [user.smtp_user_name for user in pool.map(lambda limit: account.add(limit, 1), range(1, 201))]
        list(pool.map(lambda name: account.edit(name, hourly_limit=2), names))
    assert sorted(user.settings.total_limit for user in account.users()) == [*range(1, 201)]
    assert {user.settings.hourly_limit for user in account.users()} == {2}

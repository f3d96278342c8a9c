"""The listing of an account of any size."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from sarv_sync.model.secret import Secret
from sarv_sync.model.users import ObservedUser, Settings
from sarv_sync.sandbox.listing import Listing, row, row_text
from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.sandbox.reply import to_json
from sarv_sync.sandbox.seeding import open_account

if TYPE_CHECKING:
    from tests.unit.sandbox.conftest import Start

SETTINGS = Settings(200, 20, "Disable")


@pytest.mark.parametrize("text", ["smtp12345", 'q"uote\\', "tab\tline\n", "ünï漢\U0001f600", "half \ud800", "/", ""])
def test_a_row_is_written_as_json_is(text: str) -> None:
    user = ObservedUser(text, SETTINGS, Secret(text[::-1]))
    assert row_text(user).encode() == to_json(row(user))


@pytest.mark.parametrize("count", [0, 1, 999, 1_000, 1_001, 5_000])
def test_a_listing_of_any_length_comes_whole(start: Start, count: int) -> None:
    account = MemoryAccount(users=[ObservedUser(f"smtp{n}", SETTINGS, Secret(f"pa55-{n}")) for n in range(count)])
    got = start(account=account)[1].ask("listSmtp")
    assert got.body == to_json({"status": "success", "smtp_list": [*map(row, account.users())]})


def test_a_change_shows_in_the_next_listing_and_nothing_else_does() -> None:
    account = open_account(None, 3, 1)
    listing = Listing(account)
    before = listing.body()
    assert listing.body() is before
    name = account.users()[1].smtp_user_name
    account.edit(name, total_limit=7, hourly_limit=3)
    rows = [*map(row, account.users())]
    assert (rows[1]["total_limit"], rows[1]["hourly_limit"]) == (7, 3)
    assert listing.body() == to_json({"status": "success", "smtp_list": rows})


def test_a_seed_gives_the_users_that_it_always_gave() -> None:
    """Whoever keeps a state beside `sandbox --seed` finds them again after an upgrade."""
    body = Listing(open_account(None, 100, 1)).body()
    assert hashlib.sha256(body).hexdigest() == "4d0dccc816c01891a7997d154576e3f3e876a0ea46666aa48027342c0b9708d4"

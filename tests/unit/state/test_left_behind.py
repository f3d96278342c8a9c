"""A place that is empty although a file has the state."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sarv_sync.errors import Refused
from sarv_sync.model.account import Account
from sarv_sync.model.state import Moved, State
from sarv_sync.state.document import encode
from sarv_sync.state.left_behind import check_left_behind
from tests.unit.applying.stage import ACCOUNT, state, values
from tests.unit.state.scripted_store import ScriptedStore

BOUND = state(billing=("smtp1", values(1000, 100)))


def check(there: State | None, file: State | None, account: Account = ACCOUNT) -> None:
    check_left_behind(ScriptedStore(there), account, ScriptedStore(file), "git")


def test_an_empty_place_beside_a_file_with_users_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        check(None, BOUND)
    assert caught.value.reason == "state"
    assert "sarv-sync state migrate --to git" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("there", "file", "account"),
    [
        (BOUND, BOUND, ACCOUNT),
        (None, None, ACCOUNT),
        (None, replace(BOUND, bindings={}), ACCOUNT),
        (None, replace(BOUND, moved=Moved("to", "git", "{backend: git}")), ACCOUNT),
        (None, BOUND, Account(ACCOUNT.endpoint, "1")),
    ],
)
def test_nothing_else_is(there: State | None, file: State | None, account: Account) -> None:
    check(there, file, account)


def test_a_file_that_is_no_state_is_nobodys() -> None:
    file = ScriptedStore(BOUND)
    file.data = encode(BOUND)[:-9]
    check_left_behind(ScriptedStore(None), ACCOUNT, file, "git")


def test_the_place_is_not_asked_where_no_file_has_users() -> None:
    there = ScriptedStore(None)
    check_left_behind(there, ACCOUNT, ScriptedStore(None), "git")
    assert there.reads == 0

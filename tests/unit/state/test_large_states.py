"""What a state takes grows with its users and no faster, and little is added for each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from sarv_sync.model.account import Account
from sarv_sync.model.plan import FieldChange
from sarv_sync.model.state import Binding, PasswordRecord, PastChange, PastRun, State
from sarv_sync.model.users import Settings
from sarv_sync.state.document import decode, encode
from sarv_sync.state.local import LocalStore
from tests.work import calls_of, memory_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FEW, MANY = 500, 5000
EMPTY = State("c0ffee", 7, Account("https://api.example.net/v1.0", "10042"))


def of_users(count: int, record: PasswordRecord | None = None) -> State:
    """Return a state of so many users, of which a few hundred have the same values."""
    values = [Settings(100 * number, number, "Enable") for number in range(20)]
    users = {f"user-{number:06}": Binding(f"smtp{number}", values[number % 20]) for number in range(count)}
    if record is not None:
        users = {name: replace(binding, password=record) for name, binding in users.items()}
    return replace(EMPTY, bindings=users)


def of_changes(count: int) -> State:
    """Return a state that remembers so many updates."""
    fields = (FieldChange("total_limit", 1, 2),)
    changes = tuple(
        PastChange(f"user-{number}", "update", f"smtp{number}", "applied", fields) for number in range(count)
    )
    return replace(EMPTY, history=(PastRun("a1", "now", "ann", "apply", None, "sha256:00", changes),))


CASES: dict[str, tuple[Callable[[int], State], int, int]] = {
    # what an entry is: how it is made, the most calls that reading it takes, and writing it
    "a user that was adopted": (of_users, 12, 10),
    "a user that was made": (lambda count: of_users(count, PasswordRecord(since="2026-01-01T00:00:00Z")), 45, 20),
    "a change that is remembered": (of_changes, 50, 15),
}


@pytest.mark.parametrize(("make", "reading", "writing"), CASES.values(), ids=CASES)
def test_each_entry_takes_so_many_calls_however_many_there_are(
    make: Callable[[int], State], reading: int, writing: int
) -> None:
    few, many = make(FEW), make(MANY)
    few_data, many_data = encode(few), encode(many)

    read = calls_of(lambda: decode(many_data, "here"), of_c=True) - calls_of(
        lambda: decode(few_data, "here"), of_c=True
    )
    written = calls_of(lambda: encode(many), of_c=True) - calls_of(lambda: encode(few), of_c=True)

    assert read <= reading * (MANY - FEW)
    assert written <= writing * (MANY - FEW)


def test_a_user_takes_little_memory() -> None:
    data = encode(of_users(MANY))

    took = memory_of(lambda: decode(data, "here"))

    assert took.kept / MANY < 290
    assert took.peak / MANY < 560


def test_the_text_is_made_without_a_second_copy_of_it() -> None:
    state = of_users(MANY)
    data = encode(state)

    most = memory_of(lambda: encode(state)).peak

    assert most < 1.6 * len(data)


def test_a_file_is_compared_before_it_is_replaced_without_reading_all_of_it_at_once(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "state.json")
    data = b"x" * (8 << 20)
    version = store.swap(None, data)

    most = memory_of(lambda: store.swap(version, data)).peak

    assert most < len(data) / 2

"""The listing comes all at once, however large the account is."""

from __future__ import annotations

from sarv_sync.model.users import Settings
from sarv_sync.sandbox.memory import MemoryAccount
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import Workplace

MANY = 100_000


def test_an_account_of_a_hundred_thousand_users_is_planned_and_applied(work: Workplace, serve: Serve) -> None:
    account = MemoryAccount()
    account.fill(Settings(1 + number, 1, "Enable") for number in range(MANY))
    serve(account=account)
    work.users("a: {total_limit: 500, hourly_limit: 50}")

    plan = work.run("plan", "--format", "json").json
    applied = work.apply("--format", "json")

    assert (plan["summary"]["unmanaged"], plan["summary"]["create"]) == (MANY, 1)
    assert (applied.code, applied.json["verified"]) == (0, True)
    assert len(account.users()) == MANY + 1

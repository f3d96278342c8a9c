from __future__ import annotations

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, in_account, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Workplace

PLAIN = (1000, 100, "Enable")


def bound(work: Workplace, serve: Serve, count: int) -> Sandbox:
    sandbox = serve(users=tuple(user(f"smtp{number}") for number in range(count)))
    bind(work, sandbox, **{f"u{number}": f"smtp{number}" for number in range(count)})
    return sandbox


def entries(count: int, values: str = "{}", others: int = 0) -> str:
    changed = [f"u{number}: {values}" for number in range(count)]
    return "\n".join(changed + [f"u{number}: {{}}" for number in range(count, count + others)])


def test_the_default_allows_100_creates_and_not_101(work: Workplace, sandbox: Sandbox) -> None:
    work.users(entries(101))
    done = work.apply()
    assert (done.code, in_account(sandbox)) == (4, []), done.said
    assert "max_creates" in done.err
    assert "hint:" in done.err
    plan = work.run("plan", "--detailed-exitcode", "--format", "json")
    assert (plan.code, len(plan.json["changes"])) == (2, 101)
    assert work.apply("--target", "u1").code == 0
    assert len(in_account(sandbox)) == 1


def test_a_guard_is_raised_for_one_run_or_in_the_file(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}\nb: {}", HEAD + "guards: {max_creates: 1}\n")
    assert work.apply().code == 4
    assert work.apply("--allow", "max_creates=1").code == 4
    assert work.apply("--allow", "max_disables=100%").code == 4
    assert work.apply("--allow", "max_creates=2").code == 0
    assert len(in_account(sandbox)) == 2
    work.users("a: {}\nb: {}\nc: {}\nd: {}", HEAD + "guards: {max_creates: 2}\n")
    assert work.apply().code == 0
    assert len(in_account(sandbox)) == 4


@pytest.mark.parametrize(("users", "disabled", "code"), [(10, 3, 0), (10, 4, 4), (9, 9, 0), (20, 6, 0), (20, 7, 4)])
def test_30_percent_may_be_disabled_from_10_managed_users_on(
    work: Workplace, serve: Serve, users: int, disabled: int, code: int
) -> None:
    sandbox = bound(work, serve, users)
    work.users(entries(disabled, "{status: Disable}", users - disabled))
    done = work.apply()
    assert (done.code, in_account(sandbox).count((1000, 100, "Disable"))) == (code, 0 if code else disabled), (
        done.said
    )
    assert ("max_disables" in done.err) is (code == 4)


def test_an_emptied_file_disables_nobody(work: Workplace, serve: Serve) -> None:
    sandbox = bound(work, serve, 12)
    work.users("")
    done = work.apply()
    assert (done.code, in_account(sandbox)) == (4, [PLAIN] * 12), done.said
    assert "max_disables" in done.err


@pytest.mark.parametrize(("limit", "code"), [("0", 4), ("4", 4), ("5", 0), ("49%", 4), ("50%", 0)])
def test_updates_are_guarded_too(work: Workplace, serve: Serve, limit: str, code: int) -> None:
    sandbox = bound(work, serve, 10)
    work.users(entries(5, "{hourly_limit: 9}", 5), HEAD + f"guards: {{max_updates: {limit}}}\n")
    done = work.apply()
    assert (done.code, in_account(sandbox).count((1000, 9, "Enable"))) == (code, 0 if code else 5), done.said
    assert ("max_updates" in done.err) is (code == 4)


@pytest.mark.parametrize(
    "text", ["max_creates", "max_creates=", "max_creates=-1", "max_creates=x", "max_create=5", "max_updates=101%", ""]
)
def test_what_allow_cannot_read_is_wrong_input(work: Workplace, sandbox: Sandbox, text: str) -> None:
    work.users("a: {}")
    assert (work.apply("--allow", text).code, in_account(sandbox)) == (3, [])

"""Users that appear in the account: told of once by plans, and by drift until somebody settles them."""

from __future__ import annotations

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Workplace


@pytest.fixture
def counted(work: Workplace, serve: Serve) -> Sandbox:
    """An account with a stranger in it, which an apply has taken down."""
    sandbox = serve(users=(user("stranger", 5, 5),))
    work.users("a: {}")
    assert work.apply().code == 0
    return sandbox


def new_in(work: Workplace, command: str) -> list[str]:
    document = work.run(command, "--format", "json").json
    return [one["smtp_user_name"] for one in document["unmanaged"] if one.get("new")]


def test_whoever_was_there_at_first_is_new_to_nobody(work: Workplace, counted: Sandbox) -> None:
    assert (new_in(work, "plan"), new_in(work, "drift"), work.run("drift").code) == ([], [], 0)


def test_who_appears_is_new_to_the_plan_once_and_to_drift_until_it_is_settled(
    work: Workplace, counted: Sandbox
) -> None:
    added = counted.account.add(9, 9).smtp_user_name
    for _ in range(2):  # to look is not to tell
        assert (new_in(work, "plan"), new_in(work, "drift")) == ([added], [added])
    assert work.apply().code == 0
    assert (new_in(work, "plan"), new_in(work, "drift"), work.run("drift").code) == ([], [added], 2)


@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_drift_with_somebody_new_is_not_clean(work: Workplace, counted: Sandbox, format_: str) -> None:
    added = counted.account.add(9, 9).smtp_user_name
    done = work.run("drift", "--format", format_)
    assert (done.code, added in done.out) == (2, True)
    assert format_ == "json" or "1 user nobody knows appeared" in done.out


@pytest.mark.parametrize("settled", ["adopted", "left alone", "left alone by a pattern", "ignored"])
def test_somebody_new_is_settled_by_an_entry_or_by_a_word_in_the_files(
    work: Workplace, counted: Sandbox, settled: str
) -> None:
    added = counted.account.add(9, 9).smtp_user_name
    if settled == "adopted":
        work.users(f"a: {{}}\nb: {{smtp_user_name: {added}, total_limit: 9, hourly_limit: 9}}")
    else:
        words = {"left alone": f"{{except: [{added}]}}", "ignored": "ignore"}.get(settled, "{except: [smtp*]}")
        work.users("a: {}", f"{HEAD}unmanaged: {words}\n")
    assert work.apply().code == 0
    done = work.run("drift", "--format", "json")
    assert (done.code, done.json["clean"]) == (0, True)
    assert added not in [one["smtp_user_name"] for one in done.json["unmanaged"]]


def test_the_metrics_count_them(work: Workplace, counted: Sandbox) -> None:
    counted.account.add(9, 9)
    assert work.run("drift", "--metrics", "drift.prom").code == 2
    text = (work.path / "drift.prom").read_text(encoding="utf-8")
    assert 'sarv_sync_new_unmanaged_users{configuration="sarv-sync.yaml"} 1.0' in text
    assert 'sarv_sync_unmanaged_users{configuration="sarv-sync.yaml"} 2.0' in text


def test_a_plan_suggests_whom_an_entry_may_mean_and_adopt_settles_it(work: Workplace, counted: Sandbox) -> None:
    added = counted.account.add(70, 7).smtp_user_name
    work.users("a: {}\nb: {total_limit: 70, hourly_limit: 7}")
    shown = work.run("plan").flat
    command = f"sarv-sync adopt b {added}"
    assert command in shown
    assert work.run(*command.split()[1:]).code == 0
    assert work.apply().code == 0
    assert {one.smtp_user_name for one in counted.account.users()} == {"stranger", added} | {
        work.state()["bindings"]["a"]["smtp_user_name"]
    }
    assert work.state()["bindings"]["b"]["smtp_user_name"] == added

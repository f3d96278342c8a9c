from __future__ import annotations

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, by_name, by_user, calls, in_account, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Workplace

PLAIN = (1000, 100, "Enable")


def test_what_the_files_say_is_made_and_the_next_plan_is_empty(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}\nb: {total_limit: 7, hourly_limit: 7}\nc: {status: Disable}")
    done = work.apply()
    assert done.code == 0, done.said
    assert by_name(work, sandbox) == {"a": PLAIN, "b": (7, 7, "Enable"), "c": (1000, 100, "Disable")}
    assert work.run("plan", "--detailed-exitcode").code == 0
    assert "Verified" in done.out
    assert "delivered nowhere" in done.flat


def test_the_result_document_is_the_contracts(work: Workplace, serve: Serve) -> None:
    sandbox = serve("editSmtp:validation-error:nth=1", users=(user("smtp1"), user("smtp2")))
    bind(work, sandbox, a="smtp1", b="smtp2")
    work.users("a: {hourly_limit: 5}\nb: {hourly_limit: 5}")
    planned = work.run("plan", "--format", "json").json["digest"]
    done = work.apply("--format", "json", "--parallelism", "1")
    result = done.json
    assert (done.code, result["format"], result["digest"]) == (5, "sarv-sync-result/1", planned)
    assert result["applied"] == [{"name": "b", "action": "update", "smtp_user_name": "smtp2"}]
    (failed,) = result["failed"]
    assert (failed["name"], failed["action"], failed["smtp_user_name"]) == ("a", "update", "smtp1")
    assert "ValidationError" in failed["message"]
    assert [result[key] for key in ("unknown", "not_attempted", "delivered", "undelivered")] == [[], [], [], []]
    assert work.apply("--format", "json").json["verified"] is True
    assert by_user(sandbox) == {"smtp1": (1000, 5, "Enable"), "smtp2": (1000, 5, "Enable")}


def test_an_edit_sends_only_what_changes_and_only_where_it_differs(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"), user("smtp2")))
    bind(work, sandbox, a="smtp1", b="smtp2")
    work.users("a: {hourly_limit: 5}\nb: {}")
    assert work.apply().code == 0
    assert calls(sandbox, "editSmtp") == 1


@pytest.mark.parametrize(
    "fault",
    [
        "editSmtp:commit-hang-up:first=1",
        "editSmtp:html:commit=true,first=1",
        "editSmtp:general-error:commit=true,first=1",
        "editSmtp:truncated:first=1",
        "editSmtp:http-status:status=500,commit=true,first=1",
    ],
)
def test_an_edit_without_an_answer_that_shows_is_applied(work: Workplace, serve: Serve, fault: str) -> None:
    sandbox = serve(fault, users=(user("smtp1"),))
    bind(work, sandbox, a="smtp1")
    work.users("a: {hourly_limit: 5}")
    done = work.apply("--format", "json")
    assert (done.code, done.json["verified"], in_account(sandbox)) == (0, True, [(1000, 5, "Enable")]), done.said


@pytest.mark.parametrize("fault", ["editSmtp:hang-up:first=1", "editSmtp:html:first=1", "editSmtp:cap:hourly=50"])
def test_an_edit_that_does_not_show_is_incomplete(work: Workplace, serve: Serve, fault: str) -> None:
    sandbox = serve(fault, users=(user("smtp1"),))
    bind(work, sandbox, a="smtp1")
    work.users("a: {hourly_limit: 500}")
    done = work.apply("--format", "json")
    assert (done.code, done.json["verified"], done.json["applied"]) == (5, False, []), done.said
    sandbox.set_faults()
    assert (work.apply().code, in_account(sandbox)) == (0, [(1000, 500, "Enable")])


def test_nothing_to_do_writes_nothing(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"),))
    bind(work, sandbox, a="smtp1")
    work.users("a: {}")
    before = work.files()
    done = work.run("apply", "--format", "json")
    assert (done.code, done.json["verified"], done.json["applied"]) == (0, True, []), done.said
    assert work.files() == before


def test_a_pin_adopts_an_existing_user(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp12345"),))
    work.users("legacy: {smtp_user_name: smtp12345, total_limit: 100, hourly_limit: 10}")
    done = work.apply("--format", "json")
    assert [(entry["name"], entry["action"]) for entry in done.json["applied"]] == [("legacy", "adopt")]
    assert (done.code, by_name(work, sandbox)) == (0, {"legacy": (100, 10, "Enable")})
    assert calls(sandbox, "addSmtp") == 0
    work.users("legacy: {total_limit: 100, hourly_limit: 10}")
    assert work.run("plan", "--detailed-exitcode").code == 0


@pytest.mark.parametrize(
    ("settings", "code", "account", "still_known"),
    [
        ("on_removal: disable", 0, [(1000, 100, "Disable")], True),
        ("on_removal: forget", 0, [PLAIN], False),
        ("on_removal: forbid", 4, [PLAIN], True),
        ("removed: {a: forget}", 0, [PLAIN], False),
        ("on_removal: forbid\nremoved: {a: disable}", 0, [(1000, 100, "Disable")], True),
    ],
)
def test_a_vanished_entry_means_what_the_file_says(
    work: Workplace, serve: Serve, settings: str, code: int, account: object, *, still_known: bool
) -> None:
    sandbox = serve(users=(user("smtp1"),))
    bind(work, sandbox, a="smtp1")
    work.users("", f"{HEAD}{settings}\n")
    done = work.apply()
    assert (done.code, in_account(sandbox)) == (code, account), done.said
    assert (work.run("state", "show", "a").code == 0) is still_known
    if code == 0:
        assert work.run("plan", "--detailed-exitcode").code == 0


def test_a_name_that_comes_back_gets_its_own_user_back(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"), user("smtp2")))
    bind(work, sandbox, a="smtp1", b="smtp2")
    work.users("b: {}")
    assert work.apply().code == 0
    assert by_user(sandbox)["smtp1"] == (1000, 100, "Disable")
    work.users("a: {hourly_limit: 9}\nb: {}")
    assert work.apply().code == 0
    assert by_name(work, sandbox) == {"a": (1000, 9, "Enable"), "b": PLAIN}
    assert calls(sandbox, "addSmtp") == 0


def test_a_rename_touches_the_state_alone(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"),))
    bind(work, sandbox, shop="smtp1")
    work.users("orders: {renamed_from: shop}")
    done = work.apply("--format", "json")
    assert [(entry["name"], entry["action"]) for entry in done.json["applied"]] == [("orders", "rename")]
    assert (calls(sandbox, "addSmtp"), calls(sandbox, "editSmtp")) == (0, 0)
    assert list(work.state()["bindings"]) == ["orders"]
    assert work.run("plan", "--detailed-exitcode").code == 0


def test_what_is_ignored_is_left_as_it_is(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"),))
    bind(work, sandbox, a="smtp1")
    sandbox.account.edit("smtp1", total_limit=77)
    work.users("a: {ignore_changes: [total_limit], hourly_limit: 9}")
    assert (work.apply().code, in_account(sandbox)) == (0, [(77, 9, "Enable")])
    assert (work.run("plan", "--detailed-exitcode").code, work.run("drift").code) == (0, 0)


@pytest.mark.parametrize("count", ["0", "-1", "257", "x"])
def test_parallelism_has_bounds(work: Workplace, sandbox: Sandbox, count: str) -> None:
    work.users("a: {}")
    assert (work.apply("--parallelism", count).code, sandbox.account.users()) == (3, ())


def test_the_default_parallelism_is_8(work: Workplace) -> None:
    assert "default: 8" in work.run("apply", "--help").flat


def test_another_accounts_state_is_refused(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"),))
    bind(work, sandbox, a="smtp1")
    work.users("a: {hourly_limit: 9}")
    state = work.state()
    other = serve(users=(user("smtp1"),))
    for run in (work.run("plan"), work.apply(), work.run("drift")):
        assert (run.code, "belongs to account" in run.flat) == (4, True)
        assert "hint:" in run.err
    assert (work.state(), in_account(other)) == (state, [PLAIN])
    work.environment["SARV_ENDPOINT"] = sandbox.url
    assert work.run("plan", SARV_OWNER_ID="10043").code == 4
    assert work.apply().code == 0


def test_losing_the_state_loses_no_user(work: Workplace, sandbox: Sandbox) -> None:
    work.users("a: {}")
    assert work.apply().code == 0
    name = work.state()["bindings"]["a"]["smtp_user_name"]
    (work.path / "sarv-sync.state.json").unlink()
    work.users(f"a: {{smtp_user_name: {name}}}")
    done = work.apply()
    assert (done.code, in_account(sandbox)) == (0, [PLAIN]), done.said
    assert work.state()["bindings"]["a"]["smtp_user_name"] == name

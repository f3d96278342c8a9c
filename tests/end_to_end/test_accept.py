"""Somebody changed things in the console, and the files come to say so."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from sarv_sync.schema_files import schema
from tests.end_to_end.accounts import bind, by_user, user
from tests.end_to_end.workplace import HEAD
from tests.privileges import without_privileges

if TYPE_CHECKING:
    from sarv_sync.sandbox.server import Sandbox
    from tests.end_to_end.conftest import Serve
    from tests.end_to_end.workplace import Workplace

MAIN, TEAM = "sarv-sync.yaml", "users/team.yaml"
TEXT = (
    HEAD
    + """\
include: [users/*.yaml]
profiles:
  bulk:   # for newsletters
    total_limit: 1000   # in all
users:
  # sends invoices
  a: {}  # billing
  b:
    profile: bulk
    description: 'it''s'
"""
)
MORE = "users: # of the team\n  c: {hourly_limit: 0100,   profile: bulk}\n".replace("0100", "100")


@pytest.fixture
def account(work: Workplace, serve: Serve) -> Sandbox:
    """An account that the files and the state agree with, and a retired user."""
    sandbox = serve(users=tuple(user(f"smtp{number}") for number in range(1, 5)))
    bind(work, sandbox, a="smtp1", b="smtp2", c="smtp3", old="smtp4")
    work.write(TEXT)
    work.write(MORE, TEAM)
    assert work.apply().code == 0
    assert work.run("drift").code == 0
    return sandbox


def change(account: Sandbox) -> None:
    """Do in the console what a person in a hurry does."""
    account.account.edit("smtp1", hourly_limit=500)
    account.account.edit("smtp2", total_limit=7, status="Disable")
    account.account.edit("smtp3", total_limit=7, hourly_limit=50)
    account.account.edit("smtp4", status="Enable")


def assert_settled(work: Workplace) -> None:
    """Assert that nothing differs any more, and that an apply has nothing to do."""
    assert (work.run("plan", "--detailed-exitcode").code, work.run("drift").code) == (0, 0)


def changed_lines(work: Workplace) -> list[str]:
    """Return what git says was changed since the last commit: removed and added lines."""
    diff = subprocess.run(["git", "diff", "-U0"], cwd=work.path, check=True, capture_output=True, text=True).stdout
    return [line for line in diff.splitlines() if line[:1] in {"-", "+"} and line[:3] not in {"---", "+++"}]


def commit(work: Workplace) -> None:
    for arguments in (
        ("init", "-q"),
        ("add", "."),
        ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"),
    ):
        subprocess.run(["git", *arguments], cwd=work.path, check=True)


def test_what_was_changed_in_the_console_is_written_and_nothing_is_left_to_plan(
    work: Workplace, account: Sandbox
) -> None:
    commit(work)
    change(account)
    users, state = by_user(account), work.state()
    done = work.run("accept", "--all")
    assert (done.code, done.err) == (0, ""), done.said
    assert changed_lines(work) == [
        "-  a: {}  # billing",
        "+  a: {hourly_limit: 500}  # billing",
        "+    total_limit: 7",
        "+    status: Disable",
        "+  old:",
        "+    smtp_user_name: smtp4",
        "-  c: {hourly_limit: 100,   profile: bulk}",
        "+  c: {hourly_limit: 50,   profile: bulk, total_limit: 7}",
    ]
    assert_settled(work)
    assert (by_user(account), work.state()) == (users, state)
    assert work.apply().code == 0
    assert by_user(account) == users


def test_each_value_is_told_with_the_line_it_stands_on_and_what_comes_next(work: Workplace, account: Sandbox) -> None:
    change(account)
    done = work.run("accept", "--all")
    lines = [line.split() for line in done.out.splitlines()]
    assert ["hourly_limit", "100", "→", "500", "↑", f"{MAIN}:10"] in lines
    assert ["total_limit", "1,000", "→", "7", f"{MAIN}:14"] in lines
    assert ["hourly_limit", "100", "→", "50", f"{TEAM}:2"] in lines
    assert f"again at {MAIN}:16" in done.flat
    assert "git diff" in done.out
    assert "pull request" in done.out


def test_only_who_is_named_is_accepted_by_name_pattern_or_label(work: Workplace, account: Sandbox) -> None:
    work.write(TEXT.replace("description: 'it''s'", "labels: {team: news}"))
    change(account)

    def accepted(*arguments: str) -> set[str]:
        return {
            one["name"] for one in work.run("accept", "--dry-run", "--format", "json", *arguments).json["accepted"]
        }

    assert accepted("a") == {"a"}
    assert accepted("a", "o*") == {"a", "old"}
    assert accepted("--label", "team=news") == {"b"}
    assert accepted("--all") == {"a", "b", "c", "old"}
    assert work.run("accept", "a").code == 0
    drift = work.run("drift", "--format", "json").json["drift"]
    assert [one["name"] for one in drift] == ["b", "c", "old"]


def test_a_name_that_nobody_bears_is_wrong_input_with_the_nearest(work: Workplace, account: Sandbox) -> None:
    change(account)
    files = work.files()
    done = work.run("accept", "a", "odl")
    assert (done.code, done.out, "did you mean old?" in done.err) == (3, "", True)
    assert work.files() == files


def test_a_dry_run_prints_a_diff_that_git_takes_and_writes_nothing(work: Workplace, account: Sandbox) -> None:
    change(account)
    files = work.files()
    done = work.run("accept", "--all", "--dry-run")
    assert (done.code, done.err, work.files()) == (0, "", files)
    assert work.run("accept", "--all").code == 0
    accepted = work.files()
    for name in (MAIN, TEAM):
        (work.path / name).write_bytes(files[name])
    subprocess.run(["git", "apply", "-"], cwd=work.path, input=done.raw_out, check=True)
    assert work.files() == accepted


def test_a_profile_gets_what_all_its_users_show_if_asked(work: Workplace, account: Sandbox) -> None:
    change(account)
    done = work.run("accept", "--all", "--profiles")
    assert (done.code, f"{MAIN}:7 (profile bulk)" in done.flat) == (0, True), done.said
    assert (work.path / MAIN).read_text().count("total_limit: 7   # in all") == 1
    assert_settled(work)


def test_a_profile_stays_where_its_users_differ_and_that_is_said(work: Workplace, account: Sandbox) -> None:
    account.account.edit("smtp2", total_limit=7)
    done = work.run("accept", "b", "--profiles")
    assert (done.code, "total_limit of the profile bulk stays" in done.flat) == (0, True), done.said
    assert "total_limit: 1000   # in all" in (work.path / MAIN).read_text()
    assert_settled(work)


def test_what_the_files_cannot_say_is_refused_and_the_rest_is_done(work: Workplace, account: Sandbox) -> None:
    account.account.edit("smtp1", total_limit=0, hourly_limit=5)
    done = work.run("accept", "--all", "--format", "json")
    document = done.json
    assert (done.code, [one["field"] for one in document["accepted"]]) == (4, ["hourly_limit"])
    (left,) = document["left"]
    assert (left["file"], "total_limit of 0" in left["message"], "ignore_changes" in left["hint"]) == (
        MAIN,
        True,
        True,
    )
    assert "a: {hourly_limit: 5}" in (work.path / MAIN).read_text()


def test_a_retired_name_under_removed_is_refused_with_the_line_to_delete(work: Workplace, account: Sandbox) -> None:
    work.write(TEXT + "removed:\n  old: disable\n")
    account.account.edit("smtp4", status="Enable")
    done = work.run("accept", "old")
    assert (done.code, f"{MAIN}:15:" in done.flat, "delete this line" in done.flat) == (4, True, True), done.said
    work.write(TEXT)
    assert work.run("accept", "old").code == 0
    assert_settled(work)


def test_the_line_to_delete_is_that_of_the_files_as_they_are_by_then(work: Workplace, account: Sandbox) -> None:
    work.write(TEXT + "removed:\n  old: disable\n")
    change(account)
    for arguments in (("--dry-run",), ()):
        (left,) = work.run("accept", "--all", "--format", "json", *arguments).json["left"]
        assert (work.path / MAIN).read_text().splitlines()[left["line"] - 1] == "  old: disable"


def test_what_only_the_files_changed_is_still_pending_afterwards(work: Workplace, account: Sandbox) -> None:
    work.write(TEXT.replace("a: {}", "a: {total_limit: 50, hourly_limit: 60}"))
    account.account.edit("smtp1", hourly_limit=500)
    assert work.run("accept", "--all").code == 0
    assert "a: {total_limit: 50, hourly_limit: 500}  # billing" in (work.path / MAIN).read_text()
    (pending,) = work.run("plan", "--format", "json").json["changes"]
    assert (pending["cause"], pending["fields"]) == (
        "config",
        [{"field": "total_limit", "before": 1000, "after": 50}],
    )


@pytest.mark.parametrize("arguments", [("--all",), ("--all", "--dry-run"), ("a",)])
def test_that_nothing_drifted_is_said_and_is_no_failure(
    work: Workplace, account: Sandbox, arguments: tuple[str, ...]
) -> None:
    files = work.files()
    done = work.run("accept", *arguments)
    assert (done.code, done.out.startswith("Nothing was accepted"), work.files()) == (0, True, files)


def test_the_document_follows_its_schema_and_says_whether_it_was_written(work: Workplace, account: Sandbox) -> None:
    change(account)
    for arguments, written in ((("--dry-run",), False), ((), True)):
        document = work.run("accept", "--all", "--format", "json", *arguments).json
        Draft202012Validator(schema("accept")).validate(document)
        assert (document["written"], [one["file"] for one in document["files"]]) == (written, [MAIN, TEAM])
    assert_settled(work)


@pytest.mark.parametrize("fault", ["empty-list", "duplicate-row", "null-list", "html"])
def test_a_listing_that_cannot_be_relied_on_changes_nothing(work: Workplace, serve: Serve, fault: str) -> None:
    sandbox = serve(f"listSmtp:{fault}", users=(user("smtp1"), user("smtp2")))
    bind(work, sandbox, a="smtp1", b="smtp2")
    work.users("a: {}\nb: {}")
    files = work.files()
    done = work.run("accept", "--all")
    assert (done.code in {1, 4}, done.out, work.files()) == (True, "", files), done.said


def test_a_document_about_nothing_does_not_say_that_it_was_written(work: Workplace, account: Sandbox) -> None:
    document = work.run("accept", "--all", "--format", "json").json
    assert (document["written"], document["valid"], document["files"]) == (False, True, [])


def test_a_budget_that_is_no_longer_kept_is_pointed_out_at_once(work: Workplace, account: Sandbox) -> None:
    budget = "budgets: [{labels: {team: x}, hourly_limit: 400}]\n"
    work.write(TEXT.replace("include:", f"{budget}include:").replace("a: {}", "a: {labels: {team: x}}"))
    for limit, told in ((200, False), (500, True)):
        account.account.edit("smtp1", hourly_limit=limit)
        dry = work.run("accept", "a", "--dry-run", "--format", "json").json
        assert dry["valid"] is not told
        done = work.run("accept", "a")
        assert "`sarv-sync validate` fails" in done.flat or not told
        assert (done.code, f"{MAIN}:4:" in done.flat and "their budget" in done.flat) == (0, told), done.said
    assert work.run("validate").code == 3


def test_files_that_cannot_be_written_are_all_left_as_they_were(work: Workplace, account: Sandbox) -> None:
    change(account)
    (work.path / "users").chmod(0o555)
    files = work.files()
    try:
        done = work.run("accept", "--all", before=without_privileges())
    finally:
        (work.path / "users").chmod(0o755)
    assert (done.code, done.out, work.files()) == (1, "", files)

from __future__ import annotations

import json

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, by_user, calls, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, OWNER, Workplace
from tests.unit.provider.stage import Stage, reply
from tests.unit.reporting.text_rules import assert_plain

FILE = "sarv-sync.yaml"
TOP = """\
# The SMTP users of one account; `smtp_user_name` says which user of it each entry is. `sarv-sync plan` shows what
# would change, `sarv-sync apply` changes it. The token never goes into a file: set SARV_TOKEN or SARV_TOKEN_FILE.
"""


def test_an_account_is_exported_with_names_pins_and_values(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp2", 7, 5, "Disable"), user("smtp1"), user("smtp3")))
    bind(work, sandbox, billing="smtp1")
    work.users("billing: {}\nlegacy: {smtp_user_name: smtp3}")
    files = work.files()
    done = work.run("export")
    left = "left out: `account.settle`, `account.retry_for` of sarv-sync.yaml, which you may want to copy\n"
    assert (done.code, done.err, work.files()) == (0, left, files)
    assert done.out == (
        f'{TOP}version: 1\n\naccount:\n  endpoint: {sandbox.url}\n  owner_id: "10042"\n\nusers:\n'
        "  billing:\n    smtp_user_name: smtp1\n    total_limit: 1000\n    hourly_limit: 100\n"
        "  legacy:\n    smtp_user_name: smtp3\n    total_limit: 1000\n    hourly_limit: 100\n"
        "  smtp2:\n    smtp_user_name: smtp2\n    total_limit: 7\n    hourly_limit: 5\n    status: Disable\n"
    )
    work.write(done.out)
    assert work.run("validate").code == 0
    plan = work.run("plan", "--format", "json").json
    assert [(change["action"], change["name"]) for change in plan["changes"]] == [
        ("adopt", "legacy"),
        ("adopt", "smtp2"),
    ]


def test_an_export_may_be_sent_to_the_main_file_by_the_shell(work: Workplace, serve: Serve) -> None:
    serve(users=(user("smtp1"),))
    work.write("")  # what `export > sarv-sync.yaml` begins with
    done = work.run("export", SARV_OWNER_ID=OWNER)
    assert done.code == 0, done.said
    work.write(done.out)
    assert work.run("validate").code == 0


def test_without_files_an_account_that_the_environment_names_is_exported(work: Workplace, serve: Serve) -> None:
    serve(users=(user("smtp1"),))
    done = work.run("export", SARV_OWNER_ID=OWNER)
    assert (done.code, "smtp_user_name: smtp1" in done.out, work.files()) == (0, True, {}), done.said
    for arguments, environment in (
        (("export",), {}),
        (("export", "-c", "other.yaml"), {"SARV_OWNER_ID": OWNER}),
        (("export", "--update"), {"SARV_OWNER_ID": OWNER}),
    ):
        missing = work.run(*arguments, **environment)
        assert (missing.code, "does not exist" in missing.flat) == (3, True), missing.said


def test_retired_users_are_left_out_and_counted(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"), user("smtp2")))
    bind(work, sandbox, a="smtp1", b="smtp2")
    work.users("a: {}")
    assert work.apply().code == 0
    for arguments in (("export",), ("export", "--update")):
        done = work.run(*arguments)
        assert (done.code, "smtp2" in done.out, "left out: 1 retired user" in done.err) == (0, False, True)
    assert work.run("export", "-q").err == ""


def test_update_adds_what_the_files_lack_and_says_so_once(work: Workplace, serve: Serve) -> None:
    serve(users=(user("smtp1"), user("smtp2", 7, 5), user("smtp3")))
    path = work.write(HEAD + "users:   # all\n  a: {smtp_user_name: smtp3}  # known\n")
    before = path.read_bytes()
    done = work.run("export", "--update")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        f"Added 2 users to {FILE}:",
        "  + smtp1  smtp1  total_limit 1,000  hourly_limit 100",
        "  + smtp2  smtp2  total_limit 7  hourly_limit 5",
    ]
    added = b"  smtp1: {smtp_user_name: smtp1}\n  smtp2: {smtp_user_name: smtp2, total_limit: 7, hourly_limit: 5}\n"
    assert path.read_bytes() == before + added
    again = work.run("export", "--update")
    assert (again.code, again.out.startswith("Nothing to add"), path.read_bytes()) == (0, True, before + added)


def test_update_may_be_told_another_file(work: Workplace, serve: Serve) -> None:
    serve(users=(user("smtp1"),))
    path = work.write(HEAD, "team/main.yaml")
    elsewhere = work.path / "elsewhere"
    elsewhere.mkdir()
    done = work.run("export", "--update", "-c", "../team/main.yaml", cwd=elsewhere)
    assert (done.code, path.read_text().endswith("users:\n  smtp1:\n    smtp_user_name: smtp1\n")) == (0, True), (
        done.said
    )


def test_an_export_writes_to_neither_account_nor_state(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"), user("smtp2")))
    bind(work, sandbox, a="smtp1")
    work.users("a: {}")
    files, users = work.files(), by_user(sandbox)
    assert (work.run("export").code, work.run("export", "--update").code) == (0, 0)
    assert (work.files().keys(), by_user(sandbox)) == (files.keys(), users)
    assert work.files()["sarv-sync.state.json"] == files["sarv-sync.state.json"]
    assert {call.call for call in sandbox.calls} == {"listSmtp"}


def test_another_accounts_state_is_refused(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=(user("smtp1"),))
    bind(work, sandbox, a="smtp1")
    work.users("a: {}")
    (work.path / "sarv-sync.state.json").write_text(
        json.dumps({**work.state(), "account": {"endpoint": sandbox.url, "owner_id": "7"}})
    )
    for arguments in (("export",), ("export", "--update")):
        done = work.run(*arguments)
        assert (done.code, done.out, "belongs to account 7" in done.flat) == (4, "", True)


@pytest.mark.parametrize(("fault", "code"), [("duplicate-row", 4), ("null-list", 1), ("html", 1)])
def test_a_listing_that_is_none_changes_nothing(work: Workplace, serve: Serve, fault: str, code: int) -> None:
    serve(f"listSmtp:{fault}", users=(user("smtp1"), user("smtp2")))
    work.users("a: {}")
    files = work.files()
    for arguments in (("export",), ("export", "--update")):
        done = work.run(*arguments)
        assert (done.code, done.out, work.files()) == (code, "", files), done.said


def test_hostile_names_make_a_tame_file(work: Workplace, stage: Stage) -> None:
    row = {"password": "pw-1", "status": "Enable", "total_limit": 10, "hourly_limit": 1}
    names = [
        "##[error]x",
        "::error::x",
        "true",
        '"\\',
        "- a",
        "{a}",
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
        "`a`",
        "|",
        "#a",
        "\u202ea",
        "ü",
        "A" * 255,
    ]
    stage.play(
        reply({"status": "success", "smtp_list": [{**row, "smtp_user_name": name} for name in [*names, "\x1b[2J"]]})
    )
    work.users("")
    for arguments in (("export",), ("export", "--update")):
        done = work.run(*arguments, SARV_OWNER_ID=OWNER)
        assert done.code == 0, done.said
        assert_plain(done.out)
        assert_plain(done.err)
        assert "pw-1" not in done.said
    assert_plain((work.path / FILE).read_text())
    pins = {name for name in names if name.isascii() and " " not in name}
    changes = work.run("plan", "--format", "json").json["changes"]
    assert {change["smtp_user_name"] for change in changes if change["action"] == "adopt"} == pins


def test_a_large_account_is_added_in_one_piece(work: Workplace, serve: Serve) -> None:
    sandbox = serve(users=tuple(user(f"smtp{number}") for number in range(3000)))
    work.users("")
    assert work.run("export", "--update").code == 0
    assert work.run("validate").out.startswith("Valid: 3,000 users")
    assert calls(sandbox, "listSmtp") == 1


def test_the_account_of_a_sandbox_goes_through_files_and_comes_back(work: Workplace, sandbox: Sandbox) -> None:
    for total, hourly in ((5, 5), (100, 7), (2**31 - 1, 1)):
        sandbox.account.add(total, hourly)
    work.write(work.run("export", SARV_OWNER_ID=OWNER).out)
    before = by_user(sandbox)
    assert (work.apply().code, work.run("plan", "--detailed-exitcode").code, by_user(sandbox)) == (0, 0, before)

"""An account goes into files as a person would have them, and a person's files keep what is theirs."""

from __future__ import annotations

import csv
import re

import pytest

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import bind, by_user, user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, OWNER, Workplace
from tests.unit.reporting.hostile_words import NASTY
from tests.unit.reporting.text_rules import assert_plain

NAMES = """\
smtp_user_name,name,team,description
smtp1,billing,finance,Invoices
smtp2,payroll,finance,
smtp3,newsletter,marketing,
smtp4,,,
"""
USERS = (
    user("smtp1", 5000, 200), user("smtp2", 5000, 200, "Disable"), user("smtp3", 5000, 200), user("smtp4", 7, 5),
    user("smtp5", 9, 9), user("smtp6", 8, 1), user("smtp7", 6, 3),
)  # fmt: skip


@pytest.fixture
def account(work: Workplace, serve: Serve) -> Sandbox:
    """Seven users that no file knows, a list of names for some of them, and the account in the environment."""
    work.write(NAMES, "names.csv")
    work.environment["SARV_OWNER_ID"] = OWNER
    return serve(users=USERS)


def test_an_account_goes_into_a_file_for_each_team_and_comes_back(work: Workplace, account: Sandbox) -> None:
    before = by_user(account)
    done = work.run("export", "--profiles", "--split", "team", "--names", "names.csv", "--out", "mail")
    assert (done.code, done.err) == (0, ""), done.said
    assert done.out.splitlines() == [
        "Wrote:",
        "  mail/sarv-sync.yaml        the account, 1 profile, 4 users",
        "  mail/users/finance.yaml    2 users",
        "  mail/users/marketing.yaml  1 user",
    ]
    files = {name: content.decode() for name, content in work.files().items() if name.startswith("mail/")}
    assert files["mail/users/finance.yaml"] == (
        "users:\n  billing:\n    smtp_user_name: smtp1\n    profile: 5k-200\n    description: Invoices\n"
        "    labels: {team: finance}\n"
        "  payroll: {smtp_user_name: smtp2, profile: 5k-200, status: Disable, labels: {team: finance}}\n"
    )
    assert "\n\ninclude: [users/*.yaml]\n\nprofiles:\n  5k-200: " in files["mail/sarv-sync.yaml"]
    main = ("-c", "mail/sarv-sync.yaml")
    assert work.run("validate", *main).out.startswith("Valid: 7 users")
    assert (work.apply(*main).code, work.run("plan", *main, "--detailed-exitcode").code) == (0, 0)
    assert by_user(account) == before


def test_patterns_split_too_and_the_schema_is_named_where_it_is(work: Workplace, account: Sandbox) -> None:
    (work.path / "schemas").mkdir()
    work.write("{}", "schemas/config.schema.json")
    work.write("users: {}\n", "users/mine.yaml")
    rules = ("--split", "smtp[56]=users/low.yaml", "--split", "team", "--split", "bill*=never.yaml")
    done = work.run("export", *rules, "--names", "names.csv", "--out", ".")
    assert (done.code, done.err) == (0, ""), done.said
    main, low = ((work.path / name).read_text() for name in ("sarv-sync.yaml", "users/low.yaml"))
    assert main.startswith("# yaml-language-server: $schema=./schemas/config.schema.json\n")
    assert "include: [users/finance.yaml, users/low.yaml, users/marketing.yaml]\n" in main
    assert low.startswith("# yaml-language-server: $schema=../schemas/config.schema.json#/$defs/included\nusers:\n")
    assert not (work.path / "never.yaml").exists()
    assert work.run("plan", "--format", "json").json["summary"]["adopt"] == 7


def test_a_rule_that_fits_nobody_is_pointed_out(work: Workplace, account: Sandbox) -> None:
    wrong = ("--split", "taem", "--split", "bil*=never.yaml", "--split", "bol*=never.yaml", "--names", "names.csv")
    done = work.run("export", *wrong, "--out", "mail")
    assert (done.code, done.err.count("warning: ")) == (0, 2), done.said
    assert "--split taem: no user has a label called taem hint: did you mean team?" in done.flat
    assert "--split bol*=never.yaml: the name of no user matches bol*" in done.flat
    work.write(HEAD + "users:\n  mine: {labels: {squad: x}}\n")
    update = work.run("export", "--update", "--split", "squad", "--split", "min?=never.yaml", "--split", "sqad")
    assert (update.code, update.err.count("--split")) == (0, 1), update.said
    assert "did you mean squad?" in update.flat


@pytest.mark.parametrize("out", ["mail", "mail/", "mail/sarv-sync.yaml", "mail/x/../sarv-sync.yaml"])
def test_what_exists_is_not_overwritten(work: Workplace, account: Sandbox, out: str) -> None:
    work.write("mine", "mail/sarv-sync.yaml")
    files = work.files()
    done = work.run("export", "--out", out)
    assert (done.code, done.out, work.files()) == (4, "", files)
    assert "exists already, so nothing was written" in done.flat
    if out.startswith("mail") and not out.endswith(".yaml"):
        split = work.run("export", "--split", "smtp1=users/a.yaml", "--out", out)
        assert (split.code, work.files()) == (4, files)


def test_one_file_may_be_written_in_place_of_being_printed(work: Workplace, account: Sandbox) -> None:
    printed = work.run("export")
    done = work.run("export", "--out", "new/all.yaml")
    assert (done.code, done.out.splitlines()) == (0, ["Wrote:", "  new/all.yaml  the account, 7 users"])
    assert (work.path / "new" / "all.yaml").read_text() == printed.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--split", "team"), "name a folder: --out DIR"),
        (("--out", ""), "--out names nothing"),
        (("--out", " ", "--split", "team"), "--out names nothing"),
        (("--update", "--out", "x"), "give one of the two"),
        (("--into", "users/a.yaml"), "give --update too"),
        (("--update", "--into", "users/none.yaml"), "users/none.yaml is none of the files of sarv-sync.yaml"),
        (("--split", "a*=../b.yaml", "--out", "x"), "leads outside the folder"),
        (("--split", "team", "--out", "names.csv"), "names.csv is no folder"),
        (("--names", "none.csv"), "cannot read none.csv"),
        (("--names", "bad.csv"), "bad.csv:2: `Big One` cannot be a name"),
    ],
)
def test_what_does_not_go_together_or_is_wrong_is_told_before_anything_is_asked(
    work: Workplace, account: Sandbox, arguments: tuple[str, ...], words: str
) -> None:
    work.users("")
    work.write("smtp_user_name,name\nsmtp1,Big One\n", "bad.csv")
    files = work.files()
    done = work.run("export", *arguments)
    assert (done.code, done.out, work.files()) == (3, "", files)
    assert words in done.flat
    assert account.calls == ()


def test_a_chosen_name_that_is_anothers_is_wrong_input(work: Workplace, account: Sandbox) -> None:
    bind(work, account, billing="smtp7")
    work.users("billing: {}")
    files = work.files()
    for arguments in (("export",), ("export", "--update")):
        done = work.run(*arguments, "--names", "names.csv")
        assert (done.code, done.out, work.files()) == (3, "", files)
        assert "names.csv:2: `billing` is taken already" in done.flat


def test_an_export_over_files_keeps_what_is_theirs_and_says_what_it_does_not(
    work: Workplace, account: Sandbox
) -> None:
    bind(work, account, billing="smtp1")
    work.write(
        HEAD + "profiles: {mass: {total_limit: 5000, hourly_limit: 200}}\nguards: {max_creates: 3}\n"
        "unmanaged: {policy: report, except: [smtp4]}\nusers:\n"
        "  billing: {description: Bills, labels: {team: x}, ignore_changes: [total_limit], rotate: {every: 90d}}\n"
        "  new: {}\n"
    )
    done = work.run("export", "--profiles")
    assert done.code == 0, done.said
    left = "`account.settle`, `account.retry_for`, `guards`, `unmanaged` of sarv-sync.yaml"
    assert done.err.splitlines()[-3:] == [
        "in it, though `unmanaged` in sarv-sync.yaml leaves them alone: 1 user",
        "left out: 1 entry without a user in the account: new",
        f"left out: {left}, which you may want to copy",
    ]
    assert (
        "  billing:\n    smtp_user_name: smtp1\n    rotate: {every: 90d}\n    total_limit: 5000\n"
        "    hourly_limit: 200\n    ignore_changes: [total_limit]\n    description: Bills\n    labels: {team: x}\n"
    ) in done.out
    assert "  smtp2: {smtp_user_name: smtp2, profile: mass, status: Disable}\n" in done.out
    assert work.run("export", "-q").err == ""


def test_update_puts_users_where_they_belong(work: Workplace, account: Sandbox) -> None:
    main = work.write(
        HEAD + "include: [users/*.yaml]  # all\nprofiles: {std: {total_limit: 5000, hourly_limit: 200}}\n"
    )
    money = work.write(
        "users:\n  # ours\n  tax: {smtp_user_name: smtp7, labels: {team: finance}}\n", "users/money.yaml"
    )
    rest = work.write("users: {}\n", "users/rest.yaml")
    before = (main.read_text(), money.read_text())
    rules = ("--profiles", "--names", "names.csv", "--split", "smtp3=users/rest.yaml", "--split", "team")
    done = work.run("export", "--update", *rules)
    assert (done.code, done.err) == (0, ""), done.said
    assert [line for line in done.out.splitlines() if line.startswith("Added")] == [
        "Added 3 users to sarv-sync.yaml:",
        "Added 2 users to users/money.yaml:",
        "Added 1 user to users/rest.yaml:",
    ]
    assert money.read_text() == before[1] + (
        "  billing: {smtp_user_name: smtp1, profile: std, description: Invoices, labels: {team: finance}}\n"
        "  payroll: {smtp_user_name: smtp2, profile: std, status: Disable, labels: {team: finance}}\n"
    )
    assert main.read_text().startswith(before[0])
    assert "newsletter: {smtp_user_name: smtp3, profile: std, labels: {team: marketing}}" in rest.read_text()
    again = work.run("export", "--update", *rules)
    assert (again.code, again.out.startswith("Nothing to add")) == (0, True)


def test_update_may_be_told_which_file(work: Workplace, account: Sandbox) -> None:
    main = work.write(HEAD + "include: [users/*.yaml]\n", "mail/sarv-sync.yaml")
    into = work.write("# theirs\nusers: {}\n", "mail/users/a.yaml")
    done = work.run("export", "--update", "-c", "mail/sarv-sync.yaml", "--into", "mail/users/a.yaml")
    assert (done.code, done.out.splitlines()[0]) == (0, "Added 7 users to mail/users/a.yaml:"), done.said
    assert main.read_text() == HEAD + "include: [users/*.yaml]\n"
    assert into.read_text().startswith("# theirs\nusers: {")


def test_a_file_that_is_not_there_yet_is_told(work: Workplace, account: Sandbox) -> None:
    main = work.write(HEAD + "include: [users/*.yaml]\n")
    work.write("users: {}\n", "users/other.yaml")
    done = work.run("export", "--update", "--names", "names.csv", "--split", "team")
    assert (done.code, main.read_text()) == (3, HEAD + "include: [users/*.yaml]\n")
    assert "users/finance.yaml is none of the files" in done.flat
    assert "users/marketing.yaml is none of the files" in done.flat


def test_users_that_are_left_alone_are_not_added(work: Workplace, account: Sandbox) -> None:
    work.write(HEAD + "unmanaged: {policy: report, except: ['smtp[2-7]']}\n")
    done = work.run("export", "--update")
    assert (done.code, done.err) == (0, "left out: 6 users that `unmanaged` in sarv-sync.yaml leaves alone\n")
    assert done.out.splitlines()[0] == "Added 1 user to sarv-sync.yaml:"


def test_hostile_cells_make_tame_files(work: Workplace, serve: Serve) -> None:
    words = [word for word in NASTY if not any("\ud800" <= one <= "\udfff" or one == "\0" for one in word)]
    work.environment["SARV_OWNER_ID"] = OWNER
    serve(users=tuple(user(f"smtp{number}") for number in range(len(words))))
    with (work.path / "names.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["smtp_user_name", "name", "team", "description", "::error::x"])
        rows.writerows([f"smtp{number}", "", word, word, word] for number, word in enumerate(words))
    done = work.run("export", "--split", "team", "--names", "names.csv", "--out", "out")
    assert done.code == 0, done.said
    assert_plain(done.said)
    files = [name for name in work.files() if name != "names.csv"]
    assert len(files) > len(words) / 2
    for name in files:
        assert re.fullmatch(r"out/(sarv-sync|users/[a-z0-9][a-z0-9._-]*)\.yaml", name)
        assert_plain((work.path / name).read_text(encoding="utf-8"))
    assert work.run("validate", "-c", "out/sarv-sync.yaml").code == 0

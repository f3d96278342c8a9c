"""Whole files are such as a person might have written."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from sarv_sync.config.load import load
from sarv_sync.config.meant import is_account
from sarv_sync.config.whole_files import texts
from sarv_sync.config.writing import duration, pairs_of
from sarv_sync.model.account import Account
from sarv_sync.model.export import ExportedUser, Layout, Profile, Remarks, Values
from sarv_sync.model.users import PasswordPolicy, Settings
from tests.unit.reporting.hostile_words import NASTY
from tests.unit.reporting.text_rules import assert_plain

ACCOUNT = Account("https://api.us1-mta1.example.net/v1.0", "10042")
MAIN = "sarv-sync.yaml"
BULK = Profile("bulk", Values(1_000_000, 10_000))
ZERO = Profile("0-100", Values(total_limit=1, ignore_changes=("total_limit",)))
TEAM = Remarks(labels=(("team", "finance"),))
USERS = (
    ExportedUser("audit", "smtp1", Settings(50, 100, "Enable"), None, TEAM),
    ExportedUser(
        "billing", "smtp2", Settings(1_000_000, 10_000, "Enable"), None, Remarks("Bills", TEAM.labels), BULK
    ),
    ExportedUser("closed", "smtp3", Settings(1_000_000, 10_000, "Disable"), None, TEAM, BULK),
    ExportedUser("zero", "smtp4", Settings(0, 100, "Enable"), None, Remarks(), ZERO),
)
ODD = ExportedUser("odd", "smtp5", Settings(2**31, 0, "Enable"))
SHARED = Values(hourly_limit=100)

EXPECTED_MAIN = """\
# yaml-language-server: $schema=./schemas/config.schema.json
# The SMTP users of one account; `smtp_user_name` says which user of it each entry is. `sarv-sync plan` shows what
# would change, `sarv-sync apply` changes it. The token never goes into a file: set SARV_TOKEN or SARV_TOKEN_FILE.
version: 1

account:
  endpoint: https://api.us1-mta1.example.net/v1.0
  owner_id: "10042"

include: [users/*.yaml]

defaults: {hourly_limit: 100}

profiles:
  0-100: {total_limit: 1, ignore_changes: [total_limit]}  # the account has total_limit 0
  bulk: {total_limit: 1000000, hourly_limit: 10000}

users:
  zero: {smtp_user_name: smtp4, profile: 0-100}
"""
EXPECTED_PART = """\
# yaml-language-server: $schema=../schemas/config.schema.json#/$defs/included
users:
  audit: {smtp_user_name: smtp1, total_limit: 50, labels: {team: finance}}
  billing:
    smtp_user_name: smtp2
    profile: bulk
    description: Bills
    labels: {team: finance}
  closed: {smtp_user_name: smtp3, profile: bulk, status: Disable, labels: {team: finance}}
"""
EXPECTED_PLAIN = """\
users:
  audit:
    smtp_user_name: smtp1
    total_limit: 50
    hourly_limit: 100
    labels: {team: finance}
  odd:  # the account has total_limit 2147483648 and hourly_limit 0
    smtp_user_name: smtp5
    total_limit: 2147483647
    hourly_limit: 1
    ignore_changes: [total_limit, hourly_limit]
"""


def test_a_main_file_and_its_parts() -> None:
    layout = Layout(USERS[3:], {"users/finance.yaml": USERS[:3]}, SHARED, (ZERO, BULK))
    made = texts(ACCOUNT, layout, MAIN, ["users/*.yaml"], "schemas/config.schema.json")
    assert made == {MAIN: EXPECTED_MAIN, "users/finance.yaml": EXPECTED_PART}
    assert list(made) == [MAIN, "users/finance.yaml"]


def test_without_anything_shared_every_value_has_its_line() -> None:
    [text] = texts(ACCOUNT, Layout((USERS[0], ODD), {}), MAIN, (), None).values()
    assert text.endswith(f"\n\n{EXPECTED_PLAIN}")
    assert "schema" not in text


def test_a_main_file_whose_users_are_all_elsewhere_has_no_users() -> None:
    made = texts(ACCOUNT, Layout((), {"apart.yaml": (ODD,)}), MAIN, ["apart.yaml"], None)
    assert "users" not in yaml.safe_load(made[MAIN])
    assert yaml.safe_load(made[MAIN])["include"] == ["apart.yaml"]


@pytest.mark.parametrize("word", [*NASTY, "yes", "a: b", "1e5", "x" * 300, "Größe", "one\ntwo\n", "a, b", "12:30"])
def test_whatever_words_there_are_the_files_stay_tame_and_say_them(tmp_path: Path, word: str) -> None:
    if any("\ud800" <= char <= "\udfff" for char in word):
        return
    remarks = Remarks(word, tuple(sorted([(word[:60], word), ("team", word)])))
    user = ExportedUser("a", "smtp1", Settings(1000, 100, "Enable"), None, remarks)
    for layout in (Layout((user,), {}), Layout((user,), {}, SHARED)):
        [text] = texts(ACCOUNT, layout, MAIN, (), None).values()
        assert_plain(text)
        (tmp_path / MAIN).write_text(text, encoding="utf-8")
        assert is_account(load(MAIN, tmp_path), ACCOUNT, [user])


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(7776000.0, "90d"), (129600.0, "36h"), (5400.0, "90m"), (61.0, "61s"), (0.25, "250ms"), (0.0, "0ms")],
)
def test_a_time_is_written_in_the_largest_unit_that_fits(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_password_policy_is_written_as_far_as_it_is_not_the_usual_one() -> None:
    policy = PasswordPolicy(version=3, every=7776000.0, rotation="alternate", grace=3600.0)
    user = ExportedUser("a", "s1", Settings(1, 1, "Enable"), "s2", Remarks(password=policy))
    assert pairs_of(user, {}) == {
        "smtp_user_name": "s1",
        "rotation": "alternate",
        "alternate_smtp_user_name": "s2",
        "grace": "1h",
        "rotate": {"every": "90d"},
        "password_version": 3,
        "total_limit": 1,
        "hourly_limit": 1,
    }

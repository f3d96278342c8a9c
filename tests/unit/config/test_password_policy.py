"""When and how passwords are changed, as the files resolve it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sarv_sync.config.load import load
from sarv_sync.model.configuration import Configuration
from sarv_sync.model.users import NO_POLICY, PasswordPolicy

DAY = 86400.0
HEAD = 'version: 1\ncredentials: [{sink: dotenv, path: "{name}.env"}]\n'


def read(folder: Path, text: str) -> Configuration:
    (folder / "main.yaml").write_text(HEAD + text, encoding="utf-8")
    return load("main.yaml", folder)


@pytest.mark.parametrize(
    ("defaults", "profile", "own", "policy"),
    [
        ("", "", "", NO_POLICY),
        ("rotate: {every: 90d}", "", "", PasswordPolicy(every=90 * DAY)),
        ("rotate: {every: 90d}", "rotate: {every: 1.5h}", "", PasswordPolicy(every=5400)),
        ("rotate: {every: 90d}", "rotate: {every: 1h}", "rotate: {every: 2d}", PasswordPolicy(every=2 * DAY)),
        ("rotate: {every: 90d}", "rotate: {every: never}", "", NO_POLICY),
        ("rotate: {every: 90d}", "", "rotate: {every: never}", NO_POLICY),
        ("rotation: alternate", "grace: 7d", "", PasswordPolicy(rotation="alternate", grace=7 * DAY)),
        ("rotation: alternate", "rotation: in-place", "", NO_POLICY),
        ("grace: 1h", "rotation: alternate", "grace: 0s", PasswordPolicy(rotation="alternate", grace=0)),
        ("", "", "password_version: 3", PasswordPolicy(3)),
        ("", "", "password_version: 1", NO_POLICY),
        (
            "", "rotation: alternate", "alternate_smtp_user_name: smtp7",
            PasswordPolicy(rotation="alternate", alternate_pin="smtp7"),
        ),
    ],
)  # fmt: skip
def test_own_keys_beat_the_profile_and_the_profile_the_defaults(
    tmp_path: Path, defaults: str, profile: str, own: str, policy: PasswordPolicy
) -> None:
    limits = "total_limit: 9, hourly_limit: 1"
    text = (
        f"defaults: {{{', '.join(filter(None, (limits, defaults)))}}}\nprofiles: {{p: {{{profile}}}}}\n"
        f"users: {{a: {{{', '.join(filter(None, ('profile: p', own)))}}}}}\n"
    )
    read_back = read(tmp_path, text)
    assert (read_back.users["a"].password, read_back.warnings) == (policy, ())


def test_users_with_the_same_policy_share_it(tmp_path: Path) -> None:
    users = "".join(f"  u{number}: {{password_version: {number % 2 + 2}}}\n" for number in range(100))
    found = read(
        tmp_path, f"defaults: {{total_limit: 9, hourly_limit: 1, rotate: {{every: 9d}}}}\nusers:\n{users}"
    ).users
    assert len({id(user.password) for user in found.values()}) == 2
    assert {user.password for user in found.values()} == {PasswordPolicy(2, 9 * DAY), PasswordPolicy(3, 9 * DAY)}


def test_a_user_without_a_policy_has_the_one_object_that_says_so(tmp_path: Path) -> None:
    found = read(tmp_path, "defaults: {total_limit: 9, hourly_limit: 1, grace: 24h}\nusers: {a: , b: }\n").users
    assert all(user.password is NO_POLICY for user in found.values())


@pytest.mark.parametrize(
    ("asked", "column"), [("rotate: {every: 1d}", 7), ("password_version: 2", 7), ("rotation: alternate", 7)]
)
def test_a_new_password_that_would_go_nowhere_is_pointed_out(tmp_path: Path, asked: str, column: int) -> None:
    text = f"version: 1\ndefaults: {{total_limit: 9, hourly_limit: 1}}\nusers:\n  a: {{{asked}}}\n  b:\n"
    (tmp_path / "main.yaml").write_text(text, encoding="utf-8")
    [warning] = load("main.yaml", tmp_path).warnings
    assert (warning.line, warning.column) == (4, column)
    assert "no sink takes the password of `a`" in warning.message


@pytest.mark.parametrize(("every", "warned"), [("59m", True), ("1s", True), ("1h", False), ("60m", False)])
def test_an_age_below_an_hour_is_warned_of_once_where_it_stands(tmp_path: Path, every: str, warned: bool) -> None:
    text = f"defaults: {{total_limit: 9, hourly_limit: 1, rotate: {{every: {every}}}}}\nusers: {{a: , b: }}\n"
    said = [(warning.line, warning.message) for warning in read(tmp_path, text).warnings]
    message = "`every` is less than an hour: nearly every run would change the password"
    assert said == ([(3, message)] if warned else [])

"""Each user goes into one file, and no label leads out of the folder."""

from __future__ import annotations

import re

import pytest

from sarv_sync.errors import InputError
from sarv_sync.model.configuration import Configuration
from sarv_sync.model.export import ExportedUser, Remarks
from sarv_sync.model.users import Settings
from sarv_sync.planning.splitting import ByLabel, ByPattern, Rule, read_rule, split, split_like
from tests.unit.planning.builders import files, placed_at, user
from tests.unit.reporting.hostile_words import NASTY

MAIN = "sarv-sync.yaml"


def exported(name: str, smtp_user_name: str | None = None, **labels: str) -> ExportedUser:
    remarks = Remarks(labels=tuple(sorted(labels.items())))
    return ExportedUser(name, smtp_user_name or f"smtp-{name}", Settings(1, 1, "Enable"), None, remarks)


def names(groups: dict[str | None, tuple[ExportedUser, ...]]) -> dict[str | None, list[str]]:
    return {file: [one.name for one in users] for file, users in groups.items()}


def test_a_label_makes_a_file_of_each_value_and_leaves_the_rest_in_the_main_one() -> None:
    users = [exported("a", team="finance"), exported("b"), exported("c", team="shop"), exported("d", team="finance")]
    assert names(split(users, [ByLabel("team")])) == {
        None: ["b"],
        "users/finance.yaml": ["a", "d"],
        "users/shop.yaml": ["c"],
    }


def test_the_first_rule_that_fits_counts_whichever_name_it_is_about() -> None:
    rules: list[Rule] = [ByPattern("bill*", "billing.yaml"), ByLabel("team"), ByPattern("smtp[12]", "users/low.yaml")]
    users = [
        exported("billing", team="x"), exported("a", "bill-1"), exported("b", "smtp1"),
        exported("c", "smtp2", team="x"), exported("d", "smtp3"), exported("Bill"),
    ]  # fmt: skip
    assert names(split(users, rules)) == {
        None: ["d", "Bill"],
        "billing.yaml": ["billing", "a"],
        "users/low.yaml": ["b"],
        "users/x.yaml": ["c"],
    }


def test_values_that_look_alike_have_files_of_their_own() -> None:
    values = ["finance", "Finance", "FINANCE ", "é", "ü", "", "low", "a/b", "a b"]
    users = [exported(str(number), team=value) for number, value in enumerate(values)]
    made = split(users, [ByLabel("team"), ByPattern("nobody", "users/LOW.yaml")])
    assert sorted(str(file) for file in made) == [
        "users/a-b-2.yaml", "users/a-b.yaml", "users/finance-2.yaml", "users/finance-3.yaml", "users/finance.yaml",
        "users/low-2.yaml", "users/unnamed-2.yaml", "users/unnamed-3.yaml", "users/unnamed.yaml",
    ]  # fmt: skip
    assert names(made)["users/finance.yaml"] == ["0"]


@pytest.mark.parametrize(
    "value", [*NASTY, "..", "../../etc/passwd", "/etc/passwd", ".git", "x" * 500, "-rf", "~root"]
)
def test_no_value_leads_out_of_the_folder(value: str) -> None:
    [file] = split([exported("a", team=value)], [ByLabel("team")])
    assert re.fullmatch(r"users/[a-z0-9][a-z0-9._-]{0,62}\.yaml", str(file))


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("team", ByLabel("team")),
        ("bill*=users/billing.yaml", ByPattern("bill*", "users/billing.yaml")),
        ("a=b=./x//y.yml", ByPattern("a=b", "x/y.yml")),
    ],
)
def test_a_rule_is_a_label_or_a_pattern_with_its_file(text: str, rule: ByLabel | ByPattern) -> None:
    assert read_rule(text, MAIN) == rule


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "names no label"),
        ("=a.yaml", "no pattern"),
        ("a=", "no YAML file"),
        ("a=b.json", "no YAML file"),
        ("a=/etc/b.yaml", "leads outside"),
        ("a=users/../../b.yaml", "leads outside"),
        ("a=.git/b.yaml", "cannot be the name"),
        ("a=users/*.yaml", "cannot be the name"),
        ("a=b\n.yaml", "cannot be the name"),
        ("a=" + "b" * 256 + ".yaml", "cannot be the name"),
        ("a=Sarv-Sync.yaml", "is the main file"),
    ],
)
def test_a_wrong_rule_is_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_rule(text, MAIN)
    assert caught.value.hint


def _entries(**places: str) -> Configuration:
    """Entries of the team x, by name, each in its file."""
    found = [user(name, labels={"team": "x"}) for name in places]
    return files(*(placed_at(one, one.source._replace(file=places[one.name])) for one in found))


@pytest.mark.parametrize(
    ("places", "file"),
    [
        ({"a": "mail/teams/x.yaml", "b": "mail/teams/x.yaml"}, "teams/x.yaml"),
        ({"a": "mail/main.yaml"}, None),
        ({"a": "mail/teams/x.yaml", "b": "mail/main.yaml"}, "users/x.yaml"),
        ({}, "users/x.yaml"),
    ],
)
def test_added_users_join_those_with_the_same_label(places: dict[str, str], file: str | None) -> None:
    spelled = {"mail/main.yaml": None, "mail/teams/x.yaml": "teams/x.yaml"}
    groups = split_like([exported("new", team="x")], [ByLabel("team")], _entries(**places), spelled)
    assert names(groups) == {file: ["new"]}

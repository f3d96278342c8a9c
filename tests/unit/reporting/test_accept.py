"""What was accepted into the files, as text and as a document."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from sarv_sync.errors import Fault
from sarv_sync.model.acceptance import AcceptedField, FileDifference
from sarv_sync.model.account import Account
from sarv_sync.model.users import FIELDS
from sarv_sync.reporting.accept_document import accept_document
from sarv_sync.reporting.accept_text import accept_text, difference_text
from sarv_sync.reporting.json_text import json_text
from sarv_sync.reporting.style import Style
from sarv_sync.schema_files import schema
from tests.unit.reporting.hostile_words import NASTY
from tests.unit.reporting.text_rules import assert_plain

TERMINAL = Style(color=False, width=80)
STYLES = [TERMINAL, Style(color=True, width=40), Style(color=False, width=0)]
ACCOUNT = Account("https://api.example.net/v1.0", "10042")
RAISED = AcceptedField("billing", "smtp12345", "hourly_limit", 200, 5000, "sarv-sync.yaml", 21, "user")
STATUS = replace(RAISED, field="status", before="Enable", after="Disable", line=22)
SHARED = AcceptedField("news", "smtp9", "total_limit", 10, 9, "team.yaml", 3, "profile", "bulk")
VALUES: tuple[int | str, ...] = (5000, 5, "Enable")
BACK = [
    AcceptedField("old", "smtp7", field, None, after, "sarv-sync.yaml", 30, "added")
    for field, after in zip(FIELDS, VALUES, strict=True)
]
LEFT = Fault("smtp8, the user of zero, has a total_limit of 0, which no file can say", "raise it", "a.yaml", 7, 3)
REMARK = Fault("passwords are not in the files", "apply delivers them")


def test_each_value_is_told_with_its_place_and_what_comes_next() -> None:
    assert accept_text([RAISED, STATUS, SHARED, *BACK], [], [], TERMINAL).splitlines() == [
        "Written to sarv-sync.yaml and team.yaml: what the account has for 3 users",
        "  ~ billing  smtp12345",
        "      hourly_limit     200 → 5,000  ↑ 25 times  sarv-sync.yaml:21",
        "      status        Enable → Disable  sarv-sync.yaml:22",
        "  ~ news     smtp9",
        "      total_limit   10 → 9  team.yaml:3 (profile bulk)",
        "  + old      smtp7      total_limit 5,000  hourly_limit 5",
        "      again at sarv-sync.yaml:30",
        "",
        "Next: look at `git diff`, commit, and open a pull request. Once it is merged,",
        "files and account agree.",
    ]


def test_what_is_left_is_told_with_its_place_and_its_reason() -> None:
    lines = accept_text([RAISED], [LEFT], [REMARK], TERMINAL).splitlines()
    assert lines[3:] == [
        "",
        "Left as it is: 1 (the files cannot say this)",
        "  ! a.yaml:7: smtp8, the user of zero, has a total_limit of 0, which no file can",
        "    say",
        "      hint: raise it",
        "",
        "warning: passwords are not in the files",
        "  hint: apply delivers them",
        "",
        "Next: look at `git diff`, commit, and open a pull request. Once it is merged,",
        "files and account agree.",
    ]


def test_that_nothing_drifted_is_said_and_no_next_step() -> None:
    assert accept_text([], [], [], TERMINAL).startswith("Nothing was accepted: ")
    assert "Next" not in accept_text([], [LEFT], [], TERMINAL)


def test_where_the_files_break_a_budget_that_comes_first() -> None:
    text = " ".join(accept_text([RAISED], [], [], TERMINAL, valid=False).split())
    assert "Next: `sarv-sync validate` fails, and apply is refused, until every budget and guard" in text
    assert text.endswith(
        "is raised. Then look at `git diff`, commit, and open a pull request. Once it is merged, "
        "files and account agree."
    )


def test_many_files_are_counted() -> None:
    many = [replace(RAISED, file=f"{number}.yaml", name=f"n{number}") for number in range(4)]
    assert accept_text(many, [], [], TERMINAL).startswith("Written to 4 files: what the account has for 4 users")


def test_a_difference_is_what_git_would_show() -> None:
    diff = "--- a/a.yaml\n+++ b/a.yaml\n@@ -1,2 +1,2 @@\n a: 1\t# x\r\n-b: 2\r\n+b: 3\r\n"
    plain = diff.replace("\t", "    ").replace("\r", "").removesuffix("\n")
    assert difference_text([FileDifference("a.yaml", diff)] * 2, TERMINAL) == f"{plain}\n{plain}"
    colours = difference_text([FileDifference("a.yaml", diff)], Style(color=True, width=80))
    assert "\x1b[32m+b: 3\x1b[0m" in colours
    assert "\n a: 1    # x\n" in colours


@pytest.mark.parametrize("style", STYLES, ids=str)
@pytest.mark.parametrize("word", NASTY, ids=ascii)
def test_a_nasty_word_in_any_place_leaves_text_and_document_what_they_are(word: str, style: Style) -> None:
    value = AcceptedField(word, word, "total_limit", 1, 2, word, 3, "profile", word)
    fault = Fault(word, word, word, 1, 1)
    difference = FileDifference(word, f"--- {word}\n+++ {word}\n {word}\n+{word}\n")
    assert_plain(accept_text([value, *BACK], [fault], [fault], style), color=style.color)
    assert_plain(difference_text([difference], style), color=style.color)
    document = accept_document(
        Account(word, word), [value, *BACK], [fault], [fault], [difference], written=False, valid=False
    )
    text = json_text(document)
    assert_plain(text)
    assert json.loads(text) == document
    Draft202012Validator(schema("accept")).validate(document)


def test_the_document_has_every_part() -> None:
    document = accept_document(ACCOUNT, [SHARED], [LEFT], [], [FileDifference("a", "b")], written=True, valid=True)
    assert document["accepted"] == [
        {
            "name": "news", "smtp_user_name": "smtp9", "field": "total_limit", "before": 10, "after": 9,
            "where": "profile", "profile": "bulk", "source": {"file": "team.yaml", "line": 3},
        }
    ]  # fmt: skip
    rest = {key: document[key] for key in ("format", "written", "valid", "remarks", "files")}
    assert rest == {
        "format": "sarv-sync-accept/1",
        "written": True,
        "valid": True,
        "remarks": [],
        "files": [{"file": "a", "diff": "b"}],
    }
    assert [one["message"] for one in document["left"]] == [LEFT.message]


def test_the_schema_has_words_for_every_property() -> None:
    document = schema("accept")
    Draft202012Validator.check_schema(document)
    assert document["$id"] == "urn:sarv-sync:schema:accept:1"
    parts = [document, *document["$defs"].values()]
    assert [key for part in parts for key, each in part["properties"].items() if "description" not in each] == []

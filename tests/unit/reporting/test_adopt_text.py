from __future__ import annotations

import json

import pytest

from sarv_sync.model.account import Account
from sarv_sync.model.adoption import Adoption
from sarv_sync.model.plan import Change, FieldChange
from sarv_sync.model.users import Source
from sarv_sync.reporting.adopt_document import adopt_document
from sarv_sync.reporting.adopt_text import adopt_text
from sarv_sync.reporting.style import Style
from tests.unit.reporting.hostile_words import NASTY
from tests.unit.reporting.text_rules import assert_plain

PLACE = Source("users/a.yaml", 7, 3)
TERMINAL = Style(color=False, width=80)


def adoption(name: str = "billing", user: str = "smtp1", place: Source = PLACE) -> Adoption:
    fields = (FieldChange("total_limit", 5, 5000), FieldChange("status", "Disable", "Enable"))
    return Adoption(name, user, "new", place, Change(name, "adopt", user, "config", fields, place))


def test_what_is_written_and_what_the_next_plan_changes_is_shown() -> None:
    assert adopt_text(adoption(), TERMINAL).splitlines()[:4] == [
        "Written to users/a.yaml:7: billing adopts smtp1",
        "  = billing  smtp1",
        "      total_limit         5 → 5,000  ↑ 1,000 times",
        "      status        Disable → Enable  ↑",
    ]


def test_a_user_that_is_as_the_files_want_it_keeps_its_values() -> None:
    change = Change("billing", "adopt", "smtp1", "config")
    text = adopt_text(Adoption("billing", "smtp1", "new", PLACE, change), TERMINAL)
    assert "  = billing  smtp1  keeps its values: they are what the files want" in text


@pytest.mark.parametrize("color", [False, True])
@pytest.mark.parametrize("width", [40, 80])
@pytest.mark.parametrize("word", NASTY)
def test_words_from_elsewhere_stay_words(word: str, width: int, color: bool) -> None:
    hostile = adoption(word, word, Source(word, 1, 1))
    assert_plain(adopt_text(hostile, Style(color=color, width=width)), color=color)
    assert json.loads(json.dumps(adopt_document(Account("https://a.example", word), hostile)))["name"] == word

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sarv_sync.model.plan_document import streamed_document, to_document
from sarv_sync.reporting.json_text import json_pieces, json_text
from tests.unit.reporting.hostile_words import NASTY, everywhere
from tests.unit.reporting.sample_plans import PLANS
from tests.unit.reporting.text_rules import assert_plain

WORDS = st.text(st.characters(codec="ascii", exclude_characters="#\x7f"), max_size=8)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=20,
)
MANY = [{"name": f"##[x{number}", "fields": [{"before": None}]} for number in range(5_000)]


@given(VALUES)
@settings(max_examples=300, deadline=None)
def test_harmless_values_are_laid_out_as_the_standard_encoder_does(value: Any) -> None:
    assert json_text(value) == json.dumps(value, indent=2, ensure_ascii=False)


@pytest.mark.parametrize("entries", [[], [1], [{}, []], MANY])
def test_an_iterator_is_written_as_the_list_of_its_entries(entries: list[Any]) -> None:
    assert json_text({"a": iter(entries), "b": 1}) == json_text({"a": entries, "b": 1})


@pytest.mark.parametrize("name", sorted(PLANS))
def test_a_plan_in_a_stream_is_the_plan_as_a_whole(name: str) -> None:
    assert json_text(streamed_document(PLANS[name], "1")) == json_text(to_document(PLANS[name], "1"))


@pytest.mark.parametrize("word", NASTY, ids=ascii)
def test_every_piece_by_itself_is_fit_to_be_shown(word: str) -> None:
    document = to_document(everywhere(word), "1")
    pieces = list(json_pieces({**document, "changes": iter(document["changes"] * 1_000)}))
    for piece in pieces:
        assert_plain(piece)
    assert json.loads("".join(pieces))["changes"] == json.loads(json.dumps(document["changes"] * 1_000))


def test_a_long_document_comes_in_many_pieces_that_take_what_they_write_one_by_one() -> None:
    entries = iter(MANY)
    pieces = json_pieces({"many": entries})
    next(pieces)
    assert len(list(entries)) > len(MANY) / 2

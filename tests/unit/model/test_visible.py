from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sarv_sync.model.visible import printable, short
from tests.unit.reporting.hostile_words import words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, 中文 é 😀", "plain text, 中文 é 😀"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\t\n\r\x00\x7f", r"\t\n\r\x00\x7f"),
        ("\x9b\x85\xa0\xad", r"\x9b\x85\xa0\xad"),
        ("\u202e\u2066\u200e\u200b\u2028\u2029", r"\u202e\u2066\u200e\u200b\u2028\u2029"),
        ("\ud800\udfff", r"\ud800\udfff"),
        ("\U000e0041", r"\U000e0041"),
        ("\u3164\u2800\ufe0f", r"\u3164\u2800\ufe0f"),
        ("##[group]", r"#\x23[group]"),
        ("###[group]", r"##\x23[group]"),
        ("a::b", "a::b"),
    ],
)
def test_what_is_not_plainly_visible_is_written_out(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(words)
def test_printable_text_stays_as_it_is(word: str) -> None:
    once = printable(word)
    assert printable(once) == once
    assert once.isprintable()


@pytest.mark.parametrize(
    ("text", "shown"), [("abcd", "abcd"), ("abcde", "abc…"), ("a\x00", "a\\x…"), ("\x00", r"\x00"), ("", "")]
)
def test_a_short_text_is_cut_at_its_end(text: str, shown: str) -> None:
    assert short(text, 4) == shown


@given(words, st.integers(1, 300))
def test_a_short_text_is_never_longer_and_begins_as_the_whole(word: str, most: int) -> None:
    cut = short(word, most)
    assert len(cut) <= most
    assert printable(word).startswith(cut.removesuffix("…"))

"""Forms are made of suspected secrets only, so none may escape suspicion; and suspecting costs next to nothing."""

from __future__ import annotations

import gc
import random
import string
import tracemalloc
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.secret import REDACTED, Secret
from sarv_sync.model.secret_forms import forms_of
from sarv_sync.model.suspects import Suspects
from tests.work import calls_of

_PLAIN = st.text(string.ascii_letters + string.digits, min_size=4, max_size=20)
_AWKWARD = st.text("ab0Z_.~-+/=%'\"\\ \n<>ÿä漢\U0001f600\ud800", min_size=4, max_size=12)
_ANY = st.text(min_size=4, max_size=12)
_NEIGHBOURS = st.text("abXY09+/-_= %ä", max_size=4)


@given(_PLAIN | _AWKWARD | _ANY, _NEIGHBOURS, _NEIGHBOURS)
@example("abcdef", "", "")
@example("?>~~abcd~~<?", "", "")
@example("ÿÿabcdÿÿ", "", "")
def test_a_secret_is_suspected_wherever_one_of_its_forms_is(raw: str, before: str, after: str) -> None:
    suspects = Suspects()
    if suspects.file(Secret(raw)):
        missed = [form for form in forms_of(raw) if Secret(raw) not in suspects.in_text(before + form + after)]
        assert missed == []


@pytest.mark.parametrize("raw", ["abcd", "abcde", "a!b!c!d!e!f!", "ab cd ef gh", "äöüßäöüß"])
def test_a_secret_without_four_plain_characters_inside_is_scrubbed_all_the_same(raw: str) -> None:
    assert not Suspects().file(Secret(raw))
    for form in forms_of(raw):
        assert Scrubber((Secret(raw),)).scrub(f"<{form}>") == f"<{REDACTED}>"


def test_secrets_that_are_alike_are_all_suspected_and_the_same_one_is_kept_once() -> None:
    suspects = Suspects()
    alike = [Secret(f"{start}-abcd-x") for start in ("one", "two", "three")]
    for secret in (*alike, Secret("two-abcd-x"), *alike):
        assert suspects.file(secret)
    assert sorted(map(Secret.reveal, suspects.in_text("abcd-"))) == sorted(map(Secret.reveal, alike))


def _many(count: int) -> list[Secret]:
    rng = random.Random(1)
    return [Secret("".join(rng.choices(string.ascii_lowercase + string.digits, k=16))) for _ in range(count)]


def test_the_work_for_a_text_grows_with_the_text_and_not_with_the_number_of_secrets() -> None:
    line = "billing: hourly_limit 10 -> 20, smtp12345\n"
    scrubber = Scrubber(_many(20_000))
    scrubber.scrub(line)
    for lines in (1, 100):
        assert calls_of(partial(scrubber.scrub, line * lines), of_c=True) <= 50 + 5 * len(line) * lines


def test_before_a_text_is_scrubbed_a_secret_costs_no_more_than_a_reference_and_then_little() -> None:
    secrets = _many(20_000)
    gc.collect()
    tracemalloc.start()
    try:
        scrubber = Scrubber()
        scrubber.add_all(secrets)
        added = tracemalloc.get_traced_memory()[0]
        assert scrubber.scrub(f"it was {secrets[7].reveal()}") == f"it was {REDACTED}"
        scrubbed = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert added / len(secrets) <= 12
    assert scrubbed / len(secrets) <= 160

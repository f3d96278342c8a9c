from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sarv_sync.model.users import NAME
from sarv_sync.planning.naming import derive_names
from tests.unit.planning.builders import STEADY

texts = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=1, max_size=80)
few = st.sampled_from(("a", "A", "a-2", "-a", "a--", "smtp1", "SMTP1", "ü", "b" * 64, "b" * 65, "B" * 63))
some = st.lists(few | texts, unique=True, max_size=12)


@given(some, st.sets(few))
@STEADY
def test_every_user_gets_a_name_of_its_own_that_the_files_may_hold(users: list[str], taken: set[str]) -> None:
    names = derive_names(users, taken)
    assert names.keys() == set(users)
    assert all(NAME.fullmatch(name) for name in names.values())
    assert len({*names.values(), *taken}) == len(names) + len(taken)


@given(some.flatmap(lambda users: st.tuples(st.just(users), st.permutations(users))))
@STEADY
def test_the_order_does_not_matter(orders: tuple[list[str], list[str]]) -> None:
    assert derive_names(orders[0], ()) == derive_names(orders[1], ())


def test_names_stay_as_near_to_the_providers_as_they_can() -> None:
    cases = {
        "smtp12345": "smtp12345",
        "SMTP9": "smtp9",
        "mail@Example.org": "mail-example.org",
        "--x--": "x",
        "a b": "a-b",
        "!!": "user",
        "x" * 70: "x" * 63,
    }
    assert derive_names(cases, ()) == cases


def test_who_needs_no_change_is_not_numbered() -> None:
    assert derive_names(["A", "a", "Á", "á", "a-2"], ()) == {
        "a": "a",
        "a-2": "a-2",
        "A": "a-3",
        "Á": "user",
        "á": "user-2",
    }
    assert derive_names(["y" * 64, "y" * 63], ()) == {"y" * 63: "y" * 63, "y" * 64: "y" * 61 + "-2"}

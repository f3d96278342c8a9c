"""The same inputs give the same bytes, in whatever order they come."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from sarv_sync.model.account import Account
from sarv_sync.model.canonical import canonical
from sarv_sync.model.plan import Change, FieldChange
from sarv_sync.model.plan_document import account_document, changes_document, to_document
from sarv_sync.model.users import FIELDS, Source
from sarv_sync.planning.digest import digest_of
from tests.unit.planning.builders import ACCOUNT, STEADY, account, bound, files, plan, seen, state, turns, user
from tests.unit.planning.worlds import World, shuffled, worlds

ANY = worlds() | worlds(targets=True)


def written(world: World) -> bytes:
    return json.dumps(to_document(world.plan(), "0.1.0")).encode()


def published_digest(document: dict[str, Any]) -> str:
    """The digest as section 4 of the contract defines it, by another implementation of RFC 8785."""
    covered = rfc8785.dumps({"account": document["account"], "changes": document["changes"]})
    return f"sha256:{hashlib.sha256(covered).hexdigest()}"


@STEADY
@given(st.data(), ANY)
def test_the_order_of_the_inputs_never_matters(data: st.DataObject, world: World) -> None:
    other = data.draw(shuffled(world))
    assert other.plan() == world.plan()
    assert written(other) == written(world)


@STEADY
@given(ANY)
def test_the_same_inputs_give_the_same_bytes(world: World) -> None:
    assert written(world) == written(world)


@STEADY
@given(ANY)
def test_the_digest_is_that_of_account_and_changes_in_the_document(world: World) -> None:
    made = world.plan()
    assert made.digest == published_digest(to_document(made, "0.1.0"))


_texts = st.text(st.characters(exclude_categories=["Cs"]))
_changes = st.builds(
    Change,
    name=_texts,
    action=st.sampled_from(("create", "update", "rename", "forget")),
    smtp_user_name=st.none() | _texts,
    cause=st.sampled_from(("config", "drift", "both")),
    fields=st.lists(
        st.builds(
            FieldChange,
            st.sampled_from(FIELDS),
            st.none() | st.integers(0, 2**53 - 1) | _texts,
            st.integers(0, 2**53 - 1),
        )
    ).map(tuple),
    source=st.none() | st.builds(Source, _texts, st.integers(1, 10**6), st.just(1)),
    renamed_from=st.none() | _texts,
)


@STEADY
@given(st.builds(Account, _texts, _texts), st.lists(_changes, max_size=3))
def test_the_digest_is_canonical_whatever_the_text(other: Account, changes: list[Change]) -> None:
    document: dict[str, Any] = {"account": account_document(other), "changes": changes_document(changes)}
    assert canonical(document) == rfc8785.dumps(document)
    assert digest_of(other, changes) == published_digest(document)


def many_changes(count: int) -> list[Change]:
    fields = (turns("hourly_limit", 10, 20),)
    return [Change(f"user-{index}", "update", f"s{index}\ud800é", "config", fields) for index in range(count)]


@pytest.mark.parametrize("count", [0, 1, 2, 99, 100, 101, 200, 301])
def test_the_digest_of_many_changes_is_that_of_the_whole_document(count: int) -> None:
    changes = many_changes(count)
    document = {"account": account_document(ACCOUNT), "changes": changes_document(changes)}
    assert digest_of(ACCOUNT, changes) == f"sha256:{hashlib.sha256(canonical(document)).hexdigest()}"


def test_making_a_digest_takes_no_copy_of_the_changes() -> None:
    changes = many_changes(20_000)
    size = len(canonical(changes_document(changes)))
    tracemalloc.start()
    try:
        digest_of(ACCOUNT, changes)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < size / 4


def test_half_a_surrogate_pair_is_written_as_its_escape() -> None:
    """RFC 8785 has no place for one; a name in a state file may hold it, and must not end the program."""
    assert canonical({"name": "\ud800"}) == b'{"name":"\\ud800"}'
    assert canonical({"name": "\\ud800"}) != canonical({"name": "\ud800"})


BASE = Change("a", "update", "s1", "config", (turns("total_limit", 100, 200),), Source("sarv-sync.yaml", 3, 5))


@pytest.mark.parametrize(
    "other",
    [
        Change("b", "update", "s1", "config", BASE.fields, BASE.source),
        Change("a", "adopt", "s1", "config", BASE.fields, BASE.source),
        Change("a", "update", "s2", "config", BASE.fields, BASE.source),
        Change("a", "update", "s1", "drift", BASE.fields, BASE.source),
        Change("a", "update", "s1", "config", (turns("total_limit", 101, 200),), BASE.source),
        Change("a", "update", "s1", "config", (turns("total_limit", 100, 201),), BASE.source),
        Change("a", "update", "s1", "config", (), BASE.source),
        Change("a", "update", "s1", "config", BASE.fields, BASE.source, "old"),
    ],
)
def test_a_digest_tells_any_two_changes_apart(other: Change) -> None:
    assert digest_of(ACCOUNT, [other]) != digest_of(ACCOUNT, [BASE])


def test_a_digest_is_for_one_account() -> None:
    assert digest_of(Account(ACCOUNT.endpoint, "1"), []) != digest_of(Account(ACCOUNT.endpoint, "2"), [])
    assert digest_of(Account("https://a.example.net", "1"), []) != digest_of(
        Account("https://b.example.net", "1"), []
    )


def test_a_digest_changes_when_the_account_moves_under_the_plan() -> None:
    configuration, known = files(user("a", 300)), state({"a": bound("s1")})
    assert (
        plan(configuration, known, account(seen("s1", 100))).digest
        != plan(configuration, known, account(seen("s1", 101))).digest
    )


def test_a_digest_is_of_the_changes_alone() -> None:
    known = state({"a": bound("s1")})
    quiet = plan(files(user("a"), unmanaged="ignore"), known, account(seen("s1")))
    loud = plan(files(user("a")), known, account(seen("s1"), seen("s2"), unreadable=["s3"]))
    assert quiet != loud
    assert quiet.digest == loud.digest

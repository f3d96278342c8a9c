"""A state that moved, and a document that says that it did, are put in place only on purpose."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sarv_sync.errors import Refused
from sarv_sync.model.state import Moved, State
from sarv_sync.state.document import encode
from sarv_sync.state_workflow import KnownAccount, Pushed, push_state
from tests.unit.state.journals import BOUND, NOON
from tests.unit.state.scripted_store import ScriptedStore

MOVED = replace(BOUND, moved=Moved("to", "s3://acme/state.json", "{backend: s3, bucket: acme}"))
ARRIVING = replace(BOUND, moved=Moved("from", "the old place"))
NEWER = replace(BOUND, serial=BOUND.serial + 1)
KNOWN = KnownAccount(BOUND.account.endpoint, BOUND.account.owner_id)


@pytest.mark.parametrize(
    ("there", "pushed", "words"),
    [
        (MOVED, NEWER, "was moved to s3://acme/state.json"),
        (ARRIVING, NEWER, "has not wholly arrived from the old place"),
        (None, MOVED, "was moved to s3://acme/state.json"),
        (BOUND, replace(MOVED, serial=NEWER.serial), "was moved to s3://acme/state.json"),
    ],
)
def test_it_is_refused_unless_it_is_forced(there: State | None, pushed: State, words: str) -> None:
    store = ScriptedStore(there)
    data = encode(pushed)

    with pytest.raises(Refused, match=words):
        push_state(store, Pushed(data, "copy.json"), KNOWN, NOON)
    assert store.writes == []

    state = push_state(store, Pushed(data, "copy.json", force=True), KNOWN, NOON)
    assert state.moved is None, "whoever forces it wants it to be used"
    assert store.state == state

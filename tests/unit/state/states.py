"""Any state that the program could have written."""

from __future__ import annotations

from hypothesis import strategies as st

from sarv_sync.model.account import Account
from sarv_sync.model.plan import ACTIONS, FieldChange
from sarv_sync.model.state import (
    NO_RECORD,
    Binding,
    Birthmark,
    Delivery,
    Intent,
    Lock,
    PasswordRecord,
    PastChange,
    PastRun,
    Retired,
    Rotating,
    State,
)
from sarv_sync.model.users import FIELDS, Settings

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
names = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,8}", fullmatch=True)
counts = st.integers(0, 2**53 - 1)
settings_of_users = st.builds(Settings, counts, counts, st.sampled_from(["Enable", "Disable"]))
birthmarks = st.builds(Birthmark, counts, counts)
locks = st.builds(Lock, texts, texts, texts, texts, texts)

moments = st.datetimes().map(lambda moment: f"{moment.isoformat()}Z")
verifiers = st.from_regex(r"[0-9a-f]{8}:[0-9a-f]{16}", fullmatch=True)
deliveries = st.lists(
    st.builds(Delivery, texts, texts, st.none() | verifiers), max_size=3, unique_by=lambda one: one.address
).map(lambda found: tuple(sorted(found, key=lambda one: one.address)))
records = st.builds(
    PasswordRecord,
    since=st.none() | moments,
    version=st.none() | counts,
    deliveries=deliveries,
    rotating=st.none() | st.builds(Rotating, moments, verifiers, counts, counts),
    former=st.none() | verifiers,
    turn=counts,
    left=st.none() | moments,
    last=st.none() | verifiers,
)

values = counts | texts
field_changes = st.lists(
    st.builds(FieldChange, st.sampled_from(FIELDS), st.none() | values, values),
    max_size=3,
    unique_by=lambda one: one.field,
).map(lambda found: tuple(sorted(found, key=lambda one: FIELDS.index(one.field))))
past_changes = st.builds(
    PastChange,
    names,
    st.sampled_from(ACTIONS),
    st.none() | texts,
    st.sampled_from(["planned", "applied", "failed", "unknown", "not_attempted"]),
    field_changes,
    st.none() | names,
)
past_runs = st.builds(
    PastRun,
    texts,
    moments,
    texts,
    texts,
    st.none() | texts,
    texts,
    st.lists(past_changes, max_size=3).map(tuple),
    st.booleans(),
    st.integers(0, 3),
)


@st.composite
def states(draw: st.DrawFn) -> State:
    """Draw a state in which no two names hold one user, and every create has its listing."""
    users = draw(st.lists(texts, unique=True, max_size=6))
    owners = draw(st.lists(names, unique=True, min_size=len(users), max_size=len(users)))
    retired_from = draw(st.integers(0, len(users)))
    bindings = {
        name: Binding(
            user,
            draw(settings_of_users),
            draw(st.none() | names),
            draw(st.just(NO_RECORD) | records),
            draw(st.none() | moments),
            draw(st.none() | names),
        )
        for name, user in zip(owners, users, strict=True)
    }
    listings = draw(st.dictionaries(texts, st.lists(texts, max_size=3).map(tuple), max_size=3))
    listing_ids = st.sampled_from(sorted(listings)) if listings else st.nothing()
    creating = draw(st.lists(names, unique=True, max_size=3)) if listings else []
    intents = [Intent(f"{index}", name, draw(birthmarks), draw(listing_ids)) for index, name in enumerate(creating)]
    given_up = st.builds(Retired, names, birthmarks, listing_ids)
    return State(
        lineage=draw(texts),
        serial=draw(counts),
        account=Account(draw(texts), draw(texts)),
        lock=draw(st.none() | locks),
        bindings=dict(list(bindings.items())[retired_from:]),
        removed=dict(list(bindings.items())[:retired_from]),
        intents={intent.id: intent for intent in intents},
        retired=tuple(draw(st.lists(given_up, max_size=3))) if listings else (),
        listings=listings,
        echoes_limits=draw(st.none() | st.booleans()),
        history=tuple(draw(st.lists(past_runs, max_size=2))),
    )

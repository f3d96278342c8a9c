"""Makes a search fast.

What a pure function returned before, it returns again without being run: those functions that only turn values into
values, the state into a document and back, state and listing into a plan. Nor is written down which runs there were:
no run depends on that, and no two states would be alike for it. Nothing else is replaced, and a test holds what comes
out against runs without this.

Nor is coverage measured meanwhile. That would take three times as long and say nothing that the first few schedules
do not say.
"""

from __future__ import annotations

import gc
import sys
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from sarv_sync.model.evidence import NOTHING_KNOWN
from sarv_sync.planning.planner import make_plan
from sarv_sync.state.document import decode, encode
from tests.simulation.world import state_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sarv_sync.model.account import Account
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Listing

    Places = tuple[str, ...]

_DECODING: Places = ("sarv_sync.state.mark.decode", "sarv_sync.state.journal.decode")
_ENCODING: Places = ("sarv_sync.state.journal.encode",)
_PLANNING: Places = (
    "sarv_sync.workflow.make_plan",
    "tests.simulation.invariants.make_plan",
)

_documents: dict[tuple[Any, ...], bytes] = {}
_plans: dict[tuple[Any, ...], tuple[Plan, Configuration, Listing]] = {}


@contextmanager
def quickly() -> Iterator[None]:
    """Let the program remember what it has worked out before, for the length of the context."""
    with ExitStack() as stack:
        stack.callback(sys.settrace, sys.gettrace())
        stack.callback(_documents.clear)
        stack.callback(_plans.clear)
        stack.callback(_decoded.cache_clear)
        sys.settrace(None)
        stack.callback(gc.set_threshold, *gc.get_threshold())
        gc.set_threshold(5_000, 10, 1_000_000)  # what is remembered is no garbage, and there is much of it
        for place in _DECODING:
            stack.enter_context(patch(place, _decoded))
        for place in _ENCODING:
            stack.enter_context(patch(place, _encoded))
        for place in _PLANNING:
            stack.enter_context(patch(place, _planned))
        stack.enter_context(remembering_nothing())
        yield


@contextmanager
def remembering_nothing() -> Iterator[None]:
    """Let the state not say which runs there were, for the length of the context."""
    with patch("sarv_sync.applying.executor.entered", lambda state, _, __: state):
        yield


@cache
def _decoded(data: bytes, where: str) -> State:
    return decode(data, where)


def _encoded(state: State) -> bytes:
    key = state_value(state)
    if key not in _documents:
        _documents[key] = encode(state)
    return _documents[key]


def _planned(  # noqa: PLR0917 - as what it stands for
    configuration: Configuration,
    account: Account,
    state: State,
    listing: Listing,
    targets: Sequence[str] = (),
    evidence: Evidence = NOTHING_KNOWN,
) -> Plan:
    assert (evidence.now, evidence.verifier, evidence.sights) == (None, None, {}), "nothing is known of passwords"
    # Files and listings are told apart by which they are. They are kept, so that no other comes in their place.
    key = (id(configuration), id(listing), tuple(targets), account, *state_value(state))
    if key not in _plans:
        plan = make_plan(configuration, account, state, listing, targets)
        _plans[key] = (plan, configuration, listing)
    return _plans[key][0]

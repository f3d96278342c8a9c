"""Plans with passwords in them are the same whatever order things come in, and hold none."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from sarv_sync.model.plan_document import to_document
from tests.unit.planning.builders import STEADY
from tests.unit.planning.password_worlds import PasswordWorld, password_worlds
from tests.unit.planning.worlds import World, shuffled

if TYPE_CHECKING:
    from sarv_sync.model.state import Binding


def written(world: PasswordWorld) -> bytes:
    return json.dumps(to_document(world.plan(), "0.1.0")).encode()


@STEADY
@given(st.data(), password_worlds())
def test_the_order_of_the_inputs_never_matters(data: st.DataObject, world: PasswordWorld) -> None:
    sides = data.draw(shuffled(World(world.configuration, world.state, world.listing, world.targets)))
    templates = tuple(data.draw(st.permutations(world.places.templates)))
    other = replace(
        world,
        configuration=sides.configuration,
        state=sides.state,
        listing=sides.listing,
        targets=sides.targets,
        places=replace(world.places, templates=templates),
        sights=dict(reversed(world.sights.items())),
    )
    assert other.plan() == world.plan()
    assert written(other) == written(world)


@STEADY
@given(password_worlds())
def test_a_plan_holds_no_password_and_nothing_that_was_made_of_one(world: PasswordWorld) -> None:
    text = written(world).decode()
    assert not [user for user in world.listing.users.values() if user.password.reveal() in text]
    assert not [one for binding in world.state.bindings.values() for one in _verifiers(binding) if one in text]


def _verifiers(binding: Binding) -> list[str]:
    record = binding.password
    found = [one.verifier for one in record.deliveries] + [record.former, record.last]
    return [one for one in found if one is not None]


@STEADY
@given(password_worlds())
def test_one_user_of_an_entry_is_delivered_and_it_is_delivered_once(world: PasswordWorld) -> None:
    delivered = [change.name.removesuffix("+2") for change in world.plan().changes if change.action == "deliver"]
    assert len(delivered) == len(set(delivered))

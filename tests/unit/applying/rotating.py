"""A stage on which passwords are changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sarv_sync.errors import SinkError
from sarv_sync.model.secret import Secret
from sarv_sync.model.state import Binding, Delivery, PasswordRecord
from sarv_sync.model.users import PasswordPolicy
from tests.unit.applying.memory_sink import MemorySink, outlets_of
from tests.unit.applying.stage import (
    KEY,
    Journal,
    Provider,
    Stage,
    entry,
    files,
    state,
    values,
)

ON, OFF = values(5000, 200), values(5000, 200, on=False)
OLD = "2026-01-01T00:00:00.000000Z"
BUMPED = PasswordPolicy(version=2)
IN_TURNS = PasswordPolicy(rotation="alternate", grace=3600.0)
TURN = replace(IN_TURNS, version=2)
FORM = outlets_of(MemorySink()).targets(entry("a"), None)[0].form
FULL = SinkError("the disk is full")


def delivered(user: str, password: str = "pass word", **more: Any) -> PasswordRecord:
    verifier = KEY.of(user, Secret(password))
    return replace(PasswordRecord(OLD, deliveries=(Delivery("memory a", FORM, verifier),)), **more)


def stage_of(policy: PasswordPolicy = BUMPED, users: dict[str, Binding] | None = None, **more: Any) -> Stage:
    """A stage for the entry `a` with this policy, whose password its sink holds; or whose users are these."""
    bindings = users or {"a": Binding("smtp1", ON, password=delivered("smtp1"))}
    held = MemorySink(holds={"memory a": ("smtp1", "pass word")})
    return Stage(
        files(entry("a", password=policy)),
        Provider({binding.smtp_user_name: binding.applied for binding in bindings.values()}),
        Journal(replace(state(), bindings=bindings)),
        outlets=outlets_of(held),
        **more,
    )


def sink_of(stage: Stage) -> MemorySink:
    sink = stage.outlets._outlets[0].sink
    assert isinstance(sink, MemorySink)
    return sink


def record(stage: Stage, name: str = "a") -> PasswordRecord:
    return stage.journal.state.bindings[name].password


def kinds(stage: Stage) -> list[str]:
    return [call[0] for call in stage.provider.calls if call[0] != "list"]


def in_place_again(stage: Stage) -> None:
    """The next run of the program, with nothing in its way."""
    stage.provider.reset_errors.clear()
    stage.provider.edit_errors.clear()
    stage.provider.before_call = lambda _: None
    sink_of(stage).failure = None
    assert stage.run().outcome.complete
    assert sink_of(stage).holds == {"memory a": ("smtp1", stage.provider.password("smtp1").reveal())}
    assert stage.plan().changes == ()

"""What plan looks at, and what apply has proven before it makes users or passwords."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest

from sarv_sync.applying.crew import Threads
from sarv_sync.applying.looking import check_sinks, look_at_targets
from sarv_sync.applying.run import Surroundings
from sarv_sync.errors import Interrupted, Refused, SinkError
from sarv_sync.model.evidence import Evidence
from sarv_sync.model.secret import Secret
from sarv_sync.model.state import Binding, Delivery, PasswordRecord
from sarv_sync.model.users import NO_POLICY, PasswordPolicy
from sarv_sync.planning.planner import make_plan
from tests.unit.applying.memory_sink import MemorySink, outlets_of
from tests.unit.applying.stage import ACCOUNT, KEY, NOW, Journal, Provider, Watcher, entry, files, state, values

if TYPE_CHECKING:
    from sarv_sync.applying.outlets import Outlets
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.state import State

ON = values(5000, 200)
OLD = "2026-01-01T00:00:00.000000Z"
IN_TURNS = PasswordPolicy(rotation="alternate", grace=3600.0)


def held(user: str, password: str | None = "pass word", address: str = "memory a", turn: int = 0) -> Binding:
    """A user whose target holds this password, or none as far as is known."""
    verifier = None if password is None else KEY.of(user, Secret(password))
    return Binding(
        user, ON, password=PasswordRecord(OLD, deliveries=(Delivery(address, "form", verifier),), turn=turn)
    )


def look(bindings: dict[str, Binding], sink: MemorySink, configuration: Configuration | None = None) -> list[object]:
    """Return which targets are looked at."""
    provider = Provider({binding.smtp_user_name: ON for binding in bindings.values()})
    known = replace(state(), bindings=bindings)
    outlets = outlets_of(sink)
    evidence = Evidence(NOW, KEY, outlets)
    wanted = configuration or files(entry("a"))
    look_at_targets(wanted, known, provider.list_users(), evidence, outlets)
    return [address for call in sink.made("read back") for address in call]


def test_a_target_that_should_hold_the_password_is_looked_at() -> None:
    assert look({"a": held("smtp1")}, MemorySink()) == ["memory a"]


@pytest.mark.parametrize(
    "bindings",
    [
        {},
        {"a": held("smtp1", None)},
        {"a": held("smtp1", "older")},
        {"a": Binding("smtp1", ON)},
        {"other": held("smtp1")},
    ],
    ids=["no user", "nothing arrived yet", "somebody changed it", "nothing known", "no entry"],
)
def test_a_target_that_is_written_anyway_is_not_looked_at(bindings: dict[str, Binding]) -> None:
    assert look(bindings, MemorySink()) == []


def test_a_target_whose_password_is_changed_now_is_not_looked_at() -> None:
    bumped = files(entry("a", password=PasswordPolicy(version=2)))
    assert look({"a": held("smtp1")}, MemorySink(), bumped) == []


def test_of_two_users_the_one_that_serves_is_looked_for() -> None:
    sink = MemorySink(holds={"memory a": ("smtp2", "pass word")})
    bindings = {"a": held("smtp1"), "a+2": held("smtp2", turn=1)}
    known = replace(state(), bindings=bindings)
    outlets = outlets_of(sink)
    listing = Provider({"smtp1": ON, "smtp2": ON}).list_users()
    wanted = files(entry("a", password=IN_TURNS))
    sights, faults = look_at_targets(wanted, known, listing, Evidence(NOW, KEY, outlets), outlets)
    assert (sights, faults) == ({"memory a": "there"}, ())


def test_a_user_that_is_missing_or_shows_no_password_is_not_looked_for() -> None:
    sink = MemorySink()
    known, outlets = replace(state(), bindings={"a": held("smtp1")}), outlets_of(sink)
    for provider in (Provider(), Provider({"smtp1": ON}, passwords={"smtp1": Secret("")})):
        assert look_at_targets(
            files(entry("a")), known, provider.list_users(), Evidence(NOW, KEY, outlets), outlets
        ) == ({}, ())
    assert sink.calls == []


def test_what_cannot_be_looked_at_is_a_warning() -> None:
    sink = MemorySink(unseen=SinkError("no route to host", "see the network"))
    outlets = outlets_of(sink)
    known = replace(state(), bindings={"a": held("smtp1")})
    listing = Provider({"smtp1": ON}).list_users()
    sights, [fault] = look_at_targets(files(entry("a")), known, listing, Evidence(NOW, KEY, outlets), outlets)
    assert (sights, fault.message) == ({}, "memory: no route to host")


def planned(configuration: Configuration, known: State, outlets: Outlets) -> Plan:
    listing = Provider({binding.smtp_user_name: ON for binding in known.bindings.values()}).list_users()
    return make_plan(configuration, ACCOUNT, known, listing, (), Evidence(NOW, KEY, outlets))


def check(sinks: list[MemorySink], known: State, *, policy: PasswordPolicy = NO_POLICY, stop: bool = False) -> None:
    outlets, configuration = outlets_of(*sinks), files(entry("a", password=policy))
    watcher = Watcher(stopped=stop)
    with closing(Threads(1, watcher)) as crew:
        world = Surroundings(Provider(), watcher, Random(1), watcher, watcher, crew, 1, outlets)
        check_sinks(planned(configuration, known, outlets), configuration, outlets, world, Journal(known))


def test_every_sink_that_will_be_used_is_checked_before_a_user_is_made() -> None:
    sinks = [MemorySink("one {name}"), MemorySink("two {smtp_user_name}")]
    check(sinks, state())
    assert [sink.calls for sink in sinks] == [[("check", "one a")], [("check", "two {smtp_user_name}")]]


@pytest.mark.parametrize("policy", [PasswordPolicy(version=2), replace(IN_TURNS, version=2)])
def test_every_sink_that_will_be_used_is_checked_before_a_password_is_changed(policy: PasswordPolicy) -> None:
    sink = MemorySink()
    check([sink], replace(state(), bindings={"a": held("smtp1")}), policy=policy)
    assert sink.made("check") == [("memory a",)]


def test_what_is_only_delivered_again_is_not_checked() -> None:
    sink = MemorySink(refusal=SinkError("full"))
    check([sink], replace(state(), bindings={"a": held("smtp1", None)}))
    assert sink.calls == []


def test_where_nothing_will_be_delivered_nothing_is_checked() -> None:
    check([], state())


def test_a_sink_that_cannot_be_written_refuses_the_apply_with_what_each_said() -> None:
    sinks = [
        MemorySink("one {name}", refusal=SinkError("the disk is full", "make room")),
        MemorySink("two {name}"),
        MemorySink("three {name}", unready=SinkError("no token")),
    ]
    with pytest.raises(Refused) as refused:
        check(sinks, state())
    assert refused.value.exit_code == 4
    assert refused.value.reason == "sink"
    assert [fault.message for fault in refused.value.faults] == [
        "memory: the disk is full; nothing was done",
        "memory: no token; nothing was done",
    ]
    assert refused.value.faults[0].hint == "make room"


def test_a_check_that_was_not_begun_is_no_pass() -> None:
    with pytest.raises(Interrupted):
        check([MemorySink()], state(), stop=True)

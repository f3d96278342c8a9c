"""Which sink takes whose password, and what becomes of whatever a sink raises."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sarv_sync.applying.outlets import Outlet, Outlets, Server
from sarv_sync.errors import InputError, NotInstalled, SinkError
from sarv_sync.model.configuration import SinkSettings
from sarv_sync.model.evidence import Target
from sarv_sync.model.secret import Secret
from sarv_sync.model.users import Source, second_name
from tests.unit.applying.memory_sink import MemorySink, outlets_of
from tests.unit.applying.stage import entry

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.model.sink import Recipient

FINANCE = (("team", "finance"),)
NOWHERE = Server()
PLACE = Source("sarv-sync.yaml", 7, 5)


def one(sink: MemorySink, server: Server = NOWHERE) -> Outlets:
    """Outlets with one sink, whose entry stands at `PLACE`."""
    made = SinkSettings("memory", sources={"sink": PLACE})
    return Outlets([Outlet(made, sink)], server)


def form(server: Server = NOWHERE, verify: bool = False, **options: object) -> str:
    settings = SinkSettings("memory", options=options, verify=verify)
    [target] = Outlets([Outlet(settings, MemorySink())], server).targets(entry("a"), None)
    return target.form


def look(outlets: Outlets, *users: str) -> tuple[Mapping[str, str], list[str]]:
    wanted = [(entry(name), outlets.credential(entry(name), f"s-{name}", Secret("pw"))) for name in users]
    sights, faults = outlets.look(wanted)
    return sights, [fault.message for fault in faults]


def test_there_is_something_to_deliver_to_only_where_there_are_sinks() -> None:
    assert not Outlets()
    assert Outlets().targets(entry("a"), "s1") == ()
    assert one(MemorySink())


def test_targets_are_sorted_by_address_and_know_their_sink() -> None:
    outlets = outlets_of(MemorySink("z {name}"), MemorySink("a {smtp_user_name}"))
    assert [(one.address, one.sink) for one in outlets.targets(entry("x"), "s1")] == [("a s1", 1), ("z x", 0)]
    assert [one.address for one in outlets.targets(entry("x"), None)] == ["a {smtp_user_name}", "z x"]


def test_both_users_of_an_entry_have_the_same_targets() -> None:
    outlets = outlets_of(MemorySink())
    assert outlets.targets(entry(second_name("a")), "s2") == outlets.targets(entry("a"), "s1")
    credential = outlets.credential(entry(second_name("a")), "s2", Secret("pw"))
    assert (credential.recipient.name, credential.username) == ("a", "s2")


def test_a_sink_that_is_limited_to_a_label_takes_nobody_else() -> None:
    outlets = outlets_of(MemorySink(), only=FINANCE)
    assert outlets.targets(entry("a"), None) == ()
    assert outlets.targets(entry("a", labels=(("team", "sales"),)), None) == ()
    assert len(outlets.targets(entry("a", labels=(("env", "prod"), *FINANCE)), None)) == 1


def test_a_credential_has_the_server_of_the_files() -> None:
    credential = outlets_of(MemorySink()).credential(entry("a", labels=FINANCE), "s1", Secret("pw"))
    assert (credential.host, credential.port, credential.recipient.labels) == ("smtp.example.net", 587, FINANCE)


def test_another_layout_has_another_form_and_a_time_out_is_none() -> None:
    base = form(keys={"USER": "{username}"})
    others = [
        form(),
        form(keys={"USER": "{smtp_user_name}"}),
        form(keys={"NAME": "{username}"}),
        form(Server("smtp.example.net"), keys={"USER": "{username}"}),
        form(Server(port=25), keys={"USER": "{username}"}),
        form(verify=True, keys={"USER": "{username}"}),
        form(keys={"USER": "{username}"}, recipients=["age1"]),
    ]
    assert len({base, *others}) == len(others) + 1
    assert form(keys={"USER": "{username}"}, timeout=5.0) == base


def test_the_order_of_keys_is_no_layout() -> None:
    assert form(keys={"A": "1", "B": "2"}) == form(keys={"B": "2", "A": "1"})


class Unaddressed(MemorySink):
    """A sink whose template asks for a label that somebody lacks."""

    def address(self, recipient: Recipient) -> str:
        raise InputError(f"{recipient.name} has no label team", None)


def test_a_user_without_an_address_has_a_target_that_fails_and_keeps_nobody_else_from_theirs() -> None:
    outlets = outlets_of(Unaddressed(), MemorySink())
    bad, good = sorted(outlets.targets(entry("a"), "s1"), key=lambda target: target.sink)
    assert (bad.address, bad.fault) == ("memory of a without an address", "a has no label team")
    credential = outlets.credential(entry("a"), "s1", Secret("pw"))
    assert outlets.deliver(bad, credential) == "memory: a has no label team"
    assert outlets.deliver(good, credential) is None


def test_a_delivery_goes_to_the_sink_of_its_target_alone() -> None:
    first, second = MemorySink("one {name}"), MemorySink("two {name}")
    outlets = outlets_of(first, second)
    target = next(target for target in outlets.targets(entry("a"), "s1") if target.address == "two a")
    assert outlets.deliver(target, outlets.credential(entry("a"), "s1", Secret("pw"))) is None
    assert (first.holds, second.holds) == ({}, {"two a": ("s1", "pw")})


def test_only_a_sink_that_says_so_has_its_deliveries_proven() -> None:
    sinks = MemorySink("one"), MemorySink("two")
    settings = SinkSettings("memory"), SinkSettings("memory", verify=True)
    outlets = Outlets([Outlet(given, sink) for given, sink in zip(settings, sinks, strict=True)])
    without, proven = outlets.targets(entry("a"), "s1")
    assert (outlets.verifies([without]), outlets.verifies([without, proven]), outlets.verifies([])) == (
        False,
        True,
        False,
    )


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        (None, None),
        (SinkError("535 no", "look at the password"), "logging in: 535 no (look at the password)"),
        (ValueError("pw"), "logging in: the sink failed with ValueError, which is a fault of its own"),
    ],
)
def test_a_login_tells_why_it_failed(failure: Exception | None, message: str | None) -> None:
    def log_in(_: object) -> None:
        if failure is not None:
            raise failure

    outlets = one(MemorySink(), Server(log_in=log_in))
    assert outlets.log_in(outlets.credential(entry("a"), "s1", Secret("pw"))) == message
    assert one(MemorySink()).log_in(outlets.credential(entry("a"), "s1", Secret("pw"))) is None


FAILURES = [
    (SinkError("full", "make room"), "memory: full", "make room"),
    (NotInstalled("needs hvac", "install it"), "memory: needs hvac", "install it"),
    (ZeroDivisionError("pw"), "memory: the sink failed with ZeroDivisionError, which is a fault of its own", None),
]


@pytest.mark.parametrize(("failure", "message", "hint"), FAILURES)
def test_whatever_keeps_a_sink_from_being_used_names_its_place(
    failure: Exception, message: str, hint: str | None
) -> None:
    for sink in (MemorySink(unready=failure), MemorySink(refusal=failure)):
        outlets = one(sink)
        [fault] = outlets.check([(entry("a"), "s1")], frozenset({0}))
        assert (fault.message, fault.hint) == (message, hint)
        assert (fault.file, fault.line, fault.column) == PLACE
    assert [fault.message for fault in one(MemorySink(unready=failure)).ready()] == [message]
    assert one(MemorySink()).ready() == []


def test_only_the_sinks_that_are_used_are_checked_with_those_that_they_take() -> None:
    first, second = MemorySink("one {name}"), MemorySink("two {name}")
    settings = SinkSettings("memory"), SinkSettings("memory", only=FINANCE)
    outlets = Outlets([Outlet(given, sink) for given, sink in zip(settings, (first, second), strict=True)])
    users = [(entry("a"), "s1"), (entry("b", labels=FINANCE), None)]
    assert outlets.check(users, frozenset({1})) == []
    assert (first.calls, second.calls) == ([], [("check", "two b")])
    outlets.check(users, frozenset({0, 1}))
    assert first.calls == [("check", "one a", "one b")]


def test_a_sink_that_nobody_wrote_in_a_file_has_no_place() -> None:
    [fault] = outlets_of(MemorySink(refusal=SinkError("full"))).check([(entry("a"), "s1")], frozenset({0}))
    assert (fault.file, fault.line, fault.column) == (None, None, None)


def test_what_targets_show_is_read_at_once_for_all_that_a_sink_takes() -> None:
    sink = MemorySink(holds={"memory a": ("s-a", "pw"), "memory b": ("s-b", "other")})
    sights, faults = look(outlets_of(sink), "a", "b", "c")
    assert sights == {"memory a": "there", "memory b": "other", "memory c": "gone"}
    assert faults == []
    assert sink.made("read back") == [("memory a", "memory b", "memory c")]


def test_a_sink_that_takes_none_of_them_is_not_looked_at() -> None:
    sink = MemorySink(unready=SinkError("never asked"))
    assert look(outlets_of(sink, only=FINANCE), "a") == ({}, [])


def test_a_sink_that_cannot_be_looked_at_is_told_of_once_and_hides_no_other() -> None:
    blind = MemorySink("x {name}", unseen=SinkError("no route to host"))
    also = MemorySink("y {name}", unseen=SinkError("no route to host"))
    sights, faults = look(outlets_of(blind, also, MemorySink()), "a")
    assert sights == {"memory a": "gone"}
    assert faults == ["memory: no route to host"]


def test_what_is_missing_for_a_look_is_no_error_of_a_plan() -> None:
    outlets = one(MemorySink(unready=InputError("VAULT_TOKEN is not set", "set it")))
    sights, faults = outlets.look([(entry("a"), outlets.credential(entry("a"), "s1", Secret("pw")))])
    assert sights == {}
    assert faults[0].message == "memory: what was delivered there is not looked at: VAULT_TOKEN is not set"
    assert "one that only plans can do without" in (faults[0].hint or "")


def test_targets_are_compared_by_what_they_are() -> None:
    [target] = outlets_of(MemorySink()).targets(entry("a"), None)
    assert target == Target("memory a", target.form, 0, places=("memory a",))

"""What every sink has to guarantee about the addresses of its targets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sarv_sync.errors import InputError
from sarv_sync.model.sink import Recipient, occupied
from tests.contract.sinks.engine import Engine, credential
from tests.contract.sinks.test_sink_contract import assert_shows_none_of, expected


def test_names_have_the_same_address_only_where_they_have_the_same_target(engine: Engine) -> None:
    sink = engine.open()
    names = ["billing", "orders", "a", "a.b", "a-b", "a_b"]
    if engine.kind == "kubernetes":
        names.remove("a_b")  # there it is no name, and refused
    addresses = {name: sink.address(credential(name).recipient) for name in names}

    for name in names:
        sink.deliver(credential(name))

    assert all(address.startswith(f"{engine.kind} ") and "\n" not in address for address in addresses.values())
    for name in names:
        last = [other for other in names if addresses[other] == addresses[name]][-1]
        assert engine.stored(credential(name)) == expected(last)


def test_two_names_occupy_no_place_in_common(engine: Engine) -> None:
    sink = engine.open()
    one, other = credential("a").recipient, credential("b").recipient

    assert set(occupied(sink, one)).isdisjoint(occupied(sink, other))
    assert occupied(sink, one) == occupied(engine.open(), one)
    assert all("\n" not in place for place in occupied(sink, one))


def test_an_address_is_always_the_same_and_holds_no_secret(engine: Engine) -> None:
    recipient = credential().recipient
    sink = engine.open()

    first = sink.address(recipient)
    sink.deliver(credential())

    assert (sink.address(recipient), engine.open().address(recipient)) == (first, first)
    assert_shows_none_of(first, ("first-Passw0rd", *engine.secrets))


def test_a_user_still_to_be_made_has_an_address(engine: Engine) -> None:
    sink = engine.open()
    unborn = replace(credential().recipient, smtp_user_name=None)

    assert sink.address(unborn).startswith(f"{engine.kind} ")


def test_an_address_has_the_labels_that_it_asks_for(engine: Engine) -> None:
    if engine.by_label is None:
        pytest.skip(f"{engine.kind} has no template")

    assert "finance" in engine.open(**engine.by_label).address(credential().recipient)


@pytest.mark.parametrize("labels", [(), (("team", "../../etc"),), (("team", "two\nlines"),)])
def test_a_label_that_is_missing_or_does_not_fit_is_an_error(
    engine: Engine, labels: tuple[tuple[str, str], ...]
) -> None:
    if engine.by_label is None:
        pytest.skip(f"{engine.kind} has no template")
    sink = engine.open(**engine.by_label)
    given = replace(credential(), recipient=Recipient("billing", "smtp-billing", labels))

    for use in (
        lambda: sink.address(given.recipient),
        lambda: sink.check([given.recipient]),
        lambda: sink.deliver(given),
    ):
        with pytest.raises(InputError):
            use()

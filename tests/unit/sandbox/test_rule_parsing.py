from __future__ import annotations

from random import Random

import pytest

from sarv_sync.errors import InputError
from sarv_sync.sandbox.exchange import CALLS
from sarv_sync.sandbox.faults.catalog import CATALOG
from sarv_sync.sandbox.faults.timing import LateCommit
from sarv_sync.sandbox.faults.values import Cap
from sarv_sync.sandbox.rule_parsing import parse_rule, parse_rules
from sarv_sync.sandbox.rules import Trigger

WHEN = "nth, every, first, probability"
EVERY_CALL = "addSmtp, editSmtp, resetSmtpPassword, listSmtp, any"
FORM = "write CALL:WHAT or CALL:WHAT:key=value,key=value, for example addSmtp:commit-hang-up:first=1"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "the fault rule '' does not say what is to happen", FORM),
        ("addSmtp", "the fault rule 'addSmtp' does not say what is to happen", FORM),
        (
            "addSmpt:late",
            "in the fault rule 'addSmpt:late', 'addSmpt' is no known call",
            f"did you mean addSmtp? known calls are {EVERY_CALL}",
        ),
        ("x:late", "in the fault rule 'x:late', 'x' is no known call", f"known calls are {EVERY_CALL}"),
        (
            "any:hangup",
            "in the fault rule 'any:hangup', 'hangup' is no known fault",
            f"did you mean hang-up? known faults are {', '.join(CATALOG)}",
        ),
        (
            "any:late:second=1",
            "in the fault rule 'any:late:second=1', 'second' is no known key",
            f"did you mean seconds? known keys are {WHEN}, seconds",
        ),
        ("any:late:", None, None),
        (
            "any:hang-up:,",
            "in the fault rule 'any:hang-up:,', '' is no known key",
            f"known keys are {WHEN}",
        ),
        ("any:late:nth", "in the fault rule 'any:late:nth', nth has no value", FORM),
        (
            "any:late:nth=1,nth=2",
            "in the fault rule 'any:late:nth=1,nth=2', nth is given twice",
            "leave one of them out",
        ),
        (
            "addSmtp:null-list",
            "in the fault rule 'addSmtp:null-list', null-list is not for addSmtp",
            "it is for listSmtp",
        ),
        (
            "any:late-commit:hold=true,calls=2",
            "in the fault rule 'any:late-commit:hold=true,calls=2', hold and calls exclude each other",
            "leave one of them out",
        ),
    ],
)
def test_a_rule_that_cannot_be_read_says_what_is_known(text: str, message: str | None, hint: str | None) -> None:
    if message is None:
        parse_rule(text, Random(0))
        return
    with pytest.raises(InputError) as caught:
        parse_rule(text, Random(0))
    assert (caught.value.message, caught.value.hint) == (message, hint)
    assert caught.value.exit_code == 3


@pytest.mark.parametrize(
    ("option", "wanted"),
    [
        *[
            (f"late:nth={value}", "a whole number from 1 on")
            for value in ("0", "-1", "x", "1.5", "", "9" * 5_000, "²")
        ],
        *[(f"late:seconds={value}", "a number from 0 on") for value in ("-1", "nan", "inf", "x", "")],
        *[(f"late:probability={value}", "a number from 0 to 1") for value in ("1.1", "2")],
        ("late:probability=x", "a number from 0 on"),
        *[(f"html:status={value}", "an HTTP status from 200 to 599") for value in ("199", "600", "20", "x", "0200")],
        *[(f"html:commit={value}", "true or false") for value in ("yes", "True", "")],
        ("rate-limit:per_second=0", "a number above 0"),
        ("late-commit:calls=-1", "a whole number"),
        ("wrong-types:to=text", "one of string, integer, float, null, list, missing"),
        ("echo-secrets:name=Oops", "one of ValidationError, GeneralError, AuthenticationError"),
    ],
)
def test_a_value_that_cannot_be_is_an_error_that_says_what_can(option: str, wanted: str) -> None:
    with pytest.raises(InputError, match=" cannot be ") as caught:
        parse_rule(f"any:{option}", Random(0))
    assert caught.value.hint == f"give {wanted}"


def test_a_rule_holds_what_it_says() -> None:
    rule = parse_rule("addSmtp:cap:total=5,every=3,hourly=2,probability=0.5", Random(0))
    assert rule.calls == ("addSmtp",)
    assert rule.effect == Cap(total=5, hourly=2)
    assert rule.trigger == Trigger(every=3, probability=0.5)
    assert parse_rule("any:late-commit:hold=true,seconds=0.5", Random(0)).effect == LateCommit(0.5, 0, hold=True)


def test_any_means_the_calls_the_fault_makes_sense_for() -> None:
    assert tuple(parse_rule("any:late", Random(0)).calls) == CALLS
    assert parse_rule("any:list-lag", Random(0)).calls == ("listSmtp",)


@pytest.mark.parametrize(
    ("when", "fires"),
    [
        ("", [1, 2, 3, 4, 5, 6]),
        (":nth=3", [3]),
        (":every=2", [2, 4, 6]),
        (":first=2", [1, 2]),
        (":every=2,first=4", [2, 4]),
        (":probability=0", []),
        (":probability=1", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_a_rule_fires_when_its_conditions_hold(when: str, fires: list[int]) -> None:
    rule = parse_rule(f"addSmtp:hang-up{when}", Random(0))
    seen = []
    for count in range(1, 7):
        assert not rule.fires("listSmtp")
        if rule.fires("addSmtp"):
            seen.append(count)
    assert seen == fires


def test_a_seed_makes_chance_repeatable_and_each_rule_has_its_own() -> None:
    def draws(seed: int, rules: int) -> list[list[bool]]:
        return [
            [rule.fires("addSmtp") for _ in range(64)]
            for rule in parse_rules(["any:late:probability=0.5"] * rules, seed)
        ]

    first, second = draws(7, 2)
    assert draws(7, 1) == [first]
    assert first != second
    assert draws(8, 1) != [first]
    assert 10 < sum(first) < 54


def test_without_a_seed_chance_is_chance() -> None:
    one, other = parse_rules(["any:late:probability=0.5"] * 2)
    assert [one.fires("addSmtp") for _ in range(256)] != [other.fires("addSmtp") for _ in range(256)]

"""Reading `CALL:WHAT[:key=value[,key=value…]]`."""

from __future__ import annotations

from dataclasses import fields
from difflib import get_close_matches
from random import Random
from typing import TYPE_CHECKING, Any, NoReturn

from sarv_sync.errors import InputError
from sarv_sync.sandbox.exchange import CALLS
from sarv_sync.sandbox.faults.catalog import CATALOG
from sarv_sync.sandbox.identities import randomness
from sarv_sync.sandbox.options import read_option
from sarv_sync.sandbox.rules import ANY, Rule, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sarv_sync.sandbox.faults.catalog import Kind

_FORM = "write CALL:WHAT or CALL:WHAT:key=value,key=value, for example addSmtp:commit-hang-up:first=1"


def parse_rules(texts: Iterable[str], seed: int | None = None) -> tuple[Rule, ...]:
    """Return the rules of `texts`. Each has randomness of its own, so that no rule depends on its neighbours.

    Raises `InputError` for the first rule that cannot be read.
    """
    return tuple(
        parse_rule(text, randomness(None) if seed is None else Random(f"{seed}/{index}"))  # noqa: S311 - repeatable
        for index, text in enumerate(texts)
    )


def parse_rule(text: str, rng: Random) -> Rule:
    """Return the rule that `text` describes. Raises `InputError`, with the known words in its hint."""
    call, colon, rest = text.partition(":")
    if not colon:
        raise InputError(f"the fault rule {text!r} does not say what is to happen", _FORM)
    what, _, options = rest.partition(":")
    if call not in (*CALLS, ANY):
        _unknown("call", call, (*CALLS, ANY), text)
    if what not in CATALOG:
        _unknown("fault", what, CATALOG, text)
    kind = CATALOG[what]
    if call not in (*kind.calls, ANY):
        raise InputError(f"in the fault rule {text!r}, {what} is not for {call}", _listed("it is for", kind.calls))
    given = _options(options, kind, text)
    when = {name: given.pop(name) for name in _metadata(Trigger) if name in given}
    try:
        effect = kind.effect(**given)
    except ValueError as error:
        raise InputError(f"in the fault rule {text!r}, {error}", "leave one of them out") from error
    return Rule(kind.calls if call == ANY else (call,), effect, Trigger(**when), rng)


def _options(options: str, kind: Kind, text: str) -> dict[str, Any]:
    known = {**_metadata(Trigger), **_metadata(kind.effect)}
    given: dict[str, Any] = {}
    for option in options.split(",") if options else ():
        key, equals, value = option.partition("=")
        if key not in known:
            _unknown("key", key, known, text)
        if not equals:
            raise InputError(f"in the fault rule {text!r}, {key} has no value", _FORM)
        if key in given:
            raise InputError(f"in the fault rule {text!r}, {key} is given twice", "leave one of them out")
        try:
            given[key] = read_option(known[key], value)
        except ValueError as error:
            raise InputError(f"in the fault rule {text!r}, {key} cannot be {value!r}", f"give {error}") from error
    return given


def _metadata(dataclass: Any) -> dict[str, Mapping[str, Any]]:
    return {each.name: each.metadata for each in fields(dataclass) if each.metadata}


def _unknown(kind: str, given: str, known: Iterable[str], text: str) -> NoReturn:
    near = get_close_matches(given, known, n=1)
    guess = f"did you mean {near[0]}? " if near else ""
    raise InputError(
        f"in the fault rule {text!r}, {given!r} is no known {kind}", guess + _listed(f"known {kind}s are", known)
    )


def _listed(lead: str, words: Iterable[str]) -> str:
    return f"{lead} {', '.join(words)}"

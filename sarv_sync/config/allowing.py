"""Raising a guard for one run: `--allow GUARD=VALUE`."""

from __future__ import annotations

import re
from dataclasses import replace

from sarv_sync.errors import InputError
from sarv_sync.model.configuration import GUARD_NAMES, GuardLimit, Guards

_NAMES = (*GUARD_NAMES, "max_total_hourly", "max_raise")
_FACTOR = re.compile(r"[1-9][0-9]{0,9}(\.[0-9]{1,3})?x", re.ASCII)
_AMOUNT = re.compile(r"[0-9]{1,15}", re.ASCII)


def with_allowed(guards: Guards, text: str) -> Guards:
    """Return `guards` with what one `--allow` says; the value is written as in the file. Raises `InputError`."""
    guard, _, value = text.partition("=")
    if guard == "max_raise":
        if not _FACTOR.fullmatch(value):
            raise InputError(f"--allow {text}: {value!r} is no factor", "write max_raise=10x")
        return replace(guards, max_raise=float(value.removesuffix("x")))
    if guard == "max_total_hourly":
        if not _AMOUNT.fullmatch(value):
            raise InputError(f"--allow {text}: {value!r} is no number", "write max_total_hourly=50000")
        return replace(guards, max_total_hourly=int(value))
    limits = {name: getattr(guards, name) for name in GUARD_NAMES}
    if guard not in limits:
        raise InputError(f"--allow {text}: there is no guard {guard!r}", f"the guards are {', '.join(_NAMES)}")
    limits[guard] = _limit(text, guard, value)
    return Guards(
        **limits, max_total_hourly=guards.max_total_hourly, max_raise=guards.max_raise, sources=guards.sources
    )


def _limit(text: str, guard: str, value: str) -> GuardLimit:
    """Return a count or a percentage."""
    number = value.removesuffix("%")
    if not (number.isascii() and number.isdigit()) or len(number) > 9:
        raise InputError(f"--allow {text}: {value!r} is no limit", f"write {guard}=500 or {guard}=50%")
    if value.endswith("%") and int(number) > 100:
        raise InputError(f"--allow {text}: more than 100% cannot change", f"write {guard}=100%")
    return GuardLimit(int(number), percent=value.endswith("%"))

"""Messages that say much the same are counted, and one that does not is always shown."""

from __future__ import annotations

from typing import Any

from sarv_sync.errors import Fault
from sarv_sync.model.plan import Blocked, Plan, Refusal
from sarv_sync.reporting.extent import SUMMED_UP
from sarv_sync.reporting.plan_text import plan_text
from sarv_sync.reporting.style import Style
from tests.unit.reporting.sample_plans import ACCOUNT, DIGEST

LETTERS = "abcdefghijklmnopqrstuvwxyz"
NAMES = [f"{one}{two}box" for one in LETTERS[:2] for two in LETTERS]


def shown(**parts: Any) -> str:
    return plan_text(Plan(account=ACCOUNT, digest=DIGEST, **parts), Style(width=0), SUMMED_UP)


def forbidden(name: str) -> Blocked:
    return Blocked(name, "removal_forbidden", f"{name} is gone", f"write `removed: {{{name}: forget}}`")


def test_a_name_that_is_left_out_for_another_reason_is_shown_before_many_others() -> None:
    missing = Blocked("payments", "missing", "payments is not in the account", "look into it")
    text = shown(blocked=(*map(forbidden, NAMES), missing))
    assert "Blocked: 53 names left out\n  ! payments is not in the account\n" in text
    assert "    … and 49 more like this\n" in text


def test_warnings_without_a_hint_are_alike_whatever_name_they_begin_with() -> None:
    retired = [Fault(f"{name} was retired, and the account does not list its user {name}") for name in NAMES]
    text = shown(warnings=(*retired, Fault("there is no state yet, and the account already has 5 users")))
    assert text.count(" was retired") == 3
    assert "  … and 49 more like this\n" in text
    assert text.index("there is no state yet") < text.index(" was retired")


def test_of_very_many_kinds_of_messages_one_of_each_is_shown() -> None:
    refusals = [Refusal("labels", f"{kind} {n}", f"mend {kind}") for kind in NAMES for n in range(3)]
    text = shown(refusals=tuple(refusals))
    assert all(f"  ! {kind} 0\n" in text for kind in NAMES)
    assert text.count("    … and 2 more like this\n") == len(NAMES)
    assert "Not all of it is shown" in text


def test_messages_that_have_nothing_in_common_are_all_shown() -> None:
    warnings = tuple(Fault(f"{name} {name[::-1]}") for name in NAMES)
    assert all(f"warning: {name} " in shown(warnings=warnings) for name in NAMES)


def test_reasons_of_few_are_not_taken_for_one() -> None:
    reasons = ("missing", "unreadable", "ambiguous", "pin", "conflict", "no_sink")
    blocked = [Blocked(f"{name}-{reason}", reason, "told", "look") for reason in reasons for name in "ab"]  # type: ignore[arg-type]
    assert shown(blocked=tuple(blocked)).count("told") == 12

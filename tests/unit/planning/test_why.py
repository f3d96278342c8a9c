"""A plan says what a password is changed for, and why a user that the files want enabled is disabled."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest

from sarv_sync.model.evidence import Evidence, Target, written
from sarv_sync.model.plan_document import from_document, to_document
from sarv_sync.model.rotation import RotationRequest
from sarv_sync.model.state import PasswordRecord
from sarv_sync.model.users import PasswordPolicy
from sarv_sync.planning.digest import digest_of
from sarv_sync.planning.planner import make_plan
from tests.unit.planning.builders import ACCOUNT, account, bound, files, seen, state, user

if TYPE_CHECKING:
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.users import DesiredUser

NOW = datetime(2025, 3, 1, tzinfo=timezone.utc)
DAY = 86_400


class _OneTarget:
    def targets(self, user: DesiredUser, smtp_user_name: str | None) -> tuple[Target, ...]:
        return (Target(f"dotenv {user.name}.env", "form", 0),)


def _ago(days: int) -> str:
    return written(NOW - timedelta(days=days))


def _plan(policy: PasswordPolicy, request: RotationRequest | None = None, **records: Any) -> Plan:
    """Plan for the entry `a`, whose first and second user have these records and are enabled."""
    names = {"first": "a", "second": "a+2"}
    bindings = {names[key]: replace(bound(f"smtp-{key}"), password=record) for key, record in records.items()}
    evidence = Evidence(now=NOW, routes=_OneTarget(), request=request)
    listing = account(*(seen(binding.smtp_user_name) for binding in bindings.values()))
    wanted = files(replace(user("a"), password=policy))
    return make_plan(wanted, ACCOUNT, state(bindings), listing, evidence=evidence)


def _whys(plan: Plan) -> dict[tuple[str, str], str]:
    return {(change.name, change.action): change.why for change in plan.changes if change.why is not None}


@pytest.mark.parametrize(
    ("policy", "request_", "why"),
    [
        (PasswordPolicy(), RotationRequest(names=("a",)), "asked"),
        (PasswordPolicy(version=2), None, "version"),
        (PasswordPolicy(every=30 * DAY), None, "age"),
        (PasswordPolicy(version=2, every=30 * DAY), None, "version"),
    ],
)
def test_a_rotation_says_what_it_is_for(policy: PasswordPolicy, request_: RotationRequest | None, why: str) -> None:
    plan = _plan(policy, request_, first=PasswordRecord(_ago(40), 1))
    assert _whys(plan) == {("a", "rotate"): why}
    turns = _plan(replace(policy, rotation="alternate"), request_, first=PasswordRecord(_ago(40), 1))
    assert _whys(turns) == {("a+2", "create"): why}


def test_a_user_that_has_served_is_disabled_because_the_other_one_serves() -> None:
    policy = PasswordPolicy(rotation="alternate", grace=DAY)
    plan = _plan(policy, first=PasswordRecord(_ago(40), 1, left=_ago(2)), second=PasswordRecord(_ago(2), 1, turn=1))
    assert _whys(plan) == {("a", "update"): "left"}


def test_the_reason_is_part_of_the_document_and_read_back() -> None:
    plan = _plan(PasswordPolicy(version=2), first=PasswordRecord(_ago(40), 1))
    again = from_document(to_document(plan, "0"))
    assert _whys(again) == _whys(plan) == {("a", "rotate"): "version"}
    assert digest_of(again.account, again.changes) == plan.digest

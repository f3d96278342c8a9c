"""What one check for drift is in numbers. No name of a user is in them: not as a label, and not as anything else."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, get_args

from sarv_sync.errors import EXIT_CHANGES, EXIT_DONE
from sarv_sync.model.plan import ACTIONS, DriftKind
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.model.plan import Plan

DRIFT_KINDS: tuple[DriftKind, ...] = get_args(DriftKind)


@dataclass(frozen=True, slots=True)
class Check:
    """How a check of one configuration ended: its exit code, when (Unix time), and what it saw.

    `configuration` is the main file's path as it was given. `plan` is None where nothing could be compared at all;
    `managed` is how many users the files have.
    """

    configuration: str
    exit_code: int
    time: float
    plan: Plan | None = None
    managed: int = 0


@dataclass(frozen=True, slots=True)
class Gauge:
    """One metric: its values by the value of `label`, or a single one under "" where there is no label."""

    name: str
    help: str
    values: Mapping[str, float]
    label: str | None = None


def gauges(check: Check) -> tuple[Gauge, ...]:
    """Return the metrics of `check`. One that saw nothing has no counts: the last ones would pass for new."""
    success = check.exit_code in {EXIT_DONE, EXIT_CHANGES}
    clean = check.exit_code == EXIT_DONE and check.plan is not None and check.plan.clean
    verdict = (
        _one("check_success", "Whether the last check came to a verdict: 1 clean or drift, 0 neither.", success),
        _one("check_clean", "Whether the last check made sure that nothing drifted: 1 yes, 0 no.", clean),
        _one("check_timestamp_seconds", "When the last check for drift ended, in Unix time.", check.time),
    )
    return verdict if check.plan is None else (*verdict, *_counts(check.plan, check.managed))


def _counts(plan: Plan, managed: int) -> tuple[Gauge, ...]:
    """Return the counts. Every kind and action is among them, so that a series never comes and goes."""
    kinds, summary = Counter(entry.kind for entry in plan.drift), plan.summary()
    return (
        Gauge(
            "sarv_sync_drift_users",
            "Users that are not as they were last applied, by what is different.",
            {kind: kinds[kind] for kind in DRIFT_KINDS},
            "kind",
        ),
        Gauge(
            "sarv_sync_pending_changes",
            "Changes that an apply would make, by action.",
            {action: summary[action] for action in ACTIONS},
            "action",
        ),
        _one("managed_users", "Users that the files have.", managed),
        _one("unmanaged_users", "Users that no entry owns; 0 under `unmanaged: ignore`.", len(plan.unmanaged)),
        _one(
            "new_unmanaged_users",
            "Users that no entry owns, and that have appeared and are not settled.",
            sum(1 for user in plan.unmanaged if user.unsettled),
        ),
        _one("blocked_users", "Names that an apply would leave out.", len(plan.blocked)),
    )


def _one(name: str, text: str, value: float) -> Gauge:
    return Gauge(f"sarv_sync_{name}", text, {"": value})

"""A plan that nobody reads from beginning to end."""

from __future__ import annotations

from sarv_sync.errors import Fault
from sarv_sync.model.plan import Action, Blocked, Change, Drift, Plan, Refusal
from sarv_sync.model.users import Source
from tests.unit.reporting.sample_plans import ACCOUNT, DIGEST, at, moved, set_to


def raise_of(number: int, before: int = 100, after: int = 200) -> Change:
    """Return an update that raises a limit."""
    fields = (moved("hourly_limit", before, after),)
    return Change(f"tenant-{number:04}", "update", f"smtp{number}", "config", fields, at(number + 3))


def bare(number: int, action: Action) -> Change:
    """Return a change without values whose entry is gone."""
    return Change(f"old-{number:04}", action, f"smtp{number}", "config")


LONG = Plan(
    account=ACCOUNT,
    digest=DIGEST,
    changes=(
        *(
            Change(f"new-{n:04}", "create", None, "config", set_to(1000 + n, 10 + n % 90), at(n + 3))
            for n in range(120)
        ),
        *(bare(n, "disable") for n in range(6)),
        *(bare(n, "forget") for n in range(80)),
        *(raise_of(n) for n in range(2_000)),
        raise_of(2_000, 100, 50_000),
        raise_of(2_001, 200, 100),
    ),
    drift=tuple(
        Drift(f"shop-{n:04}", f"smtp{n}", "changed", (moved("total_limit", 1_000 + n, 900 + n * n),))
        for n in range(500)
    ),
    blocked=tuple(
        Blocked(
            f"gone-{n:03}", "missing", f"gone-{n:03} is bound to smtp{n}, which the account does not list",
            f"look into the account first; `sarv-sync state rm gone-{n:03}` forgets the old one",
        )
        for n in range(40)
    ),
    refusals=(
        *(
            Refusal(
                "labels",
                f"tenant-{n:04} has no label `team`, which require_labels asks for (sarv-sync.yaml:17)",
                "write it under `labels` of the entry",
                Source("sarv-sync.yaml", n + 3, 3),
            )
            for n in range(2_000)
        ),
        Refusal("unmanaged", "smtp9 is owned by no entry, which `unmanaged: forbid` does not allow", "adopt it"),
    ),
    warnings=tuple(
        Fault("hourly_limit is above total_limit", f"lower it to at most {n}", "users/a.yaml", n + 1, 19)
        for n in range(300)
    ),
    unchanged=40,
)  # fmt: skip

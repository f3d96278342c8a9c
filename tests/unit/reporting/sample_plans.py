"""Plans that the reporting tests share."""

from __future__ import annotations

from sarv_sync.errors import Fault
from sarv_sync.model.account import Account
from sarv_sync.model.plan import Blocked, Change, Drift, FieldChange, Plan, Refusal, UnmanagedUser
from sarv_sync.model.users import Field, Source, Value

ACCOUNT = Account("https://api.us1-mta1.example.net/v1.0", "10042")
DIGEST = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def set_to(total_limit: int, hourly_limit: int, status: str = "Enable") -> tuple[FieldChange, ...]:
    """Return the values of a user still to be made."""
    return (
        moved("total_limit", None, total_limit),
        moved("hourly_limit", None, hourly_limit),
        moved("status", None, status),
    )


def moved(field: Field, before: Value | None, after: Value) -> FieldChange:
    return FieldChange(field, before, after)


def at(line: int, file: str = "sarv-sync.yaml") -> Source:
    return Source(file, line, 5)


def _target(number: int) -> str:
    return "dotenv secrets/odd.env" if number == 34 else f"dotenv secrets/tenant-{number:04}.env"


MIXED = Plan(
    account=ACCOUNT,
    digest=DIGEST,
    changes=(
        Change("billing", "update", "smtp12345", "config", (moved("hourly_limit", 20, 10),), at(21)),
        Change("crm", "create", None, "config", set_to(5000, 200), at(30)),
        Change("legacy", "adopt", "smtp456546", "config", (moved("hourly_limit", 20, 10),), at(44)),
        Change(
            "newsletter",
            "update",
            "smtps456567",
            "both",
            (
                moved("total_limit", 200, 1_000_000),
                moved("hourly_limit", 150, 300),
                moved("status", "Disable", "Enable"),
            ),
            at(140, "users/marketing.yaml"),
        ),
        Change("old-app", "forget", "smtp31", "config", (), at(60)),
        Change("old-shop", "disable", "smtp32", "config", (moved("status", "Enable", "Disable"),)),
        Change("orders", "rename", "smtp777", "config", (moved("total_limit", 800, 900),), at(33), "shop"),
        Change("password-resets", "create", None, "drift", set_to(2_147_483_647, 90_000, "Disable"), at(80)),
        Change("zz-retired", "disable", "smtp33", "drift", (moved("status", "Enable", "Disable"),)),
    ),
    drift=(
        Drift(
            "newsletter",
            "smtps456567",
            "changed",
            (moved("hourly_limit", 200, 150), moved("status", "Enable", "Disable")),
        ),
        Drift("password-resets", "smtp9001", "missing"),
        Drift("payroll", "smtp9002", "missing"),
        Drift("zz-retired", "smtp33", "changed", (moved("status", "Disable", "Enable"),)),
    ),
    unmanaged=(
        UnmanagedUser("smtp9", 1, 1, "Enable"),
        UnmanagedUser("smtp90001", 100_000, 2_500, "Disable"),
    ),
    blocked=(
        Blocked(
            "payroll",
            "missing",
            "payroll is bound to smtp9002, which the account does not list",
            "users cannot be deleted, so look into the account first; `recreate: true` on the entry makes a new "
            "user, `sarv-sync state rm payroll` forgets the old one",
        ),
    ),
    warnings=(
        Fault(
            "hourly_limit is above total_limit, so it never takes effect",
            "lower hourly_limit to at most 50",
            "users/marketing.yaml",
            150,
            19,
            "    hourly_limit: 100",
        ),
        Fault("the account's listing: smtp77: the status is 7, not Enable or Disable"),
    ),
    unchanged=40,
)

EMPTY = Plan(account=ACCOUNT, digest=DIGEST, unchanged=40)

BLOCKED = Plan(
    account=ACCOUNT,
    digest=DIGEST,
    blocked=(
        *MIXED.blocked,
        Blocked(
            "support",
            "pin",
            "support pins smtp55, which belongs to helpdesk",
            "if helpdesk is to become support, write `renamed_from: helpdesk`; "
            "else run `sarv-sync state rm helpdesk` first",
        ),
    ),
    drift=(Drift("payroll", "smtp9002", "missing"),),
    unchanged=3,
    targets=("payroll", "support"),
)

GUARD_REFUSED = Plan(
    account=ACCOUNT,
    digest=DIGEST,
    changes=tuple(
        Change(f"tenant-{n:03}", "create", None, "config", set_to(900 + n, 90), at(n)) for n in range(1, 31)
    ),
    refusals=(
        Refusal(
            "guard",
            "the plan would create 30 users, and guards.max_creates allows 10",
            "if that is meant, raise guards.max_creates in sarv-sync.yaml, "
            "or pass --allow max_creates=30 for this run",
            Source("sarv-sync.yaml", 12, 10),
        ),
    ),
    unchanged=2,
)

OVER_BUDGET = Plan(
    account=ACCOUNT,
    digest=DIGEST,
    changes=(
        Change(
            "payroll",
            "update",
            "smtp20",
            "config",
            (moved("hourly_limit", 50, 6000),),
            Source("users/finance.yaml", 4, 5),
        ),
    ),
    refusals=(
        Refusal(
            "guard",
            "hourly_limit of payroll would grow from 50 to 6,000, that is 120x, and guards.max_raise allows 10x",
            "if that is meant, raise guards.max_raise in sarv-sync.yaml, or pass --allow max_raise=120x for this run",
            Source("users/finance.yaml", 4, 5),
        ),
        Refusal(
            "budget",
            "the enabled users with team=finance may send 6,200 e-mails an hour together, and their budget allows "
            "5,000: payroll 6,000 (users/finance.yaml:3) and invoices 200 (users/finance.yaml:9)",
            "lower a limit, or raise `hourly_limit` of the budget in sarv-sync.yaml, where it is reviewed: no "
            "--allow goes above a budget",
            Source("sarv-sync.yaml", 15, 5),
        ),
        Refusal(
            "labels",
            "tenant-007 has no label `team`, which require_labels asks for (sarv-sync.yaml:17)",
            "write it under `labels` of the entry; an entry with `labels` of its own takes none from its profile or "
            "`defaults`",
            Source("sarv-sync.yaml", 7, 3),
        ),
    ),
    unchanged=31,
)

BAD_LISTING = Plan(
    account=ACCOUNT,
    digest=DIGEST,
    blocked=tuple(
        Blocked(
            f"tenant-{n:03}",
            "listing",
            f"tenant-{n:03} would change, but the listing cannot be relied on: the account lists no users at all",
            "try again when the account lists its users properly",
        )
        for n in range(1, 31)
    ),
    refusals=(
        Refusal(
            "listing",
            "the account lists no users at all, while this state holds some",
            "users never vanish from an account; try again later, and check that this is the right account",
        ),
    ),
)

DRIFTED = Plan(
    account=ACCOUNT,
    digest=DIGEST,
    changes=(
        Change("orders", "update", "smtp777", "drift", (moved("status", "Disable", "Enable"),), at(33)),
        Change("shop", "update", "smtp778", "drift", (moved("total_limit", 1_000_000, 900),), at(36)),
    ),
    drift=(
        Drift("orders", "smtp777", "changed", (moved("status", "Enable", "Disable"),)),
        Drift("shop", "smtp778", "changed", (moved("total_limit", 900, 1_000_000),)),
        Drift("vault", "smtp779", "password_changed"),
        Drift("web", "smtp780", "undelivered"),
    ),
    unmanaged=tuple(UnmanagedUser(f"smtp{n}", n, 1, "Enable" if n % 3 else "Disable") for n in range(100, 140)),
    unchanged=38,
)

PASSWORDS = Plan(
    account=ACCOUNT,
    digest=DIGEST,
    changes=(
        Change("billing", "deliver", "smtp12345", "drift", (), at(21), sinks=("dotenv secrets/billing.env",)),
        Change("billing", "update", "smtp12345", "drift", (moved("hourly_limit", 20, 10),), at(22)),
        Change("crm", "create", None, "config", set_to(5000, 200), at(30)),
        Change(
            "crm",
            "deliver",
            None,
            "config",
            (),
            at(30),
            sinks=("dotenv secrets/crm.env", "github-actions acme/shop environment production"),
        ),
        Change(
            "newsletter", "deliver", "smtps456567", "config", (), at(140), sinks=("vault secret/mail/newsletter",)
        ),
        Change("newsletter", "rotate", "smtps456567", "config", (), at(141, "users/marketing.yaml"), why="version"),
        Change(
            "orders",
            "deliver",
            "smtp777",
            "both",
            (),
            at(33),
            sinks=tuple(f"vault secret/mail/{n}" for n in range(8)),
        ),
        Change(
            "password-resets+2",
            "deliver",
            "smtp9002",
            "config",
            (),
            at(80),
            sinks=("dotenv secrets/password-resets.env",),
        ),
        Change(
            "password-resets+2",
            "rotate",
            "smtp9002",
            "config",
            (moved("status", "Disable", "Enable"),),
            at(82),
            why="age",
        ),
        Change("shop+2", "create", None, "config", set_to(900, 90), at(36), why="age"),
        Change(
            "shop+2",
            "deliver",
            None,
            "config",
            (),
            at(36),
            sinks=("aws-secrets-manager eu-west-1 prod/mail/a-long-way-down-the-hierarchy/of-names/shop",),
        ),
        Change("wiki", "update", "smtp779", "config", (moved("status", "Enable", "Disable"),), at(9), why="left"),
    ),
    drift=(
        Drift("billing", "smtp12345", "changed", (moved("hourly_limit", 10, 20),)),
        Drift("billing", "smtp12345", "password_changed"),
        Drift("orders", "smtp777", "undelivered"),
    ),
    blocked=(
        Blocked(
            "web",
            "grace",
            "web would be rotated, and its other user still serves until 2025-01-03 03:04 UTC",
            "wait until then, or shorten `grace`",
        ),
    ),
    unchanged=37,
)

MANY_DELIVERIES = Plan(
    account=ACCOUNT,
    digest=DIGEST,
    changes=tuple(
        Change(f"tenant-{n:04}", "deliver", f"smtp{n}", "config", (), at(n), sinks=(_target(n), "vault mail/all"))
        for n in range(1, 41)
    ),
)

APPEARED = Plan(
    account=ACCOUNT,
    digest=DIGEST,
    unmanaged=(
        UnmanagedUser("smtp100", 1000, 100, "Enable"),
        UnmanagedUser("smtp200", 5000, 500, "Disable", unsettled=True),
        UnmanagedUser("smtp300", 9_000_000, 10_000, "Enable", unsettled=True, new=True),
    ),
    unchanged=12,
)

PLANS = {
    "appeared": APPEARED,
    "passwords": PASSWORDS,
    "mixed": MIXED,
    "empty": EMPTY,
    "blocked": BLOCKED,
    "guard_refused": GUARD_REFUSED,
    "over_budget": OVER_BUDGET,
    "bad_listing": BAD_LISTING,
    "drifted": DRIFTED,
}

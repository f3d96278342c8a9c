"""Outcomes, errors and a state that the reporting tests share."""

from __future__ import annotations

from sarv_sync.errors import Fault
from sarv_sync.model.outcome import Entry, Outcome
from sarv_sync.model.state import (
    Binding,
    Birthmark,
    Delivery,
    Intent,
    Lock,
    PasswordRecord,
    Retired,
    Rotating,
    State,
)
from sarv_sync.model.users import Settings
from tests.unit.reporting.sample_plans import ACCOUNT, BLOCKED, DIGEST

COMPLETE = Outcome(
    digest=DIGEST,
    applied=(
        Entry("billing", "update", "smtp12345"),
        Entry("crm", "create", "smtp99001"),
        Entry("old-shop", "disable", "smtp32"),
        Entry("orders", "rename", "smtp777"),
        Entry("search", "create", "smtp99002"),
    ),
    warnings=(
        Fault(
            "the passwords of 2 new users were delivered nowhere: no sink is configured",
            "add a sink under `credentials:` and run apply again; the account keeps the passwords until then",
        ),
    ),
    verified=True,
)

INCOMPLETE = Outcome(
    digest=DIGEST,
    applied=(Entry("billing", "update", "smtp12345"), Entry("crm", "create", "smtp99001")),
    failed=(
        Entry(
            "newsletter", "update", "smtps456567", "ValidationError (-1): total_limit exceeds the plan of the account"
        ),
    ),
    unknown=(
        Entry("password-resets", "create", None, "no answer within 30 seconds; a user may or may not have been made"),
    ),
    not_attempted=(Entry("shop", "update", "smtp778"), Entry("web", "create", None)),
    delivered=(Entry("crm", "deliver", "smtp99001"),),
    undelivered=(Entry("billing", "deliver", "smtp12345", "dotenv: secrets/billing.env cannot be written"),),
    blocked=BLOCKED.blocked[:1],
)

DELIVERED = Outcome(
    digest=DIGEST,
    applied=(
        Entry("billing+2", "rotate", "smtp12346"),
        Entry("crm", "create", "smtp99001"),
        Entry("orders", "rotate", "smtp777"),
    ),
    delivered=(
        Entry("billing+2", "deliver", "smtp12346"),
        *(Entry(f"tenant-{n:03}", "deliver", f"smtp99{n:03}") for n in range(100, 131)),
    ),
    undelivered=(
        Entry("crm", "deliver", "smtp99001", "dotenv secrets/crm.env: the folder cannot be written: No space left"),
        Entry("orders", "deliver", "smtp777", "a login at smtp.example.net:587 failed: 535 5.7.8 not accepted"),
    ),
    verified=True,
)

OUTCOMES = {
    "delivered": DELIVERED,
    "complete": COMPLETE,
    "incomplete": INCOMPLETE,
    "nothing": Outcome(digest=DIGEST, verified=True),
    "unverified": Outcome(digest=DIGEST, applied=(Entry("billing", "update", "smtp12345"),)),
    "only_blocked": Outcome(digest=DIGEST, blocked=BLOCKED.blocked, verified=True),
}

FAULTS = (
    Fault(
        "hourly_limit must be an integer from 1 to 2,147,483,647, and this is text",
        "write a whole number, for example 200",
        "sarv-sync.yaml",
        21,
        19,
        "    hourly_limit: twenty",
    ),
    Fault(
        "unknown key totl_limit", "did you mean total_limit?", "users/a.yaml", 7, 2, "\ttotl_limit: 5 # \u4e2d\u6587"
    ),
    Fault(
        "this flow mapping is not closed",
        None,
        "users/b.yaml",
        1,
        210,
        "users: {" + ", ".join(f"user-{n:02}: {{profile: bulk}}" for n in range(1, 20)),
    ),
    Fault(
        "total_limit is not set for crm", "set it in the entry, in a profile or in defaults", "sarv-sync.yaml", 30, 3
    ),
    Fault("the token is missing", "set SARV_TOKEN or SARV_TOKEN_FILE"),
)

STATE = State(
    lineage="5b0b3c0e-6a35-4a4e-8f0e-2f1f4d6b9c11",
    serial=1204,
    account=ACCOUNT,
    lock=Lock("7f2a", "alice@laptop", "apply", "2025-01-02T03:04:05Z", "2025-01-02T03:09:05Z"),
    bindings={
        "orders": Binding("smtp777", Settings(900, 90, "Enable")),
        "billing": Binding("smtp12345", Settings(1_000_000, 200, "Disable")),
    },
    removed={"old-shop": Binding("smtp32", Settings(100, 10, "Disable"))},
    intents={"i1": Intent("i1", "crm", Birthmark(48_211, 37), "l1")},
    retired=(Retired("crm", Birthmark(1_021, 88), "l1"),),
    listings={"l1": ("smtp9",)},
    echoes_limits=True,
)

_DONE, _MAC = "keys 1", "k1:0011223344556677"
PASSWORDS_STATE = State(
    lineage="5b0b3c0e-6a35-4a4e-8f0e-2f1f4d6b9c11",
    serial=1210,
    account=ACCOUNT,
    bindings={
        "billing": Binding(
            "smtp12345",
            Settings(1_000_000, 200, "Enable"),
            password=PasswordRecord("2025-01-01T03:04:05Z", 1, left="2025-01-03T03:04:05Z"),
        ),
        "billing+2": Binding(
            "smtp12346",
            Settings(1_000_000, 200, "Enable"),
            password=PasswordRecord(
                "2025-01-03T03:04:00Z",
                2,
                (
                    Delivery("dotenv secrets/billing.env", _DONE, _MAC),
                    Delivery("github-actions acme/shop environment production", _DONE),
                    Delivery("vault secret/mail/billing", _DONE, _MAC),
                ),
            ),
        ),
        "orders": Binding("smtp777", Settings(900, 90, "Enable")),
        "web": Binding(
            "smtp778",
            Settings(900, 90, "Enable"),
            password=PasswordRecord(
                "2025-01-01T03:04:05Z",
                1,
                (Delivery("dotenv secrets/web.env", _DONE, _MAC),),
                Rotating("2025-01-04T03:04:05Z", _MAC, 2),
            ),
        ),
        "wiki": Binding(
            "smtp779",
            Settings(900, 90, "Disable"),
            password=PasswordRecord("2025-01-01T03:04:05Z", 1, (Delivery("dotenv secrets/wiki.env", _DONE, _MAC),)),
        ),
    },
)

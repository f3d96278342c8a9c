"""Explanations and histories that the reporting tests share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sarv_sync.model.explanation import Explanation, Origin
from sarv_sync.model.plan import FieldChange
from sarv_sync.model.state import Census, Delivery, Lock, PastChange, PastRun, State
from sarv_sync.model.users import PasswordPolicy, Source
from tests.unit.planning.builders import account, bound, files, seen, state, user
from tests.unit.planning.explanations import explained
from tests.unit.planning.passwords import DAY, IN_TURNS, ago, evidence, held, proof

COMMIT = "3f0c9a1b2c3d4e5f60718293a4b5c6d7e8f90123"
EARLIER = "0123456789abcdef0123456789abcdef01234567"
ANN = "ann on laptop (process 4711)"
CI = "octocat in run 1234567890 of acme/mail-accounts on fv-az1234 (process 2345)"

LIMITS = (FieldChange("total_limit", 500, 1_000_000), FieldChange("hourly_limit", 50, 20))
NEW = (
    FieldChange("total_limit", None, 5000),
    FieldChange("hourly_limit", None, 200),
    FieldChange("status", None, "Enable"),
)


def _run(number: int, by: str, commit: str | None, *changes: PastChange, **parts: Any) -> PastRun:
    digest = f"sha256:{number:064x}"
    at = f"2026-02-{number:02}T12:00:0{number}Z"
    return PastRun(f"{number:02x}c9a1b2{number:08x}", at, by, "sarv-sync apply", commit, digest, changes, **parts)


FIRST = _run(
    1, ANN, EARLIER,
    PastChange("billing", "create", "smtp1", "applied", NEW),
    PastChange("billing", "deliver", "smtp1", "applied"),
    PastChange("crm", "create", None, "failed", NEW),
    PastChange("shop", "adopt", "smtp2", "applied", LIMITS),
    finished=True,
)  # fmt: skip
ALL_WELL = _run(
    2, CI, COMMIT,
    PastChange("billing", "rotate", "smtp1", "applied"),
    PastChange("billing", "update", "smtp1", "applied", LIMITS),
    PastChange("orders", "rename", "smtp2", "applied", was="shop"),
    finished=True,
)  # fmt: skip
TROUBLED = _run(
    3, CI, f"{COMMIT}-dirty",
    PastChange("billing", "update", "smtp1", "applied", (FieldChange("status", "Enable", "Disable"),)),
    PastChange("crm", "create", "smtp7", "unknown", NEW),
    PastChange("old", "disable", "smtp3", "not_attempted", (FieldChange("status", "Enable", "Disable"),)),
    finished=True,
)  # fmt: skip
SHORTENED = _run(4, ANN, None, finished=True, left_out=2000)
CUT_OFF = _run(5, ANN, None, PastChange("billing", "update", "smtp1", "planned", LIMITS))
GOING_ON = _run(6, ANN, None, PastChange("billing", "update", "smtp1", "planned", LIMITS))

RUNS = (FIRST, ALL_WELL, TROUBLED, SHORTENED, CUT_OFF, GOING_ON)
HISTORY: State = state(
    {"billing": bound("smtp1")},
    history=RUNS,
    lock=Lock(GOING_ON.id, ANN, "sarv-sync apply", GOING_ON.at, "2026-02-06T12:05:06Z"),
)

_TEAM = user("billing", 5000, 200, ignore=["total_limit"], line=21, labels={"env": "prod", "team": "finance"})
_BILLING = replace(
    _TEAM, profile="bulk", description="Invoices and receipts", password=PasswordPolicy(2, every=90 * DAY)
)
_BULK = (
    Origin("profile", Source("sarv-sync.yaml", 9, 3)),
    Origin("defaults", Source("sarv-sync.yaml", 4, 3)),
    Origin("built-in"),
)
_PLACES = evidence("dotenv secrets/{name}.env", "vault secret/mail/{name}/a-place-with-a-name-that-is-rather-long")
_DELIVERED = (
    Delivery("dotenv old/billing.env", "form", proof("smtp1")),
    Delivery("dotenv secrets/billing.env", "form", proof("smtp1")),
    Delivery("vault secret/mail/billing/a-place-with-a-name-that-is-rather-long", "form", proof("smtp1", "before")),
)


def _drifted() -> Explanation:
    record = replace(held("smtp1"), since=ago(days=30), version=2, deliveries=_DELIVERED)
    known = state({"billing": bound("smtp1", 5000, 200, renamed_from="invoices", password=record)}, history=RUNS)
    listing = account(seen("smtp1", 7777, 1_000_000))
    explanation = explained("billing", files(_BILLING), known, listing, _PLACES)
    [told] = explanation.users
    fields = tuple(replace(one, origin=origin) for one, origin in zip(told.fields, _BULK, strict=True))
    return replace(explanation, users=(replace(told, fields=fields),))


def _turns() -> Explanation:
    first = replace(held("smtp1", "dotenv secrets/orders.env"), left=ago(days=3))
    second = replace(held("smtp2", "dotenv secrets/orders.env"), turn=1)
    known = state({"orders": bound("smtp1", password=first), "orders+2": bound("smtp2", password=second)})
    listing = account(seen("smtp1"), seen("smtp2"))
    entry = user("orders", password=IN_TURNS)
    return explained("orders", files(entry), known, listing, evidence("dotenv secrets/{name}.env"))


def _refused() -> Explanation:
    configuration = files(user("billing", pin="smtp5"), unmanaged="forbid")
    return explained(
        "billing", configuration, state({"billing": bound("smtp1")}), account(seen("smtp1"), seen("smtp8"))
    )


_RETIRED = replace(bound("smtp1", status="Disable"), removed_at="2026-01-02T03:04:05.123456Z")
_OFF = account(seen("smtp1", status="Disable"))
_CENSUS = state(census=Census(("smtp1",), ("smtp2",)))

EXPLANATIONS: dict[str, Explanation] = {
    "drifted": _drifted(),
    "turns": _turns(),
    "refused": _refused(),
    "new": explained("crm", files(user("crm", recreate=True)), state(), account(), _PLACES),
    "missing": explained(
        "billing", files(user("billing")), state({"billing": bound("smtp1")}), account(seen("smtp2"))
    ),
    "unreadable": explained(
        "billing", files(user("billing")), state({"billing": bound("smtp1")}), account(unreadable=["smtp1"])
    ),
    "renaming": explained(
        "orders", files(user("orders", renamed_from="shop")), state({"shop": bound("smtp1")}), account(seen("smtp1"))
    ),
    "gone": explained("old", files(), state({"old": bound("smtp1")}), account(seen("smtp1"))),
    "retired": explained("old", files(), state(removed={"old": _RETIRED}), _OFF),
    "recycled": explained(
        "old", files(user("crm"), recycle_after=DAY), state(removed={"old": _RETIRED}), _OFF, evidence()
    ),
    "returning": explained("old", files(user("old")), state(removed={"old": _RETIRED}), _OFF),
    "forgotten": explained("old", files(removed={"old": "forget"})),
    "unmanaged": explained("smtp1", files(), _CENSUS, account(seen("smtp1"))),
    "unmanaged_new": explained("smtp3", files(), _CENSUS, account(seen("smtp3"))),
}

"""Desired, last applied and observed in; a plan out.

Pure: no clock, no network, no log. The same inputs give the same plan, whatever order they come in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import Fault
from sarv_sync.model.plan import Plan, Refusal, UnmanagedUser
from sarv_sync.planning import blocking
from sarv_sync.planning.digest import digest_of
from sarv_sync.planning.guards import check_guards
from sarv_sync.planning.health import check_listing
from sarv_sync.planning.judging import judge
from sarv_sync.planning.spares import disable_idle
from sarv_sync.planning.targets import check_targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sarv_sync.model.account import Account
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Blocked, Change
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Listing
    from sarv_sync.planning.situation import Situation, Verdict


def make_plan(
    configuration: Configuration, account: Account, state: State, listing: Listing, targets: Sequence[str] = ()
) -> Plan:
    """Return what would make the account as the files want it.

    `targets` limits the plan to those names; raises `InputError` if one of them is unknown.
    """
    chosen = check_targets(targets, configuration, state)
    judgement = judge(configuration, state, listing, chosen)
    situation, verdicts = judgement.situation, judgement.verdicts
    changes = tuple(verdict.change for verdict in verdicts if verdict.change)
    if not chosen:
        changes = tuple(sorted((*changes, *disable_idle(situation, changes)), key=lambda change: change.name))
    blocked = tuple(verdict.blocked for verdict in verdicts if verdict.blocked)
    bad_listing = check_listing(state, listing)
    if bad_listing is not None:
        blocked = _all_blocked(blocked, changes, bad_listing.message)
        changes = ()
    managed = len(configuration.users.keys() | situation.state.bindings.keys())
    guards = check_guards(configuration.guards, changes, managed, configuration.file)
    return Plan(
        account=account,
        digest=digest_of(account, changes),
        changes=changes,
        drift=tuple(verdict.drift for verdict in verdicts if verdict.drift),
        unmanaged=() if configuration.unmanaged == "ignore" else _unmanaged(situation),
        blocked=blocked,
        refusals=((bad_listing,) if bad_listing else ()) + guards + _forbid(situation),
        warnings=configuration.warnings + _warnings(situation, verdicts, changes, chosen),
        unchanged=judgement.unchanged,
        targets=tuple(sorted(chosen)),
    )


def _all_blocked(blocked: Iterable[Blocked], changes: Iterable[Change], why: str) -> tuple[Blocked, ...]:
    held_back = (blocking.by_listing(change.name, why) for change in changes)
    return tuple(sorted((*blocked, *held_back), key=lambda entry: entry.name))


def _unmanaged(situation: Situation) -> tuple[UnmanagedUser, ...]:
    """Return the legible users that no entry owns or is about to own."""
    users = situation.listing.users
    return tuple(
        UnmanagedUser(name, seen.total_limit, seen.hourly_limit, seen.status)
        for name in _strangers(situation)
        if name in users and (seen := users[name].settings)
    )


def _strangers(situation: Situation) -> list[str]:
    pinned = {user.smtp_user_name for user in situation.configuration.users.values() if user.smtp_user_name}
    return [name for name in situation.ownership.strangers if name not in pinned]


def _forbid(situation: Situation) -> tuple[Refusal, ...]:
    """Refuse users that no entry owns, also those of which the listing shows no more than that they exist."""
    names = _strangers(situation)
    names += ["a row without a name" for fault in situation.listing.faults if fault.smtp_user_name is None]
    if situation.configuration.unmanaged != "forbid" or not names:
        return ()
    few = ", ".join(names[:5])
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return (
        Refusal(
            "unmanaged",
            f"the account has users that no entry owns, and unmanaged is forbid: {few}{more}",
            "adopt each with an entry that pins its smtp_user_name, or write `unmanaged: report`",
        ),
    )


def _warnings(
    situation: Situation, verdicts: Iterable[Verdict], changes: Iterable[Change], chosen: frozenset[str]
) -> tuple[Fault, ...]:
    found = [verdict.warning for verdict in verdicts if verdict.warning]
    for fault in sorted(situation.listing.faults, key=lambda row: (row.smtp_user_name or "", row.message)):
        row = fault.smtp_user_name or "a row without a name"
        found.append(Fault(f"the account's listing: {row}: {fault.message}"))
    found += [Fault(f"the account lists {name} more than once") for name in sorted(situation.listing.repeated)]
    taken = {change.smtp_user_name for change in changes}
    for name, retired in sorted(situation.ownership.spares.items()):
        if name in taken:
            continue
        message = f"{name} is a spare: a create of {retired.name} that had been given up made it after all"
        found.append(Fault(message, "the next create uses it"))
    if chosen:
        message = f"the plan is limited to {', '.join(sorted(chosen))}"
        found.append(Fault(message, "plan again without --target to see everything"))
    return tuple(found)

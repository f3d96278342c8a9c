"""Desired, last applied and observed in; a plan out.

Pure: no clock, no network, no log. The same inputs give the same plan, whatever order they come in.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.plan import Plan, Refusal, UnmanagedUser
from sarv_sync.planning import blocking
from sarv_sync.planning.digest import digest_of
from sarv_sync.planning.guards import check_guards
from sarv_sync.planning.health import check_listing, check_state
from sarv_sync.planning.judging import judge
from sarv_sync.planning.spares import disable_idle
from sarv_sync.planning.targets import check_targets
from sarv_sync.planning.warning import warn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sarv_sync.model.account import Account
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Blocked, Change
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Listing
    from sarv_sync.planning.situation import Situation


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
    changes = tuple(_placed(change, configuration.file.rpartition("/")[0]) for change in changes)
    bad_listing = check_listing(state, listing)
    if bad_listing is not None:
        blocked = _all_blocked(blocked, judgement.names, bad_listing.message)
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
        refusals=((bad_listing,) if bad_listing else ()) + check_state(state, changes) + guards + _forbid(situation),
        warnings=configuration.warnings + warn(judgement, changes, chosen),
        unchanged=0 if bad_listing else judgement.unchanged,
        targets=tuple(sorted(chosen)),
    )


def _placed(change: Change, folder: str) -> Change:
    """Name the file of a change as seen from the main file, so that the digest is the same wherever one stands."""
    if not folder or change.source is None:
        return change
    return replace(change, source=change.source._replace(file=change.source.file.removeprefix(f"{folder}/")))


def _all_blocked(blocked: Iterable[Blocked], names: Iterable[str], why: str) -> tuple[Blocked, ...]:
    """Block every one of `names`. What a bad listing shows to be missing is no reason to do anything about it."""
    own = {
        entry.name: replace(entry, hint=blocking.WAIT) if entry.reason in {"missing", "unreadable"} else entry
        for entry in blocked
    }
    return tuple(own.get(name) or blocking.by_listing(name, why) for name in sorted({*own, *names}))


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

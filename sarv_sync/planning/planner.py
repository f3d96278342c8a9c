"""Desired, last applied and observed in; a plan out.

Pure: no clock, no network, no log. The same inputs give the same plan, whatever order they come in.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.evidence import NOTHING_KNOWN
from sarv_sync.model.plan import Plan
from sarv_sync.model.users import entry_name, second_name
from sarv_sync.planning import blocking
from sarv_sync.planning.budgets import check_sums, has_sums
from sarv_sync.planning.deciding import decide
from sarv_sync.planning.delivering import check_collisions
from sarv_sync.planning.digest import digest_of
from sarv_sync.planning.guards import check_guards
from sarv_sync.planning.health import check_listing, check_state
from sarv_sync.planning.judging import judge, names_judged
from sarv_sync.planning.outlook import outlook
from sarv_sync.planning.password_warnings import warn_of_passwords
from sarv_sync.planning.raises import check_raises
from sarv_sync.planning.rotating import rotations
from sarv_sync.planning.situation import take_in
from sarv_sync.planning.taking_up import taken_up
from sarv_sync.planning.targets import check_targets
from sarv_sync.planning.unmanaged import forbid, unmanaged
from sarv_sync.planning.warning import warn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sarv_sync.model.account import Account
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.plan import Blocked, Change, Drift, Refusal
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Listing
    from sarv_sync.planning.judging import Judgement
    from sarv_sync.planning.rotating import Rotations
    from sarv_sync.planning.situation import Situation


def make_plan(  # noqa: PLR0913, PLR0917 - the three sides, and what is known beside them
    configuration: Configuration,
    account: Account,
    state: State,
    listing: Listing,
    targets: Sequence[str] = (),
    evidence: Evidence = NOTHING_KNOWN,
) -> Plan:
    """Return what would make the account as the files want it.

    `targets` limits the plan to those names, or patterns of names; raises `InputError` if one means nobody. What
    `evidence` asks to be rotated limits it further: to new passwords, and to what goes with them.
    """
    chosen = _chosen(targets, configuration, state, evidence)
    known = taken_up(state, listing, evidence)
    rotated = rotations(configuration, known, listing, evidence, chosen)
    both = chosen | {second_name(name) for name in chosen}
    judgement = judge(rotated.configuration, known, listing, both)
    situation, decision = judgement.situation, decide(judgement, rotated, evidence, chosen)
    changes, blocked = decision.changes, decision.blocked
    whole = situation
    if both and has_sums(configuration):
        whole = take_in(rotated.configuration, known, listing, frozenset())
    bad_listing = check_listing(state, listing)
    if bad_listing is not None:
        blocked = _all_blocked(blocked, names_judged(situation, both), bad_listing.message)
        changes = ()
    return Plan(
        account=account,
        digest=digest_of(account, changes),
        changes=changes,
        drift=decision.drift,
        unmanaged=unmanaged(situation),
        blocked=blocked,
        refusals=((bad_listing,) if bad_listing else ())
        + check_state(state, changes)
        + _check_guards(configuration, situation, rotated, changes)
        + (_check_sums(configuration, whole, situation, rotated, changes) if evidence.request is None else ())
        + forbid(situation)
        + check_collisions(configuration, evidence),
        warnings=configuration.warnings
        + warn(judgement, changes, chosen if targets else frozenset())
        + warn_of_passwords(state, situation, rotated, decision.due, evidence),
        unchanged=0 if bad_listing else _unchanged(configuration, chosen, judgement, changes, blocked),
        targets=tuple(sorted(chosen)),
    )


def _check_guards(
    configuration: Configuration, situation: Situation, rotated: Rotations, changes: Sequence[Change]
) -> tuple[Refusal, ...]:
    """Hold the changes against the guards. Whoever has served in turn is disabled without being counted."""
    users = configuration.users
    managed = len(users) + sum(1 for name in situation.state.bindings if name not in users)
    leaving = rotated.leaving
    counted = [change for change in changes if change.name not in leaving] if leaving else changes
    return check_guards(configuration, counted, managed) + check_raises(rotated.configuration, changes)


def _check_sums(
    configuration: Configuration, whole: Situation, planned: Situation, rotated: Rotations, changes: Sequence[Change]
) -> tuple[Refusal, ...]:
    """Hold the whole files against their sums, whatever a plan is limited to, and what the plan makes of the account.

    New passwords alone change no sum.
    """
    if not has_sums(configuration):
        return check_sums(configuration)
    return check_sums(configuration, outlook(configuration, whole, planned, rotated, changes))


def _chosen(targets: Sequence[str], configuration: Configuration, state: State, evidence: Evidence) -> frozenset[str]:
    asked = evidence.request.names if evidence.request is not None else ()
    return check_targets((*targets, *asked), configuration, state)


def _unchanged(
    configuration: Configuration,
    chosen: frozenset[str],
    judgement: Judgement,
    changes: Sequence[Change],
    blocked: Sequence[Blocked],
) -> int:
    """Return how many entries need nothing at all, be it one or two users that they have."""
    parts: Iterable[Change | Blocked | Drift] = (*changes, *blocked, *_said(judgement))
    entries = configuration.users.keys() & chosen if chosen else configuration.users
    return len(entries) - sum(1 for name in {entry_name(part.name) for part in parts} if name in entries)


def _said(judgement: Judgement) -> Iterator[Change | Blocked | Drift]:
    """Yield what was found out about each name, the first thing of it."""
    for verdict in judgement.verdicts:
        if (part := verdict.change or verdict.blocked or verdict.drift) is not None:
            yield part


def _all_blocked(blocked: Iterable[Blocked], names: Iterable[str], why: str) -> tuple[Blocked, ...]:
    """Block every one of `names`. What a bad listing shows to be missing is no reason to do anything about it."""
    own = {
        entry.name: replace(entry, hint=blocking.WAIT) if entry.reason in {"missing", "unreadable"} else entry
        for entry in blocked
    }
    return tuple(own.get(name) or blocking.by_listing(name, why) for name in sorted({*own, *names}))

"""What a plan points out beside its changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import Fault
from sarv_sync.model.users import is_second_name, second_name
from sarv_sync.planning.ownership import Found
from sarv_sync.planning.perhaps_renamed import perhaps_renamed
from sarv_sync.planning.suggesting import suggestions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sarv_sync.model.plan import Change
    from sarv_sync.planning.judging import Judgement
    from sarv_sync.planning.situation import Situation

_FEW = 5


def warn(judgement: Judgement, changes: Sequence[Change], chosen: frozenset[str]) -> tuple[Fault, ...]:
    """Return the warnings of a plan that makes `changes` and is limited to the names `chosen`, if there are any."""
    situation = judgement.situation
    found = [verdict.warning for verdict in judgement.verdicts if verdict.warning]
    found += _rows(situation)
    found += _lost_state(situation, changes)
    found += _begun(situation, changes)
    found += _recreated(situation)
    found += _spares(situation, changes)
    found += perhaps_renamed(situation, changes)
    found += suggestions(situation, changes)
    if chosen:
        found.append(_limited(situation, chosen))
    return tuple(found)


def _limited(situation: Situation, chosen: frozenset[str]) -> Fault:
    """A label selects no entry that is gone, and a pattern may miss it, so that nobody would notice."""
    gone = situation.state.bindings.keys() - situation.configuration.users.keys() - chosen - situation.promised.keys()
    names = sorted(name for name in gone if not is_second_name(name))
    message = f"the plan is limited to {_few(sorted(chosen))}"
    if names:
        are = "1 name that is" if len(names) == 1 else f"{len(names)} names that are"
        looked = "is" if len(names) == 1 else "are"
        message += f"; {are} gone from the files {looked} not looked at: {_few(names)}"
    return Fault(message, "run it again without --target and --label to see everything")


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:_FEW]) + (f" and {len(names) - _FEW} more" if len(names) > _FEW else "")


def _rows(situation: Situation) -> Iterable[Fault]:
    for fault in sorted(situation.listing.faults, key=lambda row: (row.smtp_user_name or "", row.message)):
        row = fault.smtp_user_name or "a row without a name"
        yield Fault(f"the account's listing: {row}: {fault.message}")
    for name in sorted(situation.listing.repeated):
        yield Fault(f"the account lists {name} more than once")


def _lost_state(situation: Situation, changes: Sequence[Change]) -> Iterable[Fault]:
    """A state that is not there makes every user look foreign, and every entry new."""
    if situation.state.serial or not any(change.action == "create" for change in changes):
        return
    taken = {change.smtp_user_name for change in changes if change.action == "adopt"}
    for user in situation.configuration.users.values():
        taken |= {user.smtp_user_name, user.password.alternate_pin}
    strangers = len(set(situation.ownership.strangers) - taken)
    if strangers:
        users = "1 user" if strangers == 1 else f"{strangers} users"
        yield Fault(
            f"there is no state yet, and the account already has {users} that nothing here knows",
            "if some of them are meant by the entries to be created, restore the state, or pin them with "
            "`smtp_user_name`: what is made twice stays for ever",
        )


def _begun(situation: Situation, changes: Iterable[Change]) -> Iterable[Fault]:
    """A create that an earlier run began looks like any other in the plan, so that its approval still holds."""
    begun = []
    for change in changes if situation.creates else ():
        if change.action == "create" and change.name in situation.creates:
            binding = situation.state.bindings.get(change.name)
            resolution = situation.ownership.creates.get(change.name)
            user = resolution.smtp_user_name if isinstance(resolution, Found) else None
            user = binding.smtp_user_name if binding is not None else user
            begun.append(f"{change.name} ({user or 'not seen yet'})")
    if begun:
        yield Fault(
            f"an earlier run began to create {_few(begun)}", "apply finishes what was begun, and makes nothing twice"
        )


def _recreated(situation: Situation) -> Iterable[Fault]:
    entries = situation.configuration.users
    for name in sorted(name for name, user in entries.items() if user.recreate and not is_second_name(name)):
        user, binding = entries[name], situation.state.bindings.get(name)
        other = situation.state.bindings.get(second_name(name))
        missing = other is not None and other.smtp_user_name not in situation.listing.users
        if binding is not None and binding.smtp_user_name in situation.listing.users and not missing:
            yield Fault(
                f"{name} says `recreate: true`, and its user {binding.smtp_user_name} is there",
                "take `recreate` out: with it, one bad listing is enough for a second user to be made",
                user.source.file,
                user.source.line,
                user.source.column,
            )


def _spares(situation: Situation, changes: Iterable[Change]) -> Iterable[Fault]:
    if not situation.ownership.spares:
        return
    taken = {change.smtp_user_name for change in changes}
    for name, retired in sorted(situation.ownership.spares.items()):
        if name not in taken:
            message = f"{name} is a spare: a create of {retired.name} that had been given up made it after all"
            yield Fault(message, "the next create uses it")

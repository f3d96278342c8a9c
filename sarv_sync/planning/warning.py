"""What a plan points out beside its changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import Fault
from sarv_sync.model.users import entry_name, is_second_name, second_name
from sarv_sync.planning.ownership import Found
from sarv_sync.planning.taking_up import lags, of_another_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.plan import Change
    from sarv_sync.model.state import State
    from sarv_sync.planning.delivering import Due
    from sarv_sync.planning.judging import Judgement
    from sarv_sync.planning.rotating import Rotations
    from sarv_sync.planning.situation import Situation

_FEW = 5


def warn_of_passwords(
    state: State, situation: Situation, rotated: Rotations, due: Due, evidence: Evidence
) -> tuple[Fault, ...]:
    """Return what is to be said of passwords about which nothing can be told, or nothing is done now."""
    found = [*evidence.warnings, *_without_address(situation, evidence)]
    found += [*_lagging(situation, evidence), *_left_behind(situation, rotated, evidence)]
    if count := of_another_key(state, evidence.verifier):
        message = (
            f"the API token has changed since {_passwords(count)} {_was(count)} delivered (or SARV_STATE_KEY has): "
            "whether somebody changed them meanwhile cannot be told"
        )
        hint = (
            "apply takes them as they are from now on; SARV_STATE_KEY, kept the same, outlives a change of the token"
        )
        found.append(Fault(message, hint))
    if count := rotated.waiting:
        due_too = f"{_passwords(count)} {_was(count)} due for a change too, and wait"
        message = f"{due_too}: guards.max_rotations lets no more through"
        found.append(Fault(message, "the next run goes on; raise guards.max_rotations to do more in one"))
    if count := rotated.held:
        message = f"{_passwords(count)} {_was(count)} due for a change since the plan was reviewed, and left alone"
        found.append(Fault(message, "`sarv-sync rotate --due` changes what is due; it is best run on a schedule"))
    if count := len(due.held):
        message = f"{_passwords(count)} {_was(count)} changed outside, or lost by a sink; nobody has reviewed that"
        found.append(Fault(message, "`sarv-sync rotate --due` delivers too, and so does an apply of a new plan"))
    for smtp_user_name, why in sorted(rotated.kept.items()):
        message = f"{smtp_user_name} is left enabled although its grace is over: {why}"
        found.append(Fault(message, "once that is settled, apply disables it"))
    return tuple(found)


def _without_address(situation: Situation, evidence: Evidence) -> Iterable[Fault]:
    """Return, each once, why targets have no address that could be delivered to."""
    faults: dict[str, str] = {}
    for name, user in sorted(situation.configuration.users.items()):
        binding = situation.state.bindings.get(name)
        known_as = None if binding is None else binding.smtp_user_name
        for target in evidence.routes.targets(user, known_as):
            if target.fault is not None:
                faults.setdefault(target.fault, name)
    for fault, name in faults.items():
        yield Fault(f"the password of {name} cannot be delivered to every sink: {fault}", "see docs/credentials.md")


def _lagging(situation: Situation, evidence: Evidence) -> Iterable[Fault]:
    users = situation.listing.users
    for name, binding in sorted(situation.state.bindings.items()):
        observed = users.get(binding.smtp_user_name)
        if observed is not None and lags(binding, observed, evidence):
            message = f"the account still lists the password that {name} had before: nothing is delivered meanwhile"
            yield Fault(message, "plan again when the listing has caught up")


def _left_behind(situation: Situation, rotated: Rotations, evidence: Evidence) -> Iterable[Fault]:
    """A target that is none any more keeps the password, which works until it is changed."""
    left = []
    for name, binding in sorted(situation.state.bindings.items()):
        user = situation.configuration.users.get(name)
        if user is None or name != rotated.serving(entry_name(name)) or name in rotated.turns:
            continue
        targets = {target.address for target in evidence.routes.targets(user, binding.smtp_user_name)}
        holding = (one.address for one in binding.password.deliveries if one.verifier is not None)
        left += [address for address in holding if address not in targets]
    if left:
        few = ", ".join(left[:_FEW]) + (f" and {len(left) - _FEW} more" if len(left) > _FEW else "")
        where = "1 target is" if len(left) == 1 else f"{len(left):,} targets are"
        message = f"{where} no longer delivered to, and may still hold a password that works: {few}"
        yield Fault(message, "delete what is there; if others could read it, change the password too")


def _passwords(count: int) -> str:
    return "1 password" if count == 1 else f"{count:,} passwords"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"


def warn(judgement: Judgement, changes: Sequence[Change], chosen: frozenset[str]) -> tuple[Fault, ...]:
    """Return the warnings of a plan that makes `changes` and is limited to the names `chosen`, if there are any."""
    situation = judgement.situation
    found = [verdict.warning for verdict in judgement.verdicts if verdict.warning]
    found += _rows(situation)
    found += _lost_state(situation, changes)
    found += _begun(situation, changes)
    found += _recreated(situation)
    found += _spares(situation, changes)
    if chosen:
        message = f"the plan is limited to {', '.join(sorted(chosen))}"
        found.append(Fault(message, "plan again without --target to see everything"))
    return tuple(found)


def _rows(situation: Situation) -> Iterable[Fault]:
    for fault in sorted(situation.listing.faults, key=lambda row: (row.smtp_user_name or "", row.message)):
        row = fault.smtp_user_name or "a row without a name"
        yield Fault(f"the account's listing: {row}: {fault.message}")
    for name in sorted(situation.listing.repeated):
        yield Fault(f"the account lists {name} more than once")


def _lost_state(situation: Situation, changes: Iterable[Change]) -> Iterable[Fault]:
    """A state that is not there makes every user look foreign, and every entry new."""
    makes = any(change.action == "create" for change in changes)
    strangers = len(situation.ownership.strangers)
    if makes and strangers and not situation.state.serial:
        users = "1 user" if strangers == 1 else f"{strangers} users"
        yield Fault(
            f"there is no state yet, and the account already has {users} that nothing here knows",
            "if some of them are meant by the entries to be created, restore the state, or pin them with "
            "`smtp_user_name`: what is made twice stays for ever",
        )


def _begun(situation: Situation, changes: Iterable[Change]) -> Iterable[Fault]:
    """A create that an earlier run began looks like any other in the plan, so that its approval still holds."""
    begun = []
    for change in changes:
        if change.action == "create" and change.name in situation.creates:
            binding = situation.state.bindings.get(change.name)
            resolution = situation.ownership.creates.get(change.name)
            user = resolution.smtp_user_name if isinstance(resolution, Found) else None
            user = binding.smtp_user_name if binding is not None else user
            begun.append(f"{change.name} ({user or 'not seen yet'})")
    if begun:
        few = ", ".join(begun[:_FEW]) + (f" and {len(begun) - _FEW} more" if len(begun) > _FEW else "")
        yield Fault(f"an earlier run began to create {few}", "apply finishes what was begun, and makes nothing twice")


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
    taken = {change.smtp_user_name for change in changes}
    for name, retired in sorted(situation.ownership.spares.items()):
        if name not in taken:
            message = f"{name} is a spare: a create of {retired.name} that had been given up made it after all"
            yield Fault(message, "the next create uses it")

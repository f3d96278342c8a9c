"""What a plan points out of passwords beside its changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import Fault
from sarv_sync.planning.taking_up import lags, of_another_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sarv_sync.model.evidence import Evidence
    from sarv_sync.model.state import State
    from sarv_sync.planning.delivering import Due
    from sarv_sync.planning.rotating import Rotations
    from sarv_sync.planning.situation import Situation

_FEW = 5


def warn_of_passwords(
    state: State, situation: Situation, rotated: Rotations, due: Due, evidence: Evidence
) -> tuple[Fault, ...]:
    """Return what is to be said of passwords about which nothing can be told, or nothing is done now."""
    found = [*evidence.warnings, *_without_address(due)]
    found += [*_lagging(situation, evidence), *_left_behind(due.stray)]
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


def _without_address(due: Due) -> Iterable[Fault]:
    """Return, each once, why targets have no address that could be delivered to."""
    for fault, name in due.faults:
        yield Fault(f"the password of {name} cannot be delivered to every sink: {fault}", "see docs/credentials.md")


def _lagging(situation: Situation, evidence: Evidence) -> Iterable[Fault]:
    users, bindings = situation.listing.users, situation.state.bindings
    for name in sorted(name for name in situation.recorded if bindings[name].password.former is not None):
        observed = users.get(bindings[name].smtp_user_name)
        if observed is not None and lags(bindings[name], observed, evidence):
            message = f"the account still lists the password that {name} had before: nothing is delivered meanwhile"
            yield Fault(message, "plan again when the listing has caught up")


def _left_behind(left: Sequence[str]) -> Iterable[Fault]:
    """A target that is none any more keeps the password, which works until it is changed."""
    if left:
        few = ", ".join(left[:_FEW]) + (f" and {len(left) - _FEW} more" if len(left) > _FEW else "")
        where = "1 target is" if len(left) == 1 else f"{len(left):,} targets are"
        message = f"{where} no longer delivered to, and may still hold a password that works: {few}"
        yield Fault(message, "delete what is there; if others could read it, change the password too")


def _passwords(count: int) -> str:
    return "1 password" if count == 1 else f"{count:,} passwords"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"

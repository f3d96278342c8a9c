"""Judging every name: the ones the files hold and the ones they no longer hold.

A rename and everything that hangs on it are done together or not at all. When the verdict on a renamed user is to
leave it alone, its rename must not take place either, nor any other that needs the name it would have left. So the
names are judged again, with that rename taken back, until every rename that remains is carried out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.planning import blocking
from sarv_sync.planning.desired_side import judge_desired
from sarv_sync.planning.held_back import drift_held_back
from sarv_sync.planning.removed_side import judge_removed
from sarv_sync.planning.situation import Verdict, take_in
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Listing
    from sarv_sync.planning.situation import Situation


@dataclass(frozen=True, slots=True)
class Judgement:
    """The situation with only those renames in it that are carried out, and what it means for each name.

    `verdicts` are sorted by name.
    """

    situation: Situation
    verdicts: tuple[Verdict, ...]


def judge(configuration: Configuration, state: State, listing: Listing, targets: frozenset[str]) -> Judgement:
    """Compare the three sides name by name, limited to `targets` if there are any."""
    stuck: dict[str, Verdict] = {}
    while True:
        situation = take_in(configuration, state, listing, targets, frozenset(stuck))
        verdicts = _verdicts(situation, targets, stuck)
        fresh = {
            name: verdict
            for name, verdict in verdicts.items()
            if verdict.blocked is not None and name in situation.moves
        }
        if not fresh:
            break
        stuck |= fresh
    return Judgement(situation, tuple(verdicts[name] for name in sorted(verdicts)))


def names_judged(situation: Situation, targets: frozenset[str]) -> frozenset[str]:
    """Return the names that `judge` looks at."""
    state = situation.state
    names = frozenset(situation.configuration.users).union(state.bindings, state.removed, situation.creates)
    return names & targets if targets else names


def _verdicts(situation: Situation, targets: frozenset[str], stuck: dict[str, Verdict]) -> dict[str, Verdict]:
    verdicts: dict[str, Verdict] = {}
    for name in _worth_judging(situation, stuck):
        if targets and name not in targets:
            continue
        verdict = stuck.get(name) or _with_drift(_verdict(name, situation), name, situation, targets)
        if verdict is not None:
            verdicts[name] = verdict
    return verdicts


def _worth_judging(situation: Situation, stuck: dict[str, Verdict]) -> list[str]:
    """Return every name but those of which it is plain that there is nothing to say.

    That is most of them, and looking at one must cost next to nothing, so that no function is called for it: an entry
    that has the user it is bound to, while the account lists that with the values of the files.
    """
    users, bindings, listed = situation.configuration.users, situation.state.bindings, situation.listing.users
    odd = stuck.keys() | situation.moves.keys() | situation.promised.keys() | situation.creates.keys()
    odd |= situation.blocked_moves.keys()
    illegible = situation.illegible
    worth = []
    for name, user in users.items():
        binding = bindings.get(name)
        if (
            binding is None
            or (seen := listed.get(binding.smtp_user_name)) is None
            or (wanted := user.settings).total_limit != (has := seen.settings).total_limit
            or wanted.hourly_limit != has.hourly_limit
            or wanted.status != has.status
            or binding.recycled_from is not None
            or (user.smtp_user_name is not None and user.smtp_user_name != binding.smtp_user_name)
            or (odd and name in odd)
            or (illegible and binding.smtp_user_name in illegible)
        ):
            worth.append(name)
    rest = {name for names in (situation.state.removed, situation.creates) for name in names if name not in users}
    return [*worth, *rest.union(situation.gone)]


def _with_drift(verdict: Verdict | None, name: str, situation: Situation, targets: frozenset[str]) -> Verdict | None:
    """Return the verdict with what drifted of a user that is left alone.

    One whose rename is to be taken back is judged under its old name, too: it drifted there, unless nobody asked.
    """
    if verdict is None or verdict.blocked is None or verdict.drift is not None:
        return verdict
    old = situation.moves.get(name)
    if old is not None and (not targets or old in targets):
        return verdict
    return replace(verdict, drift=drift_held_back(name, situation))


def _verdict(name: str, situation: Situation) -> Verdict | None:
    if name in situation.promised:
        return Verdict(blocked=blocking.promised(name, situation.promised[name]))
    user = situation.configuration.users.get(name)
    return judge_removed(name, situation) if user is None else judge_desired(user, situation)

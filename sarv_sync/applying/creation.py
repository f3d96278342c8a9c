"""Creating users, each exactly once.

`addSmtp` cannot be repeated, carries no label, and its answer can be lost. So users are made in batches, as
`line` says, and one whose create got no usable answer is looked for by its birthmark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.applying.finishing import finish
from sarv_sync.applying.line import Line
from sarv_sync.applying.recovery import recover
from sarv_sync.applying.settling import list_until
from sarv_sync.applying.silence import Silence
from sarv_sync.errors import ProviderError
from sarv_sync.planning.ownership import Absent, Ambiguous, Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sarv_sync.applying.run import Run
    from sarv_sync.model.plan import Change


def create_users(run: Run, changes: Sequence[Change], earlier: set[str], since: float) -> None:
    """Carry out the creates of `changes`, and finish the ones that an earlier run began.

    `earlier` are creates that such a run left without an answer and whose users do not show yet. They are looked for
    last, together with those that this run gets no answer to: their settle time, which began at `since`, goes by
    while there is other work to do. What still does not show then counts as never made. Those of an earlier run are
    made now; those of this run are left to the next, since a second call follows on proof only.
    """
    wanted = {change.name for change in changes}
    names = _without_user(run, [change for change in changes if change.name not in earlier])
    silence = Silence(run.world.parallelism)
    unheard = _create_all(run, names, silence)
    never_made = _look_for(run, wanted, {**dict.fromkeys(earlier), **unheard}, None if unheard else since)
    _look_for(run, wanted, _create_all(run, sorted(never_made & earlier & wanted), silence))
    if silence.final:
        raise ProviderError("no create got a usable answer, so no more were tried", "see what the provider says")
    run.check_stop()


def _without_user(run: Run, changes: Sequence[Change]) -> list[str]:
    """Finish the users that exist already; return the names that need one."""
    state = run.journal.state
    open_names = [change.name for change in changes if run.ledger.end_of(change.name) is None]
    under_way = state.creates_under_way()
    recreated = {change.name for change in changes if change.cause == "drift"}
    begun = [name for name in open_names if name in under_way and name in state.bindings and name not in recreated]
    finish(run, begun, run.listing)
    done = {*begun, *_back_again(run, recreated.intersection(open_names))}
    return [name for name in open_names if name not in done]


def _create_all(run: Run, names: Sequence[str], silence: Silence) -> dict[str, str]:
    """Create users for `names`; return what was heard of each create that is still to be looked for, by name."""
    line = Line(run, names, silence, lambda unheard: _look_for(run, set(names), unheard))
    line.work()
    return line.unheard


def _look_for(run: Run, wanted: set[str], unheard: Mapping[str, str | None], since: float | None = None) -> set[str]:
    """Look for the users of the creates in `unheard`, and finish those that are found and `wanted`.

    `unheard` holds what was heard by name, None for a create of an earlier run. Returns the names of those that
    count as never made.
    """
    resolutions = recover(run, set(unheard), since)
    for name, resolution in resolutions.items():
        _note(run, name, unheard[name], resolution)
    finish(run, sorted(name for name in wanted if isinstance(resolutions.get(name), Found)))
    return {name for name, resolution in resolutions.items() if isinstance(resolution, Absent)}


def _note(run: Run, name: str, heard: str | None, resolution: Absent | Ambiguous | Found) -> None:
    match heard, resolution:
        case str(), Absent():
            message = f"{heard}; no such user appeared within {run.settle:g} s, so it counts as never made"
            run.ledger.unknown(name, None, message)
        case str(), Ambiguous(candidates):
            message = f"{heard}; nothing proves which of these users it made, if any: {', '.join(candidates)}"
            run.ledger.unknown(name, None, message)
        case None, Ambiguous(candidates):
            users = ", ".join(candidates)
            run.ledger.failed(
                name, None, f"nothing proves which of these users an earlier create made, if any: {users}"
            )


def _back_again(run: Run, names: Iterable[str]) -> set[str]:
    """Return those of `names`, which are to be made anew, whose users the account lists after all.

    A listing may lag, and a second user can never be taken back: so the missing ones are waited for.
    """
    bindings = run.journal.state.bindings
    missing = {name: bindings[name].smtp_user_name for name in names if name in bindings}
    if not missing:
        return set()
    wanted = set(missing.values())
    listing = list_until(run, "missing users to show up after all", lambda seen: wanted <= seen.names())
    back = {name for name, user in missing.items() if user in listing.names()}
    for name in back:
        run.ledger.failed(name, missing[name], "the account lists its user again, so no other one was made")
    return back

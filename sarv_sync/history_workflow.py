"""The use case of `history`."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError
from sarv_sync.model.users import entry_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.state import PastChange, PastRun, State


def past_runs(state: State, targets: Sequence[str], names: Sequence[str] = ()) -> tuple[PastRun, ...]:
    """Return the runs that the state remembers, the newest first; with `targets`, only what they did to those.

    A target is a name, a former one or a pattern of such, or the provider's name. `names` narrow the choice further.
    """
    runs = tuple(reversed(state.history))
    if not (targets or names):
        return runs
    return tuple(limited for run in runs if (limited := _limited(run, targets, names)).changes)


def past_run(
    state: State, prefix: str, targets: Sequence[str], names: Sequence[str] = ()
) -> tuple[PastRun, PastRun | None]:
    """Return the run whose id begins with `prefix`, limited as by `past_runs`, and the one before it.

    Raises `InputError` unless there is just one.
    """
    found = [index for index, run in enumerate(state.history) if run.id.startswith(prefix)]
    exact = [index for index in found if state.history[index].id == prefix] or found
    if len(exact) != 1:
        raise _not_one(state, prefix, len(exact))
    index = exact[0]
    return _limited(state.history[index], targets, names), state.history[index - 1] if index else None


def _limited(run: PastRun, *choices: Sequence[str]) -> PastRun:
    """Return what `run` did to whom each of `choices` means, where there are any."""
    given = [choice for choice in choices if choice]
    return replace(run, changes=tuple(one for one in run.changes if all(_is_one_of(one, each) for each in given)))


def _is_one_of(change: PastChange, targets: Sequence[str]) -> bool:
    names = (change.name, entry_name(change.name), change.was or change.name)
    return change.smtp_user_name in targets or any(fnmatchcase(name, one) for one in targets for name in names)


def _not_one(state: State, prefix: str, count: int) -> InputError:
    if count:
        few = [run.id for run in reversed(state.history) if run.id.startswith(prefix)][:5]
        return InputError(
            f"{count} runs have ids that begin with {prefix or 'nothing'}", f"say more: {', '.join(few)}"
        )
    ids = [run.id for run in state.history]
    near = get_close_matches(prefix, [one[: len(prefix)] for one in ids], n=1)
    hint = f"did you mean {near[0]}?" if near else "`sarv-sync history` shows the runs that are remembered"
    return InputError(f"no run that is remembered has an id that begins with {prefix}", hint)

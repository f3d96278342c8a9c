"""Past applies as text: what was done when, by whom, and how to take it back."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sarv_sync.model.visible import printable, short
from sarv_sync.reporting.history_parts import commit_words, moment, past_change_lines, short_ids
from sarv_sync.reporting.history_undoing import way_back
from sarv_sync.reporting.layout import cells, finish, hanging, pad, wrapped
from sarv_sync.reporting.text_parts import columns, heading, hint_lines, name_cell, user_cell
from sarv_sync.reporting.wording import DONE, ORDER, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.model.state import ChangeEnd, PastRun, State
    from sarv_sync.reporting.style import Role, Style

_UNMADE: tuple[tuple[ChangeEnd, str], ...] = (
    ("failed", "failed"),
    ("unknown", "unknown"),
    ("not_attempted", "not attempted"),
)
_LONGEST_DIGEST = 100


def history_text(runs: Sequence[PastRun], state: State, style: Style) -> str:
    """Return `runs`, the newest first, of those that `state` remembers, without a final newline."""
    if not state.history:
        return finish(wrapped("No apply is remembered: none has changed anything yet.", style.room))
    if not runs:
        return finish(wrapped("No apply that is remembered is about any of these names.", style.room))
    ids = short_ids(state.history)
    width = max(cells(ids[run.id]) for run in runs)
    lines: list[str] = []
    for run in runs:
        lines += _run_lines(run, pad(ids[run.id], width), state, style)
    remembered = counted(len(state.history), "run")
    last = f"{len(runs):,} of {remembered} remembered. `sarv-sync history RUN` shows all that one did."
    return finish([*lines, "", *wrapped(last, style.room)])


def _run_lines(run: PastRun, name: str, state: State, style: Style) -> list[str]:
    """Return one run: when and of which commit, then who ran it, then what it did."""
    role, did = _did(run, state)
    commit = commit_words(run.commit)
    first = f"{style.paint('strong', name)}  {moment(run.at)} UTC"
    lines = [f"{first}  {style.paint('faint', f'commit {commit}')}" if commit else first]
    said: tuple[tuple[Role, str], ...] = (("faint", f"{run.by}: {run.command}"), (role, did))
    for painted, text in said:
        lines += [f"  {style.paint(painted, line)}" for line in wrapped(printable(text), style.room - 2)]
    return lines


def _did(run: PastRun, state: State) -> tuple[Role, str]:
    """Return what a run did, in one line, and how much that is cause for concern."""
    counts = Counter(change.action for change in run.changes if change.end == "applied")
    ends = Counter(change.end for change in run.changes)
    done = [f"{counts[action]:,} {DONE[action]}" for action in ORDER if counts[action]]
    unmade = [f"{ends[end]:,} {said}" for end, said in _UNMADE if ends[end]]
    left_out = [f"{counted(run.left_out, 'change')}, not kept any more"] if run.left_out else []
    if not run.finished:
        planned = counted(len(run.changes) + run.left_out, "change")
        if _has_lock(run, state):
            return "notice", f"not ended: it has the lock; {planned} planned"
        return "trouble", f"cut off: it did not live to write down what it did; {planned} planned"
    said = ", ".join(done) or ("" if left_out else "nothing done")
    return ("trouble" if unmade else "keep"), "; ".join(part for part in (said, ", ".join(unmade), *left_out) if part)


def _has_lock(run: PastRun, state: State) -> bool:
    return state.lock is not None and state.lock.id == run.id


def run_text(run: PastRun, earlier: PastRun | None, state: State, style: Style) -> str:
    """Return one run with each of its changes, without a final newline; `earlier` is the one before it."""
    ids = short_ids(state.history)
    lines = [style.paint("strong", f"Run {ids[run.id]} of {moment(run.at)} UTC")]
    for label, text in _facts(run):
        lines += hanging(f"  {label:<8}  ", wrapped(printable(text), style.room - 12))
    # In one piece, as a digest is there to be compared: so it just fits 80 columns.
    lines.append(f"  digest {style.paint('faint', short(run.digest, _LONGEST_DIGEST))}")
    lines += _changes(run, style)
    role, did = _did(run, state)
    role = "strong" if role == "keep" else role
    lines += ["", *(style.paint(role, line) for line in wrapped(_sentence(did), style.room))]
    return finish([*lines, *hint_lines(style, _way_on(run, earlier, state), "  ")])


def _facts(run: PastRun) -> list[tuple[str, str]]:
    commit = run.commit if run.commit is not None else "not known"
    return [("id", run.id), ("by", run.by), ("command", run.command), ("commit", commit)]


def _changes(run: PastRun, style: Style) -> list[str]:
    if not run.changes:
        return []
    lines = heading(style, f"Changes: {len(run.changes):,}", "before → after")
    changes = sorted(run.changes, key=lambda change: (ORDER.index(change.action), change.name))
    names = [name_cell(change.name) for change in changes]
    users = [user_cell(change.smtp_user_name) for change in changes]
    width, user_width = columns(names, users)
    action = max(len(change.action) for change in changes)
    for change, name, user in zip(changes, names, users, strict=True):
        identity = [pad(change.action, action), pad(name, width), pad(user, user_width)]
        lines += past_change_lines(change, identity, (), style)
    return lines


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _way_on(run: PastRun, earlier: PastRun | None, state: State) -> str | None:
    """Return what leads on: how to take back what was done, or how to see what is left."""
    if not run.finished and _has_lock(run, state):
        return "`sarv-sync show` says since when; if it is dead, the next apply goes on from there"
    if not run.finished:
        return "`sarv-sync plan` shows what is left to do; apply goes on from there"
    return way_back(run, earlier)

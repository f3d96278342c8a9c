"""The state as text: what `show` and the `state` commands print."""

from __future__ import annotations

import shlex
from difflib import get_close_matches
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError
from sarv_sync.model.visible import printable
from sarv_sync.reporting.layout import cells, finish, hanging, pad, pad_left, wrapped
from sarv_sync.reporting.state_passwords import has_passwords, password_cell, password_details, password_sections
from sarv_sync.reporting.text_parts import account_words, few_names, heading, limited_words, name_cell, user_cell
from sarv_sync.reporting.wording import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sarv_sync.model.state import Binding, Birthmark, Intent, Lock, Moved, State
    from sarv_sync.reporting.style import Style

_HEADER = ("NAME", "SMTP_USER_NAME", "TOTAL_LIMIT", "HOURLY_LIMIT", "STATUS", "PASSWORD")
_GOING_ON = "`sarv-sync apply` goes on with it."
_NARROWEST = 24
_ECHO = {
    None: "not seen yet whether the account lists limits as they were given",
    True: "the account lists limits as they were given",
    False: "the account changes the limits it is given",
}


def state_text(state: State, style: Style, only: Sequence[str] = ()) -> str:
    """Return the state in words, without a final newline; `only` says that it is cut down to these names."""
    lines = wrapped(f"State of {account_words(state.account)}{limited_words(only)}", style.room)
    lines += [
        f"  lineage  {printable(state.lineage)}",
        f"  serial   {state.serial:,}",
        *hanging("  lock     ", _lock(state.lock, style.room - 11)),
        *(hanging("  moved    ", wrapped(_moved(state.moved), style.room - 11)) if state.moved else ()),
        f"  limits   {_ECHO[state.echoes_limits]}",
    ]
    lines += _section(style, "Users", _table(state.bindings, style), header=1)
    lines += _section(style, "Removed from the files", _table(state.removed, style), header=1)
    lines += password_sections(state, style)
    lines += _creates(state, style)
    given_up = [f"{name_cell(entry.name)}  {_birthmark(entry.birthmark)}" for entry in state.retired]
    lines += _section(style, "Creates given up", given_up)
    return finish(lines)


def _moved(moved: Moved) -> str:
    if moved.direction == "from":
        return printable(f"not wholly arrived from {moved.place}: it is not used here")
    return printable(f"to {moved.place}: it is not used here any more")


def bindings_text(state: State, style: Style, only: Sequence[str] = ()) -> str:
    """Return one line for each user the state manages, under a header, and the creates under way.

    `only` says that the state is cut down to these names.
    """
    nobody = wrapped(f"The state manages no user {'of ' + few_names(only) if only else 'yet'}.", style.room)
    lines = _table(state.bindings, style) if state.bindings else nobody
    return finish([*lines, *_creates(state, style)])


def binding_text(state: State, name: str, style: Style) -> str:
    """Return everything the state knows of `name`; raise `InputError` if that is nothing."""
    lines = []
    if (binding := state.bindings.get(name)) is not None:
        lines += _details(binding, "managed") + password_details(state, name, binding.password, style)
    elif (binding := state.removed.get(name)) is not None:
        lines += _details(binding, "removed from the files, kept in case the name returns")
        lines += password_details(state, name, binding.password, style)
    if (intent := state.creates_under_way().get(name)) is not None:
        lines += _create(intent, state, style)
    lines += [f"  create given up   {_birthmark(entry.birthmark)}" for entry in state.retired if entry.name == name]
    if not lines:
        raise _unknown(state, name)
    return finish([style.paint("strong", name_cell(name)), *lines])


def _unknown(state: State, name: str) -> InputError:
    known = [*state.bindings, *state.removed, *state.creates_under_way()]
    near = get_close_matches(name, known, n=1)
    hint = f"the nearest name is {near[0]}" if near else "`sarv-sync state list` shows the names it knows"
    return InputError(f"the state does not know the name {name}", hint)


def _details(binding: Binding, standing: str) -> list[str]:
    applied = binding.applied
    return [
        f"  smtp_user_name    {user_cell(binding.smtp_user_name)}",
        f"  total_limit       {words(applied.total_limit)}",
        f"  hourly_limit      {words(applied.hourly_limit)}",
        f"  status            {applied.status}",
        f"  standing          {standing}",
    ]


def _table(bindings: Mapping[str, Binding], style: Style) -> list[str]:
    header = _HEADER if has_passwords(bindings) else (*_HEADER[:-1], "")
    rows = [header, *(_row(name, bindings[name]) for name in sorted(bindings))]
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    titles, *rest = [_line(row, widths) for row in rows]
    return [style.paint("faint", titles), *rest]


def _row(name: str, binding: Binding) -> tuple[str, ...]:
    applied = binding.applied
    limits = (words(applied.total_limit), words(applied.hourly_limit))
    user = user_cell(binding.smtp_user_name)
    return (name_cell(name), user, *limits, applied.status, password_cell(binding.password))


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    aligned = [
        (pad_left if title.endswith("_LIMIT") else pad)(text, width)
        for title, text, width in zip(_HEADER, row, widths, strict=True)
    ]
    return "  ".join(aligned).rstrip()


def _section(style: Style, title: str, lines: Sequence[str], header: int = 0) -> Iterable[str]:
    """Return a section of as many entries as `lines` has, its `header` lines not counted; nothing for none."""
    count = len(lines) - header
    return [*heading(style, f"{title}: {count:,}"), *(f"  {line}" for line in lines)] if count else []


def _creates(state: State, style: Style) -> Iterable[str]:
    """Return the section of the creates under way, and once for all of them what settles them; nothing for none."""
    intents = sorted(state.intents.values(), key=lambda intent: (intent.name, intent.id))
    lines = []
    for intent in intents:
        first = f"{name_cell(intent.name)}  "
        lines += hanging(first, wrapped(_standing(intent, state), max(style.room - 2 - cells(first), _NARROWEST)))
    if lines:
        lines += wrapped(f"{_GOING_ON} {_ambiguous('NAME')}", style.room - 2)
    return (
        [*heading(style, f"Creates under way: {len(intents):,}"), *(f"  {line}" for line in lines)] if lines else []
    )


def _create(intent: Intent, state: State, style: Style) -> list[str]:
    """Return how far one create is, and what settles it."""
    first = "  create under way  "
    room = style.room - len(first)
    ways = [_GOING_ON] if intent.name in state.bindings else [_GOING_ON, _ambiguous(shlex.quote(intent.name))]
    return hanging(first, [line for part in (_standing(intent, state), *ways) for line in wrapped(part, room)])


def _standing(intent: Intent, state: State) -> str:
    binding = state.bindings.get(intent.name)
    if binding is None:
        return f"{_birthmark(intent.birthmark)}, and is not known yet"
    user = user_cell(binding.smtp_user_name)
    return f"{user} was made with {_limits(intent.birthmark)}, and may not have its own limits yet"


def _ambiguous(name: str) -> str:
    return f"What plan calls ambiguous, `sarv-sync state resolve {printable(name)}` settles."


def _birthmark(birthmark: Birthmark) -> str:
    return f"its user shows {_limits(birthmark)}"


def _limits(birthmark: Birthmark) -> str:
    return f"total_limit {words(birthmark.total_limit)}, hourly_limit {words(birthmark.hourly_limit)}"


def _lock(lock: Lock | None, room: int) -> list[str]:
    if lock is None:
        return ["free"]
    who = f"held by {printable(lock.holder)} for {printable(lock.command)}"
    when = f"since {printable(lock.since)}, until {printable(lock.expires)}"
    release = f"`sarv-sync state unlock {printable(shlex.quote(lock.id))}` releases it"
    return [line for part in (who, when, release) for line in wrapped(part, room)]

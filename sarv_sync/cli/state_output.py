"""Showing the state."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError
from sarv_sync.model.users import is_second_name
from sarv_sync.places import open_configured_store
from sarv_sync.state.document import decode, to_document
from sarv_sync.state_workflow import stored_document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sarv_sync.cli.shell import Shell
    from sarv_sync.model.selection import Selection
    from sarv_sync.model.state import State


def read_whole_state(shell: Shell) -> State:
    """Return the state of the configuration; raise `Refused` if there is none yet."""
    store = open_configured_store(shell.inputs())
    return decode(stored_document(store), store.describe())


def show_state(shell: Shell, format_: str, wanted: Selection) -> None:
    """Print the state; as text, also a part of it."""
    if format_ == "markdown":
        raise InputError("the state has no Markdown form", "use --format text or --format json")
    if wanted and format_ == "json":
        hint = "leave out --target and --label, or use `sarv-sync state list --format json`"
        raise InputError("a part of the state document would pass for the whole", hint)
    state, only = _part(shell, read_whole_state(shell), wanted)
    if format_ == "json":
        shell.result_json(to_document(state))
    else:
        from sarv_sync.reporting.state_text import state_text

        shell.result(state_text(state, shell.style(), only))


def _part(shell: Shell, state: State, wanted: Selection) -> tuple[State, tuple[str, ...]]:
    """Return what `wanted` means of `state`, with the names; all of it, and none, where nothing is wanted."""
    if not wanted:
        return state, ()
    from sarv_sync.cli.parts import names_meant
    from sarv_sync.model.part import names_of_state, part_of_state

    names = names_meant(shell, wanted, names_of_state(state), "user of the state")
    return part_of_state(state, names), tuple(sorted(names))


def show_names(shell: Shell, format_: str, wanted: Selection) -> None:
    """Print the names and what they own or are to own."""
    state, only = _part(shell, read_whole_state(shell), wanted)
    if format_ == "json":
        document = to_document(state)
        shell.result_json({key: document[key] for key in ("bindings", "removed", "intents")})
    else:
        from sarv_sync.reporting.state_text import bindings_text

        shell.result(bindings_text(state, shell.style(), only))


def show_binding(shell: Shell, name: str, format_: str) -> None:
    """Print what the state holds about one name; raise `InputError` if it holds nothing."""
    from sarv_sync.reporting.state_text import binding_text

    state = read_whole_state(shell)
    text = binding_text(state, name, shell.style())
    if format_ == "text":
        shell.result(text)
        return
    document = to_document(state)
    part = "bindings" if name in document["bindings"] else "removed"
    intents = {key: entry for key, entry in document["intents"].items() if entry["name"] == name}
    shell.result_json(
        {"name": name, **document[part].get(name, {}), "retired": part == "removed", "intents": intents}
    )


def show_forgotten(shell: Shell, name: str, users: Mapping[str, str]) -> None:
    """Print that `name` is forgotten, and how to keep the `users` that it and its second user had."""
    from sarv_sync.model.visible import printable

    said = " and ".join(users.values())
    stays = f"its users {said} stay in the account" if len(users) > 1 else f"its user {said} stays in the account"
    shell.result(printable(f"{name} is forgotten; {stays if users else 'it had no user yet'}."))
    if users:
        pins = " and ".join(f"`{_PINS[is_second_name(each)]}: {user}`" for each, user in users.items())
        shell.notice(f"if {name} stays in the files, pin {pins}, or apply makes another user")


_PINS = {False: "smtp_user_name", True: "alternate_smtp_user_name"}
"""What says in the files which user is an entry's, for its first user and for its second."""


def write_document(shell: Shell, data: bytes) -> None:
    """Write `data` to standard output as it is, but to a terminal only what is fit to be shown."""
    out = sys.stdout
    if out.isatty() or not isinstance(out, io.TextIOWrapper):
        from sarv_sync.model.visible import printable

        lines = data.decode("utf-8", "replace").splitlines()
        shell.result("\n".join(map(printable, lines)))
        return
    # Every byte is a character of this encoding, and no line end is changed.
    out.reconfigure(encoding="latin-1", newline="")
    shell.result(data.decode("latin-1"))

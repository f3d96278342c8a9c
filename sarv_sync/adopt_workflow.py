"""The use case of `adopt`: a pin goes into the entry that is to have an existing user."""

from __future__ import annotations

import re
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from sarv_sync.config.editing import Assignment, edited, write
from sarv_sync.config.load import load
from sarv_sync.config.value_places import place_in
from sarv_sync.errors import Fault, InputError, Refused
from sarv_sync.model.adoption import Adoption
from sarv_sync.planning.blocking import pin_taken
from sarv_sync.planning.health import check_listing
from sarv_sync.planning.planner import make_plan
from sarv_sync.state.journal import read_state
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sarv_sync.config.editing import FileEdit
    from sarv_sync.model.adoption import Standing
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.plan import Change, Plan
    from sarv_sync.model.state import State
    from sarv_sync.model.users import DesiredUser, Listing, Source
    from sarv_sync.workflow import Project

KEY = "smtp_user_name"
_PIN = re.compile(r"[!-~]{1,255}")
_NOTHING = "nothing was written"


@dataclass(frozen=True, slots=True)
class Prepared:
    """An adoption, and the files that say so, none of which is written yet."""

    adoption: Adoption
    edits: tuple[FileEdit, ...] = ()


def prepare(project: Project, cwd: Path, name: str, smtp_user_name: str) -> Prepared:
    """Return how the entry `name` comes to adopt the user `smtp_user_name`. Writes nothing anywhere.

    The files are those of `project`, as seen from `cwd`. Raises `InputError` for an entry that does not exist and for
    a name that no user can have, `Refused` where something speaks against it: a pin, a binding or an owner that is
    there already, or a user that the account does not list.
    """
    configuration = project.configuration
    entry = _entry(configuration, name)
    if not _PIN.fullmatch(smtp_user_name):
        raise InputError(f"{smtp_user_name!r} is no name of a user", "give the provider's name, such as smtp12345")
    _check_pins(configuration, entry, smtp_user_name)
    state = read_state(project.store, project.account)
    bound = state.bindings.get(name) or state.removed.get(name)
    if bound is not None and bound.smtp_user_name != smtp_user_name:
        raise _refused(
            f"{name} is bound to {bound.smtp_user_name} already",
            f"keep it, or run `sarv-sync state rm {name}` to let go of it first",
            entry.source,
        )
    if bound is not None:
        standing: Standing = "bound" if entry.smtp_user_name is None else "pinned"
        return Prepared(Adoption(name, smtp_user_name, standing, entry.source, None))
    _check_user(state, listing := project.provider.list_users(), name, smtp_user_name)
    assignment = Assignment("users", name, KEY, smtp_user_name)
    edits = edited(configuration.file, cwd, [assignment])
    place = _place(edits, name) or entry.source
    after = load(configuration.file, cwd, {edit.path: edit.after for edit in edits})
    pinned = replace(configuration, users=after.users)
    change = _change(make_plan(pinned, project.account, state, listing), entry)
    return Prepared(Adoption(name, smtp_user_name, "new" if edits else "pinned", place, change), edits)


def carry_out(prepared: Prepared) -> None:
    """Write the pin. Raises as `config.editing.write` does: then the file is as it was."""
    write(prepared.edits)


def _entry(configuration: Configuration, name: str) -> DesiredUser:
    if name in configuration.users:
        return configuration.users[name]
    near = get_close_matches(name, configuration.users, n=1)
    hint = f"did you mean {near[0]}?" if near else "`sarv-sync export --update` adds entries for users without one"
    raise InputError(f"there is no entry called {name} in {configuration.file} or a file that it includes", hint)


def _check_pins(configuration: Configuration, entry: DesiredUser, pin: str) -> None:
    """Raise `Refused` where the files say already whose the user is, or which user the entry has."""
    if entry.smtp_user_name not in {None, pin}:
        raise _refused(
            f"{entry.name} pins {entry.smtp_user_name} already",
            f"keep it, or edit its `{KEY}` by hand",
            entry.source,
        )
    for other in configuration.users.values():
        if pin == other.password.alternate_pin or (pin == other.smtp_user_name and other is not entry):
            raise _refused(
                f"{pin} is pinned by {other.name} already",
                f"pin each user of the account once: take it out of {other.name}, or leave it there",
                other.source,
            )


def _check_user(state: State, listing: Listing, name: str, smtp_user_name: str) -> None:
    if (bad := check_listing(state, listing)) is not None:
        raise _refused(bad.message, bad.hint)
    owner = state.owned().get(smtp_user_name)
    if owner is not None:
        hint = pin_taken(name, smtp_user_name, owner).hint
        raise _refused(f"{smtp_user_name} belongs to {owner} already", hint)
    if smtp_user_name not in listing.names():
        near = get_close_matches(smtp_user_name, listing.users.keys() - state.owned().keys(), n=1)
        raise _refused(
            f"the account does not list {smtp_user_name}",
            f"did you mean {near[0]}?" if near else "check the name, and that this is the right account",
        )


def _place(edits: Iterable[FileEdit], name: str) -> Source | None:
    places = (place_in(edit.after, edit.name, name, KEY) for edit in edits)
    return next((place for place in places if place is not None), None)


def _change(plan: Plan, entry: DesiredUser) -> Change | None:
    """Return what `plan` does about the pin of `entry`. Raises `Refused` where it is held back."""
    for blocked in plan.blocked:
        if blocked.name == entry.name:
            raise _refused(blocked.message, blocked.hint, entry.source)
    return next((change for change in plan.changes if (change.name, change.action) == (entry.name, "adopt")), None)


def _refused(message: str, hint: str, at: Source | None = None) -> Refused:
    hint = f"{_NOTHING}; {hint}"
    place = (at.file, at.line, at.column) if at is not None else (None, None, None)
    return Refused(message, hint, faults=(Fault(message, hint, *place),))

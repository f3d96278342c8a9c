"""What drifted in the account, as values for the files: the way back of an apply.

::

    what drifted                                       the files
    ------------------------------------------------   -----------------------------------------------------
    a limit or the status of an entry's user           say what the account has
    the same of an entry with two users                say what the one that serves has, else the other
    the status of the one that does not serve          cannot say it: left out
    a limit that no file can say, such as 0            cannot say it: left out
    a retired user, enabled again                      get an entry for it, with all that it has; see `readmitting`
    the user of an entry that is gone from the files   say that it goes: left out
    a user is not listed, or its row cannot be read    have nothing to say: left out
    a user whose rename or pin is held back            may mean another user by the name: left out
    one that must not go from the files, and has       say nothing of it: left out
    a password                                         say nothing of passwords: a remark

A value that both files and account changed is the account's. One that only the files changed is no drift, and stays.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from sarv_sync.errors import Fault
from sarv_sync.model.evidence import NOTHING_KNOWN
from sarv_sync.model.plan import NOT_COMPARED
from sarv_sync.model.users import FIELDS, LIMIT_MAX, entry_name
from sarv_sync.planning.readmitting import readmitted
from sarv_sync.planning.turns import pair_of
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.export import ExportedUser
    from sarv_sync.model.plan import BlockedReason, Drift, FieldChange, Plan
    from sarv_sync.model.state import State
    from sarv_sync.model.users import DesiredUser, Field, Listing, Value
    from sarv_sync.planning.turns import Pair

_FEW = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """That the entry `name` is to say `after`, as `smtp_user_name` has it, where the files say `before`."""

    name: str
    smtp_user_name: str
    field: Field
    before: Value
    after: Value


@dataclass(slots=True)
class Findings:
    """What the files are to say, the entries they are to get back, what they cannot say, and what else there is."""

    values: list[Wanted] = field(default_factory=list)
    returned: list[ExportedUser] = field(default_factory=list)
    left: list[Fault] = field(default_factory=list)
    remarks: list[Fault] = field(default_factory=list)


def find_acceptable(
    configuration: Configuration, state: State, listing: Listing, plan: Plan, chosen: Collection[str] | None
) -> Findings:
    """Return what follows for the files from the drift of `plan`, of the `chosen` entries (None: of all)."""
    finding = _Finding(configuration, state, listing)
    drift: dict[str, list[Drift]] = {}
    held_back = {one.name for one in plan.blocked if one.reason in _OF_THE_FILES}
    for one in plan.drift:
        if one.name in held_back and one.kind == "changed":
            continue
        if chosen is None or entry_name(one.name) in chosen:
            drift.setdefault(entry_name(one.name), []).append(one)
    for name, entries in drift.items():
        finding.look_at(name, entries)
    finding.tell_blocked(plan, chosen)
    finding.tell_passwords(
        [name for name, entries in drift.items() if any(one.kind in _PASSWORDS for one in entries)]
    )
    return finding.found


_OF_THE_FILES: frozenset[BlockedReason] = frozenset({"pin", "conflict", "removal_forbidden"})
"""Reasons for which the entry of a name need not be that of its user."""

_PASSWORDS = frozenset(("password_changed", "undelivered"))


class _Finding:
    def __init__(self, configuration: Configuration, state: State, listing: Listing) -> None:
        self._configuration = configuration
        self._state = state
        self._listing = listing
        self.found = Findings()

    def look_at(self, name: str, drift: Sequence[Drift]) -> None:
        """Take in what drifted of the users of `name`."""
        changed = [one for one in drift if one.kind == "changed"]
        user = self._configuration.users.get(name)
        if user is not None:
            self._take_in(user, changed)
            return
        for one in changed:
            self._take_back(one)

    def _take_in(self, user: DesiredUser, changed: Sequence[Drift]) -> None:
        pair = pair_of(user, self._state, self._state.creates_under_way(), NOTHING_KNOWN)
        serves = user.name if pair is None else pair.serves
        for key in FIELDS:
            moved = [(one, change) for one in changed for change in one.fields if change.field == key]
            moved.sort(key=lambda each: each[0].name != serves)
            for index, (one, change) in enumerate(moved):
                fault = _objection(user, one, change, serves, moved[0][1] if index else change)
                if fault is not None:
                    self.found.left.append(fault)
                elif not index:
                    value = Wanted(user.name, one.smtp_user_name, key, user.settings.get(key), change.after)
                    self.found.values.append(value)
                    self._tell_of_others(value, pair)

    def _tell_of_others(self, value: Wanted, pair: Pair | None) -> None:
        """Point out that an entry has two users, and one of them another limit."""
        for binding in pair.bindings.values() if pair is not None and value.field != "status" else ():
            seen = self._listing.users.get(binding.smtp_user_name)
            if seen is not None and seen.settings.get(value.field) != value.after:
                message = (
                    f"{value.name} has two users: {seen.smtp_user_name} gets the {value.field} {value.after}, too"
                )
                self.found.remarks.append(Fault(message, "`sarv-sync apply` does that"))

    def _take_back(self, drift: Drift) -> None:
        answer = readmitted(drift, self._configuration, self._state, self._listing)
        if isinstance(answer, Fault):
            self.found.left.append(answer)
        else:
            self.found.returned.append(answer)

    def tell_blocked(self, plan: Plan, chosen: Collection[str] | None) -> None:
        """Leave out whom the account does not show, and who drifted while the files contradict themselves about it.

        What was never applied cannot have drifted, so it is not told.
        """
        missing = {one.name: one for one in plan.drift if one.kind == "missing"}
        drifted = {one.name for one in plan.drift if one.kind not in _PASSWORDS}
        blocked = {
            one.name: one
            for one in plan.blocked
            if one.reason in NOT_COMPARED or (one.reason in _OF_THE_FILES and one.name in drifted)
        }
        for name in sorted(missing.keys() | blocked.keys()):
            if chosen is not None and entry_name(name) not in chosen:
                continue
            told = blocked.get(name)
            if told is None:
                message = f"{name} has nothing to accept: the account does not list {missing[name].smtp_user_name}"
                self._leave(name, message, "`sarv-sync apply` makes a new one, as `recreate: true` says")
            elif told.reason != "missing" or name in missing or chosen is not None:
                self._leave(name, told.message, told.hint)

    def _leave(self, name: str, message: str, hint: str) -> None:
        user = self._configuration.users.get(entry_name(name))
        self.found.left.append(Fault(message, hint) if user is None else Fault(message, hint, *user.source))

    def tell_passwords(self, names: Sequence[str]) -> None:
        """Point out what drifted and is in no file."""
        if names:
            few = ", ".join(names[:_FEW]) + (f" and {len(names) - _FEW:,} more" if len(names) > _FEW else "")
            message = f"passwords are not in the files, so those that drifted are left as they are: {few}"
            self.found.remarks.append(Fault(message, "`sarv-sync apply` delivers them as the account has them now"))


def _objection(user: DesiredUser, drift: Drift, change: FieldChange, serves: str, first: FieldChange) -> Fault | None:
    """Return why the files cannot say what `drift` shows; `first` is what they are to say in place of it."""
    key, value, place = change.field, change.after, user.field_sources[FIELDS.index(change.field)]
    who = f"{drift.smtp_user_name}, the user of {user.name},"
    if key == "status" and drift.name != serves:
        message = f"{who} has the status {value}, but it is the other user of {user.name} that serves"
        return Fault(
            message, "`sarv-sync apply` puts it back; the entry says only whether the entry is in use", *place
        )
    if isinstance(value, int) and not 1 <= value <= LIMIT_MAX:
        message = f"{who} has a {key} of {value}, which no file can say"
        hint = f"give it one from 1 to {LIMIT_MAX} in the console, or write `ignore_changes: [{key}]` into its entry"
        return Fault(message, hint, *place)
    if value != first.after:
        message = f"{who} has a {key} of {value}, and its other user, which serves, one of {first.after}"
        return Fault(message, "`sarv-sync apply` gives both the one that the entry says then", *place)
    return None

"""The use case of `accept`: what somebody changed in the account goes into the files."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync import workflow
from sarv_sync.config.adding import added
from sarv_sync.config.differences import difference
from sarv_sync.config.editing import Assignment, edited
from sarv_sync.config.load import load
from sarv_sync.config.profile_places import profile_places
from sarv_sync.config.refused import faults_of
from sarv_sync.config.replacing_files import write
from sarv_sync.config.sifting import sift
from sarv_sync.errors import EXIT_DONE, EXIT_REFUSED, Fault, Refused
from sarv_sync.model.acceptance import AcceptedField
from sarv_sync.model.selection import Selection, limited_to
from sarv_sync.model.users import FIELDS
from sarv_sync.planning.accepting import find_acceptable
from sarv_sync.planning.accepting_profiles import Takers, values_of_profiles
from sarv_sync.planning.budgets import check_sums
from sarv_sync.planning.relocating import relocated
from sarv_sync.planning.targets import check_targets
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from sarv_sync.config.editing import FileEdit
    from sarv_sync.config.sifting import Reason
    from sarv_sync.model.acceptance import FileDifference
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.export import ExportedUser
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.state import State
    from sarv_sync.model.users import Field
    from sarv_sync.planning.accepting import Findings, Wanted
    from sarv_sync.workflow import Project

_NOTHING_WRITTEN = "nothing was written; "


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What is to be written, none of which is written yet; and what is not.

    `left` is what cannot be accepted, and why; `left_then` the same, with the places of the files as they are to be;
    `remarks` is what else there is to know; `valid` says whether `validate` accepts the files as they are to be.
    """

    edits: tuple[FileEdit, ...] = ()
    accepted: tuple[AcceptedField, ...] = ()
    left: tuple[Fault, ...] = ()
    left_then: tuple[Fault, ...] = ()
    remarks: tuple[Fault, ...] = ()
    valid: bool = True


def look(  # noqa: PLR0913 - which files, whose values, and where they go
    project: Project,
    path: str,
    cwd: Path,
    names: Sequence[str] = (),
    *,
    labels: Sequence[tuple[str, str]] = (),
    into_profiles: bool = False,
) -> Acceptance:
    """Return how the files at `path`, as seen from `cwd`, come to say what the account has. Writes nothing anywhere.

    Only what drifted is accepted: of the users that `names` (names or patterns; none: everybody) and `labels` choose.
    With `into_profiles`, a value that comes from a user's profile is written there, if all its users show it.
    Raises `InputError` for a name that nobody bears, and for files with errors; `Refused` for a listing that cannot
    be relied on.
    """
    state, seen = workflow.look(project)
    _check(seen.plan)
    chosen = _chosen(project.configuration, state, names, labels)
    findings = find_acceptable(project.configuration, state, seen.listing, seen.plan, chosen)
    profiles: Mapping[tuple[str, Field], str] = {}
    if into_profiles and findings.values:
        places = profile_places(project.configuration, cwd)
        takers = Takers(project.configuration, state, seen.listing, places)
        profiles, remarks = values_of_profiles(findings.values, takers)
        findings.remarks.extend(remarks)
    return _Writing(project, path, cwd, findings, profiles).acceptance()


def differences(acceptance: Acceptance) -> tuple[FileDifference, ...]:
    """Return what changes in each file, sorted by its name."""
    return tuple(sorted(map(difference, acceptance.edits), key=lambda one: one.file))


def carry_out(acceptance: Acceptance) -> Acceptance:
    """Write the files. Raises as `config.replacing_files.write` does: then all are as they were."""
    write(acceptance.edits)
    return replace(acceptance, left=acceptance.left_then)


def exit_code(acceptance: Acceptance) -> int:
    """Return the contract's exit code."""
    return EXIT_REFUSED if acceptance.left else EXIT_DONE


def _check(plan: Plan) -> None:
    """Raise `Refused` where the account's side, or the last applied one, is not known well enough."""
    reasons = [one for one in plan.refusals if one.reason in {"listing", "state"}]
    faults = tuple(Fault(one.message, one.hint) for one in reasons)
    if faults:
        raise Refused("nothing was accepted", faults=faults, reason=reasons[0].reason)


def _chosen(
    configuration: Configuration, state: State, names: Sequence[str], labels: Sequence[tuple[str, str]]
) -> frozenset[str] | None:
    """Return the entries that are meant, None for all, and for names that have no entry any more."""
    if not (names or labels):
        return None
    return check_targets(limited_to(configuration, Selection(tuple(names), tuple(labels))), configuration, state)


class _Writing:
    """Findings on their way into the files at `path`."""

    def __init__(
        self, project: Project, path: str, cwd: Path, findings: Findings, profiles: Mapping[tuple[str, Field], str]
    ) -> None:
        self._configuration = project.configuration
        self._path = path
        self._cwd = cwd
        self._findings = findings
        self._profiles = profiles

    def acceptance(self) -> Acceptance:
        """Return what can be written. What the files refuse to hold is left, and the rest is done."""
        left = list(self._findings.left)
        values: dict[Assignment, list[Wanted]] = {}
        for value in self._findings.values:
            values.setdefault(self._assignment(value), []).append(value)
        assignments, edits, refused = self._edits(list(values))
        left += [fault for one, faults in refused for fault in _told(one.name, faults)]
        users, unwanted = sift(self._findings.returned, lambda some: added(self._path, self._cwd, some, edits))
        left += [fault for user, faults in unwanted for fault in _told(user.name, faults)]
        if users:
            with_users = added(self._path, self._cwd, users, edits)
            edits = (with_users, *(edit for edit in edits if edit.path != with_users.path))
        wanted = [value for one in assignments for value in values[one]]
        remarks, told = self._findings.remarks, tuple(dict.fromkeys(left))
        if not edits:
            valid = not check_sums(self._configuration)
            return Acceptance(left=told, left_then=told, remarks=tuple(remarks), valid=valid)
        after = load(self._path, self._cwd, {edit.path: edit.after for edit in edits})
        then = relocated(told, self._configuration, after, {(one.name, one.field) for one in wanted})
        remarks += _promises_broken(self._configuration, after)
        accepted, valid = self._accepted(wanted, users, after), not check_sums(after)
        return Acceptance(edits, accepted, told, then, tuple(remarks), valid)

    def _edits(
        self, wanted: Sequence[Assignment]
    ) -> tuple[Sequence[Assignment], tuple[FileEdit, ...], list[Reason[Assignment]]]:
        """Return what the files take, how they change with it, and what they do not take."""
        with suppress(Refused):
            return wanted, edited(self._path, self._cwd, wanted) if wanted else (), []
        groups: dict[tuple[str, str], list[Assignment]] = {}
        for one in wanted:  # each section of each file may be a case of its own
            file = self._configuration.users[one.name].source.file if one.section == "users" else ""
            groups.setdefault((one.section, file), []).append(one)
        parts = [sift(group, lambda some: edited(self._path, self._cwd, some)) for group in groups.values()]
        taken = [one for some, _ in parts for one in some]
        return taken, edited(self._path, self._cwd, taken), [one for _, others in parts for one in others]

    def _assignment(self, value: Wanted) -> Assignment:
        profile = self._profiles.get((value.name, value.field))
        if profile is None:
            return Assignment("users", value.name, value.field, value.after)
        return Assignment("profiles", profile, value.field, value.after)

    def _accepted(
        self, values: Sequence[Wanted], users: Sequence[ExportedUser], after: Configuration
    ) -> tuple[AcceptedField, ...]:
        """Return what is accepted, sorted by name, with the places that the values stand at `after` it."""
        found = [self._accepted_value(value, after) for value in values]
        found += [_accepted_entry(user, field, after) for user in users for field in FIELDS]
        return tuple(sorted(found, key=lambda one: (one.name, FIELDS.index(one.field))))

    def _accepted_value(self, value: Wanted, after: Configuration) -> AcceptedField:
        place = after.users[value.name].field_sources[FIELDS.index(value.field)]
        profile = self._profiles.get((value.name, value.field))
        return AcceptedField(
            value.name,
            value.smtp_user_name,
            value.field,
            value.before,
            value.after,
            place.file,
            place.line,
            "user" if profile is None else "profile",
            profile,
        )


def _accepted_entry(user: ExportedUser, field: Field, after: Configuration) -> AcceptedField:
    entry = after.users[user.name]
    value = entry.settings.get(field)
    return AcceptedField(
        user.name, user.smtp_user_name, field, None, value, entry.source.file, entry.source.line, "added"
    )


def _promises_broken(before: Configuration, after: Configuration) -> Iterator[Fault]:
    """Yield which budgets and other sums the files keep no longer: a plan would be refused."""
    known = {one.message for one in check_sums(before)}
    for fault in faults_of([one for one in check_sums(after) if one.message not in known], after):
        yield replace(fault, message=f"with what was accepted, {fault.message}", excerpt=None)


def _told(name: str, faults: Sequence[Fault]) -> list[Fault]:
    """Return why what concerns `name` is left out. The rest is written all the same."""
    return [
        replace(
            fault,
            message=fault.message if name in fault.message else f"{name}: {fault.message}",
            hint=fault.hint and fault.hint.removeprefix(_NOTHING_WRITTEN),
        )
        for fault in faults
    ]

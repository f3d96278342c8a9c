"""Setting the values of users that exist."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sarv_sync.applying.batches import in_batches
from sarv_sync.applying.interface import Left
from sarv_sync.errors import AnswerUnusable, ProviderError
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.applying.draft import Draft
    from sarv_sync.applying.run import Run
    from sarv_sync.model.plan import Change, FieldChange
    from sarv_sync.model.users import DesiredUser, Field, Settings


@dataclass(frozen=True, slots=True)
class Edit:
    """One call: the user, what changes, and the values it then has."""

    name: str
    smtp_user_name: str
    fields: tuple[FieldChange, ...]
    result: Settings


@dataclass(frozen=True, slots=True)
class Done:
    """The provider said that the values are set."""


EditAnswer = Done | ProviderError


def edit_existing(run: Run, changes: Sequence[Change]) -> None:
    """Carry out the edits of `changes`, writing what was applied once for each batch."""
    edits = [edit for change in changes if (edit := _edit_of(run, change)) is not None]

    def note_edited(draft: Draft, edit: Edit, answer: EditAnswer | Left) -> None:
        note(run, edit, answer)
        if isinstance(answer, Done):
            _record(draft, edit, run)

    in_batches(run, edits, lambda edit: call_edit(run, edit), note_edited)


def call_edits(run: Run, edits: Sequence[Edit]) -> list[tuple[Edit, EditAnswer | Left]]:
    """Make the calls of `edits`; `Left` stands for those without an answer when the run had to end."""
    return run.call_all(lambda edit: call_edit(run, edit), edits)


def call_edit(run: Run, edit: Edit) -> EditAnswer:
    """Make the call of `edit`, unless it changes nothing."""
    try:
        run.ledger.begun(edit.name, edit.smtp_user_name, "unknown", "the call was under way when the run ended")
        if edit.fields:
            run.world.provider.edit_user(edit.smtp_user_name, {field.field: field.after for field in edit.fields})
    except ProviderError as error:
        run.heed(error)
        return error
    return Done()


def note(run: Run, edit: Edit, answer: EditAnswer | Left) -> None:
    """Enter the answer in the ledger. An unusable one may still have taken effect: the proof decides."""
    match answer:
        case Done():
            run.ledger.applied(edit.name, edit.smtp_user_name)
        case AnswerUnusable():
            run.ledger.unknown(edit.name, edit.smtp_user_name, answer.message)
        case ProviderError():
            run.ledger.failed(edit.name, edit.smtp_user_name, answer.message)
        case Left():  # pragma: no branch - nothing else is left
            pass


def applied_values(desired: DesiredUser, before: Settings) -> Settings:
    """Return what counts as applied once `desired` is: an ignored field stays what it was."""
    kept: dict[Field, Any] = {field: before.get(field) for field in desired.ignore_changes}
    return replace(desired.settings, **kept) if kept else desired.settings


def _edit_of(run: Run, change: Change) -> Edit | None:
    binding = run.journal.state.bindings.get(change.name) or run.journal.state.removed.get(change.name)
    if binding is None:
        return None
    desired = run.configuration.users.get(change.name)
    if desired is None:
        result = replace(binding.applied, status="Disable")
    else:
        result = applied_values(desired, binding.applied)
    return Edit(change.name, binding.smtp_user_name, change.fields, result)


def _record(draft: Draft, edit: Edit, run: Run) -> None:
    if edit.name in run.configuration.users:
        draft.set_applied(edit.name, edit.result)
    else:
        draft.retire_user(edit.name)

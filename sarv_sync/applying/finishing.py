"""The last step of a create: the new user gets the values it is to have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.applying.editing import Done, Edit, call_edits, note
from sarv_sync.applying.interface import Left
from sarv_sync.planning.difference import changes_to, from_nothing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.applying.draft import Draft
    from sarv_sync.applying.editing import EditAnswer
    from sarv_sync.applying.run import Run
    from sarv_sync.model.state import Binding
    from sarv_sync.model.users import Listing


def finish(run: Run, names: Sequence[str], listing: Listing | None = None) -> None:
    """Give users that are bound, and whose creates are still open, the values they are to have; see `edit_of`."""
    bindings = run.journal.state.bindings
    edits = [edit_of(run, name, bindings[name], listing) for name in names]
    draft = run.draft()
    note_finished(run, draft, call_edits(run, edits))
    run.write(draft)


def note_finished(run: Run, draft: Draft, ended: Sequence[tuple[Edit, EditAnswer | Left]]) -> list[Edit]:
    """Note the last edits of creates in `draft` and ledger; return those that had not begun."""
    done: set[str] = set()
    left: list[Edit] = []
    for edit, answer in ended:
        note(run, edit, answer)
        if isinstance(answer, Done):
            draft.set_applied(edit.name, edit.result)
            done.add(edit.name)
        elif answer is Left.NOT_BEGUN:
            left.append(edit)
    draft.close_all(done)
    return left


def edit_of(run: Run, name: str, binding: Binding, listing: Listing | None = None) -> Edit:
    """Return the edit that gives the new user of `name` its values.

    For a user that an earlier run made, whose last edit may or may not have arrived, `listing` says what it shows
    now: whatever differs from either is set.
    """
    desired = run.configuration.users[name].settings
    # Where limits are not echoed, nobody knows which values the user was really born with.
    echoes = run.journal.state.echoes_limits
    fields = changes_to(desired, binding.applied) if echoes else from_nothing(desired)
    seen = listing.users.get(binding.smtp_user_name) if listing is not None else None
    if seen is not None:
        known = {field.field for field in fields}
        fields += tuple(field for field in changes_to(desired, seen.settings) if field.field not in known)
    return Edit(name, binding.smtp_user_name, fields, desired)

"""The last step of a create: the new user gets the values it is to have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.applying.editing import Done, Edit, call_edits, note
from sarv_sync.planning.difference import changes_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sarv_sync.applying.run import Run
    from sarv_sync.model.users import Listing


def finish(run: Run, names: Sequence[str], listing: Listing | None = None) -> None:
    """Give users that were just made the values they are to have.

    For those of an earlier run, whose last edit may or may not have arrived, `listing` says what they show now:
    whatever differs from either is set.
    """
    edits = []
    for name in names:
        binding = run.journal.state.bindings[name]
        desired = run.configuration.users[name].settings
        fields = changes_to(desired, binding.applied)
        seen = listing.users.get(binding.smtp_user_name) if listing is not None else None
        if seen is not None:
            known = {field.field for field in fields}
            fields += tuple(field for field in changes_to(desired, seen.settings) if field.field not in known)
        edits.append(Edit(name, binding.smtp_user_name, fields, desired))
    draft = run.draft()
    done = set()
    for edit, answer in call_edits(run, edits):
        note(run, edit, answer)
        if isinstance(answer, Done):
            draft.set_applied(edit.name, edit.result)
            done.add(edit.name)
    draft.close_all(done)
    run.write(draft)

"""The use cases of `export`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sarv_sync.config.adding import add_users
from sarv_sync.config.writing import account_text
from sarv_sync.planning.exporting import entries_without_user, export_account, export_missing
from sarv_sync.planning.likeness import lookalikes
from sarv_sync.state.journal import read_state

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sarv_sync.model.export import Export, ExportedUser
    from sarv_sync.workflow import Project


@dataclass(frozen=True, slots=True)
class Lacking:
    """What the files lack.

    `export` are the users they do not know. `entries` have neither a pin nor a user, while the account has users
    that no state knows; `alike` are those of them that may be one of the users: they have the same values, and
    nobody else has.
    """

    export: Export
    entries: tuple[str, ...]
    alike: tuple[tuple[str, ExportedUser], ...]


def whole_account(project: Project) -> Export:
    """Return every user of the account. Writes nothing anywhere."""
    state = read_state(project.store, project.account)
    return export_account(project.configuration, state, project.provider.list_users())


def as_file(project: Project, export: Export) -> str:
    """Return a whole main file with the users of `export`."""
    return account_text(project.account, export.users)


def add_to_file(project: Project, directory: Path, users: Sequence[ExportedUser]) -> None:
    """Add `users` to the main file, as seen from `directory`. Raises as `config.adding.add_users` does."""
    add_users(project.configuration.file, directory, users)


def lacking(project: Project) -> Lacking:
    """Return the users that the files do not know, and the entries that may mean them. Writes nothing anywhere."""
    state, configuration = read_state(project.store, project.account), project.configuration
    listing = project.provider.list_users()
    export = export_missing(configuration, state, listing)
    loose = listing.users.keys() - state.owned().keys()
    entries = entries_without_user(configuration, state) if loose else ()
    return Lacking(export, entries, lookalikes(configuration, entries, export.users))

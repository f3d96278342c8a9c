"""What the entry of an exported user says beside the values of the account."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sarv_sync.model.export import Remarks

if TYPE_CHECKING:
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.export import Choices
    from sarv_sync.model.state import State
    from sarv_sync.model.users import DesiredUser, PasswordPolicy


class Remarking:
    """Finds remarks: those of the entry that the user has, and what `choices` adds to them."""

    def __init__(self, configuration: Configuration, state: State, choices: Choices) -> None:
        entries = configuration.users.values()
        formers = {one.renamed_from: one for one in entries if one.renamed_from}
        self._entries: dict[str, DesiredUser] = {**formers, **configuration.users}
        self._pins = {one.smtp_user_name: one for one in entries if one.smtp_user_name}
        self._state = state
        self._choices = choices

    def of(self, name: str, smtp_user_name: str) -> Remarks:
        """Return the remarks on the user that is called `name` in the files, or is to be."""
        entry = self._entries.get(name) or self._pins.get(smtp_user_name)
        choice = self._choices.users.get(smtp_user_name)
        remarks = Remarks() if entry is None else self._of_entry(entry, name)
        if choice is None:
            return remarks
        labels = {**dict(choice.labels), **dict(remarks.labels)}
        description = choice.description if remarks.description is None else remarks.description
        return replace(remarks, description=description, labels=tuple(sorted(labels.items())))

    def _of_entry(self, entry: DesiredUser, name: str) -> Remarks:
        return Remarks(entry.description, entry.labels, entry.ignore_changes, self._policy(entry, name))

    def _policy(self, entry: DesiredUser, name: str) -> PasswordPolicy:
        """Return the entry's policy, of the version that the password has: no export asks for a new one."""
        binding = self._state.bindings.get(name)
        version = entry.password.version if binding is None else binding.password.version or 1
        return replace(entry.password, version=version, alternate_pin=None)

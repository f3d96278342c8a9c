"""Templates of addresses: which target is whose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.errors import InputError
from sarv_sync.model.sinks import ADDRESS_FIELDS, ADDRESS_PART
from sarv_sync.model.template import LABEL, BadTemplate, Template, parse

if TYPE_CHECKING:
    from sarv_sync.model.sink import Recipient


class Address:
    """A template of an address. What goes into it can neither leave its place nor end a line."""

    def __init__(self, option: str, text: str) -> None:
        """Parse `text`, which was set for `option`. Raises `InputError`."""
        self._option = option
        self._template: Template = _parsed(option, text)

    def of(self, recipient: Recipient) -> str:
        """Return the address of `recipient`; a provider's name that is not known yet stays `{smtp_user_name}`.

        Raises `InputError` for a label that is missing or does not fit.
        """
        values = {"name": recipient.name}
        if recipient.smtp_user_name is not None:
            values["smtp_user_name"] = recipient.smtp_user_name
        labels = dict(recipient.labels)
        for field in self._template.fields:
            if field.startswith(LABEL):
                values[field] = self._label(field.removeprefix(LABEL), labels, recipient.name)
        for field in self._template.fields & values.keys():
            if not ADDRESS_PART.fullmatch(values[field]):
                raise InputError(
                    f"{recipient.name}: {{{field}}} in `{self._option}` is {values[field]!r}, which is no part of an "
                    "address",
                    "letters, digits, `.`, `_` and `-` are, the first of them no `.` or `-`",
                )
        return self._template.render(values)

    def _label(self, key: str, labels: dict[str, str], name: str) -> str:
        if key not in labels:
            raise InputError(
                f"{name} has no label {key}, which `{self._option}` asks for",
                f"give it the label, or limit the sink to users that have it: `only: {{labels: {{{key}: VALUE}}}}`",
            )
        return labels[key]


def _parsed(option: str, text: str) -> Template:
    try:
        return parse(text, ADDRESS_FIELDS)
    except BadTemplate as fault:
        reason = str(fault)
    raise InputError(f"`{option}`: {reason}", "docs/credentials.md has examples")

"""Which files the sinks would write, of whichever kind: each is one credential's, and none is git's."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from sarv_sync.config.wording import shown
from sarv_sync.model.sinks import ADDRESS_FIELDS
from sarv_sync.model.template import LABEL, Template, parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sarv_sync.config.sinks_section import WrittenSink
    from sarv_sync.config.source_file import SourceFile
    from sarv_sync.model.configuration import SinkSettings
    from sarv_sync.model.users import DesiredUser

_OPTIONS = {"dotenv": "path", "age": "path", "kubernetes": "manifest"}
"""The setting of each kind that is the path of a file. A Secret of a cluster has none."""

_UNKNOWN = "{smtp_user_name}"


class SinkFiles:
    """The files of the sinks so far, and whose they are.

    `reserved` says of the program's own files, by their paths as a sink would write them, what each is.
    """

    def __init__(self, main: SourceFile, reserved: Mapping[str, str]) -> None:
        self._main = main
        self._reserved = reserved
        self._owners: dict[str, tuple[WrittenSink, DesiredUser]] = {}

    def check(self, sink: WrittenSink, taken: list[DesiredUser]) -> None:
        """Report a file that another sink writes as well, or that is git's or the program's.

        Of `sink` and the users `taken` by it, that is the first one.
        """
        for user, path in _paths(sink.settings, taken):
            if ".git" in path.lower().split("/"):
                self._is_gits(sink, user)
                return
            if path in self._reserved:
                self._is_reserved(sink, user, self._reserved[path])
                return
            other, first = self._owners.setdefault(path, (sink, user))
            if other is not sink:
                self._is_shared(sink, user, other, first)
                return

    def _is_gits(self, sink: WrittenSink, user: DesiredUser) -> None:
        option = _OPTIONS[sink.settings.sink]
        message = f"`{option}` leads into git's own folder for `{shown(user.name)}`"
        self._main.error(sink.entry.value_at(option), message, "choose a folder of its own")

    def _is_reserved(self, sink: WrittenSink, user: DesiredUser, what: str) -> None:
        option = _OPTIONS[sink.settings.sink]
        message = f"`{option}` is {what} for `{shown(user.name)}`: the password would be written over it"
        self._main.error(sink.entry.value_at(option), message, "choose a path of its own")

    def _is_shared(self, sink: WrittenSink, user: DesiredUser, other: WrittenSink, first: DesiredUser) -> None:
        line = self._main.source(other.at).line
        if first.name == user.name:
            message = f"this is the same target as that of the sink on line {line}, for `{shown(user.name)}`"
            hint = "keep one of the two, or tell their users apart by `only`"
        else:
            both = f"`{shown(user.name)}` would overwrite that of `{shown(first.name)}`"
            message = f"the password of {both}: the sink on line {line} writes the same file"
            hint = "give one of the two another path"
        self._main.error(sink.at, message, hint)


def writes_file(sink: SinkSettings) -> bool:
    """Say whether `sink` writes a file of the project."""
    return _OPTIONS.get(sink.sink) in sink.options


def _paths(sink: SinkSettings, users: list[DesiredUser]) -> Iterator[tuple[DesiredUser, str]]:
    """Yield the path for each of `users`, in one spelling; not for one who lacks a label that it asks for."""
    if not writes_file(sink):
        return
    template = parse(str(PurePosixPath(sink.options[_OPTIONS[sink.sink]])), ADDRESS_FIELDS)
    for user in users:
        values = {"name": user.name, **{f"{LABEL}{key}": value for key, value in user.labels}}
        if template.fields - {"smtp_user_name"} <= values.keys():
            yield user, _rendered(template, values)


def _rendered(template: Template, values: dict[str, str]) -> str:
    """Return the path. The provider's name is another for each user, though it is not known."""
    path = template.render(values)
    return f"{path}/{values['name']}" if _UNKNOWN in path else path

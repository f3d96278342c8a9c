"""What holds between sinks and the users whose passwords they take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.config.nodes import Map
from sarv_sync.config.password_policy import written_at
from sarv_sync.config.sink_files import SinkFiles, writes_file
from sarv_sync.config.wording import listed, shown
from sarv_sync.model.sinks import ADDRESS_FIELDS, ADDRESS_PART, KEY_FIELDS, OPTIONS
from sarv_sync.model.template import LABEL, Template, parse
from sarv_sync.model.users import NO_POLICY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sarv_sync.config.layers import Layers
    from sarv_sync.config.names import Entry
    from sarv_sync.config.sinks_section import WrittenSink
    from sarv_sync.config.source_file import SourceFile
    from sarv_sync.model.configuration import SinkSettings
    from sarv_sync.model.users import DesiredUser

_BESIDE = frozenset(("keys", "timeout", "visibility", "auth_mount", "kms_key_id", "via", "plaintext", "recipients"))
"""The settings that do not say which target it is."""


def check_sink_users(
    main: SourceFile, sinks: Sequence[WrittenSink], users: Mapping[str, DesiredUser], entries: Mapping[str, Entry],
    reserved: Mapping[str, str],
) -> None:  # fmt: skip
    """Record what the `sinks` of `main` and the `users` of all files contradict; `entries` are these as written.

    `reserved` are the paths of the files that no sink may write, and what each is.
    """
    before: list[tuple[WrittenSink, list[DesiredUser]]] = []
    files = SinkFiles(main, reserved)
    for sink in sinks:
        taken = [user for user in users.values() if sink.settings.takes(user)]
        if users and not taken:
            message = "no user has these labels, so nothing is delivered there"
            main.warning(sink.entry.key_at("only"), message, "correct the labels, or drop the sink")
        _check_labels(main, sink, taken, entries)
        _check_targets(main, sink, taken)
        _check_twins(main, sink, taken, before)
        files.check(sink, taken)
        before.append((sink, taken))


def check_rotation(
    main: SourceFile, layers: Layers, sinks: Sequence[WrittenSink], users: Iterable[DesiredUser],
    entries: Mapping[str, Entry],
) -> None:  # fmt: skip
    """Warn of passwords that are to be changed while they are delivered nowhere."""
    for user in users:
        if user.password is NO_POLICY or any(sink.settings.takes(user) for sink in sinks):
            continue
        keys = _asking(user)
        if keys:
            entry = entries[user.name]
            own = entry.value or Map()
            file, at = written_at(entry.file, own, main, layers.of(entry.file, own), keys)
            message = f"no sink takes the password of `{shown(user.name)}`: a new one would be delivered nowhere"
            file.warning(at, message, "add a sink under `credentials`, or drop the key")


def _asking(user: DesiredUser) -> tuple[str, ...]:
    """Return the keys that ask for new passwords of `user`."""
    policy = user.password
    asked = {
        "password_version": policy.version > 1,
        "rotate": policy.every is not None,
        "rotation": policy.rotation == "alternate",
    }
    return tuple(key for key, asks in asked.items() if asks)


def _check_labels(
    main: SourceFile, sink: WrittenSink, taken: list[DesiredUser], entries: Mapping[str, Entry]
) -> None:
    """Report every user that lacks a label which a template asks for, or whose label fits into no address."""
    addressing = _labels(_addresses(sink.settings))
    asked = addressing | _labels(_contents(sink.settings))
    for user in taken if asked else ():
        has = dict(user.labels)
        if missing := sorted(asked - has.keys()):
            _lacks(main, sink, entries[user.name], missing)
        elif odd := [label for label in sorted(addressing) if not ADDRESS_PART.fullmatch(has[label])]:
            _cannot_be_part(main, sink, entries[user.name], odd)


def _lacks(main: SourceFile, sink: WrittenSink, entry: Entry, missing: list[str]) -> None:
    place = _seen_from(entry, main, sink.at)
    message = f"`{shown(entry.name)}` has no label {listed(missing)}, which the sink on {place} asks for"
    hint = f"give it the label, or limit the sink: `only: {{labels: {{{shown(missing[0])}: VALUE}}}}`"
    entry.file.error(entry.at, message, hint)


def _cannot_be_part(main: SourceFile, sink: WrittenSink, entry: Entry, odd: list[str]) -> None:
    place = _seen_from(entry, main, sink.at)
    message = f"the label {listed(odd)} of `{shown(entry.name)}` does not fit into the address of the sink on {place}"
    hint = "use letters, digits, `.`, `_` and `-`, the first of them no `.` or `-`"
    entry.file.error(entry.at, message, hint)


def _labels(templates: list[Template]) -> set[str]:
    """Return the labels that `templates` ask for."""
    fields = {field for template in templates for field in template.fields}
    return {field.removeprefix(LABEL) for field in fields if field.startswith(LABEL)}


def _seen_from(entry: Entry, main: SourceFile, at: int) -> str:
    place = main.source(at)
    return f"line {place.line}" if entry.file is main else f"{shown(place.file)}:{place.line}"


def _check_targets(main: SourceFile, sink: WrittenSink, taken: list[DesiredUser]) -> None:
    """Report two users whose passwords would overwrite one another."""
    keys, templates = _target_keys(sink.settings), _addresses(sink.settings)
    if not keys or any(set(ADDRESS_FIELDS) & template.fields for template in templates):
        return
    holders: dict[tuple[str, ...], DesiredUser] = {}
    for user in taken:
        labels = {f"{LABEL}{key}": value for key, value in user.labels}
        target = tuple(template.render(labels) for template in templates)
        if (first := holders.setdefault(target, user)) is not user:
            written = [key for key in keys if sink.entry.get(key) is not None]
            at = sink.entry.value_at(written[-1]) if written else sink.at
            both = f"`{shown(first.name)}` and `{shown(user.name)}`"
            main.error(at, f"the passwords of {both} would overwrite one another", _apart(keys))
            return


def _apart(keys: tuple[str, ...]) -> str:
    return f"put `{{name}}` into {' or '.join(f'`{key}`' for key in keys)}, or limit the sink to one user by `only`"


def _check_twins(
    main: SourceFile, sink: WrittenSink, taken: list[DesiredUser], before: list[tuple[WrittenSink, list[DesiredUser]]]
) -> None:
    """Report a sink whose targets another one has already. Files have a check of their own: see `SinkFiles`."""
    for other, of_other in before:
        if not _same_target(sink.settings, other.settings):
            continue
        names = {user.name for user in taken}
        both = next((user for user in of_other if user.name in names), None)
        if both is not None:
            line = main.source(other.at).line
            message = f"this is the same target as that of the sink on line {line}, for `{shown(both.name)}`"
            main.error(sink.at, message, "keep one of the two, or tell their users apart by `only`")
            return


def _same_target(one: SinkSettings, other: SinkSettings) -> bool:
    return one.sink == other.sink and _place(one) == _place(other) and not writes_file(one)


def _place(sink: SinkSettings) -> dict[str, object]:
    beside = _BESIDE if sink.sink in OPTIONS else frozenset()
    return {key: value for key, value in sink.options.items() if key not in beside}


def _target_keys(sink: SinkSettings) -> tuple[str, ...]:
    """Return the settings that tell the targets of users apart; none where nothing could be overwritten."""
    if "manifest" in sink.options:
        return ("manifest",)
    if sink.sink == "github-actions":
        return ("repository", "environment", "prefix") if "prefix" in sink.options else ()
    if sink.sink == "kubernetes":
        return ("namespace", "secret")
    return tuple(key for key, kind in OPTIONS.get(sink.sink, {}).items() if kind == "template")


def _addresses(sink: SinkSettings) -> list[Template]:
    texts = (sink.options[key] for key in _target_keys(sink) if key in sink.options)
    return [parse(text, ADDRESS_FIELDS) for text in texts]


def _contents(sink: SinkSettings) -> list[Template]:
    keys: dict[str, str] = sink.options.get("keys", {}) if sink.sink in OPTIONS else {}
    return [parse(text, KEY_FIELDS) for text in keys.values()]

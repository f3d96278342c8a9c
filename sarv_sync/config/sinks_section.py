"""The `credentials:` section: which sinks, and what each is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sarv_sync.config import sink_values
from sarv_sync.config.nodes import BROKEN, Map, Seq, plain
from sarv_sync.config.settings import choice, section
from sarv_sync.config.sink_contents import check_contents
from sarv_sync.config.sink_needs import check_needs
from sarv_sync.config.wording import listed, nearest, shown
from sarv_sync.model.configuration import SinkSettings
from sarv_sync.model.sinks import OPTIONS, REQUIRED, installed_sinks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sarv_sync.config.source_file import SourceFile

_SHARED = ("sink", "only", "verify")
_FOREIGN = ("options",)


class WrittenSink(NamedTuple):
    """A sink as the file has it, listed at offset `at`, and what that comes to."""

    at: int
    entry: Map
    settings: SinkSettings


def check_sinks(file: SourceFile, data: Map) -> tuple[WrittenSink, ...]:
    """Report, where it stands, what is wrong with a sink by itself, whoever its users are. Return the sound ones."""
    sound = []
    for at, entry in _entries(data):
        kind = choice(entry, "sink", None)
        faults = file.faults
        if kind is None or not _check_kind(file, entry, kind):
            continue
        _check_keys(file, entry, kind)
        _check_required(file, entry, kind)
        sink_values.check(file, entry, kind)
        check_contents(file, data, entry, kind)
        check_needs(file, data, entry, kind)
        # A key that nobody knows was reported with the structure: it may be one that says which target it is.
        if file.faults == faults and not _broken(entry) and entry.keys() <= set(own_sink_keys(entry)):
            sound.append(WrittenSink(at, entry, _settings(file, at, entry, kind)))
    return tuple(sound)


def own_sink_keys(entry: Map) -> list[str]:
    """Return what can be written for a sink, given the kind that it names."""
    kind = choice(entry, "sink", None)
    known = {key for options in OPTIONS.values() for key in options}
    own = OPTIONS.get(kind, _FOREIGN) if isinstance(kind, str) else known
    return [*_SHARED, *sorted(own)]


def _settings(file: SourceFile, at: int, entry: Map, kind: str) -> SinkSettings:
    own = entry if kind in OPTIONS else section(entry, "options")
    options = {
        key: plain(value)
        for key, value in own.items()
        if key not in _SHARED and key not in _FOREIGN and value is not None
    }
    labels = section(section(entry, "only"), "labels")
    sources = {key: file.source(own.value_at(key)) for key in options}
    sources |= {key: file.source(entry.value_at(key)) for key in ("only", "verify") if key in entry}
    verify = choice(entry, "verify", None) is not None
    return SinkSettings(kind, options, tuple(sorted(labels.items())), verify, {**sources, "sink": file.source(at)})


def _entries(data: Map) -> Iterator[tuple[int, Map]]:
    """Yield every legible entry, and the offset at which it is listed."""
    sinks = data.get("credentials")
    if isinstance(sinks, Seq):
        for at, entry in zip(sinks.marks, sinks, strict=True):
            if isinstance(entry, Map):
                yield at, entry


def _check_kind(file: SourceFile, entry: Map, kind: str) -> bool:
    if kind in OPTIONS or kind in (known := (*OPTIONS, *installed_sinks())):
        return True
    close = nearest(kind, known)
    hint = f"did you mean `{close}`?" if close else f"the sinks are {listed(known)}"
    file.error(entry.value_at("sink"), f"there is no sink `{shown(kind)}`", hint)
    return False


def _check_keys(file: SourceFile, entry: Map, kind: str) -> None:
    """Report every key that says nothing to this kind of sink: whoever wrote it expects it to count."""
    own: Any = OPTIONS.get(kind, _FOREIGN)
    for key in entry:
        if key in _SHARED or key in own:
            continue
        whose = [other for other, options in OPTIONS.items() if key in options]
        message = f"`{shown(key)}` is no key of the sink `{shown(kind)}`"
        if whose:
            hint = f"it is a key of {listed(whose)}; {listed([kind])} takes {listed(own)}"
            file.error(entry.key_at(key), message, hint)
        elif key in _FOREIGN:
            hint = "write its keys beside `sink`; `options` is for sinks of other packages"
            file.error(entry.key_at(key), message, hint)


def _broken(node: Any) -> bool:
    """Return whether something in `node` was found wrong."""
    inner = node.values() if isinstance(node, Map) else node if isinstance(node, Seq) else ()
    return node is BROKEN or any(_broken(each) for each in inner)


def _check_required(file: SourceFile, entry: Map, kind: str) -> None:
    for key in REQUIRED.get(kind, ()):
        misspelt = any(nearest(other, [key]) for other in entry if other not in own_sink_keys(entry))
        if entry.get(key) is None and not misspelt:
            message = f"the sink `{shown(kind)}` has no `{key}`"
            file.error(entry.value_at("sink"), message, f"add `{key}: {sink_values.example(kind, key)}`")

"""The use cases of `export`."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.config.adding_to_files import add_to_files
from sarv_sync.config.load import load
from sarv_sync.config.meant import is_account
from sarv_sync.config.new_files import write_new
from sarv_sync.config.nodes import Map
from sarv_sync.config.shared_values import main_map, not_exported, shared_values
from sarv_sync.config.table import read_table
from sarv_sync.config.whole_files import texts
from sarv_sync.errors import InputError, Refused
from sarv_sync.model.export import NO_CHOICES, Layout
from sarv_sync.planning.choosing import Row, read_choices
from sarv_sync.planning.exporting import entries_without_user, export_account, export_missing
from sarv_sync.planning.likeness import lookalikes
from sarv_sync.planning.profiling import factor_out, use_profiles
from sarv_sync.planning.splitting import idle_rules, read_rule, split, split_like
from sarv_sync.state.journal import read_state
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sarv_sync.errors import Fault
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.export import Choices, Export, ExportedUser
    from sarv_sync.planning.splitting import Rule
    from sarv_sync.workflow import Project

SCHEMA = "schemas/config.schema.json"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How an export is to be: with profiles, split into files by `rules`, with names that `choices` has."""

    profiles: bool = False
    rules: tuple[Rule, ...] = ()
    choices: Choices = NO_CHOICES


PLAIN = Wanted()


@dataclass(frozen=True, slots=True)
class Target:
    """Where new files go: into `folder`, as typed `shown`, the main one of them called `main`."""

    folder: Path
    shown: str
    main: str


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


def choices_of(path: str, cwd: Path) -> Choices:
    """Return what the list of names at `path` says. Raises `InputError` with all that is wrong with it."""
    name, rows = read_table(path, cwd)
    return read_choices(name, [Row(line, cells) for line, cells in rows])


def rules_of(written: Sequence[str], configuration: Configuration) -> tuple[Rule, ...]:
    """Return the rules that are `written`. Raises `InputError` for the first that is none."""
    main = Path(configuration.file).name
    return tuple(read_rule(text, main) for text in written)


def whole_account(project: Project, wanted: Wanted = PLAIN) -> Export:
    """Return every user of the account. Writes nothing anywhere."""
    state = read_state(project.store, project.account)
    return export_account(project.configuration, state, project.provider.list_users(), wanted.choices)


def settings_left_out(configuration: Configuration) -> tuple[str, ...]:
    """Return the settings of the main file that no export has."""
    return tuple(not_exported(_main_map(configuration)))


def lay_out(project: Project, export: Export, wanted: Wanted) -> Layout:
    """Return how the users of `export` are spread over files, and what their entries share."""
    layout = Layout(export.users, {})
    if wanted.profiles:
        layout = factor_out(export.users, shared_values(_main_map(project.configuration)))
    files = split(layout.main, wanted.rules)
    main = files.pop(None, ())
    return replace(layout, main=main, parts={file: users for file, users in files.items() if file is not None})


def as_file(project: Project, layout: Layout) -> str:
    """Return the text of one file with every user of `layout`, which has no parts; it has been read back."""
    folder, main = Path(project.configuration.directory), Path(project.configuration.file).name
    text = texts(project.account, layout, main, (), _schema(folder))[main]
    _check(project, load(main, folder, {folder / main: text.encode()}), layout)
    return text


def write_files(project: Project, layout: Layout, target: Target) -> None:
    """Write `layout` as new files, and read them back. Raises as `config.new_files.write_new` does."""
    include = _patterns(target.folder, layout.parts)
    made = texts(project.account, layout, target.main, include, _schema(target.folder))
    write_new(
        target.folder,
        target.shown,
        made,
        lambda: _check(project, load(target.main, target.folder), layout),
    )


def add_users(project: Project, directory: Path, groups: Mapping[str | None, Sequence[ExportedUser]]) -> None:
    """Add users to the files, as seen from `directory`. Raises as `config.adding_to_files.add_to_files` does.

    `groups` has them by the file they go into, as its path from the main file's folder, None for the main file.
    """
    add_to_files(project.configuration.file, directory, groups)


def lacking(project: Project, wanted: Wanted = PLAIN) -> Lacking:
    """Return the users that the files do not know, and the entries that may mean them. Writes nothing anywhere."""
    state, configuration = read_state(project.store, project.account), project.configuration
    listing = project.provider.list_users()
    export = export_missing(configuration, state, listing, wanted.choices)
    loose = listing.users.keys() - state.owned().keys()
    entries = entries_without_user(configuration, state) if loose else ()
    return Lacking(export, entries, lookalikes(configuration, entries, export.users))


def places_for(
    project: Project, directory: Path, users: Sequence[ExportedUser], wanted: Wanted, into: str | None
) -> dict[str | None, tuple[ExportedUser, ...]]:
    """Return which file each of `users` is added to, by its path from the main file's folder, None for the main file.

    `into`, as it was typed in `directory`, is the file of those that no rule fits.
    """
    configuration = project.configuration
    if wanted.profiles:
        users = use_profiles(users, shared_values(_main_map(configuration)))
    spelled = {file: _from_main(configuration, directory, file) for file in configuration.files}
    groups = split_like(users, wanted.rules, configuration, spelled)
    if into is not None and None in groups:
        file = _from_main(configuration, directory, into)
        groups[file] = tuple(sorted((*groups.get(file, ()), *groups.pop(None)), key=lambda one: one.name))
    return groups


def unused_rules(users: Sequence[ExportedUser], wanted: Wanted, added_to: Configuration | None = None) -> list[Fault]:
    """Return which rules fit nobody: none of `users`, nor of the entries that they are added to."""
    return list(idle_rules(wanted.rules, users, added_to.users.values() if added_to is not None else ()))


def check_included(into: str, directory: Path, configuration: Configuration) -> None:
    """Raise `InputError` unless `into`, as it was typed in `directory`, is a file of `configuration`."""
    if os.path.normpath(directory / into) not in {os.path.normpath(directory / file) for file in configuration.files}:
        raise InputError(
            f"{into} is none of the files of {configuration.file}",
            f"name one of them ({', '.join(configuration.files)}), or let `include` name it",
        )


def _from_main(configuration: Configuration, directory: Path, file: str) -> str | None:
    """Return the path of `file` from the main file's folder, None for the main file itself."""
    path = os.path.normpath(directory / file)
    if path == os.path.normpath(directory / configuration.file):
        return None
    return os.path.relpath(path, configuration.directory)


def _main_map(configuration: Configuration) -> Map:
    """Return what the main file holds; nothing where there is none, since the account is given from outside."""
    main = Path(configuration.directory) / Path(configuration.file).name
    return main_map(main.read_bytes()) if configuration.files else Map()


def _schema(folder: Path) -> str | None:
    """Return the path of the schema from `folder`, if it has one."""
    return SCHEMA if (folder / SCHEMA).is_file() else None


def _patterns(folder: Path, parts: Mapping[str, object]) -> list[str]:
    """Return how a main file names `parts`: whole folders that are theirs alone, and single files of others."""
    found = []
    for part in map(Path, parts):
        there = folder / part.parent
        alone = part.parent != Path() and not (there.is_dir() and any(there.iterdir()))
        found.append(str(part.with_name(f"*{part.suffix}") if alone else part))
    return sorted(set(found))


def _check(project: Project, written: Configuration, layout: Layout) -> None:
    users = [*layout.main, *(user for part in layout.parts.values() for user in part)]
    if not is_account(written, project.account, users):
        raise Refused(
            "the users cannot be written so that the files say what was meant; nothing was written",
            "please report this, with the output of `sarv-sync doctor`",
        )


def target_of(out: str, cwd: Path, configuration: Configuration, wanted: Wanted) -> Target:
    """Return where `out` is, as it was typed in `cwd`: a folder if there are to be parts, else that or a file."""
    if not out.strip():
        raise InputError("--out names nothing", "name a file or a folder: --out mail, or --out . for this one")
    path, main = Path(os.path.normpath(cwd / out)), Path(configuration.file).name
    if path.is_dir() or wanted.rules or out.endswith("/"):
        if os.path.lexists(path) and not path.is_dir():
            raise InputError(f"{out} is no folder", "name one with --out: the export has several files")
        return Target(path, out, main)
    return Target(path.parent, os.path.dirname(out) or ".", path.name)  # noqa: PTH120 - as it was typed

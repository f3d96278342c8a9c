"""The files that a new project starts with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

from sarv_sync.cli.repository import Repository, check_inside, repository_of
from sarv_sync.cli.workflows import FOLDER, USUAL, Known, path_of, state_ref, workflows
from sarv_sync.errors import InputError, Refused, SarvSyncError
from sarv_sync.inputs import DEFAULT_CONFIG, Inputs, read_configuration
from sarv_sync.schema_files import schema_text
from sarv_sync.values import dataclass

IGNORED = ("secrets/", "*.state.json.lock", "*.state.json.tmp")
"""What version control must not keep. The state itself is not among it: that is worth keeping."""

GITIGNORE = ".gitignore"
SCHEMA = "schemas/config.schema.json"

_MAIN = Path(__file__).parent / "templates" / DEFAULT_CONFIG
_IN_FILE = """\
# Which name is which user of the account. Keep this file: commit it, or back it up. Workflows cannot share a file:
# before there are any, `sarv-sync state migrate --to git` moves it to the repository's remote.
state: {backend: local, path: sarv-sync.state.json}
"""
_IN_REPOSITORY = """\
# Which name is which user of the account: kept in a ref of its own at this repository's remote.
state: {backend: git}
"""


StatePlace = Literal["file", "repository", "elsewhere"]
_PLACES: dict[str, StatePlace] = {"local": "file", "git": "repository"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to write: the workflows named in `workflows`, which apply what is in `branch`.

    With `github`, an existing project gets the workflows that it lacks, and nothing else.
    """

    github: bool = False
    branch: str = "main"
    workflows: tuple[str, ...] = USUAL


@dataclass(frozen=True, slots=True)
class Scaffold:
    """What was done in `directory`: files written, lines added to `.gitignore`, files left as they were.

    `main` is the main file's name. Workflows are in `repository`, or in `directory` if that is in none. `state` is
    where the files keep the state: where no workflow can have it, in the repository, or elsewhere.
    """

    directory: Path
    main: str
    repository: Repository | None
    written: tuple[str, ...]
    ignored: tuple[str, ...]
    left: tuple[str, ...]
    state: StatePlace

    @property
    def home(self) -> Path:
        """The folder that has the workflows."""
        return _home(self.repository, self.directory)

    def has(self, workflow: str) -> bool:
        """Return whether there is a workflow of that name, written now or before."""
        return (self.home / path_of(workflow)).exists()


def write_project(inputs: Inputs, wanted: Wanted) -> Scaffold:
    """Write a new project, or workflows for an existing one, into the folder of `inputs`, which is made if need be.

    Raises `Refused`, having done nothing, if there is a main file already and that is not wanted; `InputError` if
    the folder is no folder and cannot become one, or the existing files are wrong; `SarvSyncError` if something
    cannot be written. The main file comes last: what broke off before it can be begun again.
    """
    directory, name = inputs.directory, inputs.config or DEFAULT_CONFIG
    main = directory / name
    exists = main.exists() or main.is_symlink()
    if exists and not wanted.github:
        hint = "give another folder: sarv-sync init DIR; or add workflows to this project: sarv-sync init --github"
        raise Refused(f"{main} exists already, so nothing was done", hint)
    if directory.exists() and not directory.is_dir():
        raise InputError(f"{directory} is not a folder", "name a folder; one that does not exist is made")
    repository = repository_of(directory)
    if repository:
        check_inside(repository, FOLDER)
    known = Known(
        wanted.branch,
        folder=repository.folder if repository else "",
        config=None if name == DEFAULT_CONFIG else name,
    )
    try:
        write = _write_workflows if exists else _write_all
        return write(replace(inputs, config=name), wanted, repository, known)
    except OSError as error:
        reason = f"cannot write {error.filename or directory}: {error.strerror}"
    except UnicodeDecodeError:
        reason = f"cannot add to {directory / GITIGNORE}: it is not UTF-8"
    raise SarvSyncError(reason, "mend that, then run this again: it goes on from where it stopped")


def _write_all(inputs: Inputs, wanted: Wanted, repository: Repository | None, known: Known) -> Scaffold:
    if inputs.endpoint or inputs.state_options:
        hint = "leave them out, and say it in the file"
        raise InputError("a new project's file takes no --endpoint and no --state-option", hint)
    directory, name = inputs.directory, inputs.config or DEFAULT_CONFIG
    place: StatePlace = "repository" if wanted.github or repository else "file"
    texts = workflows(replace(known, migrates=place == "file"), wanted.workflows)
    directory.mkdir(parents=True, exist_ok=True)
    ignored = _ignore(directory / GITIGNORE)
    schema, schema_left = _write_missing(directory, {SCHEMA: schema_text("config")})
    added, left = _write_missing(_home(repository, directory), texts)
    main = _main_text(place, state_ref(known.folder) if "accounts" in wanted.workflows else None)
    written, main_left = _write_missing(directory, {name: main})
    left = (*(() if ignored else (GITIGNORE,)), *schema_left, *left, *main_left)
    return Scaffold(directory, name, repository, (*written, *schema, *added), ignored, left, place)


def _write_workflows(inputs: Inputs, wanted: Wanted, repository: Repository | None, known: Known) -> Scaffold:
    configuration = read_configuration(inputs)
    account, state = configuration.account, configuration.state
    place = _PLACES.get(state.backend, "elsewhere")
    as_in_template = place == "file" or (place == "repository" and not state.options)
    known = replace(
        known,
        endpoint=inputs.endpoint or account.endpoint,
        owner_id=account.owner_id,
        state=None if as_in_template else state,
        migrates=place == "file",
    )
    texts = workflows(known, wanted.workflows)
    written, left = _write_missing(_home(repository, inputs.directory), texts)
    return Scaffold(inputs.directory, inputs.config or DEFAULT_CONFIG, repository, written, (), left, place)


def _home(repository: Repository | None, directory: Path) -> Path:
    """Return the folder that workflows are in: the top of the repository, since GitHub heeds no other."""
    return repository.top if repository and repository.folder else directory


def _main_text(place: StatePlace, ref: str | None) -> str:
    text = _MAIN.read_text(encoding="utf-8")
    in_repository = _IN_REPOSITORY.replace("git}", f"git, ref: {ref}}}") if ref else _IN_REPOSITORY
    return text if place == "file" else text.replace(_IN_FILE, in_repository)


def _write_missing(directory: Path, texts: dict[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Write the files that `directory` does not have; return their names, and those of the others."""
    written = tuple(name for name, text in texts.items() if _write_new(directory / name, text))
    return written, tuple(name for name in texts if name not in written)


def _write_new(path: Path, text: str) -> bool:
    """Write a file; return False, and do nothing, if something has its name already, be it a dangling link."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        return False
    return True


def _ignore(path: Path) -> tuple[str, ...]:
    """Add to the file at `path` the lines it lacks, and return them."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    known = {line.strip() for line in text.splitlines()}
    missing = tuple(line for line in IGNORED if line not in known)
    if missing:
        gap = "" if not text or text.endswith("\n") else "\n"
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(gap + "".join(f"{line}\n" for line in missing))
    return missing

"""The files that a new project starts with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sarv_sync.cli.workflows import Known, workflows
from sarv_sync.errors import InputError, Refused, SarvSyncError
from sarv_sync.inputs import DEFAULT_CONFIG, Inputs, read_configuration
from sarv_sync.schema_files import schema_text

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


@dataclass(frozen=True, slots=True)
class Scaffold:
    """What was done in `directory`: files written, lines added to `.gitignore`, files left as they were.

    `state` is where the files keep the state: where no workflow can have it, in the repository, or elsewhere.
    """

    directory: Path
    written: tuple[str, ...]
    ignored: tuple[str, ...]
    left: tuple[str, ...]
    state: StatePlace


def write_project(directory: Path, *, github: bool = False, branch: str = "main") -> Scaffold:
    """Write a new project into `directory`, which is made if need be; its workflows apply what is in `branch`.

    With `github`, an existing project gets the workflows that it lacks, and nothing else. Raises `Refused`, having
    done nothing, if there is a main file already and that is not wanted; `InputError` if `directory` is no folder and
    cannot become one, or the existing files are wrong; `SarvSyncError` if something cannot be written. The main file
    comes last: what broke off before it can be begun again.
    """
    main = directory / DEFAULT_CONFIG
    exists = main.exists() or main.is_symlink()
    if exists and not github:
        hint = "give another folder: sarv-sync init DIR; or add workflows to this project: sarv-sync init --github"
        raise Refused(f"{main} exists already, so nothing was done", hint)
    if directory.exists() and not directory.is_dir():
        raise InputError(f"{directory} is not a folder", "name a folder; one that does not exist is made")
    try:
        return _write_workflows(directory, branch) if exists else _write_all(directory, branch, github=github)
    except OSError as error:
        reason = f"cannot write {error.filename or directory}: {error.strerror}"
    except UnicodeDecodeError:
        reason = f"cannot add to {directory / GITIGNORE}: it is not UTF-8"
    raise SarvSyncError(reason, "mend that, then run this again: it goes on from where it stopped")


def _write_all(directory: Path, branch: str, *, github: bool) -> Scaffold:
    place: StatePlace = "repository" if github or _is_in_repository(directory) else "file"
    main = _MAIN.read_text(encoding="utf-8")
    texts = {
        SCHEMA: schema_text("config"),
        **workflows(Known(branch)),
        DEFAULT_CONFIG: main if place == "file" else main.replace(_IN_FILE, _IN_REPOSITORY),
    }
    directory.mkdir(parents=True, exist_ok=True)
    ignored = _ignore(directory / GITIGNORE)
    written, left = _write_missing(directory, texts)
    return Scaffold(directory, written, ignored, left if ignored else (GITIGNORE, *left), place)


def _write_workflows(directory: Path, branch: str) -> Scaffold:
    configuration = read_configuration(Inputs(None, None, {}, directory))
    account, state = configuration.account, configuration.state
    place = _PLACES.get(state.backend, "elsewhere")
    as_in_template = place == "file" or (place == "repository" and not state.options)
    known = Known(branch, account.endpoint, account.owner_id, None if as_in_template else state)
    written, left = _write_missing(directory, workflows(known))
    return Scaffold(directory, written, (), left, place)


_PLACES: dict[str, StatePlace] = {"local": "file", "git": "repository"}


def _is_in_repository(directory: Path) -> bool:
    whole = directory.resolve()
    return any((folder / ".git").exists() for folder in (whole, *whole.parents))


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

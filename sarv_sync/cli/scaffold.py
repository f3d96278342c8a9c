"""The files that a new project starts with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sarv_sync import __version__
from sarv_sync.errors import InputError, Refused, SarvSyncError
from sarv_sync.inputs import DEFAULT_CONFIG
from sarv_sync.schema_files import schema_text

IGNORED = ("secrets/", "*.state.json.lock", "*.state.json.tmp")
"""What version control must not keep. The state itself is not among it: that is worth keeping."""

GITIGNORE = ".gitignore"
SCHEMA = "schemas/config.schema.json"
PLAN_WORKFLOW = ".github/workflows/sarv-sync-plan.yml"
DRIFT_WORKFLOW = ".github/workflows/sarv-sync-drift.yml"

_TEMPLATES = Path(__file__).parent / "templates"
_VERSION = "SARV_SYNC_VERSION"


@dataclass(frozen=True, slots=True)
class Scaffold:
    """What was done in `directory`: files written, lines added to `.gitignore`, files left as they were."""

    directory: Path
    written: tuple[str, ...]
    ignored: tuple[str, ...]
    left: tuple[str, ...]


def write_project(directory: Path) -> Scaffold:
    """Write a new project into `directory`, which is made if need be.

    Raises `Refused`, having done nothing, if there is a main file already; `InputError` if `directory` is no folder
    and cannot become one; `SarvSyncError` if something cannot be written. The main file comes last: what broke off
    before it can be begun again.
    """
    main = directory / DEFAULT_CONFIG
    if main.exists() or main.is_symlink():
        raise Refused(f"{main} exists already, so nothing was done", "give another folder: sarv-sync init DIR")
    if directory.exists() and not directory.is_dir():
        raise InputError(f"{directory} is not a folder", "name a folder; one that does not exist is made")
    try:
        return _write_all(directory)
    except OSError as error:
        reason = f"cannot write {error.filename or directory}: {error.strerror}"
    except UnicodeDecodeError:
        reason = f"cannot add to {directory / GITIGNORE}: it is not UTF-8"
    raise SarvSyncError(reason, "mend that, then run this again: it goes on from where it stopped")


def _write_all(directory: Path) -> Scaffold:
    directory.mkdir(parents=True, exist_ok=True)
    ignored = _ignore(directory / GITIGNORE)
    texts = {
        SCHEMA: schema_text("config"),
        PLAN_WORKFLOW: _template("plan.yml"),
        DRIFT_WORKFLOW: _template("drift.yml"),
        DEFAULT_CONFIG: _template("sarv-sync.yaml"),
    }
    written = tuple(name for name, text in texts.items() if _write_new(directory / name, text))
    left = tuple(name for name in texts if name not in written)
    return Scaffold(directory, written, ignored, left if ignored else (GITIGNORE, *left))


def _template(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8").replace(_VERSION, __version__)


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

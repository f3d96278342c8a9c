from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import pytest

from sarv_sync.doctor.evidence import Setting, Settings, StatePlace
from sarv_sync.doctor_wiring.state import look_at_state
from sarv_sync.errors import Fault, InputError
from sarv_sync.inputs import Inputs
from sarv_sync.model.configuration import Configuration, StateSettings
from sarv_sync.model.state import Lock, State
from sarv_sync.state.document import encode
from sarv_sync.state.local import LocalStore
from tests.privileges import without_privileges
from tests.unit.doctor.sound import NOW, SETTINGS, STATE

ROOT = Path(__file__).parents[3]
NAME = "sarv-sync.state.json"
LOCK = Lock("7f2a", "ann on laptop", "sarv-sync apply", "2025-06-15T15:00:00Z", "2025-06-15T15:05:00Z")


def look(folder: Path, path: str = NAME, settings: Settings = SETTINGS) -> StatePlace:
    files = Configuration("sarv-sync.yaml", str(folder), state=StateSettings(options={"path": path}))
    place = look_at_state(replace(settings, configuration=files), Inputs(None, None, {}, folder), NOW)
    assert place is not None
    return place


def leave(folder: Path, state: State, *, lock_file: bool = True) -> None:
    (folder / NAME).write_bytes(encode(state))
    if lock_file:
        (folder / f"{NAME}.lock").touch(0o600)


def traces(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return every file of the folder with what is in it and when it was changed, and the folder itself."""
    found = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir() if path.is_file()}
    return {**found, ".": (b"", folder.stat().st_mtime_ns)}


@pytest.mark.parametrize("lock_file", [False, True])
@pytest.mark.parametrize("state", [None, STATE, replace(STATE, lock=LOCK)])
def test_looking_leaves_no_trace(tmp_path: Path, state: State | None, *, lock_file: bool) -> None:
    if state is not None:
        leave(tmp_path, state, lock_file=lock_file)
    before = traces(tmp_path)
    place = look(tmp_path)
    assert traces(tmp_path) == before
    lock = state.lock if state is not None else None
    assert place == StatePlace(NAME, state, lock, taken=False, trouble=None)


def test_without_a_configuration_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    assert (
        look_at_state(replace(SETTINGS, configuration=InputError("no")), Inputs(None, None, {}, tmp_path), NOW)
        is None
    )


def test_a_run_that_is_there_is_seen(tmp_path: Path) -> None:
    leave(tmp_path, replace(STATE, lock=LOCK))
    with LocalStore(tmp_path / NAME).presence():
        place = look(tmp_path)
    assert (place.lock, place.taken) == (LOCK, True)
    assert look(tmp_path).taken is False


def test_a_run_that_is_just_taking_the_lock_is_seen(tmp_path: Path) -> None:
    leave(tmp_path, STATE)
    with LocalStore(tmp_path / NAME).presence():
        place = look(tmp_path)
    assert (place.lock, place.taken) == (None, True)


def faults(folder: Path, **settings: Any) -> list[str]:
    place = look(folder, settings=replace(SETTINGS, **settings))
    return [part.message for part in (place.document, place.taken, place.trouble) if isinstance(part, Fault)]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": "sarv-sync-state/9"}'])
def test_a_damaged_state_is_a_fault_and_the_rest_is_looked_at(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    (message,) = faults(tmp_path)
    assert NAME in message


@pytest.mark.parametrize(
    ("settings", "foreign"),
    [
        ({}, False),
        ({"endpoint": Setting("https://other.example/v1.0", "--endpoint")}, True),
        ({"owner_id": Setting("2", "SARV_OWNER_ID")}, True),
        ({"endpoint": Fault("no"), "owner_id": None}, False),
        ({"endpoint": None, "owner_id": Setting("2", "SARV_OWNER_ID")}, True),
    ],
)
def test_another_accounts_state_is_a_fault_as_far_as_the_account_is_known(
    tmp_path: Path, settings: dict[str, Any], *, foreign: bool
) -> None:
    leave(tmp_path, STATE)
    assert [" belongs to account 10042 at " in message for message in faults(tmp_path, **settings)] == [
        True
    ] * foreign


def test_a_state_that_is_a_folder_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    assert any("cannot read the state" in message for message in faults(tmp_path))


def test_a_lock_file_that_cannot_be_opened_is_a_fault(tmp_path: Path) -> None:
    leave(tmp_path, STATE)
    (tmp_path / f"{NAME}.lock").unlink()
    (tmp_path / f"{NAME}.lock").symlink_to("elsewhere")
    assert any("cannot lock the state" in message for message in faults(tmp_path))
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_that_is_not_there_cannot_be_written(tmp_path: Path) -> None:
    place = look(tmp_path, path=f"nowhere/{NAME}")
    assert place.trouble == Fault(
        "the state's folder nowhere cannot be written: No such file or directory",
        "check that the folder exists, its permissions and the free space",
    )
    assert (place.document, place.taken, place.where) == (None, False, f"nowhere/{NAME}")


def test_a_folder_that_may_not_be_written_is_a_fault(tmp_path: Path) -> None:
    looking = f"from {__name__} import Path, look; print(look(Path({str(tmp_path)!r})).trouble.message)"
    tmp_path.chmod(0o500)
    try:
        words = [*without_privileges(), sys.executable, "-c", looking]
        said = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    finally:
        tmp_path.chmod(0o700)
    assert said == f"the state's folder {tmp_path} cannot be written: Permission denied\n"


def test_a_full_disk_is_found_by_writing_as_much_as_the_state_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(tmp_path, replace(STATE, listings={"l": ("x" * 200_000,)}))
    written = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: written.append(os.fstat(descriptor).st_size))
    assert look(tmp_path).trouble is None
    assert written[0] >= (tmp_path / NAME).stat().st_size


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("tempfile.TemporaryFile", "cannot be written: No space left on device"),
        ("os.fsync", "cannot be written: No space left on device"),
        ("fcntl.flock", "cannot be locked in: No space left on device"),
    ],
)
def test_each_step_of_a_write_may_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, message: str
) -> None:
    def broken(*_: object, **__: object) -> NoReturn:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(step, broken)
    trouble = look(tmp_path).trouble
    assert isinstance(trouble, Fault)
    assert trouble.message.endswith(message)

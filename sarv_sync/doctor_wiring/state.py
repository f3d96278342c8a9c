"""The state and its folder, looked at without leaving a trace."""

from __future__ import annotations

import fcntl
import os
import tempfile
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.config.disk import display
from sarv_sync.doctor.evidence import Setting, StatePlace
from sarv_sync.errors import Fault, InputError, Refused, StateError
from sarv_sync.model.account import Account
from sarv_sync.places import open_store
from sarv_sync.state.journal import read_state
from sarv_sync.state.mark import Contents, look
from sarv_sync.state.turn import is_held

if TYPE_CHECKING:
    from sarv_sync.doctor.evidence import Settings
    from sarv_sync.inputs import Inputs
    from sarv_sync.model.state import State
    from sarv_sync.state.interface import Store

_LEAST = 64 * 1024


def look_at_state(settings: Settings, inputs: Inputs, now: float) -> StatePlace | None:
    """Return what there is of the state, None where no configuration says where it is.

    Paths inside the working directory are shown as from there; `now` counts seconds since 1970.
    """
    if isinstance(settings.configuration, InputError):
        return None
    backend = settings.configuration.state.backend
    try:
        store = open_store(inputs, settings.configuration)
    except InputError as error:
        return StatePlace(backend, error.faults[0], None, taken=False, trouble=None, in_folder=False)
    local = backend == "local"
    path = Path(store.describe()) if local else None
    # Whether somebody is at work comes first: what that run says of itself is read afterwards.
    alone = _alone(store, path)
    found = _found(store)
    contents = found if isinstance(found, Contents) else Contents(None, None, None)
    document = found if isinstance(found, Fault) else _document(store, found, settings)
    taken = alone if isinstance(alone, Fault) else _is_taken(contents, alone, now)
    if path is None:
        return StatePlace(store.describe(), document, contents.lock, taken, trouble=None, in_folder=False)
    trouble = _trouble(path, display(path.parent, inputs.directory))
    return StatePlace(display(path, inputs.directory), document, contents.lock, taken, trouble)


def _alone(store: Store, path: Path | None) -> bool | Fault | None:
    """Say whether nobody works with the state, holding its lock for no longer than it takes to see that.

    Without a lock file beside a state in a file nobody does, and asking the store would leave one behind.
    """
    if path is not None and not os.path.lexists(f"{path}.lock"):
        return True
    try:
        with store.presence() as alone:
            return alone
    except StateError as error:
        return error.faults[0]


def _found(store: Store) -> Contents | Fault:
    try:
        return look(store)
    except StateError as error:
        return error.faults[0]


def _document(store: Store, found: Contents, settings: Settings) -> State | Fault | None:
    """Return the document if it is this account's, as far as the settings name one, and last written here."""
    own = found.state.account if found.state is not None else Account("", "")
    endpoint, owner_id = settings.endpoint, settings.owner_id
    account = Account(
        endpoint.value if isinstance(endpoint, Setting) else own.endpoint,
        owner_id.value if isinstance(owner_id, Setting) else own.owner_id,
    )
    try:
        read_state(store, account)
    except (Refused, StateError) as error:
        return error.faults[0]
    return found.state


def _is_taken(contents: Contents, alone: bool | None, now: float) -> bool:  # noqa: FBT001
    if contents.lock is None:
        return alone is False
    return is_held(contents, datetime.fromtimestamp(now, timezone.utc), alone=alone)


def _trouble(path: Path, folder: str) -> Fault | None:
    """Try in a file without a name, which is gone when it is closed, what writing the next document takes."""
    failed, hint = "written", "check that the folder exists, its permissions and the free space"
    try:
        size = max(path.stat().st_size if path.is_file() else 0, _LEAST)
        with tempfile.TemporaryFile(dir=path.parent, buffering=0) as file:
            file.write(bytes(size))
            os.fsync(file.fileno())
            failed, hint = "locked in", "put the state on a file system that has locks (flock)"
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        return Fault(f"the state's folder {folder} cannot be {failed}: {reason}", hint)
    return None

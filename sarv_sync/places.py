"""The place of the state: from the settings of a run to a store, and to who takes its lock."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.config.state_option import check_complete, located, section_text, with_options
from sarv_sync.errors import InputError, Interrupted, NotInstalled
from sarv_sync.inputs import read_configuration
from sarv_sync.model.configuration import StateSettings
from sarv_sync.model.switch import Switch
from sarv_sync.model.visible import short
from sarv_sync.state.beside import beside
from sarv_sync.state.catalog import open_backend
from sarv_sync.state.interface import Site
from sarv_sync.transport.quiet import hush_libraries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sarv_sync.inputs import Inputs
    from sarv_sync.model.account import Account
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.state.beside import What
    from sarv_sync.state.interface import Store
    from sarv_sync.state.journal import Holder, Surroundings
    from sarv_sync.state.migrating import Target


def open_store(inputs: Inputs, configuration: Configuration) -> Store:
    """Return the place where the state of `configuration` is. Nothing is read yet. Raises `InputError`."""
    file = configuration.file
    check_complete(configuration.state, f"write state.{{key}} in {file}, or pass --state-option {{key}}=VALUE")
    return _open_place(inputs, configuration, configuration.state)


def open_beside(inputs: Inputs, configuration: Configuration, what: What) -> Store:
    """Return the place beside the state where `what` is kept: a document of its own, with versions of its own.

    Nothing is read yet, and the state's lock is not needed. Raises `InputError`, also where the backend has none.
    """
    file = configuration.file
    check_complete(configuration.state, f"write state.{{key}} in {file}, or pass --state-option {{key}}=VALUE")
    try:
        settings = beside(configuration.state, what, Path(configuration.directory))
    except InputError as error:
        raise located(error, configuration.state) from None
    return _open_place(inputs, configuration, settings)


def open_account_store(inputs: Inputs, configuration: Configuration, account: Account) -> Store:
    """Return the place of the state of `account`.

    Raises `InputError`, and `Refused` if it is empty because the state was left behind in a file.
    """
    store = open_store(inputs, configuration)
    if configuration.state.backend != "local":
        from sarv_sync.state.left_behind import check_left_behind

        site = Site(Path(configuration.directory), inputs.environment)
        check_left_behind(store, account, open_backend("local", {}, site), configuration.state.backend)
    return store


def open_configured_store(inputs: Inputs) -> Store:
    """Return the place where the state of the files is. Nothing is read yet. Raises `InputError`."""
    return open_store(inputs, read_configuration(inputs))


def open_target(inputs: Inputs, configuration: Configuration, backend: str, options: Sequence[str]) -> Target:
    """Return the place that `state migrate` is to move the state to. Raises `InputError`."""
    from sarv_sync.state.migrating import Target

    settings = with_options(StateSettings(), [f"backend={backend}", *options], "--to-option")
    check_complete(settings, "pass --to-option {key}=VALUE")
    return Target(_open_place(inputs, configuration, settings), section_text(settings))


def check_place(inputs: Inputs, configuration: Configuration) -> None:
    """Raise `InputError` if what is set for the place of the state can be no place, as far as it is set."""
    try:
        check_complete(configuration.state, "")
    except InputError:
        return  # the rest may come from flags
    with suppress(NotInstalled):
        _open_place(inputs, configuration, configuration.state)


def _open_place(inputs: Inputs, configuration: Configuration, settings: StateSettings) -> Store:
    if settings.backend != "local":
        hush_libraries()
    site = Site(Path(configuration.directory), inputs.environment, inputs.setting("SARV_CA_BUNDLE"))
    try:
        return open_backend(settings.backend, settings.options, site)
    except NotInstalled:
        raise
    except InputError as error:
        raise located(error, settings) from None


def state_surroundings(
    notice: Callable[[str], None], stop: Switch | None = None, patience: float = 0.0
) -> Surroundings:
    """Return the wall clock and fresh identifiers for whoever takes the state's lock.

    A lock that another run has is waited for up to `patience` seconds, or until `stop` is set.
    """
    import secrets
    from datetime import datetime, timezone

    from sarv_sync.state.journal import Surroundings

    stop = stop or Switch()

    def sleep(seconds: float) -> None:
        if stop.wait(seconds):
            raise Interrupted("stopped while another run had the lock, so nothing was done")

    return Surroundings(lambda: datetime.now(timezone.utc), lambda: secrets.token_hex(8), notice, sleep, patience)


def this_holder(command: str, environment: Mapping[str, str] = os.environ) -> Holder:
    """Return who runs `command`, for the lock: person, machine and process; in a job of CI also who had it run."""
    import getpass
    import socket

    from sarv_sync.state.journal import Holder

    try:
        person = getpass.getuser()
    except (KeyError, OSError):  # a container's user id without a name
        person = f"uid {os.getuid()}"
    who = _of_job(environment) or person
    return Holder(f"{who} on {socket.gethostname()} (process {os.getpid()})", f"sarv-sync {command}")


_JOBS = (
    ("GITHUB_ACTIONS", ("GITHUB_TRIGGERING_ACTOR", "GITHUB_ACTOR"), "GITHUB_RUN_ID", "run", "GITHUB_REPOSITORY"),
    ("GITLAB_CI", ("GITLAB_USER_LOGIN",), "CI_JOB_ID", "job", "CI_PROJECT_PATH"),
)
_NUMBER = re.compile(r"[0-9]{1,20}")
_LONGEST_NAME = 60


def _of_job(environment: Mapping[str, str]) -> str | None:
    """Return `octocat in run 123 of acme/mail` in a job of CI, None elsewhere. The names are anybody's words."""
    for job, actors, number, noun, repository in _JOBS:
        actor = next((said for name in actors if (said := environment.get(name))), None)
        if environment.get(job) != "true" or actor is None:
            continue
        who, place = short(actor, _LONGEST_NAME), short(environment.get(repository, ""), _LONGEST_NAME)
        if not _NUMBER.fullmatch(environment.get(number, "")):
            return who
        return f"{who} in {noun} {environment[number]}" + (f" of {place}" if place else "")
    return None

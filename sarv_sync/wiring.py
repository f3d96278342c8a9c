"""The composition root: flags, environment and files become a project with real adapters.

Flags beat the environment, the environment beats the file: a pull request that edits `endpoint` must not be able to
send the token elsewhere when the workflow sets it.
"""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.config.load import load
from sarv_sync.config.settings import seconds
from sarv_sync.config.state_option import check_complete, section_text, with_options
from sarv_sync.errors import InputError, Interrupted
from sarv_sync.model.account import Account
from sarv_sync.model.configuration import GUARD_NAMES, Configuration, GuardLimit, StateSettings
from sarv_sync.model.endpoint import check_endpoint
from sarv_sync.model.secret import Secret
from sarv_sync.model.switch import Switch
from sarv_sync.provider.client import Client
from sarv_sync.provider.patient import Effort, Patient
from sarv_sync.state.catalog import open_backend
from sarv_sync.state.interface import Site
from sarv_sync.state.journal import Holder
from sarv_sync.state.journal import Surroundings as StateSurroundings
from sarv_sync.workflow import Means, Project

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from sarv_sync.applying.crew import Threads
    from sarv_sync.applying.interface import Observer
    from sarv_sync.model.scrub import Scrubber
    from sarv_sync.state.interface import Store
    from sarv_sync.state.migrating import Target

DEFAULT_CONFIG = "sarv-sync.yaml"

_DURATION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?(ms|s|m|h)")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What was given from outside the files: flags, the environment and the working directory."""

    config: str | None
    endpoint: str | None
    environment: Mapping[str, str]
    directory: Path
    state_options: Sequence[str] = ()

    def setting(self, name: str) -> str | None:
        """Return an environment variable, None if it is unset or empty."""
        return self.environment.get(name) or None


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks on while something runs, who may stop it and how gently, and where short notices go.

    `patience` is how many seconds the lock of another run is waited for.
    """

    observer: Observer
    stop: Switch
    uninterrupted: Callable[[], AbstractContextManager[None]]
    notice: Callable[[str], None]
    patience: float = 0.0


def read_configuration(inputs: Inputs, allow: Sequence[str] = ()) -> Configuration:
    """Read the files; `allow` holds `GUARD=VALUE` overrides for this run. Raises `InputError`."""
    path = inputs.config or inputs.setting("SARV_SYNC_CONFIG") or DEFAULT_CONFIG
    configuration = load(path, inputs.directory)
    guards = configuration.guards
    for guard, limit in map(_parse_allow, allow):
        guards = replace(guards, **{guard: limit})
    return replace(configuration, guards=guards, state=with_options(configuration.state, inputs.state_options))


def read_any_configuration(inputs: Inputs) -> Configuration:
    """Read the files. Where there are none, and the account is given from outside, that is enough to look at it."""
    given = (inputs.endpoint or inputs.setting("SARV_ENDPOINT")) and inputs.setting("SARV_OWNER_ID")
    named = inputs.config or inputs.setting("SARV_SYNC_CONFIG")
    if named or not given or os.path.lexists(inputs.directory / DEFAULT_CONFIG):
        return read_configuration(inputs)
    state = with_options(StateSettings(), inputs.state_options)
    return Configuration(DEFAULT_CONFIG, str(inputs.directory), state=state)


def open_store(inputs: Inputs, configuration: Configuration) -> Store:
    """Return the place where the state of `configuration` is. Nothing is read yet. Raises `InputError`."""
    file = configuration.file
    check_complete(configuration.state, f"write state.{{key}} in {file}, or pass --state-option {{key}}=VALUE")
    return _open_place(inputs, configuration, configuration.state)


def open_target(inputs: Inputs, configuration: Configuration, backend: str, options: Sequence[str]) -> Target:
    """Return the place that `state migrate` is to move the state to. Raises `InputError`."""
    from sarv_sync.state.migrating import Target

    settings = with_options(StateSettings(), [f"backend={backend}", *options], "--to-option")
    check_complete(settings, "pass --to-option {key}=VALUE")
    return Target(_open_place(inputs, configuration, settings), section_text(settings))


def _open_place(inputs: Inputs, configuration: Configuration, settings: StateSettings) -> Store:
    site = Site(Path(configuration.directory), inputs.environment, inputs.setting("SARV_CA_BUNDLE"))
    return open_backend(settings.backend, settings.options, site)


def open_configured_store(inputs: Inputs) -> Store:
    """Return the place where the state of the files is. Nothing is read yet. Raises `InputError`."""
    return open_store(inputs, read_configuration(inputs))


def open_project(
    inputs: Inputs, configuration: Configuration, scrubber: Scrubber, notice: Callable[[str], None] = lambda _: None
) -> Project:
    """Return the project of `configuration`, ready to be looked at. Raises `InputError` for what is not set.

    `notice` gets a line when the provider has to be asked again.
    """
    account = find_account(inputs, configuration)
    provider = Patient(_client(inputs, account, scrubber), _effort(configuration, Switch(), notice))
    return Project(configuration, account, open_store(inputs, configuration), provider)


def _client(inputs: Inputs, account: Account, scrubber: Scrubber, pool_size: int = 1) -> Client:
    return Client(
        account.endpoint,
        account.owner_id,
        read_token(inputs),
        scrubber,
        ca_bundle=inputs.setting("SARV_CA_BUNDLE"),
        pool_size=pool_size,
    )


def _effort(
    configuration: Configuration, stop: Switch, notice: Callable[[str], None], crew: Threads | None = None
) -> Effort:
    return Effort(
        seconds=configuration.account.retry_for,
        now=time.monotonic,
        sleep=_Clock(stop).sleep,
        jitter=_part_of,
        stopped=lambda: stop.is_set() or (crew is not None and crew.failed),
        heed=crew.heed if crew is not None else lambda _: None,
        notice=notice,
    )


def _part_of(seconds: float) -> float:
    import random

    return random.SystemRandom().uniform(0, seconds)


def find_account(inputs: Inputs, configuration: Configuration) -> Account:
    """Return which account is meant: flag, then environment, then file."""
    settings = configuration.account
    if inputs.endpoint is None and inputs.environment.get("SARV_ENDPOINT") == "":
        # A workflow that means to set it, and fails to, must not leave the choice to the file of a pull request.
        raise InputError("SARV_ENDPOINT is set, but empty", "give it a value, or unset it to use the file's endpoint")
    endpoint = inputs.endpoint or inputs.setting("SARV_ENDPOINT") or settings.endpoint
    owner_id = inputs.setting("SARV_OWNER_ID") or settings.owner_id
    if endpoint is None:
        hint = "write account.endpoint in the file, or set SARV_ENDPOINT, or pass --endpoint"
        raise InputError("no endpoint is configured", hint)
    if owner_id is None:
        raise InputError("no owner id is configured", "write account.owner_id in the file, or set SARV_OWNER_ID")
    return Account(check_endpoint(endpoint), owner_id)


def open_apply(
    inputs: Inputs, configuration: Configuration, scrubber: Scrubber, watch: Watch, parallelism: int
) -> tuple[Project, Means]:
    """Return the project of `configuration` and what an apply works with: the real clock, real randomness, threads.

    Raises `InputError` for what is not set.
    """
    import random

    from sarv_sync.applying.crew import Threads
    from sarv_sync.applying.run import Surroundings

    account = find_account(inputs, configuration)
    crew = Threads(parallelism, watch.stop)
    client = _client(inputs, account, scrubber, parallelism)
    provider = Patient(client, _effort(configuration, watch.stop, watch.notice, crew))
    world = Surroundings(
        provider=provider,
        clock=_Clock(watch.stop),
        chooser=random.SystemRandom(),
        stop=watch.stop,
        observer=watch.observer,
        crew=crew,
        parallelism=parallelism,
    )
    project = Project(configuration, account, open_store(inputs, configuration), provider)
    state_world = state_surroundings(watch.notice, watch.stop, watch.patience)
    return project, Means(this_holder("apply"), world, state_world, watch.uninterrupted)


def state_surroundings(
    notice: Callable[[str], None], stop: Switch | None = None, patience: float = 0.0
) -> StateSurroundings:
    """Return the wall clock and fresh identifiers for whoever takes the state's lock.

    A lock that another run has is waited for up to `patience` seconds, or until `stop` is set.
    """
    import secrets
    from datetime import datetime, timezone

    stop = stop or Switch()

    def sleep(seconds: float) -> None:
        if stop.wait(seconds):
            raise Interrupted("stopped while another run had the lock, so nothing was done")

    return StateSurroundings(
        lambda: datetime.now(timezone.utc), lambda: secrets.token_hex(8), notice, sleep, patience
    )


def read_patience(text: str) -> float:
    """Return the seconds that `--lock-timeout` stands for. Raises `InputError`."""
    if not _DURATION.fullmatch(text):
        raise InputError(f"--lock-timeout {text}: this is no duration", "write 30s, 2m or 1h, as for `settle`")
    return seconds(text)


def this_holder(command: str) -> Holder:
    """Return who runs `command`, for the lock: person, machine and process."""
    import getpass
    import socket

    try:
        person = getpass.getuser()
    except (KeyError, OSError):  # a container's user id without a name
        person = f"uid {os.getuid()}"
    return Holder(f"{person} on {socket.gethostname()} (process {os.getpid()})", f"sarv-sync {command}")


class _Clock:
    """The machine's clock. A sleep ends early when the run is asked to stop."""

    def __init__(self, stop: Switch) -> None:
        self._stop = stop

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        self._stop.wait(seconds)


def read_token(inputs: Inputs) -> Secret:
    """Return the token that the environment gives. Raises `InputError` if it gives none that can be used."""
    token = inputs.setting("SARV_TOKEN")
    if token is None and (path := inputs.setting("SARV_TOKEN_FILE")):
        token = _read_token(inputs.directory / path)
    if not token:
        hint = "set SARV_TOKEN, or SARV_TOKEN_FILE to the path of a file that holds it; it never goes into the file"
        raise InputError("no token is configured", hint)
    if not token.isprintable():
        raise InputError("the token holds characters that no token has", "check SARV_TOKEN for stray line ends")
    return Secret(token)


def _read_token(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
    raise InputError(f"cannot read SARV_TOKEN_FILE {path}: {reason}", "check the path and its permissions")


def _parse_allow(text: str) -> tuple[str, GuardLimit]:
    """Read one `--allow GUARD=VALUE`; the value is a count or a percentage, as in the file."""
    guard, _, value = text.partition("=")
    number = value.removesuffix("%")
    if guard not in GUARD_NAMES:
        raise InputError(f"--allow {text}: there is no guard {guard!r}", f"the guards are {', '.join(GUARD_NAMES)}")
    if not (number.isascii() and number.isdigit()) or len(number) > 9:
        raise InputError(f"--allow {text}: {value!r} is no limit", f"write {guard}=500 or {guard}=50%")
    if value.endswith("%") and int(number) > 100:
        raise InputError(f"--allow {text}: more than 100% cannot change", f"write {guard}=100%")
    return guard, GuardLimit(int(number), percent=value.endswith("%"))

"""The composition root: settings become a project with real adapters."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.errors import Fault, InputError
from sarv_sync.inputs import find_account, read_token
from sarv_sync.model.secret import Secret
from sarv_sync.model.switch import Switch
from sarv_sync.places import open_account_store, state_surroundings, this_holder
from sarv_sync.provider.client import Client
from sarv_sync.provider.patient import Effort, Patient
from sarv_sync.values import dataclass
from sarv_sync.workflow import Passwords, Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime

    from sarv_sync.apply_workflow import Means
    from sarv_sync.applying.crew import Threads
    from sarv_sync.applying.interface import Observer
    from sarv_sync.applying.outlets import Outlets
    from sarv_sync.inputs import Inputs
    from sarv_sync.model.account import Account
    from sarv_sync.model.configuration import Configuration, SinkSettings
    from sarv_sync.model.scrub import Scrubber


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks on while something runs, who may stop it and how gently, and where short notices go.

    `patience` is how many seconds the lock of another run is waited for; `command` is what runs, for those who wait
    for this one.
    """

    observer: Observer
    stop: Switch
    uninterrupted: Callable[[], AbstractContextManager[None]]
    notice: Callable[[str], None]
    patience: float = 0.0
    command: str = "apply"


def open_project(
    inputs: Inputs, configuration: Configuration, scrubber: Scrubber, notice: Callable[[str], None] = lambda _: None
) -> Project:
    """Return the project of `configuration`, ready to be looked at. Raises `InputError` for what is not set.

    `notice` gets a line when the provider has to be asked again.
    """
    account, token = find_account(inputs, configuration), read_token(inputs)
    provider = Patient(_client(inputs, account, token, scrubber), _effort(configuration, Switch(), notice))
    store = open_account_store(inputs, configuration, account)
    return Project(configuration, account, store, provider, _passwords(inputs, configuration, token, scrubber))


def open_outlets(
    inputs: Inputs, configuration: Configuration, scrubber: Scrubber, stop: Switch | None = None
) -> Outlets:
    """Return the sinks of `credentials:`. Nothing is read or called yet. Raises `InputError`, with its place."""
    from sarv_sync.applying.outlets import Outlet, Outlets, Server

    if not configuration.sinks:
        return Outlets()
    from sarv_sync.sinks.catalog import open_sink
    from sarv_sync.sinks.site import Site
    from sarv_sync.submission.verifying import ATTEMPTS, Verifier

    site = Site(Path(configuration.directory), inputs.environment, scrubber, inputs.setting("SARV_CA_BUNDLE"))

    def opened(settings: SinkSettings) -> Outlet:
        try:
            return Outlet(settings, open_sink(settings.sink, settings.options, site))
        except InputError as error:
            raise _placed(error, settings) from None

    outlets = [opened(settings) for settings in configuration.sinks]
    sleep = _Clock(stop or Switch()).sleep
    account = configuration.account
    login = Verifier(ca_bundle=site.ca_bundle, pause=account.settle / ATTEMPTS, sleep=sleep).verify
    return Outlets(outlets, Server(account.smtp_host, account.smtp_port, login))


def _placed(error: InputError, settings: SinkSettings) -> InputError:
    """Return `error` with the place of the sink that it is about."""
    at = settings.sources.get("sink")
    place = (at.file, at.line, at.column) if at is not None else (None, None, None)
    return InputError(error.message, error.hint, faults=(Fault(error.message, error.hint, *place),))


def without_token(inputs: Inputs, configuration: Configuration) -> Passwords:
    """Return where passwords go, for a plan that is not told any. Raises as `open_outlets`."""
    from sarv_sync.model.scrub import Scrubber

    return Passwords(open_outlets(inputs, configuration, Scrubber()), None, _now)


def _passwords(
    inputs: Inputs, configuration: Configuration, token: Secret, scrubber: Scrubber, stop: Switch | None = None
) -> Passwords:
    from sarv_sync.signing.verifier import verifiers

    key = inputs.setting("SARV_STATE_KEY")
    if key is None and "SARV_STATE_KEY" in inputs.environment:
        # A workflow that means to set it, and fails to, must not change what can be told.
        raise InputError("SARV_STATE_KEY is set, but empty", "give it a value, or unset it to use the token's")
    secret = token if key is None else Secret(key)
    scrubber.add(secret)
    return Passwords(open_outlets(inputs, configuration, scrubber, stop), verifiers(secret), _now)


def _now() -> datetime:
    from datetime import datetime, timezone

    return datetime.now(timezone.utc)


def open_apply(
    inputs: Inputs, configuration: Configuration, scrubber: Scrubber, watch: Watch, parallelism: int
) -> tuple[Project, Means]:
    """Return the project of `configuration` and what an apply works with: the real clock, real randomness, threads.

    Raises `InputError` for what is not set.
    """
    import random

    from sarv_sync.apply_workflow import Means
    from sarv_sync.applying.crew import Threads
    from sarv_sync.applying.run import Surroundings

    account, token = find_account(inputs, configuration), read_token(inputs)
    crew = Threads(parallelism, watch.stop)
    client = _client(inputs, account, token, scrubber, parallelism)
    provider = Patient(client, _effort(configuration, watch.stop, watch.notice, crew))
    passwords = _passwords(inputs, configuration, token, scrubber, watch.stop)
    world = Surroundings(
        provider=provider,
        clock=_Clock(watch.stop),
        chooser=random.SystemRandom(),
        stop=watch.stop,
        observer=watch.observer,
        crew=crew,
        parallelism=parallelism,
        outlets=passwords.outlets,
        commit=_commit(inputs, configuration),
    )
    store = open_account_store(inputs, configuration, account)
    project = Project(configuration, account, store, provider, passwords)
    state_world = state_surroundings(watch.notice, watch.stop, watch.patience)
    return project, Means(this_holder(watch.command), world, state_world, watch.uninterrupted)


def _commit(inputs: Inputs, configuration: Configuration) -> str | None:
    """Return the commit that the files are of, as far as it can be told."""
    from sarv_sync.commit import find_commit

    files = [inputs.directory / file for file in configuration.files]
    return find_commit(inputs.environment, Path(configuration.directory), files)


def _client(inputs: Inputs, account: Account, token: Secret, scrubber: Scrubber, pool_size: int = 1) -> Client:
    return Client(
        account.endpoint,
        account.owner_id,
        token,
        scrubber,
        ca_bundle=inputs.setting("SARV_CA_BUNDLE"),
        pool_size=pool_size,
    )


def _effort(
    configuration: Configuration, stop: Switch, notice: Callable[[str], None], crew: Threads | None = None
) -> Effort:
    def sleep(seconds: float) -> None:
        _Clock(stop).sleep(seconds)
        if crew is not None:
            crew.hold_back()

    return Effort(
        seconds=configuration.account.retry_for,
        now=time.monotonic,
        sleep=sleep,
        jitter=_part_of,
        stopped=lambda: stop.is_set() or (crew is not None and crew.failed),
        heed=crew.heed if crew is not None else lambda _: None,
        notice=notice,
    )


def _part_of(seconds: float) -> float:
    import random

    return random.SystemRandom().uniform(0, seconds)


class _Clock:
    """The machine's clock. A sleep ends early when the run is asked to stop."""

    def __init__(self, stop: Switch) -> None:
        self._stop = stop

    def now(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        self._stop.wait(seconds)

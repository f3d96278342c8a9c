"""The composition root: settings become a project with real adapters."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sarv_sync.inputs import find_account, read_token
from sarv_sync.model.switch import Switch
from sarv_sync.places import open_account_store, state_surroundings, this_holder
from sarv_sync.provider.client import Client
from sarv_sync.provider.patient import Effort, Patient
from sarv_sync.workflow import Means, Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from sarv_sync.applying.crew import Threads
    from sarv_sync.applying.interface import Observer
    from sarv_sync.inputs import Inputs
    from sarv_sync.model.account import Account
    from sarv_sync.model.configuration import Configuration
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
    account = find_account(inputs, configuration)
    provider = Patient(_client(inputs, account, scrubber), _effort(configuration, Switch(), notice))
    return Project(configuration, account, open_account_store(inputs, configuration, account), provider)


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
    project = Project(configuration, account, open_account_store(inputs, configuration, account), provider)
    state_world = state_surroundings(watch.notice, watch.stop, watch.patience)
    return project, Means(this_holder(watch.command), world, state_world, watch.uninterrupted)


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

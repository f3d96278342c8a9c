"""What all steps work with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.inputs import find_account, read_token
from sarv_sync.places import open_beside
from sarv_sync.signing.mac import Sealer
from sarv_sync.state.reviews import PURPOSE, Reviews
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sarv_sync.action.interface import Commands, Console, Flags
    from sarv_sync.action.settings import Settings
    from sarv_sync.github.context import Context
    from sarv_sync.github.interface import Api
    from sarv_sync.inputs import Inputs
    from sarv_sync.model.configuration import Configuration


@dataclass(frozen=True, slots=True)
class World:
    """Time and chance, for whoever waits for others. `uniform` returns seconds below the ones given."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None]
    uniform: Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Desk:
    """One step of a job: what it was asked for, where it runs, and whom it can talk to.

    `main_file` is the main file's path from the root of the repository. `open_api` raises `InputError` where no token
    for GitHub is given.
    """

    settings: Settings
    flags: Flags
    context: Context
    inputs: Inputs
    main_file: str
    console: Console
    commands: Commands
    open_api: Callable[[], Api]
    world: World

    def reviews(self, configuration: Configuration) -> Reviews:
        """Return the plans kept next to the state. Raises `InputError`, also where there is no token."""
        sealer = Sealer(read_token(self.inputs), find_account(self.inputs, configuration), PURPOSE)
        store = open_beside(self.inputs, configuration, "reviews")
        return Reviews(store, sealer, lambda: self.world.sleep(self.world.uniform(1.0)))

"""What all steps work with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError
from sarv_sync.inputs import DEFAULT_CONFIG, find_account, read_token
from sarv_sync.places import open_beside
from sarv_sync.signing.mac import Sealer
from sarv_sync.state.reviews import PURPOSE, Reviews

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

    `open_api` raises `InputError` where no token for GitHub is given.
    """

    settings: Settings
    flags: Flags
    context: Context
    inputs: Inputs
    console: Console
    commands: Commands
    open_api: Callable[[], Api]
    world: World

    @property
    def main_file(self) -> str:
        """The main file's path from the root of the repository."""
        named = self.inputs.setting("SARV_SYNC_CONFIG") or DEFAULT_CONFIG
        path = Path(self.inputs.directory, named).absolute()
        try:
            return path.relative_to(self.context.workspace.absolute()).as_posix()
        except ValueError:
            hint = "check it out below the workspace, and name it from there"
            raise InputError(f"the main file {path} lies outside of the workspace", hint) from None

    def reviews(self, configuration: Configuration) -> Reviews:
        """Return the plans kept next to the state. Raises `InputError`, also where there is no token."""
        sealer = Sealer(read_token(self.inputs), find_account(self.inputs, configuration), PURPOSE)
        store = open_beside(self.inputs, configuration, "reviews")
        return Reviews(store, sealer, lambda: self.world.sleep(self.world.uniform(1.0)))

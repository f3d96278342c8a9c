"""What was found, before anybody judges it. Wherever something may be wrong, a `Fault` takes its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from sarv_sync.errors import Fault, InputError, SarvSyncError
    from sarv_sync.model.configuration import Configuration
    from sarv_sync.model.route import Route
    from sarv_sync.model.state import Lock, State
    from sarv_sync.model.users import Listing


class Setting(NamedTuple):
    """A setting that was found: its value, who gave it, and who would have if that one had not."""

    value: str
    origin: str
    beaten: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """The files, and what flags, environment and files set.

    `endpoint` and `owner_id` are None where only the file could name them and it cannot be read; `token` holds no
    token; `ca_bundle` is None where none is set; `proxy`, a host, where none is used or no endpoint is known. `sinks`
    is what keeps sinks from being used.
    """

    file: Setting
    configuration: Configuration | InputError
    endpoint: Setting | Fault | None
    owner_id: Setting | Fault | None
    token: Setting | Fault
    ca_bundle: Setting | Fault | None
    proxy: Setting | Fault | None
    sinks: tuple[Fault, ...] = ()


class Call(NamedTuple):
    """A `listSmtp`: what came of it, the time the answer states, and when it began and ended by this machine's clock.

    Seconds since 1970.
    """

    result: Listing | SarvSyncError
    date: str | None
    began: float
    ended: float


class StatePlace(NamedTuple):
    """The state and the place it is in.

    `document` is None where there is none yet; `lock` is the one it has, and `taken` says whether its holder lives,
    or has to be believed in; `trouble` says why no next document could be written, None if it could; that is only
    looked at where the state is `in_folder`.
    """

    where: str
    document: State | Fault | None
    lock: Lock | None
    taken: bool | Fault
    trouble: Fault | None
    in_folder: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that was looked at. A part is None where it could not be, for want of what it depends on.

    `now` counts seconds since 1970.
    """

    now: float
    settings: Settings
    route: Route | None
    call: Call | None
    state: StatePlace | None

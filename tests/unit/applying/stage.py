"""A small account, and everything else that an apply needs, in memory."""

from __future__ import annotations

import random
import threading
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from sarv_sync.applying.crew import Threads
from sarv_sync.applying.executor import execute
from sarv_sync.applying.looking import look_at_targets
from sarv_sync.applying.outlets import Outlets
from sarv_sync.applying.run import Surroundings
from sarv_sync.errors import AnswerUnusable, AuthenticationFailed, ProviderError, RequestRefused
from sarv_sync.model.account import Account
from sarv_sync.model.answers import Created, NotCreated, Unknown
from sarv_sync.model.configuration import AccountSettings, Configuration
from sarv_sync.model.evidence import NOTHING_KNOWN, Evidence
from sarv_sync.model.secret import Secret
from sarv_sync.model.state import Binding, State
from sarv_sync.model.users import DesiredUser, Listing, ObservedUser, Placed, Settings, Source
from sarv_sync.planning.planner import make_plan
from sarv_sync.signing.verifier import PasswordVerifier

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sarv_sync.applying.executor import Execution
    from sarv_sync.errors import StateError
    from sarv_sync.model.answers import AddAnswer
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.rotation import RotationRequest
    from sarv_sync.model.users import Field, Value

ACCOUNT = Account("https://api.example.net/v1.0", "10042")
SETTLE = 5.0
UNHEARD = AnswerUnusable("the answer took too long")
REFUSED = RequestRefused("the limits are not allowed")
UNAUTHORIZED = AuthenticationFailed("the token was refused")
KEY = PasswordVerifier(Secret("token"), "lineage")
NOW = datetime(2026, 3, 1, 12, tzinfo=timezone.utc)
UNREACHABLE = ProviderError("the connection was refused")

_HERE = Source("sarv-sync.yaml", 1, 1)


def values(total: int, hourly: int, *, on: bool = True) -> Settings:
    return Settings(total, hourly, "Enable" if on else "Disable")


def entry(name: str, total: int = 5000, hourly: int = 200, **more: Any) -> DesiredUser:
    return DesiredUser(name, values(total, hourly), Placed(_HERE, (_HERE, _HERE, _HERE)), **more)


def files(*users: DesiredUser, settle: float = SETTLE) -> Configuration:
    account = AccountSettings(settle=settle)
    return Configuration("sarv-sync.yaml", ".", account=account, users={user.name: user for user in users})


def state(**users: tuple[str, Settings]) -> State:
    """Return a state with these names bound, in an account that is known to echo limits."""
    bindings = {name: Binding(user, applied) for name, (user, applied) in users.items()}
    return State("lineage", 7, ACCOUNT, bindings=bindings, echoes_limits=True)


@dataclass
class Provider:
    """An account whose answers a test prescribes.

    `add_errors` are, call by call, what `addSmtp` says instead of yes (None: yes); `mute` makes a call that got an
    unusable answer take effect all the same. `edit_errors` and `reset_errors` are by user. `cap` is the most that a
    total may be.
    `lag` is by how many listings the account's changes are late to show.
    """

    users: dict[str, Settings] = field(default_factory=dict)
    add_errors: list[ProviderError | None] = field(default_factory=list)
    edit_errors: dict[str, ProviderError] = field(default_factory=dict)
    reset_errors: dict[str, ProviderError] = field(default_factory=dict)
    passwords: dict[str, Secret] = field(default_factory=dict)
    takes_effect: bool = False
    cap: int | None = None
    lag: int = 0
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    before_call: Callable[[str], None] = lambda _: None

    def __post_init__(self) -> None:
        self._history = [dict(self.users)]
        self._guard = threading.Lock()

    def list_users(self) -> Listing:
        with self._guard:
            self._called("list")
            self._history.append(dict(self.users))
            shown = self._history[max(0, len(self._history) - 1 - self.lag)]
            return Listing({name: ObservedUser(name, seen, self.password(name)) for name, seen in shown.items()})

    def password(self, smtp_user_name: str) -> Secret:
        """Return the password that the user has now: a listing that lags shows no older one."""
        return self.passwords.get(smtp_user_name, Secret("pass word"))

    def add_user(self, total_limit: int, hourly_limit: int) -> AddAnswer:
        with self._guard:
            self._called("add", total_limit, hourly_limit)
            error = self.add_errors.pop(0) if self.add_errors else None
            if error is not None and not isinstance(error, AnswerUnusable):
                return NotCreated(error)
            if error is not None and not self.takes_effect:
                return Unknown(error)
            name = f"smtp{len(self.users) + 1:03}"
            self.users[name] = self._capped(values(total_limit, hourly_limit))
            return Created(name, Secret("pass word")) if error is None else Unknown(error)

    def edit_user(self, smtp_user_name: str, fields: Mapping[Field, Value]) -> None:
        with self._guard:
            self._called("edit", smtp_user_name, dict(fields))
            error = self.edit_errors.get(smtp_user_name)
            if error is None or (isinstance(error, AnswerUnusable) and self.takes_effect):
                new: dict[str, Any] = {key: fields[key] for key in fields}
                self.users[smtp_user_name] = self._capped(replace(self.users[smtp_user_name], **new))
            if error is not None:
                raise error

    def reset_password(self, smtp_user_name: str) -> Secret:
        with self._guard:
            self._called("reset", smtp_user_name)
            error = self.reset_errors.get(smtp_user_name)
            if error is None or (isinstance(error, AnswerUnusable) and self.takes_effect):
                self.passwords[smtp_user_name] = Secret(f"new pass word {len(self.calls)}")
            if error is not None:
                raise error
            return self.passwords[smtp_user_name]

    def made(self, kind: str) -> list[tuple[Any, ...]]:
        """Return the calls of one kind, without the kind."""
        return [call[1:] for call in self.calls if call[0] == kind]

    def _called(self, kind: str, *rest: Any) -> None:
        self.before_call(kind)
        self.calls.append((kind, *rest))

    def _capped(self, wanted: Settings) -> Settings:
        return wanted if self.cap is None else replace(wanted, total_limit=min(wanted.total_limit, self.cap))


class Journal:
    """A state in memory. `failures` are, write by write, what goes wrong (None: nothing)."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.writes: list[State] = []
        self.failures: list[StateError | None] = []

    def commit(self, state: State) -> None:
        failure = self.failures.pop(0) if self.failures else None
        if failure is not None:
            raise failure
        self.state = state
        self.writes.append(state)

    def stage(self, state: State) -> None:
        self.state = state

    def keep(self) -> bool:
        return True


@dataclass
class Watcher:
    """A clock that only sleeping moves, a switch to stop by, and an observer who remembers."""

    time: float = 0.0
    stopped: bool = False
    total: int | None = None
    calls: int | None = None
    calls_ended: int = 0
    ended: list[tuple[str, str, str]] = field(default_factory=list)
    waits: list[tuple[str, float]] = field(default_factory=list)
    before_sleep: Callable[[], object] = lambda: None

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.before_sleep()
        self.time += seconds

    def is_set(self) -> bool:
        return self.stopped

    def began(self, changes: int, calls: int) -> None:
        self.total, self.calls = changes, calls

    def call_ended(self) -> None:
        self.calls_ended += 1

    def change_ended(self, name: str, action: str, end: str) -> None:
        self.ended.append((name, action, end))

    def waiting(self, what: str, seconds: float) -> None:
        self.waits.append((what, seconds))


@dataclass
class Stage:
    """One apply: the files, the account, the journal and who watches."""

    configuration: Configuration
    provider: Provider = field(default_factory=Provider)
    journal: Journal = field(default_factory=lambda: Journal(state()))
    watcher: Watcher = field(default_factory=Watcher)
    parallelism: int = 1
    grace: float = 5.0
    targets: tuple[str, ...] = ()
    outlets: Outlets = field(default_factory=Outlets)
    now: datetime = NOW
    request: RotationRequest | None = None

    def evidence(self, listing: Listing) -> Evidence:
        """Return what a run knows of passwords: nothing, unless there are sinks."""
        if not self.outlets:
            return NOTHING_KNOWN
        known = Evidence(self.now, KEY, self.outlets, request=self.request)
        state = self.journal.state
        sights, warnings = look_at_targets(self.configuration, state, listing, known, self.outlets)
        return replace(known, sights=sights, warnings=warnings)

    def plan(self) -> Plan:
        """Return what a plan says now."""
        listing = self.provider.list_users()
        known = self.evidence(listing)
        return make_plan(self.configuration, ACCOUNT, self.journal.state, listing, self.targets, known)

    def run(self, plan: Plan | None = None) -> Execution:
        """Plan, unless a plan is given, and carry the plan out."""
        listing = self.provider.list_users()
        known = self.evidence(listing)
        made = make_plan(self.configuration, ACCOUNT, self.journal.state, listing, self.targets, known)
        watcher = self.watcher
        with closing(Threads(self.parallelism, watcher, grace=self.grace)) as crew:
            chance = random.Random(1)
            world = Surroundings(
                self.provider, watcher, chance, watcher, watcher, crew, self.parallelism, self.outlets
            )
            return execute(plan or made, self.configuration, listing, self.journal, world, known)


def names(entries: tuple[Any, ...]) -> list[str]:
    return [one.name for one in entries]


def unmade(stage: Stage) -> set[str]:
    """Return the names whose creates are journalled and whose users are not bound."""
    state = stage.journal.state
    return {intent.name for intent in state.intents.values()} - state.bindings.keys()

"""An account, a state and a sink in memory, and runs of the program that die, or hear nothing, at a chosen step.

Every call of the provider, every write of the state and every delivery is a step. A run can die before it or after
it; a call can take effect or not without the program hearing of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from random import Random
from typing import TYPE_CHECKING, Any, Literal

from sarv_sync.applying.executor import execute
from sarv_sync.applying.looking import look_at_targets
from sarv_sync.applying.outlets import Outlet, Outlets, Server
from sarv_sync.applying.run import Surroundings
from sarv_sync.errors import AnswerUnusable, RequestRefused, SinkError
from sarv_sync.model.account import Account
from sarv_sync.model.answers import Created, Unknown
from sarv_sync.model.configuration import AccountSettings, Configuration, SinkSettings
from sarv_sync.model.evidence import Evidence
from sarv_sync.model.secret import Secret
from sarv_sync.model.state import State
from sarv_sync.model.users import Listing, ObservedUser, Settings
from sarv_sync.planning.planner import make_plan
from sarv_sync.signing.verifier import PasswordVerifier
from sarv_sync.state.document import decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sarv_sync.applying.executor import Execution
    from sarv_sync.applying.interface import Answer, Item, Left
    from sarv_sync.errors import ProviderError
    from sarv_sync.model.answers import AddAnswer
    from sarv_sync.model.evidence import Timed
    from sarv_sync.model.plan import Plan
    from sarv_sync.model.rotation import RotationRequest
    from sarv_sync.model.sink import Credential, Recipient, Sight
    from sarv_sync.model.users import DesiredUser, Field, Value

ACCOUNT = Account("https://api.example.net/v1.0", "10042")
TOKEN = Secret("token")

How = Literal["dies before", "dies after", "unheard, no effect", "unheard, in effect", "fails"]


class Dead(BaseException):
    """The run was killed."""


@dataclass
class World:
    """What outlives a run. `target` is what the sink holds, by address; `given` every password there ever was.

    `strict` says that the account gives no new password to a user that is disabled.
    """

    users: dict[str, tuple[Settings, str]] = field(default_factory=dict)
    document: bytes = field(default_factory=lambda: encode(State("lineage", 1, ACCOUNT, echoes_limits=True)))
    target: dict[str, tuple[str, str]] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    resets: int = 0
    strict: bool = False
    now: datetime = datetime(2026, 1, 1, tzinfo=timezone.utc)
    watch: Callable[[World], None] = lambda _: None

    @property
    def state(self) -> State:
        return decode(self.document, "memory")

    def copy(self) -> World:
        """Return a world that goes its own way from here."""
        return replace(self, users=dict(self.users), target=dict(self.target), given=list(self.given))

    def condition(self) -> object:
        """Return all that a run depends on. How often the document was written it does not."""
        document = encode(replace(self.state, serial=0))
        return tuple(self.users.items()), tuple(self.target.items()), document

    def new_password(self) -> str:
        self.given.append(f"p4ss-{len(self.given)}-word")
        return self.given[-1]

    def reset(self, smtp_user_name: str) -> str:
        """Give a user a new password, be it by the program or by a person."""
        self.resets += 1
        self.users[smtp_user_name] = (self.users[smtp_user_name][0], self.new_password())
        return self.users[smtp_user_name][1]

    def lets_in(self, credential: tuple[str, str]) -> bool:
        """Say whether somebody who has this user name and password can send mail."""
        name, password = credential
        settings, right = self.users.get(name, (None, None))
        return settings is not None and settings.status == "Enable" and password == right

    def later(self, **by: float) -> None:
        """Let time go by."""
        self.now += timedelta(**by)


@dataclass
class Program:
    """The program with its files, in a world. One step of its next run may go wrong; `shown` is a late listing."""

    configuration: Configuration
    world: World
    step: int = -1
    how: How = "dies before"
    steps: list[str] = field(default_factory=list)
    token: Secret = TOKEN
    shown: Listing | None = None
    timed: Callable[[Timed, str], bool] = lambda _, __: True

    def evidence(self, request: RotationRequest | None = None) -> Evidence:
        return Evidence(
            now=self.world.now,
            verifier=PasswordVerifier(self.token, "lineage"),
            routes=self._outlets(),
            request=request,
            timed=self.timed,
        )

    def plan(self, request: RotationRequest | None = None) -> Plan:
        return self._looked(self.listing(), self.evidence(request))[0]

    def run(self, request: RotationRequest | None = None) -> Execution:
        """Plan and apply. Raises `Dead` if the run is killed."""
        self.steps = []
        listing = self._step("list", self.listing)
        plan, evidence = self._looked(listing, self.evidence(request))
        chance = Random(len(self.world.given))
        crew = _Alone()
        outlets = self._outlets()
        surroundings = Surroundings(_Provider(self), _Clock(), chance, crew, crew, crew, 2, outlets)
        return execute(plan, self.configuration, listing, _Journal(self), surroundings, evidence)

    def _looked(self, listing: Listing, evidence: Evidence) -> tuple[Plan, Evidence]:
        state = self.world.state
        sights, _ = look_at_targets(self.configuration, state, listing, evidence, self._outlets())
        evidence = replace(evidence, sights=sights)
        return make_plan(self.configuration, ACCOUNT, state, listing, (), evidence), evidence

    def listing(self) -> Listing:
        if self.shown is not None:
            return self.shown
        users = self.world.users.items()
        return Listing({name: ObservedUser(name, seen, Secret(password)) for name, (seen, password) in users})

    def _outlets(self) -> Outlets:
        outlets = [Outlet(settings, _Sink(self)) for settings in self.configuration.sinks]
        account = self.configuration.account
        return Outlets(outlets, Server(account.smtp_host, account.smtp_port))

    def _step(self, what: str, act: Callable[[], Any]) -> Any:
        """Do one step, or what befalls the run there."""
        here, self.steps = len(self.steps) == self.step, [*self.steps, what]
        if here and self.how == "dies before":
            raise Dead
        if here and self.how == "fails" and what == "deliver":
            raise SinkError("the sink is full")
        if here and self.how == "unheard, no effect" and what in {"add", "edit", "reset"}:
            raise AnswerUnusable("no answer")
        done = act()
        self.world.watch(self.world)
        if here and self.how == "dies after":
            raise Dead
        if here and self.how == "unheard, in effect" and what in {"add", "edit", "reset"}:
            raise AnswerUnusable("no answer")
        return done


@dataclass
class _Provider:
    program: Program

    def list_users(self) -> Listing:
        listing: Listing = self.program._step("list", self.program.listing)
        return listing

    def add_user(self, total_limit: int, hourly_limit: int) -> AddAnswer:
        world = self.program.world

        def add() -> AddAnswer:
            name = f"smtp{len(world.users) + 1}"
            world.users[name] = (Settings(total_limit, hourly_limit, "Enable"), world.new_password())
            return Created(name, Secret(world.users[name][1]))

        try:
            answer: AddAnswer = self.program._step("add", add)
        except AnswerUnusable as error:
            return Unknown(error)
        return answer

    def edit_user(self, smtp_user_name: str, fields: Mapping[Field, Value]) -> None:
        def edit() -> None:
            settings, password = self.program.world.users[smtp_user_name]
            changed: dict[str, Any] = {field: fields[field] for field in fields}
            self.program.world.users[smtp_user_name] = (replace(settings, **changed), password)

        self.program._step("edit", edit)

    def reset_password(self, smtp_user_name: str) -> Secret:
        world = self.program.world
        if world.strict and world.users[smtp_user_name][0].status == "Disable":
            raise RequestRefused("the user is disabled")
        return Secret(self.program._step("reset", lambda: self.program.world.reset(smtp_user_name)))


@dataclass
class _Journal:
    program: Program

    @property
    def state(self) -> State:
        return self.program.world.state

    def commit(self, state: State) -> None:
        def write() -> None:
            self.program.world.document = encode(replace(state, serial=state.serial + 1))

        self.program._step("write", write)

    def stage(self, state: State) -> None:
        pass

    def keep(self) -> bool:
        return True


@dataclass
class _Sink:
    program: Program

    def address(self, recipient: Recipient) -> str:
        return f"memory {recipient.name}"

    def ready(self) -> None:
        pass

    def check(self, recipients: Sequence[Recipient]) -> None:
        pass

    def deliver(self, credential: Credential) -> None:
        def put() -> None:
            content = (credential.username, credential.password.reveal())
            self.program.world.target[self.address(credential.recipient)] = content

        self.program._step("deliver", put)

    def read_back(self, credentials: Sequence[Credential]) -> dict[str, Sight]:
        return {self.address(one.recipient): self._sight(one) for one in credentials}

    def _sight(self, credential: Credential) -> Sight:
        held = self.program.world.target.get(self.address(credential.recipient))
        if held is None:
            return "gone"
        return "there" if held == (credential.username, credential.password.reveal()) else "other"


class _Alone:
    """Makes one call after the other; is never asked to stop, and watches nothing."""

    def work(
        self,
        call: Callable[[Item], Answer],
        feed: Callable[[list[tuple[Item, Answer | Left]]], Sequence[Item]],
        may_begin: Callable[[], bool],
        tick: Callable[[], bool],
        record: Callable[[list[tuple[Item, Answer | Left]]], None] | None = None,
    ) -> None:
        items = feed([])
        while items:
            items = feed([(item, call(item)) for item in items])

    def heed(self, error: ProviderError | None) -> None: ...

    def close(self) -> None: ...

    def is_set(self) -> bool:
        return False

    def began(self, changes: int, calls: int) -> None: ...

    def call_ended(self) -> None: ...

    def change_ended(self, name: str, action: str, end: str) -> None: ...

    def waiting(self, what: str, seconds: float) -> None: ...


class _Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


def files(*users: DesiredUser) -> Configuration:
    """Return files with one sink that takes everybody."""
    account = AccountSettings(settle=1.0, smtp_host="smtp.example.net", smtp_port=587)
    return Configuration(
        "sarv-sync.yaml",
        ".",
        account=account,
        users={user.name: user for user in users},
        sinks=(SinkSettings("memory"),),
    )

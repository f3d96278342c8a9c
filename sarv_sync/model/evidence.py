"""What planning is told of passwords, beside files, state and account: never a password itself."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal, Protocol

from sarv_sync.model.state import Delivery
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sarv_sync.errors import Fault
    from sarv_sync.model.rotation import RotationRequest
    from sarv_sync.model.sink import Sight
    from sarv_sync.model.users import DesiredUser
    from sarv_sync.model.verifier import Verifier

Timed = Literal["rotate", "leave", "repair", "recycle"]
"""What is done of itself: for a password that is old, a user that has served, a target that lost what it held, and a
new entry, where a user was retired long enough ago."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a password goes: the address, how it is laid out there, and its sink's number in the file, from 0.

    `fault` is why it has no address that could be used, if it has none; `places` are all that is written there, each
    of which belongs to one entry alone.
    """

    address: str
    form: str
    sink: int
    fault: str | None = None
    places: tuple[str, ...] = ()


class Routes(Protocol):
    """Which targets there are for whom. Pure."""

    def targets(self, user: DesiredUser, smtp_user_name: str | None) -> tuple[Target, ...]:
        """Return the targets of `user`, by address; `smtp_user_name` is None for one still to be made.

        They are the entry's: the same for both of its users, if it has two.
        """
        ...


class _Nowhere:
    def __bool__(self) -> bool:
        return False

    def targets(self, user: DesiredUser, smtp_user_name: str | None) -> tuple[Target, ...]:  # noqa: ARG002
        return ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """The present moment (None: unknown, so that nothing is due), the key to tell passwords apart with, the targets.

    `sights` is what targets showed, by address, as far as they can be read; `warnings` says which could not be.
    `request` limits the plan to a rotation that was asked for. `timed` says whether something may be done of itself,
    to a name or, as a repair, to an address: what was not reviewed may not.
    """

    now: datetime | None = None
    verifier: Verifier | None = None
    routes: Routes = field(default_factory=_Nowhere)
    sights: Mapping[str, Sight] = field(default_factory=dict)
    warnings: tuple[Fault, ...] = ()
    request: RotationRequest | None = None
    timed: Callable[[Timed, str], bool] = lambda _, __: True

    @property
    def delivers(self) -> bool:
        """Whether any password may go anywhere: where none does, nobody needs to ask for whom."""
        return bool(self.routes)

    @property
    def moment(self) -> str | None:
        """The present moment as the state has moments: UTC, ISO 8601."""
        return None if self.now is None else written(self.now)

    def owed(self, user: DesiredUser, smtp_user_name: str) -> tuple[Delivery, ...]:
        """Return what is owed to every target of a user whose password has reached none."""
        return tuple(Delivery(target.address, target.form) for target in self.routes.targets(user, smtp_user_name))


NOTHING_KNOWN = Evidence()


def written(moment: datetime) -> str:
    """Return a moment of UTC as the state has it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def age(evidence: Evidence, since: str | None) -> float | None:
    """Return the seconds since a moment of the state, None if either is not known."""
    from datetime import datetime

    if evidence.now is None or since is None:
        return None
    try:
        then = datetime.fromisoformat(since.replace("Z", "+00:00"))
    except ValueError:
        return None
    return None if then.tzinfo is None else (evidence.now - then).total_seconds()

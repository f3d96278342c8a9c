"""What is in an account, in the words the tests use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sarv_sync.model.account import Account
from sarv_sync.model.secret import Secret
from sarv_sync.model.state import Binding, State
from sarv_sync.model.users import ObservedUser, Settings
from sarv_sync.state.document import encode
from tests.end_to_end.workplace import OWNER

if TYPE_CHECKING:
    from sarv_sync.model.users import Status
    from sarv_sync.sandbox.server import Sandbox
    from tests.end_to_end.workplace import Workplace

Values = tuple[int, int, str]


def user(name: str, total: int = 1000, hourly: int = 100, status: Status = "Enable") -> ObservedUser:
    """Return a user for an account to begin with."""
    return ObservedUser(name, Settings(total, hourly, status), Secret(f"pass-of-{name}"))


def values(observed: ObservedUser) -> Values:
    settings = observed.settings
    return settings.total_limit, settings.hourly_limit, settings.status


def in_account(sandbox: Sandbox) -> list[Values]:
    """Return the values of every user of the account, sorted."""
    return sorted(values(each) for each in sandbox.account.users())


def by_user(sandbox: Sandbox) -> dict[str, Values]:
    """Return the values of every user of the account by its `smtp_user_name`."""
    return {each.smtp_user_name: values(each) for each in sandbox.account.users()}


def by_name(work: Workplace, sandbox: Sandbox) -> dict[str, Values]:
    """Return the values in the account of every name that is bound in the state."""
    found = by_user(sandbox)
    return {name: found[binding["smtp_user_name"]] for name, binding in work.state()["bindings"].items()}


def calls(sandbox: Sandbox, name: str) -> int:
    """Return how often the sandbox got the call `name`."""
    return sum(1 for call in sandbox.calls if call.call == name)


def bind(work: Workplace, sandbox: Sandbox, **names: str) -> None:
    """Write the state that an apply would have left: each name is bound to that user, as it is now."""
    users = {each.smtp_user_name: each.settings for each in sandbox.account.users()}
    bindings = {name: Binding(user, users[user]) for name, user in names.items()}
    state = State("0123456789abcdef", 1, Account(sandbox.url, OWNER), bindings=bindings, echoes_limits=True)
    (work.path / "sarv-sync.state.json").write_bytes(encode(state))

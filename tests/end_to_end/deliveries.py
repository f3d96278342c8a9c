"""Passwords on their way through a workflow: where they have to arrive, and where they must never be seen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.end_to_end.github_office import JOB_TOKEN, REPOSITORY, git
from tests.end_to_end.leaks import CanaryAccount, found
from tests.end_to_end.workplace import TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sarv_sync.model.users import ObservedUser
    from sarv_sync.sandbox.server import Sandbox
    from tests.end_to_end.github_office import Office

WRITER = "github_pat_11c4naryWriter0123456789"
"""A token that may write secrets, as somebody made it who owns the repository."""

LIVE = "production"
SINKS = f"""\
credentials:
  - {{sink: github-actions}}
  - {{sink: github-actions, environment: {LIVE}, only: {{labels: {{stage: live}}}}}}
"""

Login = tuple[str | None, str | None]
"""A user name and a password."""


class RememberingAccount(CanaryAccount):
    """An account that knows every password it ever gave out."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.given = [user.password.reveal() for user in self.users()]

    def _put(self, *changed: ObservedUser) -> None:
        super()._put(*changed)
        self.given += [user.password.reveal() for user in changed]


def deliver_to_github(office: Office) -> None:
    """Have the files deliver to the repository and, what is live, to an environment, which a token may write."""
    office.forge.add_environment(REPOSITORY, LIVE)
    granted = {"secrets": "write", "environments": "write"}
    office.forge.add_token(WRITER, "octocat", granted, repositories=[REPOSITORY])
    office.head += SINKS


def arrived(office: Office, name: str, environment: str | None = None) -> Login:
    """Return what GitHub holds for an entry, opened with the key that it alone has."""
    user, password = (
        office.forge.secret(REPOSITORY, f"{name}_SMTP_{key}", environment) for key in ("USERNAME", "PASSWORD")
    )
    return user, password


def logs_in(sandbox: Sandbox, held: Login) -> bool:
    """Say whether `held` is what the account has now."""
    return held in {(user.smtp_user_name, user.password.reveal()) for user in sandbox.account.users()}


def assert_nothing_seen(office: Office, account: RememberingAccount, said: Iterable[str]) -> None:
    """Assert that no password and no token is in `said`, nor in what GitHub was sent, but sealed, or has in git."""
    sent = [json.dumps(call.body) for call in office.forge.calls]
    kept = git(office.bare, "log", "--all", "--patch")
    assert "sarv-sync-state/1" in kept
    secrets = [TOKEN, JOB_TOKEN, WRITER, *account.given]
    assert found(secrets, [text.encode() for text in (*said, *sent, kept)]) == []

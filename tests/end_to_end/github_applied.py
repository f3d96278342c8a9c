"""A team with one user that is bound and applied, and what its jobs left."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import user
from tests.end_to_end.github_office import REPOSITORY, Job, Office
from tests.end_to_end.workplace import OWNER, TOKEN
from tests.forge.server import Forge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BILLING = "billing: {smtp_user_name: smtp1, total_limit: 1000, hourly_limit: 100}"
RAISED = "billing: {smtp_user_name: smtp1, total_limit: 5000, hourly_limit: 100}"
NEW = "new: {total_limit: 700, hourly_limit: 70}"


@contextmanager
def applied_office(folder: Path) -> Iterator[Office]:
    """Yield the team, after its first apply."""
    account = MemoryAccount(users=(user("smtp1"),))
    with Forge() as forge, Sandbox(account, owner_id=OWNER, token=TOKEN) as sandbox:
        made = Office(folder, forge, sandbox)
        made.found(made.users(BILLING))
        first = made.apply(approved_plan="none")
        assert first.code == 0, first.said
        yield made


def annotated(job: Job) -> list[tuple[str, str, str, str]]:
    """Return level, place and message of each annotation."""
    return [
        (each.name, each.properties.get("file", ""), each.properties.get("line", ""), each.data)
        for each in job.commands
    ]


def bodies(office: Office, number: int) -> list[str]:
    """Return what the comments of a pull request say."""
    return [comment.body for comment in office.forge.comments(REPOSITORY, number)]

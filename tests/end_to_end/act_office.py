"""An office whose workflows are the examples, with one user that is applied, and a runner for it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.accounts import user
from tests.end_to_end.act_runner import Runner, workflow
from tests.end_to_end.act_tools import prepare
from tests.end_to_end.github_office import Office
from tests.end_to_end.workplace import OWNER, TOKEN
from tests.forge.server import Forge
from tests.unit.provider.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

    from sarv_sync.sandbox.account import Account

BILLING = "billing: {smtp_user_name: smtp1, total_limit: 1000, hourly_limit: 100}"
RAISED = "billing: {smtp_user_name: smtp1, total_limit: 5000, hourly_limit: 100}"
NEW = "new: {total_limit: 700, hourly_limit: 70}"


@contextmanager
def open_office(
    folder: Path, factory: pytest.TempPathFactory, *workflows: str, account: Account | None = None, **options: Any
) -> Iterator[Runner]:
    """Yield a runner in an office with these examples; `options` are the sandbox's. Nothing may go elsewhere."""
    tools, elsewhere = prepare(factory), Stage()
    account = account or MemoryAccount(users=(user("smtp1"),))
    try:
        with Forge() as forge, Sandbox(account, owner_id=OWNER, token=TOKEN, **options) as sandbox:
            office = Office(folder, forge, sandbox, comment="false")
            files = office.users(BILLING)
            for name in workflows:
                files |= workflow(name)
            office.found(files)
            first = office.apply(approved_plan="none")
            assert first.code == 0, first.said
            yield Runner(office, tools, elsewhere)
        assert elsewhere.connections == 0, "something went elsewhere"
    finally:
        elsewhere.close()

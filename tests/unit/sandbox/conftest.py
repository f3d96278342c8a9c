from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest

from sarv_sync.sandbox.memory import MemoryAccount
from sarv_sync.sandbox.server import Sandbox
from tests.unit.sandbox.asking import OWNER, TOKEN, Caller

Start = Callable[..., tuple[Sandbox, Caller]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts a sandbox with the faults given, and connects to it."""
    with ExitStack() as stack:

        def starting(*faults: str, **options: Any) -> tuple[Sandbox, Caller]:
            account = options.pop("account", None) or MemoryAccount()
            sandbox = Sandbox(account, owner_id=OWNER, token=TOKEN, faults=faults, **options)
            stack.enter_context(sandbox)
            return sandbox, stack.enter_context(closing(Caller(sandbox.url)))

        yield starting


@pytest.fixture
def sandbox(start: Start) -> Sandbox:
    return start()[0]


@pytest.fixture
def caller(sandbox: Sandbox) -> Iterator[Caller]:
    with closing(Caller(sandbox.url)) as made:
        yield made

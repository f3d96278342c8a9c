"""Effects that land after their call was answered, or dropped."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Action = Callable[[], Awaitable[object]]


class Later:
    """Work put off, by time or by the number of calls that arrive meanwhile. Belongs to one event loop."""

    def __init__(self) -> None:
        self._waiting: list[tuple[int, Action]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._calls = 0

    def after_seconds(self, seconds: float, action: Action) -> None:
        """Run `action` in `seconds` seconds."""

        async def wait_and_act() -> None:
            await asyncio.sleep(seconds)
            await action()

        task = asyncio.get_running_loop().create_task(wait_and_act())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def after_calls(self, count: int, action: Action) -> None:
        """Run `action` when `count` further calls have arrived, before the last of them is looked at."""
        self._waiting.append((self._calls + count, action))

    async def call_arrived(self) -> None:
        """Note that a call arrived, and do what was waiting for it."""
        self._calls += 1
        due = [action for at, action in self._waiting if at <= self._calls]
        self._waiting = [(at, action) for at, action in self._waiting if at > self._calls]
        for action in due:
            await action()

    async def cancel(self) -> None:
        """Forget everything that has not happened yet."""
        self._waiting.clear()
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

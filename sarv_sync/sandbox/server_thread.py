"""An event loop in a thread, accepting connections until told to stop."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING

from sarv_sync.sandbox.http_requests import HEAD_LIMIT

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from socket import socket

    Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

BACKLOG = 512
_TURNS = 5


class ServerThread:
    """Serves `listener`, which is listening already, with `serve` for each connection; `cleanup` runs at the end."""

    def __init__(self, listener: socket, serve: Serve, cleanup: Callable[[], Awaitable[None]]) -> None:
        self._listener = listener
        self._serve = serve
        self._cleanup = cleanup
        self._connections: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="sandbox", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Drop every connection, idle or not, and wait for the thread to end."""
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._accept_until_stopped())
        finally:
            self._loop.close()
            self._listener.close()

    async def _accept_until_stopped(self) -> None:
        server = await asyncio.start_server(self._connected, sock=self._listener, limit=HEAD_LIMIT, backlog=BACKLOG)
        await self._stopping.wait()
        server.close()
        await self._cleanup()
        await self._drop_connections()

    async def _drop_connections(self) -> None:
        # A connection that was accepted a moment ago takes some turns of the loop to show up here.
        for _ in range(_TURNS):
            for task in tuple(self._connections):
                task.cancel()
            await asyncio.gather(*self._connections, return_exceptions=True)
            await asyncio.sleep(0)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

"""The sandbox: an account behind a real HTTP server in a thread of its own."""

from __future__ import annotations

import socket
from functools import partial
from typing import TYPE_CHECKING

from sarv_sync.errors import InputError
from sarv_sync.model.secret import Secret
from sarv_sync.sandbox.call_log import CallLog
from sarv_sync.sandbox.connection import serve_connection
from sarv_sync.sandbox.defaults import BASE_PATH, HOST
from sarv_sync.sandbox.published import PublishedCalls
from sarv_sync.sandbox.routing import Router
from sarv_sync.sandbox.rule_parsing import parse_rules
from sarv_sync.sandbox.server_thread import BACKLOG, ServerThread

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Self

    from sarv_sync.sandbox.account import Account
    from sarv_sync.sandbox.call_log import LoggedCall


class Sandbox:
    """An embedded provider. As a context manager it serves from entry to exit.

    `account` may be looked into and changed behind the tool's back at any time; whoever made it closes it.
    `latency` is in seconds. `faults` are rules as `--fault` takes them, `seed` makes their probabilities
    repeatable. Raises `InputError` for a rule that cannot be read.
    """

    def __init__(  # noqa: PLR0913 - one keyword for each thing a user may set
        self,
        account: Account,
        *,
        owner_id: str,
        token: str | Secret,
        host: str = HOST,
        port: int = 0,
        latency: float = 0.0,
        faults: Iterable[str] = (),
        seed: int | None = None,
    ) -> None:
        self.account = account
        self._seed = seed
        self._host = host
        self._port = port
        self._log = CallLog()
        calls = PublishedCalls(account, owner_id, token if isinstance(token, Secret) else Secret(token))
        rules = parse_rules(faults, seed)
        self._router = Router(account, calls.answer, latency=latency, rules=rules, log=self._log)
        self._server: ServerThread | None = None

    @property
    def url(self) -> str:
        """The base URL, for `SARV_ENDPOINT`. With `port=0` it is known from the first start on, and then stays."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._port}{BASE_PATH}"

    @property
    def calls(self) -> tuple[LoggedCall, ...]:
        """Every call so far, in the order of the answers, by name and outcome."""
        return self._log.all()

    def set_faults(self, *faults: str) -> None:
        """Replace all fault rules; their counts start anew. The address stays, and so does whatever is under way."""
        self._router.rules = parse_rules(faults, self._seed)

    def start(self) -> None:
        """Serve, until `stop`. Clients can connect when this returns. May be started again, at the same address.

        Raises `InputError` if the address cannot be listened on.
        """
        listener = _listen(self._host, self._port)
        self._port = listener.getsockname()[1]
        self._server = ServerThread(listener, partial(serve_connection, self._router), self._router.later.cancel)

    def stop(self) -> None:
        """Drop every connection and stop serving. What had not happened yet, such as a late commit, never will."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address, family=family, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "that is no host name"
        raise InputError(
            f"cannot listen on {host!r}, port {port}: {reason}",
            "choose another --host or --port; --port 0 takes any free port",
        ) from error

"""From a request to the call it means."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sarv_sync.sandbox.defaults import BASE_PATH
from sarv_sync.sandbox.exchange import CALLS, Exchange
from sarv_sync.sandbox.later import Later
from sarv_sync.sandbox.reply import VALIDATION, Answer, error
from sarv_sync.sandbox.rules import chain

if TYPE_CHECKING:
    from sarv_sync.sandbox.account import Account
    from sarv_sync.sandbox.call_log import CallLog
    from sarv_sync.sandbox.exchange import Proceed
    from sarv_sync.sandbox.http_requests import Request
    from sarv_sync.sandbox.reply import Reply
    from sarv_sync.sandbox.rules import Rule

_PATHS = {f"{BASE_PATH}/settings/{call}": call for call in CALLS}


class Router:
    """Finds the call of a request and takes it through the faults. Belongs to one event loop.

    `latency` is in seconds and comes before anything is done. `rules` may be replaced at any time.
    """

    def __init__(
        self,
        account: Account,
        answer: Proceed,
        *,
        latency: float,
        rules: tuple[Rule, ...],
        log: CallLog,
    ) -> None:
        self.rules = rules
        self.later = Later()
        self._account = account
        self._answer = answer
        self._latency = latency
        self._log = log

    async def reply(self, request: Request) -> Reply:
        """Return what the client gets for `request`."""
        if self._latency:
            await asyncio.sleep(self._latency)
        call = _PATHS.get(request.target) or _PATHS.get(_path(request.target))
        if call is None:
            return self._logged("unknown", error(VALIDATION, "there is no such call", 404))
        if request.method != "POST":
            return self._logged(call, _method_not_allowed())
        await self.later.call_arrived()
        proceed = chain(self.rules, call, self._answer)
        content_type = request.headers.get("content-type", "")
        return self._logged(
            call, await proceed(Exchange(call, content_type, request.body, self._account, self.later))
        )

    def _logged(self, call: str, reply: Reply) -> Reply:
        self._log.append(call, reply.outcome)
        return reply


def _path(target: str) -> str:
    """Return the path of a target, which may also be a whole URL (for a proxy) or have a query."""
    try:
        return urlsplit(target).path
    except ValueError:
        return ""


def _method_not_allowed() -> Answer:
    refusal = error(VALIDATION, "the method must be POST", 405)
    return Answer(refusal.body, refusal.outcome, 405, headers=(("Allow", "POST"),))

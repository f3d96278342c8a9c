"""Where requests come in: who is it, may they, is it too much, what was planned for it."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.forge.answers import Answer, Refusal
from tests.forge.routes import answer

if TYPE_CHECKING:
    from tests.forge.events import Events
    from tests.forge.records import Call, Token
    from tests.forge.world import World

_LIMIT = 5000
_VERSIONS = {"2022-11-28", "2026-03-10"}


class Desk:
    """Answers requests, and remembers them in `calls`."""

    def __init__(self, world: World, events: Events, base_path: str) -> None:
        self.calls: list[Call] = []
        self._world = world
        self._events = events
        self._base_path = base_path

    def serve(self, call: Call, raw: bytes) -> Answer | None:
        """Return the answer to a request, None where the connection is to be dropped."""
        if not call.path.startswith(f"{self._base_path}/"):
            return Answer(404, {"message": "Not Found"})
        token = self._world.tokens.get(_bearer(call))
        login = token.login if token else None
        call = replace(call, path=call.path[len(self._base_path) :], login=login, body=_parsed(raw))
        self._events.happen_before(call)
        said = self._said(call, token)
        self._events.happen_after(call)
        return said

    def _said(self, call: Call, token: Token | None) -> Answer | None:
        fault = self._events.fault_for(call)
        with self._world.lock:
            said = fault if isinstance(fault, Answer) else None
            if fault is None or fault == "drop-after":
                done = self._carried_out(call, token)
                said = done if fault is None else None
            self.calls.append(replace(call, status=said.status if said else None))
        return said

    def _carried_out(self, call: Call, token: Token | None) -> Answer:
        try:
            _check_form(call)
            _check_token(call, token)
            self._count(token)
            done = answer(self._world, call, token)
        except Refusal as refusal:
            done = refusal.answer
        return replace(done, headers={**self._rate(token), **done.headers})

    def _count(self, token: Token | None) -> None:
        if token is None:
            return
        if token.remaining <= 0 and time.time() < self._world.reset:
            raise Refusal(403, f"API rate limit exceeded for {token.login}.")
        token.remaining, token.used = (token.remaining or _LIMIT) - 1, token.used + 1

    def _rate(self, token: Token | None) -> dict[str, str]:
        if token is None:
            return {}
        return {
            "X-RateLimit-Limit": str(_LIMIT),
            "X-RateLimit-Remaining": str(token.remaining),
            "X-RateLimit-Used": str(token.used),
            "X-RateLimit-Reset": str(self._world.reset or int(time.time()) + 3600),
            "X-RateLimit-Resource": "core",
        }


def _bearer(call: Call) -> str:
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    return token if scheme.lower() in {"bearer", "token"} else ""


def _check_token(call: Call, token: Token | None) -> None:
    if token is None and "authorization" in call.headers:
        raise Refusal(401, "Bad credentials")


def _check_form(call: Call) -> None:
    if not call.headers.get("user-agent"):
        raise Refusal(403, "Request forbidden by administrative rules. Please make sure it has a User-Agent header.")
    if call.headers.get("x-github-api-version", "2022-11-28") not in _VERSIONS:
        raise Refusal(400, "Not a supported version")
    if isinstance(call.body, bytes):
        raise Refusal(400, "Problems parsing JSON")
    if call.method in {"POST", "PATCH", "PUT"} and not isinstance(call.body, dict):
        raise Refusal(400, "Body should be a JSON object")


def _parsed(raw: bytes) -> Any:
    # What is no JSON stays as it is, to be refused.
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw

"""The client of GitHub's REST API. Nothing here imports requests before the first call."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import InputError
from sarv_sync.github.address import address, next_page
from sarv_sync.github.failures import Complaint
from sarv_sync.github.waiting import TRIES, Patience, limit, may_have_been_done, pause_after
from sarv_sync.github.wire import BOUNDS, Answer, Body
from sarv_sync.model.endpoint import check_endpoint, host_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from requests import Session

    from sarv_sync.github.interface import Change, Method
    from sarv_sync.github.wire import Bounds, NoAnswer
    from sarv_sync.model.scrub import Scrubber
    from sarv_sync.model.secret import Secret

PAGES_MAX = 100
_PER_PAGE = 100
_IDLE_SECONDS = 20.0
"""Firewalls and servers forget connections that lie idle, and a POST into one would be in doubt for nothing."""

_TOKEN = re.compile(r"[\x21-\x7e]+")
_HEADERS = {
    "Accept": "application/vnd.github+json",
    "Accept-Encoding": "gzip, deflate",
    "X-GitHub-Api-Version": "2022-11-28",
}


class RestApi:
    """The `Api` at `url`, which `GITHUB_API_URL` names, for one thread. `scrubber` learns the token.

    `now` counts seconds since 1970, `sleep` lets some go by: `patience` in all at most, however often GitHub asks for
    it. Raises `InputError` for a bad URL, token or `ca_bundle`.
    """

    def __init__(  # noqa: PLR0913 - what the environment sets, each named by its keyword
        self,
        url: str,
        token: Secret,
        scrubber: Scrubber,
        *,
        ca_bundle: str | None = None,
        bounds: Bounds = BOUNDS,
        patience: float = 60.0,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        scrubber.add(token)
        self._base = _checked(url)
        self._token = _usable(token)
        self._scrubber = scrubber
        self._ca_bundle = ca_bundle
        self._bounds = bounds
        self._now = now
        self._sleep = sleep
        self._session: Session | None = None
        self._used = now()
        self._patience = Patience(patience)

    def close(self) -> None:
        """Close the kept connection; `contextlib.closing` calls this at the end of a block."""
        if self._session is not None:
            self._session.close()

    def get(self, path: str, query: Mapping[str, str | int] | None = None) -> Any:
        """Return what is at `path`; raise `GitHubError`."""
        return self._call("GET", path, address(self._base, path, query)).document

    def pages(self, path: str, query: Mapping[str, str | int] | None = None) -> Iterator[Any]:
        """Yield the items of the list at `path`, also of one in an object that counts them; raise `GitHubError`."""
        url: str | None = address(self._base, path, {"per_page": _PER_PAGE, **(query or {})})
        for _ in range(PAGES_MAX):
            answer = self._call("GET", path, url or "")
            items = _items(answer.document)
            if items is None:
                raise self._complaint("GET", path).unusable(answer.status, "no list")
            yield from items
            url = next_page(self._base, answer.link)
            if url is None:
                return
            if not url:
                raise self._complaint("GET", path).astray()
        raise self._complaint("GET", path).endless(PAGES_MAX)

    def send(self, method: Change, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Change something and return the answer; raise `GitHubError`. See `Api` for what may be sent twice."""
        return self._call(method, path, address(self._base, path), body).document

    def _call(self, method: Method, path: str, url: str, document: Mapping[str, Any] | None = None) -> Answer:
        """Make one call, as often as that is safe and of use."""
        complaint, tries, in_doubt = self._complaint(method, path), 0, False
        while True:
            answer, tries = self._once(method, path, url, document), tries + 1
            if isinstance(answer, Answer) and 200 <= answer.status < 300:
                if answer.fault:
                    raise complaint.unusable(answer.status, answer.fault)
                return answer
            if isinstance(answer, Answer) and method == "DELETE" and answer.status == 404 and in_doubt:
                return Answer(204)  # an attempt before took effect: it is gone, as was asked for
            self._wait(method, answer, tries, complaint)
            in_doubt = in_doubt or may_have_been_done(answer)

    def _wait(self, method: Method, answer: Answer | NoAnswer, tries: int, complaint: Complaint) -> None:
        """Wait until the call may be made again; raise what it comes to where it may not."""
        now = self._now()
        pause = limit(answer, now)
        if isinstance(answer, Answer) and pause is not None:
            if tries >= TRIES or not self._patience.grants(pause):
                raise complaint.until(answer, pause, now)
        else:
            pause = pause_after(method, answer, tries)
            if pause is None or not self._patience.grants(pause):
                raise complaint.about(answer)
        self._sleep(pause)

    def _once(self, method: Method, path: str, url: str, document: Mapping[str, Any] | None) -> Answer | NoAnswer:
        from sarv_sync.github.exchange import exchange
        from sarv_sync.github.log import log_call

        session = self._kept_session()
        answer = exchange(session, method, url, None if document is None else Body(document), self._bounds)
        self._used = self._now()
        log_call(method, path, answer)
        return answer

    def _kept_session(self) -> Session:
        if self._session is None:
            from sarv_sync.transport.session import new_session

            headers = {**_HEADERS, "Authorization": f"Bearer {self._token.reveal()}"}
            self._session = new_session(self._base, self._ca_bundle, 1, headers)
        elif self._now() - self._used > _IDLE_SECONDS:
            self._session.close()  # its connections: the next call opens a new one
        return self._session

    def _complaint(self, method: Method, path: str) -> Complaint:
        return Complaint(method, path, host_of(self._base), self._scrubber)


def _items(document: Any) -> list[Any] | None:
    """Return the items of a page: a list, or the only list in an object that also says how many there are."""
    if isinstance(document, list):
        return document
    lists = [value for value in document.values() if isinstance(value, list)] if isinstance(document, dict) else []
    return lists[0] if len(lists) == 1 else None


def _checked(url: str) -> str:
    try:
        return check_endpoint(url)
    except InputError:
        pass
    raise InputError(
        "GITHUB_API_URL is not the https URL of an API",
        "leave it as the runner sets it: https://api.github.com, or https://HOST/api/v3 on a server of your own",
    )


def _usable(token: Secret) -> Secret:
    if not _TOKEN.fullmatch(token.reveal()):
        raise InputError("the GitHub token is empty or not one", "give `github-token` the value ${{ github.token }}")
    return token

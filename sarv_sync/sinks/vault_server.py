"""A server of Vault or OpenBao: what is asked of it, and what its answers mean.

The library never raises for an answer here: its exceptions hold the URL and the whole body.
"""

from __future__ import annotations

import time
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from sarv_sync.errors import InputError, NotInstalled
from sarv_sync.model.endpoint import check_endpoint
from sarv_sync.model.secret import Secret
from sarv_sync.sinks.vault_login import GivenToken, answer_to
from sarv_sync.sinks.vault_refusals import Refusals, words_of
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sarv_sync.sinks.site import Site
    from sarv_sync.sinks.vault_login import Login
    from sarv_sync.transport.failures import Failure

_TIMEOUT = (10.0, 30.0)
_CONNECTIONS = 16
_PAUSES = (0.3, 1.5)
_PASSING = frozenset({412, 429, 472, 473, 500, 502, 503, 504})
_PASSING_KINDS = frozenset({"network", "connecting", "silence", "dropped"})
_CAS = "check-and-set"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, and its body where that is an object of JSON."""

    status: int
    document: Mapping[str, Any]


class Version(NamedTuple):
    """The latest version of a secret; number 0 if there never was one, no `data` if it is deleted or destroyed."""

    number: int
    data: Mapping[str, Any] | None


class Server:
    """The server that VAULT_ADDR names, and nothing else does. Safe to use from several threads.

    Everything raises `SinkError`. Calls that fail in passing are made again: a write names the version that it
    replaces, so the second of two does nothing.
    """

    def __init__(self, site: Site, login: Login) -> None:
        """Raises `InputError` for a bad setting, `NotInstalled` without hvac. Reaches for nothing yet."""
        self._site = site
        self._login = login
        self._lock = Lock()
        self._logged_in = False
        self._refusals = Refusals(site.scrubber)
        self._client = _client(site)

    def read(self, mount: str, path: str) -> Version:
        """Return the latest version of the secret at `path`."""
        what = f"read {mount}/{path}"
        kv = self._client.secrets.kv.v2
        reply = self._ask(
            what, lambda: kv.read_secret_version(path, mount_point=mount, raise_on_deleted_version=False)
        )
        match reply:
            case Reply(200, {"data": {"data": dict(data), "metadata": {"version": int(number)}}}):
                return Version(number, data)
            case Reply(404, {"data": {"metadata": {"version": int(number)}}}):
                return Version(number, None)
            case Reply(404, document) if not words_of(document):
                return Version(0, None)
        raise self._refusals.of(what, reply.status, reply.document)

    def write(self, mount: str, path: str, data: Mapping[str, Any], instead_of: int) -> bool:
        """Write a version of the secret at `path`. Return false if the latest one is not number `instead_of`."""
        what = f"write {mount}/{path}"
        kv = self._client.secrets.kv.v2
        reply = self._ask(what, lambda: kv.create_or_update_secret(path, data, cas=instead_of, mount_point=mount))
        if reply.status == 400 and _CAS in words_of(reply.document):
            return False
        if reply.status != 200:
            raise self._refusals.of(what, reply.status, reply.document)
        return True

    def engine(self, mount: str) -> tuple[str, str]:
        """Return the type and version of the secrets engine at `mount`; the version of one that has none is ""."""
        what = f"find the secrets engine {mount}/"
        reply = self._ask(what, lambda: self._client.adapter.get(f"/v1/sys/internal/ui/mounts/{quote(mount)}"))
        match reply:
            case Reply(200, {"data": {"type": str(kind), "options": options}}):
                version = options.get("version") if isinstance(options, dict) else None
                return kind, version if isinstance(version, str) else ""
        raise self._refusals.of(what, reply.status, reply.document)

    def capabilities(self, paths: Sequence[str]) -> dict[str, frozenset[str]]:
        """Return what the token may do at each of `paths`."""
        what = "see what the token may do"
        reply = self._ask(what, lambda: self._client.sys.get_capabilities(list(paths)))
        match reply:
            case Reply(200, {"data": dict(data)}):
                return {path: _texts(data.get(path)) for path in paths}
        raise self._refusals.of(what, reply.status, reply.document)

    def _ask(self, what: str, call: Callable[[], Any]) -> Reply:
        self._log_in()
        return self._answered(what, call)

    def _log_in(self) -> None:
        with self._lock:
            if not self._logged_in:
                self._client.token = self._token().reveal()
                self._logged_in = True

    def _token(self) -> Secret:
        login = self._login
        if isinstance(login, GivenToken):
            return login.token
        what = f"log in to Vault at auth/{login.mount}"
        reply = self._answered(what, lambda: answer_to(login, self._client))
        match reply:
            case Reply(200, {"auth": {"client_token": str(token)}}):
                secret = Secret(token)
                self._site.scrubber.add(secret)
                return secret
        raise self._refusals.of_login(what, reply.status, reply.document)

    def _answered(self, what: str, call: Callable[[], Any]) -> Reply:
        """Make a call, and again while that is of use."""
        for pause in _PAUSES:
            outcome = _once(call)
            if not _passes(outcome):
                break
            time.sleep(pause)
        else:
            outcome = _once(call)
        if isinstance(outcome, Reply):
            return outcome
        raise self._refusals.unanswered(what, outcome)


def _once(call: Callable[[], Any]) -> Reply | Failure:
    from sarv_sync.transport.failures import TRANSPORT_ERRORS, explain

    try:
        answer = call()
    except TRANSPORT_ERRORS as problem:
        return explain(problem, sent=True)
    try:
        document = answer.json()
    except (ValueError, RecursionError):
        document = None
    return Reply(answer.status_code, document if isinstance(document, dict) else {})


def _passes(outcome: Reply | Failure) -> bool:
    return outcome.status in _PASSING if isinstance(outcome, Reply) else outcome.kind in _PASSING_KINDS


def _texts(stated: object) -> frozenset[str]:
    return frozenset(text for text in stated if isinstance(text, str)) if isinstance(stated, list) else frozenset()


def _client(site: Site) -> Any:
    try:
        import hvac
    except ImportError:
        hint = "install the extra: pip install 'sarv-sync[vault]'"
        raise NotInstalled("this sink needs hvac, which is not installed", hint) from None
    address = _address(site)
    return hvac.Client(
        adapter=hvac.adapters.RawAdapter,  # what is no JSON is then left to `_once`
        url=address,
        token="",  # else the library looks for one by itself
        session=_session(site, address),
        namespace=site.setting("VAULT_NAMESPACE"),
        timeout=_TIMEOUT,
        allow_redirects=False,
        ignore_exceptions=True,
    )


def _session(site: Site, address: str) -> Any:
    from sarv_sync.transport.session import new_session

    own = site.setting("VAULT_CACERT")
    try:
        return new_session(address, own or site.ca_bundle, _CONNECTIONS)
    except InputError as error:
        if own is None:
            raise
        reason = error.message
    raise InputError(reason, "set VAULT_CACERT to a file in PEM format")


def _address(site: Site) -> str:
    given = site.required("VAULT_ADDR", "the URL of the server, as in https://vault.example.net:8200")
    try:
        return check_endpoint(given)
    except InputError as error:
        reason = error.message
    raise InputError(
        f"VAULT_ADDR cannot be used: {reason}",
        "write https://HOST:PORT; http is for loopback addresses only, and credentials have variables of their own",
    )

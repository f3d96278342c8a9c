"""Ways to log in to Vault, as the environment gives them: a token, AppRole, or a signed statement of who runs this.

The statement, a JWT, is given as it is or in a file, or GitHub gives it to a job that may ask for it.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sarv_sync.errors import InputError, SinkError
from sarv_sync.model.endpoint import check_endpoint
from sarv_sync.model.secret import Secret
from sarv_sync.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from sarv_sync.sinks.site import Site

_TIMEOUT = (10.0, 30.0)
_FILE_MAX = 1 << 16
_ORIGIN = re.compile(r"(https?://[^/?#]+)[/?#].*", re.DOTALL)
_WAYS = (
    "set VAULT_TOKEN; or VAULT_ROLE_ID and VAULT_SECRET_ID; or VAULT_ROLE with VAULT_JWT or VAULT_JWT_FILE; or "
    "VAULT_ROLE alone in a job of GitHub Actions that has `permissions: {id-token: write}`"
)


@dataclass(frozen=True, slots=True)
class GivenToken:
    """A token that was issued before."""

    token: Secret


@dataclass(frozen=True, slots=True)
class AppRole:
    """The auth method `approle`, mounted at `mount`."""

    mount: str
    role_id: Secret
    secret_id: Secret


@dataclass(frozen=True, slots=True)
class Statement:
    """The auth method `jwt`, mounted at `mount`. `jwt` gets the statement anew each time."""

    mount: str
    role: str
    jwt: Callable[[], Secret]


Login = GivenToken | AppRole | Statement


def login_of(site: Site, auth_mount: str | None) -> Login:
    """Return the first way that the environment has all for. Raises `InputError` where it has none."""
    given = site.setting("VAULT_TOKEN")
    if given is not None:
        return GivenToken(_kept(site, given))
    role_id = site.setting("VAULT_ROLE_ID")
    if role_id is not None:
        secret_id = site.required("VAULT_SECRET_ID", "it goes with VAULT_ROLE_ID")
        return AppRole(auth_mount or "approle", _kept(site, role_id), _kept(site, secret_id))
    jwt = _jwt(site)
    if jwt is None:
        raise InputError("there is nothing to log in to Vault with", _WAYS)
    role = site.required("VAULT_ROLE", "the role of Vault's auth method to log in as")
    return Statement(auth_mount or "jwt", role, jwt)


def answer_to(login: AppRole | Statement, client: Any) -> Any:
    """Return what Vault, of which `client` is hvac's, answers to `login`."""
    match login:
        case AppRole(mount, role_id, secret_id):
            return client.auth.approle.login(role_id.reveal(), secret_id.reveal(), use_token=False, mount_point=mount)
        case Statement(mount, role, jwt):
            return client.auth.jwt.jwt_login(role, jwt().reveal(), use_token=False, path=mount)


def _jwt(site: Site) -> Callable[[], Secret] | None:
    given, file = site.setting("VAULT_JWT"), site.setting("VAULT_JWT_FILE")
    if given is not None:
        statement = _kept(site, given)
        return lambda: statement
    if file is not None:
        return lambda: _kept(site, _content(file))
    url, token = site.setting("ACTIONS_ID_TOKEN_REQUEST_URL"), site.setting("ACTIONS_ID_TOKEN_REQUEST_TOKEN")
    if url is not None and token is not None and site.setting("VAULT_ROLE") is not None:
        request_token = _kept(site, token)
        return lambda: _from_github(site, url, request_token)
    return None


def _kept(site: Site, value: str) -> Secret:
    secret = Secret(value.strip())
    site.scrubber.add(secret)
    return secret


def _content(file: str) -> str:
    try:
        with Path(file).open(encoding="ascii") as opened:
            text = opened.read(_FILE_MAX)
    except (OSError, ValueError):
        text = ""
    if not text.strip():
        raise InputError(f"no token can be read from {file}", "VAULT_JWT_FILE is the path of a file with a JWT in it")
    return text


def _from_github(site: Site, url: str, request_token: Secret) -> Secret:
    """Ask GitHub for the statement: docs.github.com/actions/reference/openid-connect-reference, "Methods"."""
    from sarv_sync.transport.failures import TRANSPORT_ERRORS, explain
    from sarv_sync.transport.session import new_session

    audience = site.setting("VAULT_JWT_AUDIENCE")
    whole = url if audience is None else f"{url}{'&' if '?' in url else '?'}audience={quote(audience, safe='')}"
    headers = {"Authorization": f"bearer {request_token.reveal()}", "Accept": "application/json"}
    reason = "GitHub's answer holds none"
    try:
        with new_session(_origin(url), site.ca_bundle, 1, headers) as session:
            answer = session.get(whole, timeout=_TIMEOUT, allow_redirects=False)
        match answer.json() if answer.status_code == 200 else None:
            case {"value": str(statement)}:
                return _kept(site, statement)
        if answer.status_code != 200:
            reason = f"GitHub answered {answer.status_code}"
    except TRANSPORT_ERRORS as problem:
        reason = explain(problem, sent=True).message
    raise SinkError(
        f"cannot get an identity token from GitHub to log in to Vault with: {reason}",
        "check that the job has `permissions: {id-token: write}`, and run it again",
    )


def _origin(url: str) -> str:
    """Return scheme and host of `url`, to which the token may be sent."""
    match = _ORIGIN.fullmatch(url)
    try:
        return check_endpoint(match[1] if match else "")
    except InputError:
        pass
    raise InputError("ACTIONS_ID_TOKEN_REQUEST_URL is no https URL", "leave it as the runner sets it")

"""A client of AWS Secrets Manager, with the credentials that AWS's own tools would use."""

from __future__ import annotations

import re
import subprocess
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, NoReturn

from sarv_sync.errors import InputError, NotInstalled
from sarv_sync.model.child_environment import without_secrets
from sarv_sync.model.endpoint import check_endpoint
from sarv_sync.model.secret import Secret
from sarv_sync.sinks.aws_failures import CallFailed, translated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sarv_sync.sinks.site import Site

_CONNECT_TIMEOUT = 10
_READ_TIMEOUT = 30
_ATTEMPTS = 3
"""Of one call. Every write carries a token, so that a repeated one does nothing twice."""

_REGION = re.compile(r"[a-z0-9-]{1,63}")
_PATCHING = Lock()


class ByProgram(Exception):
    """The credentials come from a program, which may not be run now."""


class Access:
    """The way to one region: a client that all threads share, made when it is first asked for."""

    def __init__(self, site: Site, region: str | None) -> None:
        if region is not None and not _REGION.fullmatch(region):
            raise InputError("`region` is no name of a region", "write it as in eu-west-1, or leave it out")
        self._site = site
        self._region = region
        self._connecting = Lock()
        self._client: Any = None
        self._is_ready = False
        self._program_was_run = False

    def ready(self) -> None:
        """Raise if the library or a region is missing, or the endpoint cannot be used.

        No credentials are looked for: to get them, a profile may have a program run, or the machine be asked.
        """
        with self._connecting:
            if not self._is_ready:
                self._try_settings()
                self._is_ready = True

    def client(self) -> Any:
        """Return the client. A profile's `credential_process` is run, without this program's own secrets."""
        with self._connecting:
            if self._client is None:
                self._client = self._connect(self._run)
            return self._client

    def client_without_programs(self) -> Any:
        """Return the client, and run no program for it; raise `ByProgram` where there is no other way."""
        with self._connecting:
            if self._program_was_run:
                raise ByProgram
            if self._client is None:
                self._client = self._connect(_refuse)
            return self._client

    def _run(self, command: Sequence[str], stdout: int, stderr: int) -> subprocess.Popen[bytes]:
        self._program_was_run = True
        environment = without_secrets(self._site.environment)
        return subprocess.Popen(  # noqa: S603 - no shell, and as the AWS configuration says
            command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, env=environment
        )

    def _try_settings(self) -> None:
        try:
            session = self._session()
            from botocore import UNSIGNED

            # An unsigned client asks for no credentials; the other defaults could be the metadata service's to say.
            self._open(session, signature_version=UNSIGNED, defaults_mode="legacy")
        except CallFailed as failure:
            raise InputError(failure.reason, failure.hint) from None

    def _connect(self, popen: Callable[..., Any]) -> Any:
        session = self._session()
        from botocore.exceptions import NoCredentialsError

        with translated():
            with _programs(popen):
                credentials = session.get_credentials()
            if credentials is None:
                raise NoCredentialsError
            frozen = credentials.get_frozen_credentials()
        self._site.scrubber.add_all(Secret(text) for text in (frozen.secret_key, frozen.token) if text)
        return self._open(session)

    def _session(self) -> Any:
        try:
            from boto3.session import Session
        except ImportError:
            hint = "install the extra: pip install 'sarv-sync[aws]'"
            raise NotInstalled("this sink needs boto3, which is not installed", hint) from None
        with translated():
            return Session(botocore_session=self._library())

    def _open(self, session: Any, **more: Any) -> Any:
        """Return a client of `session`; `more` is set for it beside what every client has."""
        with translated():
            client = session.client(
                "secretsmanager",
                region_name=self._region or self._site.setting("AWS_REGION"),
                endpoint_url=self._endpoint(),
                verify=self._site.setting("AWS_CA_BUNDLE") or self._site.ca_bundle,
                config=_config(**more),
            )
        _check(client.meta.endpoint_url)
        return client

    def _library(self) -> Any:
        """Return a session for which this sink's environment counts; what that does not set, the process's does."""
        from botocore.session import Session

        setting = self._site.setting
        key, secret = setting("AWS_ACCESS_KEY_ID"), setting("AWS_SECRET_ACCESS_KEY")
        # To the library, a profile that is named in so many words goes before keys.
        profile = None if key and secret else setting("AWS_PROFILE") or setting("AWS_DEFAULT_PROFILE")
        session = Session(profile=profile)
        files = {"config_file": "AWS_CONFIG_FILE", "credentials_file": "AWS_SHARED_CREDENTIALS_FILE"}
        for name, variable in files.items():
            if value := setting(variable):
                session.set_config_variable(name, value)
        if key and secret:
            session.set_credentials(key, secret, setting("AWS_SESSION_TOKEN"))
        return session

    def _endpoint(self) -> str | None:
        if (self._site.setting("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") or "").lower() == "true":
            return None
        return self._site.setting("AWS_ENDPOINT_URL_SECRETS_MANAGER") or self._site.setting("AWS_ENDPOINT_URL")


def _config(**more: Any) -> Any:
    from botocore.config import Config

    return Config(
        connect_timeout=_CONNECT_TIMEOUT,
        read_timeout=_READ_TIMEOUT,
        retries={"total_max_attempts": _ATTEMPTS, "mode": "standard"},
        user_agent_extra="sarv-sync",
        **more,
    )


def _check(endpoint: str) -> None:
    try:
        check_endpoint(endpoint)
    except InputError:
        raise InputError(
            "the endpoint that the AWS configuration names (AWS_ENDPOINT_URL_SECRETS_MANAGER) cannot be used",
            "write https://HOST[:PORT], without a user name; http:// is for loopback addresses only",
        ) from None


def _refuse(*_arguments: Any, **_options: Any) -> NoReturn:
    raise ByProgram


@contextmanager
def _programs(popen: Callable[..., Any]) -> Iterator[None]:
    """Let `popen` start the `credential_process` of a profile, now and when it is run again.

    The library offers no other way in: a profile's source profile makes its providers where nobody can reach them.
    """
    from functools import partial

    from botocore import credentials

    with _PATCHING:
        real = credentials.ProcessProvider
        credentials.ProcessProvider = partial(real, popen=popen)
        try:
            yield
        finally:
            credentials.ProcessProvider = real

"""Applying with the official Python client."""

from __future__ import annotations

import json
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

from sarv_sync.errors import InputError
from sarv_sync.model.endpoint import check_endpoint
from sarv_sync.model.secret import Secret
from sarv_sync.sinks.kubeconfig import Kubeconfig
from sarv_sync.sinks.kubernetes_failures import TLS, UNREACHABLE, ApplyFailed, refused
from sarv_sync.sinks.manifest import MANAGER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sarv_sync.sinks.manifest import Manifest
    from sarv_sync.sinks.site import Site

_TIMEOUTS = (10, 30)
"""Seconds for the connection, and for the answer."""


class ByClient:
    """Calls of the cluster of `context`, None: of the current one. One client serves all threads."""

    def __init__(self, site: Site, context: str | None) -> None:
        self._site = site
        self._kubeconfig = Kubeconfig(site, context)
        self._connecting = Lock()
        self._api: Any = None

    def ready(self) -> None:
        """Raise if the client is not installed, or its configuration is not there or cannot be used."""
        self._kubeconfig.read()

    def apply(self, manifest: Manifest, *, trial: bool) -> None:
        """Apply the manifest. `force` stays false: what is another manager's is not taken."""
        options: dict[str, Any] = {"dry_run": "All"} if trial else {}

        def patch(api: Any) -> None:
            api.patch_namespaced_secret(
                manifest.name,
                manifest.namespace or self._kubeconfig.read().namespace,
                manifest.document(),
                field_manager=MANAGER,
                force=False,
                _content_type="application/apply-patch+yaml",
                _request_timeout=_TIMEOUTS,
                **options,
            )

        self._call(patch)

    def reading(self) -> Callable[[str | None, str], Mapping[str, str] | None] | None:
        """Return what reads Secrets; None if a program gives the credentials, since none is run to look."""
        return None if self._kubeconfig.read().program else self._read

    def _read(self, namespace: str | None, name: str) -> Mapping[str, str] | None:
        namespace = namespace or self._kubeconfig.read().namespace
        try:
            found = self._call(lambda api: api.read_namespaced_secret(name, namespace, _request_timeout=_TIMEOUTS))
        except ApplyFailed as failure:
            if failure.status != 404:
                raise
            return None
        return found.data or {}

    def _call(self, ask: Callable[[Any], Any]) -> Any:
        """Return what `ask` returns. Credentials of a program last for a time: when they are refused, get others."""
        api = self._connected()
        try:
            with _translated():
                return ask(api)
        except ApplyFailed as failure:
            if failure.status != 401 or not self._kubeconfig.read().program:
                raise
        with self._connecting:
            if self._api is api:
                self._api = None
        with _translated():
            return ask(self._connected())

    def _connected(self) -> Any:
        with self._connecting:
            if self._api is None:
                self._api = self._connect()
            return self._api

    def _connect(self) -> Any:
        from kubernetes.client import ApiClient, Configuration, CoreV1Api

        configuration = Configuration()
        self._kubeconfig.read().load(configuration)
        if not configuration.verify_ssl:
            raise InputError(
                "the cluster's certificate is not checked (insecure-skip-tls-verify), and a password would go there",
                "give the kubeconfig the cluster's certificate-authority-data instead",
            )
        _check(configuration.host)
        configuration.ssl_ca_cert = configuration.ssl_ca_cert or self._site.ca_bundle
        # Nothing is tried again, and no redirect is followed.
        configuration.retries = False
        self._site.scrubber.add_all(Secret(text) for text in _tokens(configuration))
        return CoreV1Api(ApiClient(configuration))


def _tokens(configuration: Any) -> Iterator[str]:
    for header in configuration.api_key.values():
        yield from header.split()[1:]


def _check(host: str) -> None:
    try:
        check_endpoint(host)
    except InputError:
        raise InputError(
            "the kubeconfig's `server` cannot be used",
            "it is https://HOST[:PORT], without a user name; http:// is for loopback addresses only",
        ) from None


@contextmanager
def _translated() -> Iterator[None]:
    """Raise `ApplyFailed` in place of what the client raises: its texts hold what was sent and what came back."""
    from kubernetes.client.exceptions import ApiException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except ApiException as error:
        raise _answered(error.status or 0, error.body) from None
    except HTTPError:
        raise ApplyFailed(0, *UNREACHABLE) from None
    except (OSError, ValueError, TypeError) as error:
        reason = f"nonsense came back ({type(error).__name__})"
        raise ApplyFailed(0, reason, "check what answers at the kubeconfig's `server`") from None


def _answered(status: int, body: object) -> ApplyFailed:
    if not status:
        return ApplyFailed(0, *TLS)
    try:
        said = json.loads(str(body))["message"]
    except (ValueError, LookupError, TypeError):
        said = ""
    return refused(status, str(said))

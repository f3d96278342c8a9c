"""The API of a Kubernetes cluster as far as Secrets go, over TLS, with tokens and what each may do."""

from __future__ import annotations

import json
import re
import ssl
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.cluster.secrets import Refusal, Secrets, Stored
from tests.end_to_end.certificates import certificate, speaking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TOKEN = "eyJhbGciOi.cluster-canary"

_PATH = re.compile(r"/api/v1/namespaces/([^/]+)/secrets/([^/]+)")
_RESOURCES = {
    "kind": "APIResourceList",
    "groupVersion": "v1",
    "resources": [
        {
            "name": "secrets",
            "singularName": "secret",
            "namespaced": True,
            "kind": "Secret",
            "verbs": ["create", "get", "patch"],
        }
    ],
}
_DISCOVERY: dict[str, dict[str, Any]] = {
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
    "/api/v1": _RESOURCES,
    "/version": {"major": "1", "minor": "33", "gitVersion": "v1.33.0"},
}


class Cluster:
    """A cluster. `verbs`: what each token may do; `calls`: method, path and query of each call about Secrets."""

    def __init__(self, folder: Path) -> None:
        self.secrets = Secrets()
        self.namespaces = {"default", "mail"}
        self.verbs = {TOKEN: {"get", "create", "patch"}}
        self.calls: list[tuple[str, str, dict[str, str]]] = []
        self.elsewhere: str | None = None
        self.lock = threading.Lock()
        self._pem = certificate(folder, 1)
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.cluster = self
        self._server.socket = speaking(self._pem).wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self._server.server_port}"

    @property
    def authority(self) -> str:
        """The certificate that speaks for the server."""
        return ssl.DER_cert_to_PEM_cert(ssl.PEM_cert_to_DER_cert(_certificate_of(self._pem)))

    def serve(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @contextmanager
    def only(self, *verbs: str) -> Iterator[None]:
        """Let the token do nothing but this."""
        before, self.verbs[TOKEN] = self.verbs[TOKEN], set(verbs)
        try:
            yield
        finally:
            self.verbs[TOKEN] = before


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    cluster: Cluster

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that trusts no such certificate hangs up; that is its right."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name it has there
        pass

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        cluster, url = self.server.cluster, urlsplit(self.path)
        if cluster.elsewhere:
            self._send(307, {}, {"Location": cluster.elsewhere + self.path})
            return
        try:
            with cluster.lock:
                status, answer = 200, self._found(cluster, url.path, dict(_single(url.query)), body)
        except Refusal as refusal:
            status, answer = refusal.status, _status(refusal)
        self._send(status, answer, {})

    def _found(self, cluster: Cluster, path: str, query: dict[str, str], body: bytes) -> dict[str, Any]:
        verbs = cluster.verbs.get(
            self.headers.get("Authorization", "").removeprefix("Bearer ").removeprefix("bearer ")
        )
        if verbs is None:
            raise Refusal(401, "Unauthorized", "Unauthorized")
        if path in _DISCOVERY:
            return _DISCOVERY[path]
        if not (match := _PATH.fullmatch(path)):
            raise Refusal(404, "NotFound", f"the server could not find the requested resource {path}")
        cluster.calls.append((self.command, path, query))
        namespace, name = match[1], match[2]
        needed = {"get"} if self.command == "GET" else {"patch"}
        if self.command == "PATCH" and (namespace, name) not in cluster.secrets.stored:
            needed.add("create")
        for verb in sorted(needed - verbs):
            said = f"{dict(self.headers)} {body.decode()}"
            message = (
                f'secrets "{name}" is forbidden: User "ci" cannot {verb} resource "secrets" in API group "" {said}'
            )
            raise Refusal(403, "Forbidden", message)
        if self.command == "GET":
            found = cluster.secrets.stored.get((namespace, name))
            if found is None:
                raise Refusal(404, "NotFound", f'secrets "{name}" not found')
            return _document(namespace, name, found)
        return _document(namespace, name, self._applied(cluster, namespace, name, query, body))

    def _applied(self, cluster: Cluster, namespace: str, name: str, query: dict[str, str], body: bytes) -> Stored:
        if self.headers["Content-Type"] != "application/apply-patch+yaml":
            raise Refusal(415, "UnsupportedMediaType", "only apply is played here")
        if query.get("force", "false").lower() != "false":
            raise Refusal(400, "BadRequest", "force is not asked for")
        if namespace not in cluster.namespaces:
            raise Refusal(404, "NotFound", f'namespaces "{namespace}" not found')
        dry = {"All": True, None: False}[query.get("dryRun")]
        return cluster.secrets.apply(namespace, name, json.loads(body), query["fieldManager"], dry=dry)

    def _send(self, status: int, answer: dict[str, Any], headers: dict[str, str]) -> None:
        data = json.dumps(answer).encode()
        self.send_response(status)
        for key, value in {**headers, "Content-Type": "application/json", "Content-Length": str(len(data))}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(data)


def _single(query: str) -> Iterator[tuple[str, str]]:
    for key, values in parse_qs(query).items():
        yield key, values[-1]


def _status(refusal: Refusal) -> dict[str, Any]:
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": refusal.message,
        "reason": refusal.reason,
        "details": {"kind": "secrets", "causes": refusal.causes},
        "code": refusal.status,
    }


def _document(namespace: str, name: str, stored: Stored) -> dict[str, Any]:
    def below(prefix: str) -> dict[str, Any]:
        return {path.removeprefix(prefix): value for path, value in stored.fields.items() if path.startswith(prefix)}

    labels = below(".metadata.labels.")
    metadata = {"name": name, "namespace": namespace, "labels": labels, "resourceVersion": str(stored.version)}
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": metadata,
        "type": stored.fields[".type"],
        "data": below(".data."),
    }


def _certificate_of(pem: Path) -> str:
    text = pem.read_text()
    return text[text.index("-----BEGIN CERTIFICATE") :]


@contextmanager
def serving(folder: Path) -> Iterator[Cluster]:
    """Yield a cluster with the namespaces `default` and `mail`."""
    cluster = Cluster(folder)
    threading.Thread(target=cluster.serve, daemon=True).start()
    try:
        yield cluster
    finally:
        cluster.close()


def kubeconfig(cluster: Cluster, path: Path, user: dict[str, Any] | None = None, **entry: Any) -> Path:
    """Write a kubeconfig for somebody who has the token, or for `user`; `entry` goes above the cluster's own."""
    from base64 import b64encode

    authority = b64encode(cluster.authority.encode()).decode()
    document = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "here",
        "clusters": [
            {"name": "c", "cluster": {"server": cluster.url, "certificate-authority-data": authority, **entry}}
        ],
        "users": [{"name": "u", "user": user or {"token": TOKEN}}],
        "contexts": [
            {"name": "here", "context": {"cluster": "c", "user": "u"}},
            {"name": "mail", "context": {"cluster": "c", "user": "u", "namespace": "mail"}},
        ],
    }
    path.write_text(json.dumps(document))
    path.chmod(0o600)
    return path

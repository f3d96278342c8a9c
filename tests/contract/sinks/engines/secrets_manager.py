"""AWS Secrets Manager, as moto serves it over HTTP, with somebody before it who can forbid actions."""

from __future__ import annotations

import io
import json
import threading
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

from botocore.session import Session
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

REGION = "eu-west-1"
KEY_ID, SECRET_KEY, SESSION_TOKEN = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/canary", "FwoGZXIvYXdzEBcanary+/="


class SecretsManager:
    """A server of its own. `calls` holds the actions that were asked for."""

    def __init__(self) -> None:
        self._application = DomainDispatcherApplication(create_backend_app)
        self._turn = threading.Lock()
        self._denied: dict[str, int] = {}
        self._silent: dict[str, int] = {}
        self.calls: list[str] = []
        self._server = make_server("127.0.0.1", 0, self._serve, threaded=True, request_handler=_Quiet)

    def start(self) -> None:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @cached_property
    def client(self) -> Any:
        """A client of the library's own."""
        return Session().create_client(
            "secretsmanager",
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id="anybody",
            aws_secret_access_key="anything",
        )

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL_SECRETS_MANAGER": self.url,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_SESSION_TOKEN": SESSION_TOKEN,
            "SARV_TOKEN": "the account's token",
        }

    def value(self, name: str) -> dict[str, Any] | None:
        """Return what the JSON object of a secret holds, None if there is no value."""
        try:
            found: dict[str, Any] = json.loads(self.client.get_secret_value(SecretId=name)["SecretString"])
        except self.client.exceptions.ResourceNotFoundException:
            return None
        return found

    def versions(self, name: str) -> dict[str, list[str]]:
        """Return the stages of each version of a secret by its id."""
        found = self.client.list_secret_version_ids(SecretId=name, IncludeDeprecated=True)["Versions"]
        return {version["VersionId"]: version.get("VersionStages", []) for version in found}

    @contextmanager
    def denying(self, *actions: str) -> Iterator[None]:
        """Deny these actions, with all that was sent in the answer."""
        self._denied = dict.fromkeys(actions, 1 << 20)
        yield
        self._denied = {}

    def fall_silent_after(self, action: str) -> None:
        """Carry out the next such action and answer as a server in trouble."""
        self._silent[action] = 1

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        action = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
        with self._turn:
            if environ.get("HTTP_AUTHORIZATION", "").split("Credential=")[-1].startswith(KEY_ID):
                self.calls.append(action)
                if action in self._denied:
                    return _denied(environ, body, start_response, action)
            return [b"".join(self._application(environ, self._starting(action, start_response)))]

    def _starting(self, action: str, start_response: Callable[..., Any]) -> Callable[..., Any]:
        if not self._silent.pop(action, 0):
            return start_response
        return lambda _status, headers, *more: start_response("503 Service Unavailable", headers, *more)


class _Quiet(MotoRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the name it has there
        pass


def _denied(environ: dict[str, Any], body: bytes, start_response: Any, action: str) -> Iterable[bytes]:
    headers = {name: value for name, value in environ.items() if name.startswith("HTTP_")}
    message = (
        f"User: arn:aws:iam::1:user/x is not authorized to perform: secretsmanager:{action} on it, {headers} {body!r}"
    )
    answer = json.dumps({"__type": "AccessDeniedException", "Message": message, **json.loads(body)}).encode()
    start_response(
        "400 Bad Request", [("Content-Type", "application/x-amz-json-1.1"), ("Content-Length", str(len(answer)))]
    )
    return [answer]


@contextmanager
def serving() -> Iterator[SecretsManager]:
    server = SecretsManager()
    server.start()
    try:
        yield server
    finally:
        server.stop()

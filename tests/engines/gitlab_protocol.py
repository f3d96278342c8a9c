"""Terraform's HTTP protocol as GitLab has it.

Written after lib/api/terraform/state.rb and app/services/terraform/remote_state_handler.rb: the codes, what is kept
of a lock (ID, user and time) and what is echoed from the one that asks, the role that writing takes, and the serials,
of which each is taken once and the highest is shown.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.engines.terraform_protocol import shown
from tests.engines.terraform_server import as_json

if TYPE_CHECKING:
    from tests.engines.terraform_server import Document, Reply, Request, Server

PROJECTS = {
    "/api/v4/projects/42/terraform/state/": ("writer",),
    "/api/v4/projects/43/terraform/state/": (),  # the same documents, where nobody is a Maintainer
}
_LOCK_INFO = ("ID", "Operation", "Info", "Who", "Version", "Created", "Path")


def gitlab(server: Server, request: Request) -> Reply:
    """Return what GitLab answers, and do what it does."""
    project = next((prefix for prefix in PROJECTS if request.path.startswith(prefix)), None)
    if project is None:
        there = request.path.startswith("/api/v4/projects/")
        return as_json(404, {"message": "404 Project Not Found"} if there else {"error": "404 Not Found"})
    parameters = _parameters(request.body)
    if parameters is None and not server.rules.opaque:
        return as_json(400, {"error": "message body does not match declared format"})
    if request.method != "GET" and request.user not in PROJECTS[project]:
        return as_json(403, {"message": "403 Forbidden"})
    name, _, rest = request.path.removeprefix(project).partition("/")
    return _carried_out(server, request, server.document(name), rest, parameters or {})


def _parameters(body: bytes) -> dict[str, Any] | None:
    try:
        parameters = json.loads(body) if body else {}
    except ValueError:
        return None
    return parameters if isinstance(parameters, dict) else None


def _carried_out(
    server: Server, request: Request, document: Document, rest: str, parameters: dict[str, Any]
) -> Reply:
    lock_id = request.parameter("ID") or parameters.get("ID")
    match request.method, rest:
        case "GET", "":
            return _latest(server, request, document)
        case "POST", "":
            return _add(server, request, document, lock_id, parameters.get("serial"))
        case "POST", "lock":
            return _lock(server, document, request.user, parameters)
        case "DELETE", "lock":
            return _unlock(document, lock_id)
    return as_json(405, {"error": "405 Not Allowed"})


def _latest(server: Server, request: Request, document: Document) -> Reply:
    if not document.known:
        return as_json(404, {"message": "404 Not found"})
    if not document.versions:
        return 204, b"", {}
    return shown(server.rules, request, document.versions[max(document.versions)], 'W/"%s"')


def _add(server: Server, request: Request, document: Document, lock_id: str | None, serial: int | None) -> Reply:
    if not request.body:
        return 204, b"", {}
    if serial is None and server.rules.opaque:
        serial = max(document.versions, default=0) + 1
    # For another's lock, and for a document without a serial, there is an error that nothing rescues.
    if (document.lock["ID"] if document.lock else None) != lock_id or serial is None:
        return as_json(500, {"message": "500 Internal Server Error"})
    if serial in document.versions:
        index = "index_terraform_state_versions_on_state_id_and_version"
        text = f'PG::UniqueViolation: ERROR:  duplicate key value violates unique constraint "{index}"\nDETAIL: Key'
        return as_json(422, {"message": text})
    document.versions[serial], document.known = request.body, True
    return 200, b"", {}


def _lock(server: Server, document: Document, user: str | None, parameters: dict[str, Any]) -> Reply:
    missing = [f"{key} is missing" for key in _LOCK_INFO if key not in parameters]
    if missing:
        return as_json(400, {"error": ", ".join(missing)})
    document.known, status = True, 200 if document.lock is None else 409
    if document.lock is None:
        created = f"{server.now():%Y-%m-%dT%H:%M:%S.123Z}"
        document.lock = {"ID": parameters["ID"], "Who": user, "Created": created}
    echoed = {key: parameters[key] for key in ("Operation", "Info", "Version", "Path")}
    return as_json(status, {**echoed, **document.lock})


def _unlock(document: Document, lock_id: str | None) -> Reply:
    held = document.lock["ID"] if document.lock else None
    if lock_id is not None and held != lock_id:
        return 409, b"", {}
    document.lock = None
    return 200, b"", {}

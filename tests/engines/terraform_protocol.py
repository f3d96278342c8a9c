"""Terraform's HTTP protocol as its documentation has it, and as careless servers have it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from tests.engines.terraform_server import as_json

if TYPE_CHECKING:
    from tests.engines.terraform_server import Document, Reply, Request, Rules, Server

READ_ONLY = "/published/"
"""The folder in which nothing can be written; its documents are the same."""


def terraform(server: Server, request: Request) -> Reply:
    """Return what a server answers, and do what it does."""
    document, rules = server.document(request.path.rpartition("/")[2]), server.rules
    if request.method != "GET" and (request.user == "reader" or request.path.startswith(READ_ONLY)):
        return 403, b"reading only", {"Content-Type": "text/plain"}
    match request.method:
        case "GET":
            return (404, b"", {}) if document.data is None else shown(rules, request, document.data, '"%s"')
        case "POST" | "PUT":
            return _write(rules, request, document)
        case "LOCK" if rules.locks:
            return _lock(rules, request, document)
        case "UNLOCK" if rules.locks:
            return _unlock(rules, request, document)
    return 405, b"Method Not Allowed", {"Content-Type": "text/plain"}


def shown(rules: Rules, request: Request, data: bytes, tag: str) -> Reply:
    """Return the answer to one who wants to read, and may know the document already."""
    etag = tag % hashlib.md5(data, usedforsecurity=False).hexdigest()
    headers = {"ETag": etag} if rules.etags else {}
    if headers and request.headers.get("if-none-match") == etag:
        return 304, b"", headers
    return 200, data, headers


def _write(rules: Rules, request: Request, document: Document) -> Reply:
    held, named = document.lock["ID"] if document.lock else None, request.parameter("ID")
    if held != named and not (rules.checks_id == "never" or (rules.checks_id == "locked" and held is None)):
        return as_json(423, document.lock or {})
    document.data = request.body
    return 200, b"", {}


def _lock(rules: Rules, request: Request, document: Document) -> Reply:
    if document.lock is None:
        document.lock = json.loads(request.body)
        return 200, b"", {}
    match rules.names_holder:
        case "info":
            return as_json(423, document.lock)
        case "id":
            return 423, document.lock["ID"].encode(), {"Content-Type": "text/plain"}
        case "nothing":
            return 423, b"", {}


def _unlock(rules: Rules, request: Request, document: Document) -> Reply:
    held, named = document.lock, json.loads(request.body or b"{}").get("ID")
    if held is not None and held["ID"] != named and rules.checks_id != "never":
        return as_json(423, held)
    document.lock = None
    return 200, b"", {}

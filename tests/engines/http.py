"""Servers of Terraform's HTTP protocol, one as its documentation has it and one as GitLab has it."""

from __future__ import annotations

import hashlib
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.engines.interface import Access
from tests.engines.terraform_protocol import READ_ONLY
from tests.engines.terraform_server import WRITER, Rules, Server, serving

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.engines.interface import Engine, When


class Documents:
    """Documents of a server, each named after its folder."""

    def __init__(self, server: Server, closed_port: int) -> None:
        self.server = server
        self._closed_port = closed_port

    def access(self, folder: Path) -> Access:
        return Access(self.server.settings(name_of(folder)), environment_of(WRITER))

    def damage(self, folder: Path, data: bytes) -> None:
        document = self.server.document(name_of(folder))
        document.data = data
        if document.versions:
            document.versions[max(document.versions)] = data

    def read_only(self, folder: Path) -> Access:
        gitlab = self.server.rules.like == "gitlab"
        place = "/api/v4/projects/43/terraform/state/" if gitlab else READ_ONLY
        return Access(self.server.settings(name_of(folder), place=place), environment_of(WRITER))

    def unreachable(self, folder: Path) -> Access:
        address = f"http://127.0.0.1:{self._closed_port}/states/{name_of(folder)}"
        return Access({"backend": "http", "address": address}, environment_of(WRITER))

    @contextmanager
    def cut(self, folder: Path, when: When) -> Iterator[Access]:
        yield Access(self.server.settings(name_of(folder), f"?cut={when}"), environment_of(WRITER))


def name_of(folder: Path) -> str:
    """Return the name of the document that belongs to a folder."""
    return hashlib.sha256(str(folder).encode()).hexdigest()[:16]


def environment_of(user: tuple[str, str]) -> Mapping[str, str]:
    """Return the variables that Terraform takes credentials from."""
    return {"TF_HTTP_USERNAME": user[0], "TF_HTTP_PASSWORD": user[1]}


@contextmanager
def _running(rules: Rules) -> Iterator[Engine]:
    # Bound and never listened on: nobody else gets the port meanwhile.
    with socket.socket() as closed, serving(rules) as server:
        closed.bind(("127.0.0.1", 0))
        yield Documents(server, closed.getsockname()[1])


def running(folder: Path) -> AbstractContextManager[Engine]:
    """Yield a server that does what Terraform's documentation says, and no more."""
    return _running(Rules())


def running_gitlab(folder: Path) -> AbstractContextManager[Engine]:
    """Yield a server that does what GitLab does, except that documents need no serial."""
    return _running(Rules(like="gitlab", etags=True, opaque=True))

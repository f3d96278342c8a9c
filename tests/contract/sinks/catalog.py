"""Every place that the sinks are tested against, by a name, and how to have one running."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import ExitStack
    from pathlib import Path

    from tests.contract.sinks.engine import Engine, Opener

ENGINES: dict[str, str] = {
    "age": "tests.contract.sinks.engines.age:running",
    "aws-secrets-manager": "tests.contract.sinks.engines.aws:running",
    "command": "tests.contract.sinks.engines.command:running",
    "dotenv": "tests.contract.sinks.engines.dotenv:running",
    "github-actions": "tests.contract.sinks.engines.github_actions:running",
    "vault": "tests.contract.sinks.engines.vault:running",
    "kubernetes": "tests.contract.sinks.engines.kubernetes:by_client",
    "kubernetes-kubectl": "tests.contract.sinks.engines.kubernetes:by_kubectl",
    "kubernetes-manifest": "tests.contract.sinks.engines.kubernetes:in_files",
}
"""Each names a context manager: it gets a folder for what the server keeps, and yields an `Opener`."""


class Running:
    """What was asked for so far; each is started once, and all end with the stack."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._openers: dict[str, Opener] = {}

    def place(self, name: str, folder: Path) -> Engine:
        """Return a place of one's own, which keeps its files in `folder`."""
        if name not in self._openers:
            module, _, function = ENGINES[name].partition(":")
            server = self._folder / name
            server.mkdir()
            start = getattr(import_module(module), function)
            self._openers[name] = self._stack.enter_context(start(server))
        return self._openers[name](folder)

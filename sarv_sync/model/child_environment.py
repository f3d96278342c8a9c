"""What a program that this one starts may see of its environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

OURS = "SARV_"
"""How every variable of this program starts, whether it holds a secret, the path of one, or neither.

A secret that a later version reads from its environment is kept back without anybody having to think of it here.
"""

_FOREIGN = frozenset({"PGPASSWORD"})
"""Secrets that this program reads under a name which is not its own, and that no program it starts has a use for."""


def without_secrets(environment: Mapping[str, str]) -> dict[str, str]:
    """Return `environment` without what is for this program alone: what a child is started with.

    What remains may still hold secrets, those of the child's own tools: `AWS_SECRET_ACCESS_KEY`, `VAULT_TOKEN`,
    `KUBECONFIG`. Who wants a child to have one of ours adds it again, by name.
    """
    return {name: value for name, value in environment.items() if not name.startswith(OURS) and name not in _FOREIGN}

"""What a program that this one starts may see of its environment."""

from __future__ import annotations

import pytest

from sarv_sync.model.child_environment import without_secrets

SECRETS = [
    "SARV_TOKEN", "SARV_TOKEN_FILE", "SARV_STATE_KEY", "SARV_SECRETS_TOKEN", "SARV_GIT_TOKEN", "SARV_SNAPSHOT_KEY",
    "SARV_SNAPSHOT_KEY_FILE", "SARV_NOTIFY_URLS", "SARV_PUSHGATEWAY_PASSWORD", "SARV_SYNC_ACTION_TOKEN", "PGPASSWORD",
]  # fmt: skip


@pytest.mark.parametrize("name", SECRETS)
def test_a_child_does_not_get_a_secret_of_this_program(name: str) -> None:
    assert without_secrets({"PATH": "/bin", name: "canary"}) == {"PATH": "/bin"}


@pytest.mark.parametrize("name", ["PATH", "HOME", "KUBECONFIG", "AWS_PROFILE", "VAULT_ADDR", "HTTPS_PROXY", "PGHOST"])
def test_a_child_keeps_what_its_own_tools_need(name: str) -> None:
    assert without_secrets({name: "value"}) == {name: "value"}


def test_the_environment_itself_stays_as_it_is() -> None:
    environment = {"SARV_TOKEN": "canary"}
    without_secrets(environment)
    assert environment == {"SARV_TOKEN": "canary"}

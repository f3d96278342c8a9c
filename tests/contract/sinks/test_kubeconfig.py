"""Which cluster a password goes to, and as whom."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from sarv_sync.errors import InputError, NotInstalled, SinkError
from tests.cluster.server import TOKEN, Cluster, kubeconfig, serving
from tests.cluster.use import opened
from tests.contract.sinks.engine import credential

BILLING = credential().recipient


def test_the_client_follows_no_redirect(cluster: Cluster, tmp_path: Path) -> None:
    kubeconfig(cluster, tmp_path / "kubeconfig")
    (tmp_path / "other").mkdir()
    with serving(tmp_path / "other") as other:
        cluster.elsewhere = other.url
        with pytest.raises(SinkError, match="points elsewhere"):
            opened(tmp_path).deliver(credential())

    assert not other.calls


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"insecure-skip-tls-verify": True}, "certificate is not checked"),
        ({"server": "http://cluster.example.net"}, "`server` cannot be used"),
    ],
)
def test_no_password_goes_to_who_cannot_prove_who_he_is(
    cluster: Cluster, tmp_path: Path, entry: dict[str, Any], said: str
) -> None:
    kubeconfig(cluster, tmp_path / "kubeconfig", **entry)

    with pytest.raises(InputError, match=said):
        opened(tmp_path).check([BILLING])


@pytest.mark.parametrize("text", ["", "{", "a: [", "[]", "clusters: 5\ncurrent-context: x", "current-context: x"])
def test_a_kubeconfig_that_is_none_is_said_before_anything_is_asked(tmp_path: Path, text: str) -> None:
    (tmp_path / "kubeconfig").write_text(text)

    with pytest.raises(InputError, match="the kubeconfig"):
        opened(tmp_path).ready()


def test_ready_says_that_no_cluster_is_configured(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no cluster is configured"):
        opened(tmp_path, {"KUBECONFIG": ""}).ready()


def plugin(folder: Path, token: str = TOKEN) -> dict[str, Any]:
    """Return the user of a kubeconfig whose token a program gives, which leaves its environment in `seen`."""
    kind = "client.authentication.k8s.io/v1"
    given = f'{{"apiVersion": "{kind}", "kind": "ExecCredential", "status": {{"token": "{token}"}}}}'
    program = folder / "plugin"
    program.write_text(f"#!/bin/sh\nenv >> {folder}/seen\necho '{given}'\n")
    program.chmod(0o700)
    return {"exec": {"apiVersion": kind, "command": "./plugin", "interactiveMode": "Never"}}


def test_a_plugin_gives_the_credentials_and_is_not_run_to_look(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SARV_TOKEN", "the account's")
    kubeconfig(cluster, tmp_path / "kubeconfig", plugin(tmp_path))
    sink = opened(tmp_path, {"SARV_TOKEN": "the account's"})

    sink.ready()
    assert sink.read_back([credential()]) == {}
    assert not (tmp_path / "seen").exists()

    sink.check([BILLING])
    sink.deliver(credential())
    assert cluster.secrets.stored["default", "smtp-billing"].data["SMTP_PASSWORD"] == "first-Passw0rd"
    assert (tmp_path / "seen").read_text().count("KUBERNETES_EXEC_INFO") == 1
    assert "SARV_" not in (tmp_path / "seen").read_text()


def test_a_plugin_is_run_again_when_its_token_has_run_out(cluster: Cluster, tmp_path: Path) -> None:
    kubeconfig(cluster, tmp_path / "kubeconfig", plugin(tmp_path))
    sink = opened(tmp_path)
    sink.check([BILLING])
    plugin(tmp_path, "newer")
    cluster.verbs["newer"] = cluster.verbs.pop(TOKEN)

    sink.deliver(credential())

    assert ("default", "smtp-billing") in cluster.secrets.stored


def test_a_plugin_that_fails_is_said_without_what_it_says(
    cluster: Cluster, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    kubeconfig(cluster, tmp_path / "kubeconfig", plugin(tmp_path))
    (tmp_path / "plugin").write_text(f"#!/bin/sh\necho {TOKEN} >&2\nexit 1\n")

    with pytest.raises(SinkError) as caught:
        opened(tmp_path).check([BILLING])

    assert caught.value.message == "smtp-billing: the exec plugin of the kubeconfig gave no credentials"
    assert capfd.readouterr() == ("", "")


def test_an_auth_provider_is_refused(cluster: Cluster, tmp_path: Path) -> None:
    kubeconfig(cluster, tmp_path / "kubeconfig", {"auth-provider": {"name": "oidc"}})

    with pytest.raises(InputError, match="auth-provider"):
        opened(tmp_path).ready()


def test_in_a_pod_its_service_account_is_used(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pod = tmp_path / "serviceaccount"
    pod.mkdir()
    for name, text in {"token": TOKEN, "ca.crt": cluster.authority, "namespace": "mail"}.items():
        (pod / name).write_text(text)
    monkeypatch.setattr("sarv_sync.sinks.kubeconfig._POD", pod)
    host, _, port = cluster.url.removeprefix("https://").partition(":")
    environment = {"KUBECONFIG": "", "KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": port}
    sink = opened(tmp_path, environment)

    sink.ready()
    sink.deliver(credential())

    assert list(cluster.secrets.stored) == [("mail", "smtp-billing")]
    assert sink.read_back([credential()]) == {"kubernetes smtp-billing": "there"}


@pytest.mark.parametrize("use", ["ready", "read_back"])
def test_without_the_client_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, use: str
) -> None:
    (tmp_path / "kubeconfig").touch()
    monkeypatch.setitem(sys.modules, "kubernetes.config", None)

    sink = opened(tmp_path)

    with pytest.raises(NotInstalled) as caught:
        sink.ready() if use == "ready" else sink.read_back([credential()])

    assert caught.value.hint == "install the extra: pip install 'sarv-sync[kubernetes]'"

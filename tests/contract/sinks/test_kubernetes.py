"""What is particular about Secrets of Kubernetes, through the Python client and through `kubectl`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sarv_sync.errors import InputError, NotInstalled, SinkError
from sarv_sync.model.sink import Recipient
from tests.cluster.server import Cluster, kubeconfig, serving
from tests.cluster.use import opened
from tests.contract.sinks.engine import credential
from tests.contract.sinks.engines.kubernetes import need_kubectl

BILLING = credential().recipient
KEYS = {"SMTP_HOST", "SMTP_PORT", "SMTP_USERNAME", "SMTP_PASSWORD"}


@pytest.fixture(params=["client", "kubectl"])
def via(request: pytest.FixtureRequest) -> str:
    if request.param == "kubectl":
        need_kubectl()
    return str(request.param)


def test_a_secret_says_who_looks_after_it(cluster: Cluster, tmp_path: Path, via: str) -> None:
    kubeconfig(cluster, tmp_path / "kubeconfig")

    opened(tmp_path, via=via).deliver(credential())

    stored = cluster.secrets.stored["default", "smtp-billing"]
    assert stored.fields[".metadata.labels.app.kubernetes.io/managed-by"] == "sarv-sync"
    assert stored.fields[".type"] == "Opaque"
    assert set().union(*stored.owners.values()) == {"sarv-sync"}


def test_keys_of_other_people_stay(cluster: Cluster, tmp_path: Path, via: str) -> None:
    kubeconfig(cluster, tmp_path / "kubeconfig")
    cluster.secrets.put("default", "smtp-billing", {"FROM": "a@example.net"}, "kubectl-create")

    opened(tmp_path, via=via).deliver(credential())

    stored = cluster.secrets.stored["default", "smtp-billing"]
    assert set(stored.data) == {"FROM", *KEYS}
    sights = opened(tmp_path).read_back([credential()])
    assert sights == {"kubernetes smtp-billing": "there"}


def test_a_key_that_is_delivered_no_more_goes(cluster: Cluster, tmp_path: Path, via: str) -> None:
    kubeconfig(cluster, tmp_path / "kubeconfig")
    opened(tmp_path, via=via).deliver(credential())

    opened(tmp_path, via=via, keys={"password": "{password}"}).deliver(credential())

    assert cluster.secrets.stored["default", "smtp-billing"].data == {"password": "first-Passw0rd"}


def test_what_another_manager_applied_is_not_taken(cluster: Cluster, tmp_path: Path, via: str) -> None:
    kubeconfig(cluster, tmp_path / "kubeconfig")
    cluster.secrets.put("default", "smtp-billing", {"SMTP_PASSWORD": "theirs"}, "argocd-controller")
    sink = opened(tmp_path, via=via)

    with pytest.raises(SinkError, match=r": data\.SMTP_PASSWORD belongs to argocd-controller"):
        sink.check([BILLING])
    with pytest.raises(SinkError, match=r": data\.SMTP_PASSWORD belongs to argocd-controller"):
        sink.deliver(credential())

    assert cluster.secrets.stored["default", "smtp-billing"].data == {"SMTP_PASSWORD": "theirs"}


def test_a_check_is_a_trial_of_the_cluster(cluster: Cluster, tmp_path: Path, via: str) -> None:
    kubeconfig(cluster, tmp_path / "kubeconfig")

    opened(tmp_path, via=via).check([BILLING, Recipient("orders", None)])

    patches = [query["dryRun"] for method, _, query in cluster.calls if method == "PATCH"]
    assert (patches, cluster.secrets.stored) == (["All", "All"], {})


def test_a_name_that_is_not_known_yet_is_tried_with_another(cluster: Cluster, tmp_path: Path, via: str) -> None:
    kubeconfig(cluster, tmp_path / "kubeconfig")
    sink = opened(tmp_path, via=via, secret="{smtp_user_name}")
    unborn = Recipient("billing", None)

    sink.check([unborn])

    assert sink.address(unborn) == "kubernetes {smtp_user_name}"
    assert {path.rpartition("/")[2] for method, path, _ in cluster.calls if method == "PATCH"} == {"sarv-sync-check"}


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ({}, ("default", "smtp-billing")),
        ({"context": "mail"}, ("mail", "smtp-billing")),
        ({"namespace": "{labels.team}"}, ("finance", "smtp-billing")),
        ({"context": "mail", "namespace": "default"}, ("default", "smtp-billing")),
    ],
)
def test_the_namespace_is_the_file_s_or_the_context_s(
    cluster: Cluster, tmp_path: Path, via: str, options: dict[str, Any], place: tuple[str, str]
) -> None:
    kubeconfig(cluster, tmp_path / "kubeconfig")
    cluster.namespaces.add("finance")

    opened(tmp_path, via=via, **options).deliver(credential())

    assert list(cluster.secrets.stored) == [place]


@pytest.mark.parametrize("missing", ["create", "patch"])
def test_a_right_that_is_missing_is_said(cluster: Cluster, tmp_path: Path, via: str, missing: str) -> None:
    kubeconfig(cluster, tmp_path / "kubeconfig")

    with cluster.only(*({"get", "create", "patch"} - {missing})), pytest.raises(SinkError, match="denied") as caught:
        opened(tmp_path, via=via).check([BILLING])

    assert "get, create and patch" in str(caught.value.hint)


def test_a_namespace_that_is_missing_is_said(cluster: Cluster, tmp_path: Path, via: str) -> None:
    kubeconfig(cluster, tmp_path / "kubeconfig")

    with pytest.raises(SinkError, match=r"smtp-billing: there is no such namespace"):
        opened(tmp_path, via=via, namespace="nowhere").check([BILLING])


def test_credentials_that_the_cluster_does_not_know_are_said(cluster: Cluster, tmp_path: Path, via: str) -> None:
    kubeconfig(cluster, tmp_path / "kubeconfig", {"token": "stale"})

    with pytest.raises(SinkError, match="does not know these credentials"):
        opened(tmp_path, via=via).check([BILLING])


def test_a_secret_of_another_type_is_left_alone(cluster: Cluster, tmp_path: Path, via: str) -> None:
    kubeconfig(cluster, tmp_path / "kubeconfig")
    cluster.secrets.put("default", "smtp-billing", {"tls.key": "x"}, "cert-manager", "kubernetes.io/tls")

    with pytest.raises(SinkError, match="does not take the Secret, because of type"):
        opened(tmp_path, via=via).check([BILLING])


def test_a_cluster_with_another_certificate_gets_nothing(cluster: Cluster, tmp_path: Path, via: str) -> None:
    (tmp_path / "other").mkdir()
    with serving(tmp_path / "other") as other:
        kubeconfig(other, tmp_path / "kubeconfig", server=cluster.url)

        with pytest.raises(SinkError, match=r"TLS failed|cannot be reached"):
            opened(tmp_path, via=via).deliver(credential())

    assert not cluster.secrets.stored


def test_nobody_there_is_said(cluster: Cluster, tmp_path: Path, via: str) -> None:
    kubeconfig(cluster, tmp_path / "kubeconfig", server="https://127.0.0.1:1")

    with pytest.raises(SinkError, match="cannot be reached"):
        opened(tmp_path, via=via).check([BILLING])


def test_a_context_that_is_not_there_is_said(cluster: Cluster, tmp_path: Path, via: str) -> None:
    kubeconfig(cluster, tmp_path / "kubeconfig")
    sink = opened(tmp_path, via=via, context="elsewhere")

    with pytest.raises((InputError, SinkError), match=r"no such context|kubeconfig cannot be used"):
        sink.check([BILLING])


def test_ready_says_that_kubectl_is_missing(tmp_path: Path) -> None:
    with pytest.raises(NotInstalled, match="kubectl"):
        opened(tmp_path, {"PATH": str(tmp_path)}, via="kubectl").ready()


def test_kubectl_gets_the_secret_on_its_standard_input_alone(tmp_path: Path) -> None:
    """And none of this program's own secrets."""
    program = tmp_path / "kubectl"
    program.write_text(f'#!/bin/sh\ncd {tmp_path}\necho "$@" > argv\nenv > environment\ncat > input\n')
    program.chmod(0o700)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "SARV_TOKEN": "the account's"}

    opened(tmp_path, environment, via="kubectl", context="here").deliver(credential())

    assert "Zmlyc3QtUGFzc3cwcmQ=" in (tmp_path / "input").read_text()
    seen = (tmp_path / "argv").read_text() + (tmp_path / "environment").read_text()
    assert "--context=here" in seen
    assert not [word for word in ("Zmlyc3Q", "first-", "SARV_") if word in seen]


def test_what_kubectl_says_is_not_passed_on(tmp_path: Path) -> None:
    program = tmp_path / "kubectl"
    program.write_text("#!/bin/sh\ncat >&2\nexit 3\n")
    program.chmod(0o700)

    with pytest.raises(SinkError) as caught:
        opened(tmp_path, {"PATH": f"{tmp_path}:{os.environ['PATH']}"}, via="kubectl").deliver(credential())

    assert caught.value.message == "smtp-billing: kubectl failed with status 3"


def test_the_client_lets_no_warning_escape(cluster: Cluster, tmp_path: Path) -> None:
    """In a process that nothing was imported into before."""
    kubeconfig(cluster, tmp_path / "kubeconfig")
    script = (
        "import os\nfrom pathlib import Path\nfrom sarv_sync.model.scrub import Scrubber\n"
        "from sarv_sync.sinks.catalog import open_sink\nfrom sarv_sync.sinks.site import Site\n"
        "from tests.contract.sinks.engine import credential\n"
        "sink = open_sink('kubernetes', {'secret': '{name}'}, Site(Path.cwd(), os.environ, Scrubber()))\n"
        "sink.ready(); sink.check([credential().recipient]); sink.deliver(credential())\n"
        "print(sink.read_back([credential()]))\n"
    )
    environment = {"PATH": os.environ["PATH"], "KUBECONFIG": str(tmp_path / "kubeconfig")}
    command = [sys.executable, "-W", "error", "-X", "dev", "-c", script]

    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert (ran.stdout, ran.stderr) == ("{'kubernetes billing': 'there'}\n", "")

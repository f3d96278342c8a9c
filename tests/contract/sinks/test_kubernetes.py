"""What is particular about Kubernetes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sarv_sync.errors import InputError, NotInstalled, SinkError
from sarv_sync.model.scrub import Scrubber
from sarv_sync.model.sink import Recipient, Sink
from sarv_sync.sinks.catalog import open_sink
from sarv_sync.sinks.site import Site
from tests.cluster.server import TOKEN, Cluster, kubeconfig, serving
from tests.contract.sinks.engine import credential
from tests.contract.sinks.engines.kubernetes import need_kubectl

BILLING = credential().recipient
KEYS = {"SMTP_HOST", "SMTP_PORT", "SMTP_USERNAME", "SMTP_PASSWORD"}


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    (tmp_path / "server").mkdir()
    with serving(tmp_path / "server") as cluster:
        yield cluster


@pytest.fixture(params=["client", "kubectl"])
def via(request: pytest.FixtureRequest) -> str:
    if request.param == "kubectl":
        need_kubectl()
    return str(request.param)


def opened(folder: Path, environment: dict[str, str] | None = None, **options: Any) -> Sink:
    """Return a sink for who has the kubeconfig in `folder`."""
    given = {"KUBECONFIG": str(folder / "kubeconfig"), "HOME": str(folder), "PATH": os.environ["PATH"]}
    return open_sink(
        "kubernetes", {"secret": "smtp-{name}", **options}, Site(folder, given | (environment or {}), Scrubber())
    )


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

    assert caught.value.message == "kubernetes smtp-billing: kubectl failed with status 3"


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

    assert caught.value.message == "kubernetes smtp-billing: the exec plugin of the kubeconfig gave no credentials"
    assert capfd.readouterr() == ("", "")


def test_an_auth_provider_is_refused(cluster: Cluster, tmp_path: Path) -> None:
    kubeconfig(cluster, tmp_path / "kubeconfig", {"auth-provider": {"name": "oidc"}})

    with pytest.raises(InputError, match="auth-provider"):
        opened(tmp_path).ready()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"via": "curl"}, "`via` is 'curl'"),
        ({"manifest": "a.yaml"}, "anybody who has the file can read"),
        ({"manifest": "a.yaml", "plaintext": False}, "anybody who has the file can read"),
        ({"manifest": "a.yaml", "plaintext": True, "context": "here"}, "no cluster is asked"),
        ({"manifest": "../a.yaml", "plaintext": True}, "leads out of the project"),
        ({"plaintext": True}, "`plaintext` is for a `manifest`"),
        ({"keys": {"a b": "{password}"}}, "cannot have the key 'a b'"),
        ({"keys": {"..": "{password}"}}, "cannot have the key"),
    ],
)
def test_options_that_do_not_fit_are_refused_at_once(tmp_path: Path, options: dict[str, Any], said: str) -> None:
    with pytest.raises(InputError, match=said):
        opened(tmp_path, **options)


@pytest.mark.parametrize(
    ("name", "said"),
    [("a_b", "it has '_' in it"), ("a.", "start and end"), ("a..b", "start and end"), ("a-.b", "start and end")],
)
@pytest.mark.parametrize("options", [{}, {"manifest": "{name}.yaml", "plaintext": True}])
def test_a_name_that_kubernetes_does_not_take_is_refused(
    tmp_path: Path, name: str, said: str, options: dict[str, Any]
) -> None:
    with pytest.raises(InputError, match=said):
        opened(tmp_path, **options).address(Recipient(name, None))


def test_a_namespace_that_kubernetes_does_not_take_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a namespace cannot be called 'a\.b'"):
        opened(tmp_path, namespace="{name}").address(Recipient("a.b", None))


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

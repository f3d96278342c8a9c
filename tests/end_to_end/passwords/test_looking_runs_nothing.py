"""To plan is to look: no program is run for it, whoever names one."""

from __future__ import annotations

import pytest

from tests.end_to_end.accounts import user
from tests.end_to_end.conftest import Serve
from tests.end_to_end.workplace import HEAD, Workplace

SINKS = {
    "aws-secrets-manager": "{sink: aws-secrets-manager, secret: 'smtp/{name}', region: eu-west-1}",
    "command": "{sink: command, command: [./program]}",
    "kubernetes": "{sink: kubernetes, secret: 'smtp-{name}', namespace: mail}",
}
KUBECONFIG = """\
apiVersion: v1
kind: Config
current-context: here
contexts: [{name: here, context: {cluster: here, user: plugin}}]
clusters: [{name: here, cluster: {server: "https://127.0.0.1:1"}}]
users:
  - name: plugin
    user: {exec: {apiVersion: client.authentication.k8s.io/v1, command: PROGRAM, interactiveMode: Never}}
"""


@pytest.mark.parametrize("command", ["plan", "drift", "doctor"])
@pytest.mark.parametrize("sink", SINKS)
def test_no_program_is_run_to_look(work: Workplace, serve: Serve, sink: str, command: str) -> None:
    serve(users=(user("smtp12345"),))
    before = f"{HEAD}credentials:\n  - {{sink: dotenv, path: 'secrets/{{name}}'}}\n"
    work.users("billing: {smtp_user_name: smtp12345}", before)
    assert work.apply().code == 0, "what has arrived somewhere is looked for"
    program = work.write(f"#!/bin/sh\ntouch '{work.path}/trace'\nexit 1\n", "program")
    program.chmod(0o700)
    work.write(f"[profile people]\ncredential_process = {program}\n", "aws")
    work.write(KUBECONFIG.replace("PROGRAM", str(program)), "kubeconfig")
    work.environment |= {
        "AWS_PROFILE": "people",
        "AWS_CONFIG_FILE": str(work.path / "aws"),
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "KUBECONFIG": str(work.path / "kubeconfig"),
    }
    work.users("billing: {smtp_user_name: smtp12345}", f"{before}  - {SINKS[sink]}\n")

    work.run(command)
    assert not (work.path / "trace").exists()

    work.apply()
    assert (work.path / "trace").exists(), "a delivery does run it"

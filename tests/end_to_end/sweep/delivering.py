"""Scenarios of the sweep in which passwords go where they belong, or fail to."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.certificates import certificate
from tests.end_to_end.sweep.echo import echo
from tests.end_to_end.sweep.scene import Scene
from tests.end_to_end.workplace import HEAD
from tests.mail.server import MailServer

USERS = "a: {labels: {team: finance}}\nb: {}\nc: {status: Disable}"
DOTENV = '{sink: dotenv, path: "secrets/{name}.env"}'
KEEPS = "import sys; open('secrets/received', 'a').write(sys.stdin.read())"


def _sinks(scene: Scene, *sinks: str, users: str = USERS, more: str = "") -> None:
    listed = "".join(f"  - {sink}\n" for sink in sinks)
    scene.work.users(users, f"{HEAD}{more}credentials:\n{listed}")
    scene.places.append("secrets/*")


def _command(script: str, *more: str) -> str:
    return f"{{sink: command, command: {json.dumps([sys.executable, '-c', script])}{''.join(more)}}}"


def _deliver_and_rotate(scene: Scene) -> None:
    """Deliver, look, have somebody reset a password, deliver again, rotate; each in every format."""
    scene.each_format("plan")
    scene.each_format("apply")
    scene.looked_at()
    for user in scene.account.users()[:1]:
        scene.account.reset(user.smtp_user_name)
    scene.each_format("drift")
    scene.each_format("apply")
    scene.each_format("rotate", "--all")
    scene.looked_at()


def delivered(scene: Scene) -> None:
    """Passwords that arrive, in a file and at a program."""
    scene.serve()
    _sinks(scene, DOTENV, _command(KEEPS))
    (scene.work.path / "secrets").mkdir()
    _deliver_and_rotate(scene)
    received = [json.loads(line) for line in (scene.work.path / "secrets" / "received").read_text().splitlines()]
    assert scene.account.given[-1] in {each.get("password") for each in received}, "it arrived where it belongs"


def taking_turns(scene: Scene) -> None:
    """Two users for each name, and a rotation that comes of the file."""
    scene.serve()
    _sinks(scene, DOTENV, users="a: {rotation: alternate, grace: 0s}\nb: {password_version: 1}")
    _deliver_and_rotate(scene)
    _sinks(scene, DOTENV, users="a: {rotation: alternate, grace: 0s}\nb: {password_version: 2}")
    scene.each_format("plan")
    scene.each_format("apply")


FAILING = {
    "repeats": "import sys; t = sys.stdin.read(); print(t); sys.stderr.write(t); sys.exit(3)",
    "repeats reversed": "import sys; t = sys.stdin.read(); print(t[::-1]); sys.exit(1)",
    "repeats in base64": "import base64, sys; print(base64.encodebytes(sys.stdin.read().encode())); sys.exit(1)",
    "repeats in lines of base64": "import base64, sys; print(base64.encodebytes(sys.stdin.read().encode()).decode());"
    "sys.exit(1)",
    "repeats the environment": "import os, sys; print(sorted(os.environ.items())); sys.exit(1)",
    "crashes": "import json, sys; raise RuntimeError(json.load(sys.stdin))",
    "is not there": "",
    "hangs": "import sys, time; print(sys.stdin.read(), flush=True); time.sleep(60)",
    "says too much": "import sys; t = sys.stdin.read(); sys.stdout.write(t * 20000); sys.exit(1)",
}
CHECKED = """\
import io, sys
told = sys.stdin.read()
if '"check"' in told:
    sys.exit(0)
sys.stdin = io.TextIOWrapper(io.BytesIO(told.encode()))
"""
"""Says that all can be delivered. What comes after it is for the delivery alone."""


def programs_that_fail(scene: Scene) -> None:
    """Programs that repeat what they are told in failing, at the check and at the delivery."""
    scene.serve()
    for script in FAILING.values():
        for before in ("", CHECKED):
            sink = _command(before + script, ", timeout: 1s") if script else "{sink: command, command: [./missing]}"
            _sinks(scene, sink)
            scene.each_format("apply")
            scene.run("-vv", "rotate", "--all", "--auto-approve")


SERVERS = {
    "vault": '{sink: vault, path: "smtp/{name}"}',
    "github": "{sink: github-actions, repository: acme/mail}",
    "aws": '{sink: aws-secrets-manager, secret: "smtp/{name}", region: eu-central-1}',
    "kubernetes": '{sink: kubernetes, secret: "smtp-{name}", namespace: mail}',
}


def servers_that_repeat(scene: Scene) -> None:
    """Servers that refuse with all they were told in the refusal."""
    scene.serve()
    for status in (400, 403, 500):
        with echo(status) as url:
            scene.work.environment |= {
                "VAULT_ADDR": url, "GITHUB_API_URL": url, "AWS_ENDPOINT_URL": url, "AWS_ACCESS_KEY_ID": "AKIA",
                "KUBECONFIG": str(_kubeconfig(scene, url)), "AWS_MAX_ATTEMPTS": "1",
            }  # fmt: skip
            for sink in SERVERS.values():
                _sinks(scene, sink, users="a: {}")
                for command in ("apply", "drift", "doctor"):
                    more = ("--auto-approve",) if command == "apply" else ()
                    scene.run("-vv", command, *more, timeout=120)


def _kubeconfig(scene: Scene, url: str) -> Path:
    token = "c4naryKubernetes0123456789"
    scene.tripwire.add(token)
    scene.places.append("kubeconfig")
    document = {
        "apiVersion": "v1", "kind": "Config", "current-context": "here",
        "clusters": [{"name": "here", "cluster": {"server": url}}],
        "users": [{"name": "me", "user": {"token": token}}],
        "contexts": [{"name": "here", "context": {"cluster": "here", "user": "me"}}],
    }  # fmt: skip
    return scene.work.write(json.dumps(document), "kubeconfig")


def a_mail_server_that_repeats(scene: Scene) -> None:
    """`verify: smtp` at a server that repeats what it is told when it refuses."""
    scene.serve()
    pem = certificate(scene.work.path.parent, 30)
    scene.work.environment["SARV_CA_BUNDLE"] = str(pem)
    with MailServer(lambda name, password: f"550 {name} {password} {password[::-1]}", pem) as mail:
        head = HEAD.replace("account: {", f"account: {{smtp: {{host: 127.0.0.1, port: {mail.port}}}, ")
        scene.work.users(
            "a: {}", f'{head}credentials: [{{sink: dotenv, path: "secrets/{{name}}.env", verify: smtp}}]\n'
        )
        scene.places.append("secrets/*")
        ended = [*scene.each_format("apply"), scene.run("-vv", "rotate", "a", "--auto-approve")]
    assert mail.logins, ended[0].said
    assert any("refuses: 550" in done.flat for done in ended), ended[0].said


def places_that_cannot_be_written(scene: Scene) -> None:
    """Files in the way, and keys that are none."""
    scene.serve()
    scene.work.write("in the way", "secrets")
    for sink in (
        DOTENV,
        '{sink: dotenv, path: "../{name}.env"}',
        '{sink: age, path: "{name}.age", recipients: [age1x]}',
    ):
        _sinks(scene, sink)
        for command in ("plan", "apply", "doctor", "drift"):
            scene.each_format(command)
    (scene.work.path / "secrets").unlink()
    _sinks(scene, DOTENV)
    scene.each_format("apply")


PACKAGE = """
import logging, warnings

class Leaky:
    def address(self, recipient): return f"leaky {recipient.name}"
    def ready(self): pass
    def check(self, recipients): pass
    def deliver(self, credential):
        password = credential.password.reveal()
        logging.getLogger("leaky").error(password)
        warnings.warn(password)
        raise RuntimeError(password) from ValueError(password)
    def read_back(self, credentials): return {}

def open_leaky(options, site): return Leaky()
"""


def a_sink_with_a_bug(scene: Scene) -> None:
    """A sink of another package that logs, warns and crashes, with the password in every word."""
    sandbox: Sandbox = scene.serve()
    folder = scene.work.path.parent / "packages"
    info = folder / "leaky-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "leaky.py").write_text(PACKAGE)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: leaky\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[sarv_sync.sinks]\nleaky = leaky:open_leaky\n")
    scene.work.environment["PYTHONPATH"] = str(folder)
    _sinks(scene, "{sink: leaky}")
    _deliver_and_rotate(scene)
    assert len(sandbox.account.users()) == 3

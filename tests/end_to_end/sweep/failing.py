"""Scenarios of the sweep in which the provider, the files or the state are at fault."""

from __future__ import annotations

from tests.end_to_end.sweep.scene import SECRETS, Scene
from tests.end_to_end.workplace import HEAD, TOKEN

FAULTS = [
    *(f"{call}:echo-secrets" for call in ("listSmtp", "addSmtp", "editSmtp", "resetSmtpPassword")),
    *(f"any:echo-secrets:name={name}" for name in ("AuthenticationError", "ValidationError")),
    *(f"{call}:truncated" for call in ("listSmtp", "addSmtp", "resetSmtpPassword")),
    *(f"{call}:truncated:short=true" for call in ("listSmtp", "addSmtp", "resetSmtpPassword")),
    *(f"{call}:commit-hang-up" for call in ("addSmtp", "editSmtp", "resetSmtpPassword")),
    *(f"{call}:html" for call in ("listSmtp", "addSmtp", "resetSmtpPassword")),
    *(f"{call}:http-status:status=500" for call in ("listSmtp", "addSmtp")),
    *(f"{call}:no-name" for call in ("addSmtp", "resetSmtpPassword")),
    *(f"{call}:wrong-types:field=smtp_password,to=list" for call in ("addSmtp", "resetSmtpPassword")),
    "listSmtp:wrong-types:field=password,to=list",
    "listSmtp:wrong-types:field=status,to=integer",
    "listSmtp:wrong-types:field=smtp_user_name,to=null",
    "listSmtp:duplicate-row",
    "listSmtp:null-list",
    "any:auth-error",
    "any:rate-limit",
]
"""Every way in which an answer that has secrets in it, or stands for one, can be wrong."""


def provider(scene: Scene, fault: str) -> None:
    """Look at, change and rotate an account whose provider behaves badly."""
    adopted = scene.account.add(50, 5)
    sandbox = scene.serve()
    head = HEAD + 'credentials: [{sink: dotenv, path: "secrets/{name}.env"}]\n'
    entry = f"a: {{smtp_user_name: {adopted.smtp_user_name}, total_limit: 50, hourly_limit: 4}}"
    scene.places.append("secrets/*")
    scene.work.users(entry, head)
    scene.run("apply", "--auto-approve")
    scene.work.users(f"{entry}\nb: {{}}", head)
    sandbox.set_faults(fault)
    scene.run("-vv", "plan", "--out", "plan.json")
    scene.run("-vv", "apply", "--auto-approve", "--format", "json")
    scene.run("-vv", "rotate", "a", "--auto-approve")
    scene.run("-vv", "doctor")
    sandbox.set_faults()
    scene.run("-vv", "apply", "--auto-approve")


def unreachable(scene: Scene) -> None:
    """Endpoints behind which there is no provider, and proxies that are none."""
    scene.work.users("a: {}")
    for endpoint in ("http://127.0.0.1:9/v1.0", "https://127.0.0.1:9/v1.0", "https://no-such-host.invalid/v1.0"):
        scene.work.environment["SARV_ENDPOINT"] = endpoint
        for command in ("plan", "apply", "doctor"):
            scene.each_format(command)
        scene.run("-vv", "snapshot")
    proxy = "http://me:c4naryProxyPassword@127.0.0.1:9"
    scene.tripwire.add("c4naryProxyPassword")
    scene.looked_at(SARV_ENDPOINT="https://api.example.net/v1.0", HTTPS_PROXY=proxy)


BAD_FILES = {
    "a token in the file": f"version: 1\naccount: {{token: '{TOKEN}'}}\n",
    "a token in an entry": HEAD + f"users:\n  a: {{token: '{TOKEN}'}}\n",
    "a token that cannot be read": f'version: 1\naccount: {{token: "{TOKEN}\n',
    "a token as a name": HEAD + f'users:\n  "{TOKEN}": {{}}\n',
    "a token as a state": HEAD + f"state: {{backend: '{TOKEN}'}}\n",
    "a password for the state": HEAD + "state: {backend: postgres, conninfo: 'password={PGPASSWORD}'}\n",
    "a token in an address": HEAD + "state: {backend: http, url: 'https://u:{SARV_STATE_KEY}@x.example/'}\n",
    "a token in an endpoint": "version: 1\naccount: {endpoint: 'https://u:{SARV_STATE_KEY}@x.example/v1.0'}\n",
}


def bad_file(scene: Scene, what: str) -> None:
    """Files that are wrong, with secrets of the environment in them: nobody needs to be shown them."""
    text = BAD_FILES[what]
    for name, value in SECRETS.items():
        text = text.replace("{" + name + "}", value)
    scene.serve()
    scene.work.write(text)
    scene.places.append("sarv-sync.yaml")
    for command in ("validate", "plan", "doctor", "apply"):
        scene.each_format(command)
    for arguments in (("drift",), ("export",), ("state", "list")):
        scene.run("-vv", *arguments)


def bad_settings(scene: Scene) -> None:
    """Flags and variables that are wrong."""
    scene.serve()
    scene.work.users("a: {}")
    scene.work.write(f"{TOKEN}\n", "folder/token")
    scene.places.append("folder/token")
    for changed in (
        {"SARV_TOKEN": TOKEN + "\n"}, {"SARV_TOKEN": TOKEN + "\x1b[31m"}, {"SARV_TOKEN": TOKEN[::-1]},
        {"SARV_TOKEN": None, "SARV_TOKEN_FILE": "folder"}, {"SARV_TOKEN": None, "SARV_TOKEN_FILE": "folder/token"},
        {"SARV_OWNER_ID": "1"}, {"SARV_SNAPSHOT_KEY": TOKEN}, {"SARV_CA_BUNDLE": "folder/token"},
        {"SARV_SNAPSHOT_KEY": None, "SARV_SNAPSHOT_KEY_FILE": "folder/token"}, {"SARV_NOTIFY_URLS": TOKEN},
    ):  # fmt: skip
        for arguments in (("plan",), ("doctor",), ("snapshot",), ("drift", "--notify")):
            scene.run("-vv", *arguments, **changed)
    scene.run("plan", "-c", "folder/token", "-vv")
    scene.run("show", "folder/token", "-vv")
    scene.run("apply", "folder/token", "-vv", "--auto-approve")
    scene.run("state", "push", "folder/token", "-vv")
    scene.run("plan", "--snapshot", "folder/token", "-vv")


BROKEN_STATES = ["", "{", "[]", '{"format": "sarv-sync-state/1"}', "\ufeff\x00", f'{{"lock": "{TOKEN}"}}', f"{TOKEN}"]


def broken_state(scene: Scene) -> None:
    """States that are none, some with a secret that somebody put there."""
    scene.serve()
    scene.work.users("a: {}")
    scene.places.append("sarv-sync.state.json")
    for text in BROKEN_STATES:
        scene.work.write(text, "sarv-sync.state.json")
        for command in ("plan", "show", "apply"):
            scene.each_format(command)
        for arguments in (("drift",), ("doctor",), ("state", "show", "a")):
            scene.run("-vv", *arguments)


PACKAGE = """
import logging, os, sys, threading, warnings

def open_leaky(options, site):
    def fail():
        raise RuntimeError(*{secrets!r}) from ValueError(os.environ["SARV_TOKEN"])
    logging.getLogger("leaky").error("%s", os.environ["SARV_TOKEN"])
    warnings.warn(os.environ["SARV_TOKEN"])
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    fail()
"""


def bug(scene: Scene) -> None:
    """A crash in the middle of everything, with every secret in the exception."""
    scene.account.add(50, 5)
    scene.serve()
    folder = scene.work.path.parent / "packages"
    info = folder / "leaky-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "leaky.py").write_text(PACKAGE.format(secrets=[*scene.account.given, *SECRETS.values()]))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: leaky\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[sarv_sync.backends]\nleaky = leaky:open_leaky\n")
    scene.work.environment["PYTHONPATH"] = str(folder)
    scene.work.users("a: {}", HEAD + "state: {backend: leaky}\n")
    scene.looked_at()
    ended = [*scene.each_format("plan"), *scene.each_format("apply")]
    assert {done.code for done in ended} == {1}
    assert all("this is a bug in sarv-sync" in done.flat for done in ended)

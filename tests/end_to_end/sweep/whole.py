"""Scenarios of the sweep that bring a world of their own: the sandbox, the tour, jobs on GitHub."""

from __future__ import annotations

import json
import re
import shutil
import signal
from pathlib import Path

from sarv_sync.sandbox.server import Sandbox
from sarv_sync.sandbox.sqlite import SqliteAccount
from tests.end_to_end.github_office import JOB_TOKEN, REPOSITORY, Office, git
from tests.end_to_end.leaks import canary
from tests.end_to_end.sweep.scene import Scene
from tests.end_to_end.workplace import OWNER, TOKEN
from tests.forge.server import Forge

_INSERT = (
    "INSERT INTO smtp_user (smtp_user_name, password, total_limit, hourly_limit, status) VALUES (?, ?, 50, 5, ?)"
)


def sandbox(scene: Scene) -> None:
    """The sandbox as a program, with passwords that somebody put into its file, repeating what it is told."""
    data = scene.work.path / "account.sqlite"
    SqliteAccount(data).close()
    _put(data, {f"smtp{number}": canary(f"sandbox {number}") for number in range(3)})
    scene.places.append("account.sqlite*")
    scene.work.users("a: {smtp_user_name: smtp1, total_limit: 50, hourly_limit: 5}\nb: {}")
    for faults in ((), ("--fault", "addSmtp:echo-secrets", "--fault", "listSmtp:echo-secrets:first=2")):
        running = scene.work.start("sandbox", "--data", "account.sqlite", "--owner-id", OWNER, *faults)
        assert running.stdout is not None
        scene.work.environment["SARV_ENDPOINT"] = running.stdout.readline().decode().split()[-1]
        scene.looked_at()
        scene.run("-vv", "apply", "--auto-approve")
        running.send_signal(signal.SIGTERM)
        scene.note("sarv-sync sandbox", *running.communicate())
    scene.run("sandbox", "--data", "sarv-sync.yaml")
    scene.run("sandbox", "--fault", "nonsense")
    account = SqliteAccount(data)
    scene.tripwire.add(*(user.password.reveal() for user in account.users()))
    account.close()


def _put(data: Path, passwords: dict[str, str]) -> None:
    import sqlite3

    with sqlite3.connect(data) as connection:
        connection.executemany(_INSERT, [(name, password, "Enable") for name, password in passwords.items()])
    connection.close()


def demo(scene: Scene) -> None:
    """The tour. Its passwords are known only when it is over."""
    for flags in (("-vv",), ("--keep", "--color", "always")):
        done = scene.run("demo", *flags, timeout=300)
        assert done.code == 0, done.said
    kept = re.search(r"(/\S*sarv-sync-demo-\w+)", re.sub(r"\x1b\[[0-9;]*m", "", done.said))
    assert kept is not None, done.said
    folder = Path(kept[1])
    account = SqliteAccount(folder / "account.sqlite")
    passwords = [user.password.reveal() for user in account.users()]
    account.close()
    assert passwords
    scene.tripwire.add(*passwords)
    scene.tripwire.search_folder(folder, ["account.sqlite*", "secrets/*"])
    shutil.rmtree(folder)


def github(scene: Scene) -> None:
    """The Action: pull request, apply, drift, snapshot, with a provider that repeats what it is told."""
    scene.account.add(1000, 100)
    scene.tripwire.add(JOB_TOKEN)
    with Forge() as forge, Sandbox(scene.account, owner_id=OWNER, token=TOKEN) as provider:
        office = Office(scene.work.path.parent, forge, provider)
        office.found(office.users("a: {}"))
        pull = office.open(office.users("a: {}\nb: {}"))
        jobs = {"plan": office.plan(pull)}
        provider.set_faults("addSmtp:echo-secrets")
        office.merge(pull)
        jobs |= {"apply": office.apply(), "drift": office.drift()}
        provider.set_faults()
        jobs |= {
            "apply again": office.apply(event="workflow_dispatch", approved_plan="none"),
            "drift again": office.drift(),
        }
        provider.set_faults("listSmtp:echo-secrets")
        jobs |= {"apply a third time": office.apply(), "plan again": office.plan(pull)}
        for name, job in jobs.items():
            outputs = (job.out, job.err, job.summary, json.dumps(job.outputs))
            scene.note(f"sarv-sync github {name}", *(output.encode() for output in outputs))
        comments = [comment.body for comment in forge.comments(REPOSITORY, pull.number)]
        issues = [issue.body or "" for issue in forge.issues(REPOSITORY)]
        sent = [json.dumps(call.body) for call in forge.calls]
        for text in (*comments, *issues, *sent, git(office.bare, "log", "--all", "--patch")):
            scene.note("GitHub", text.encode())
        assert comments


def outside_of_a_job(scene: Scene) -> None:
    """The Action's command where it does not belong."""
    scene.serve()
    done = scene.run("github", SARV_SYNC_ACTION_COMMAND="plan", SARV_SYNC_ACTION_TOKEN=TOKEN)
    assert done.code != 0

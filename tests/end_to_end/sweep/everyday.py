"""Scenarios of the sweep in which all goes well."""

from __future__ import annotations

from tests.end_to_end.sweep.scene import Scene
from tests.end_to_end.workplace import HEAD

USERS = "a: {labels: {team: finance}}\nb: {}\nc: {status: Disable}"


def commands(scene: Scene) -> None:
    """Every command that looks at the account or the state, from an empty account to changes, drift and removal."""
    scene.account.add(7, 7)
    scene.serve()
    scene.work.users(USERS)
    scene.looked_at()
    scene.run("-vv", "plan", "--out", "plan.json")
    scene.run("apply", "plan.json", "-vv", "--auto-approve")
    scene.work.users("b: {hourly_limit: 3}\nnew: {renamed_from: a}\nd: {}")
    scene.account.edit(scene.account.users()[2].smtp_user_name, status="Disable")
    scene.looked_at()
    scene.each_format("show", "plan.json")
    scene.each_format("apply")
    scene.work.users("b: {hourly_limit: 3}\nnew: {renamed_from: a}\nd: {}\ne: {}")
    scene.run("adopt", "e", scene.account.users()[0].smtp_user_name, "-vv")
    scene.run("export", "--update", "-vv")
    scene.looked_at()
    scene.run("accept", "--all", "--dry-run", "-vv")
    scene.run("accept", "b", "--profiles", "--format", "json", "-vv")
    scene.run("accept", "--all", "-vv")


def state(scene: Scene) -> None:
    """Every command about the state."""
    scene.serve()
    scene.work.users(USERS)
    scene.run("apply", "--auto-approve")
    document = scene.run("state", "pull").out
    scene.work.write(document, "pulled.json")
    for arguments in (
        ("list",), ("show", "a"), ("show", "nobody"), ("mv", "b", "e"), ("rm", "e"), ("unlock", "0123"), ("ddl",),
        ("push", "pulled.json"), ("push", "-"), ("resolve", "a", "--abandon"), ("resolve", "a", "--adopt", "smtp1"),
        ("migrate", "--to", "local", "--to-option", "path=moved.json"), ("list",),
    ):  # fmt: skip
        scene.run("-vv", "state", *arguments, stdin=document.encode())


def drift_is_told(scene: Scene) -> None:
    """Metrics and notifications, that nobody takes."""
    scene.serve()
    scene.work.users(USERS)
    scene.run("apply", "--auto-approve")
    for user in scene.account.users():
        scene.account.edit(user.smtp_user_name, hourly_limit=9)
    flags = ("--metrics", "out.prom", "--pushgateway", "http://127.0.0.1:9", "--notify")
    urls = "json://127.0.0.1:9/c4naryNotification0123456789"
    scene.each_format("drift", *flags, SARV_NOTIFY_URLS=urls)
    scene.tripwire.add("c4naryNotification0123456789")


def snapshots(scene: Scene) -> None:
    """Snapshots with and without a signature, and plans from them."""
    for _ in range(3):
        scene.account.add(1000, 100)
    scene.serve()
    scene.work.users("a: {}")
    public = scene.run("snapshot", "--new-key", "key").out.strip()
    key = scene.work.path / "key"
    private = key.read_text().strip()
    key.unlink()
    scene.tripwire.add(private)
    for changed in ({}, {"SARV_SNAPSHOT_KEY": private}, {"SARV_SNAPSHOT_KEY": private[:-4] + "x"}):
        for arguments in ((), ("--out", "snapshot.json"), ("--publish",)):
            scene.run("-vv", "snapshot", *arguments, **changed)
    for place in ("snapshot.json", "state"):
        scene.each_format("plan", "--snapshot", place, SARV_SNAPSHOT_PUBLIC_KEY=public, SARV_TOKEN=None)


def help_and_files(scene: Scene) -> None:
    """What needs no account: help, schemas, a new project, files that are right."""
    for command in ((), ("state",), ("plan",), ("sandbox",), ("github",)):
        scene.run(*command, "--help")
    scene.run("--version")
    for kind in ("config", "plan", "state"):
        scene.run("schema", kind)
    scene.run("-vv", "init", "new")
    scene.run("init", "new")
    scene.run("init", "new", "--github")
    scene.each_format("validate", cwd=scene.work.path / "new")


def interrupted(scene: Scene) -> None:
    """A run that is told to stop while it works."""
    import signal

    sandbox = scene.serve("addSmtp:late:seconds=1")
    scene.work.users("\n".join(f"u{number}: {{}}" for number in range(30)), HEAD)
    for signal_ in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        before = len(sandbox.calls)
        running = scene.work.start("apply", "--auto-approve", "-vv", "--parallelism", "2")
        while len(sandbox.calls) < before + 3:
            assert running.poll() is None, running.communicate()
        running.send_signal(signal_)
        scene.note(f"sarv-sync apply ended by {signal_.name}", *running.communicate())
    scene.looked_at()

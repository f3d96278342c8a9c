"""Where a scenario of the sweep takes place: everything that is a secret is a canary, everything said is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sarv_sync.sandbox.server import Sandbox
from tests.end_to_end.leaks import CanaryAccount, Tripwire, canary
from tests.end_to_end.workplace import TOKEN, Ended, Workplace

SECRETS = {
    name: canary(name)
    for name in (
        "SARV_STATE_KEY", "SARV_SECRETS_TOKEN", "SARV_PUSHGATEWAY_PASSWORD", "PGPASSWORD", "GITHUB_TOKEN",
        "VAULT_TOKEN", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
    )
}  # fmt: skip
"""Variables that hold secrets, beside the token."""

FORMATS = {
    "plan": ("text", "json", "markdown"),
    "drift": ("text", "json", "markdown"),
    "show": ("text", "json", "markdown"),
    "apply": ("text", "json"),
    "rotate": ("text", "json"),
    "doctor": ("text", "json"),
    "explain": ("text", "json"),
    "history": ("text", "json"),
    "validate": ("text", "json"),
}
"""The formats of every command that has some."""

_TRACEBACK = re.compile(rb"^Traceback \(most recent call last\):$", re.MULTILINE)

CHANGING = frozenset({"apply", "rotate"})


@dataclass
class Scene:
    """One scenario at work. `places` are patterns of the files in the folder where secrets belong."""

    work: Workplace
    begin: Callable[..., Sandbox]
    account: CanaryAccount = field(default_factory=CanaryAccount)
    tripwire: Tripwire = field(default_factory=lambda: Tripwire([TOKEN, *SECRETS.values()]))
    places: list[str] = field(default_factory=list)
    commands: set[str] = field(default_factory=set)
    _heard: int = 0

    def __post_init__(self) -> None:
        self.work.environment |= {**SECRETS, "SARV_PUSHGATEWAY_USERNAME": "me"}

    def serve(self, *faults: str) -> Sandbox:
        """Start a provider for the account, with `faults`, and point the program at it."""
        return self.begin(*faults, account=self.account)

    def run(self, *arguments: str, **changed: Any) -> Ended:
        """Run the program once, as `Workplace.run`, and keep what it says. Whatever happens, it is no traceback."""
        done = self.work.run(*arguments, **changed)
        where = f"sarv-sync {' '.join(arguments)}"
        self.note(where, done.raw_out, done.raw_err)
        assert not _TRACEBACK.search(done.raw_err), (where, done.said)
        return done

    def each_format(self, *arguments: str, **changed: Any) -> list[Ended]:
        """Run a command in every format that it has, and with all of its log in the first."""
        command = arguments[0]
        approved = ("--auto-approve",) if command in CHANGING else ()
        first, *others = FORMATS[command]
        logged = self.run("-vv", *arguments, *approved, "--format", first, **changed)
        return [logged, *(self.run(*arguments, *approved, "--format", other, **changed) for other in others)]

    def looked_at(self, **changed: Any) -> None:
        """Run every command that changes nothing, in every format."""
        for command in ("validate", "plan", "drift", "show", "history", "doctor"):
            self.each_format(command, **changed)
        self.each_format("explain", "a", **changed)
        for arguments in (("export",), ("snapshot",), ("state", "list"), ("state", "pull")):
            self.run("-vv", *arguments, **changed)

    def note(self, where: str, *outputs: bytes) -> None:
        """Keep what was said at `where`, which starts with `sarv-sync COMMAND`."""
        self.commands |= set(where.split()) if where.startswith("sarv-sync") else set()
        for output in outputs:
            self.tripwire.watch(output, where)

    def end(self, canaries: Iterable[str] = ()) -> None:
        """Look for everything that was a secret at any time, in all that was said and all that was left behind."""
        self.tripwire.add(*self.account.given, *canaries)
        self.tripwire.search_folder(self.work.path, self.places)

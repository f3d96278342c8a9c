"""Runs the workflows of `examples/github` in an office's repository, by `act`.

`act` copies the checkout in place of actions/checkout, and takes every other action from a folder it is given: the
Action from a copy of this tree, GitHub's own from stand-ins. The API and the account are servers on this machine.
Whatever would go anywhere else, be it from `act` or from a step, is sent to a proxy that only notes it down.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.end_to_end.act_log import Ended, read
from tests.end_to_end.act_tools import ACTIONS
from tests.end_to_end.composite import ROOT
from tests.end_to_end.github_office import IDENTITY, JOB_TOKEN, REPOSITORY, git
from tests.end_to_end.workplace import OWNER, TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.end_to_end.act_tools import Tools
    from tests.end_to_end.github_office import Office, Pull
    from tests.unit.provider.stage import Stage

EXAMPLES = ROOT / "examples" / "github"
SECRETS = {"SARV_TOKEN": TOKEN, "GITHUB_TOKEN": JOB_TOKEN}

_USES = re.compile(r"uses: ([\w.-]+/([\w.-]+))@(\w+)")
_MACHINE = ("PATH", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "https_proxy", "HTTPS_PROXY")


def workflow(name: str) -> dict[str, str]:
    """Return an example as a file of a repository, by its path there.

    `act` does not know `queue` yet, which GitHub added in May 2026 (github.blog/changelog, "GitHub Actions
    concurrency groups now allow larger queues"), and takes no workflow that has it. That line alone is left out.
    """
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    return {f".github/workflows/{name}": re.sub(r"^ +queue: max\n", "", text, flags=re.MULTILINE)}


@dataclass(frozen=True, slots=True)
class Running:
    """A run that goes on. `folder` has what it printed so far."""

    process: subprocess.Popen[bytes]
    folder: Path

    def ended(self) -> Ended:
        """Wait for the end. What was laid out for a job must have been found there, and been used."""
        code = self.process.wait(timeout=150)
        out, complaints = ((self.folder / name).read_text(encoding="utf-8") for name in ("out", "complaints"))
        run = read(code, out, complaints)
        for job in run.jobs:
            seeded, used = run.outputs(job, "seed").get("seeded"), run.outputs(job, "install").get("venv")
            if seeded is not None and used is not None:
                assert used in seeded.split(), "act_actions/setup-python/seed.py lays out what install.sh looks for"
        return run


@dataclass
class Runner:
    """A runner for the jobs of an office. `elsewhere` notes down what is sent anywhere but to this machine."""

    office: Office
    tools: Tools
    elsewhere: Stage
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def pull_request(self, name: str, pull: Pull, fork: str = REPOSITORY, **options: Any) -> Ended:
        """Run a workflow on a pull request, in a trial merge as GitHub makes it."""
        with self.office.checkout("main") as folder:
            base = git(folder, "rev-parse", "HEAD")
            git(folder, "fetch", "--quiet", "origin", pull.head)
            git(folder, *IDENTITY, "merge", "--quiet", "--no-ff", "-m", f"Merge {pull.head} into main", pull.head)
            about = {
                "number": pull.number,
                "head": {"sha": pull.head, "ref": pull.branch, "repo": {"full_name": fork}},
                "base": {"sha": base, "ref": "main", "repo": {"full_name": REPOSITORY}},
                "user": {"login": "octocat"},
            }
            payload = {"action": "synchronize", "number": pull.number, "pull_request": about}
            return self.run(folder, name, "pull_request", payload, **options)

    def on_main(self, name: str, event: str, inputs: Mapping[str, str] | None = None, **options: Any) -> Ended:
        """Run a workflow on the main branch as it is now. `inputs` are what somebody filled in who started it."""
        payload = {"ref": "refs/heads/main", **({"inputs": inputs} if inputs else {})}
        with self.office.checkout("main") as folder:
            return self.run(folder, name, event, payload, **options)

    def run(self, folder: Path, name: str, event: str, payload: Mapping[str, Any], **options: Any) -> Ended:
        """Run a workflow to its end, in a checkout."""
        return self.start(folder, name, event, payload, **options).ended()

    def start(
        self,
        folder: Path,
        name: str,
        event: str,
        payload: Mapping[str, Any],
        *,
        secrets: Mapping[str, str] = SECRETS,
        variables: Mapping[str, str] | None = None,
        installs: bool = False,
    ) -> Running:
        """Start a workflow in a checkout. With `installs` every job installs its packages from the index."""
        scratch = self.office.folder / f"act-{next(self._numbers)}"
        (scratch / "home").mkdir(parents=True)
        files = {
            "event": json.dumps({"repository": {"full_name": REPOSITORY, "default_branch": "main"}, **payload}),
            "secrets": _lines(secrets),
            "vars": _lines(variables or {"SARV_ENDPOINT": self.office.sandbox.url, "SARV_OWNER_ID": OWNER}),
            "env": _lines(self._environment(scratch, installs=installs)),
        }
        for key, text in files.items():
            (scratch / key).write_text(text, encoding="utf-8")
        path = f".github/workflows/{name}"
        command: list[str | Path] = [
            self.tools.act, event, "--json", "--workflows", path, "--actor", "octocat",
            "--platform", "ubuntu-24.04=-self-hosted", "--action-offline-mode", "--no-cache-server",
            "--action-cache-path", scratch / "cache", "--eventpath", scratch / "event",
            "--secret-file", scratch / "secrets", "--var-file", scratch / "vars", "--env-file", scratch / "env",
            "--input-file", os.devnull,
            "--insecure-secrets",  # masks nothing: what hides secrets here is the program
            *self._actions((folder / path).read_text(encoding="utf-8")),
        ]  # fmt: skip
        machine = self._machine(scratch, installs=installs)
        with (scratch / "out").open("wb") as out, (scratch / "complaints").open("wb") as complaints:
            process = subprocess.Popen(
                command, cwd=folder, env=machine, stdin=subprocess.DEVNULL, stdout=out, stderr=complaints
            )
        return Running(process, scratch)

    def _actions(self, text: str) -> Iterator[str]:
        """Yield the flags that name a folder for every action that a workflow uses, but for actions/checkout."""
        for repository, name, ref in sorted(set(_USES.findall(text))):
            if repository != "actions/checkout":
                folder = self.tools.action if name == "sarv-sync" else ACTIONS / name
                assert (folder / "action.yml").exists(), f"{repository} has no stand-in"
                yield from ("--local-repository", f"{repository}@{ref}={folder}")

    def _environment(self, scratch: Path, *, installs: bool) -> dict[str, str]:
        """Return the variables of every step that a runner would not set, or would set otherwise."""
        return {
            "GITHUB_API_URL": self.office.forge.url,
            "GITHUB_REPOSITORY": REPOSITORY,
            "ACT_ACTION": str(self.tools.action),
            "ACT_ACTION_NAME": f"sarv-sync-sarv-sync@{'0' * 40}",
            "ACT_ARTIFACTS": str(scratch / "artifacts"),
            "ACT_PACKAGES": "" if installs else str(self.tools.packages),
            "ACT_PYTHON": str(self.tools.python),
        }

    def _machine(self, scratch: Path, *, installs: bool) -> dict[str, str]:
        """Return the environment of `act` itself, which it hands on to every step."""
        kept = {name: os.environ[name] for name in _MACHINE if name in os.environ}
        if not installs:
            proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), self.elsewhere.url)
            kept |= {**proxies, "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1"}
        alone = {"HOME": str(scratch / "home"), "LANG": "C.UTF-8", "ACT_DISABLE_VERSION_CHECK": "1"}
        return {**kept, **alone}


def _lines(values: Mapping[str, str]) -> str:
    """Return a file of variables. In single quotes everything stands for itself."""
    return "".join(f"{name}='{value}'\n" for name, value in values.items())
